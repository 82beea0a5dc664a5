//! Whole lines, read in chunks: what reads a log from end to end looks at its bytes where they lie.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// How much is read at once.
const CHUNK_BYTES: usize = 1 << 18;

/// The longest line that is kept whole. What lies beyond, up to the next line, is passed over.
pub const LINE_BYTES_KEPT: usize = 16 << 20;

/// Reads a stream in chunks that end with a line.
pub struct Chunks<R> {
    /// Large reads go past its buffer; it serves only to look for the end of a line that is too long.
    reader: BufReader<R>,
    buffer: Vec<u8>,
    /// Where the bytes that were handed out end.
    handed: usize,
    /// Where the bytes that were read end.
    filled: usize,
    has_ended: bool,
}

impl<R: Read> Chunks<R> {
    /// Reads from `reader`.
    pub fn new(reader: R) -> Self {
        Chunks { reader: BufReader::new(reader), buffer: vec![0; CHUNK_BYTES], handed: 0, filled: 0, has_ended: false }
    }

    /// The next whole lines, the last of a stream also without its line end; `None` at the end.
    pub fn next_chunk(&mut self) -> io::Result<Option<&[u8]>> {
        self.buffer.copy_within(self.handed..self.filled, 0);
        self.filled -= self.handed;
        self.handed = 0;
        let mut searched = 0;
        while !self.has_ended {
            if self.filled == self.buffer.len() {
                if self.filled >= LINE_BYTES_KEPT {
                    self.pass_over_line()?;
                    break;
                }
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.has_ended = true,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if let Some(end) = memchr::memrchr(b'\n', &self.buffer[searched..self.filled]) {
                self.handed = searched + end + 1;
                return Ok(Some(&self.buffer[..self.handed]));
            }
            searched = self.filled;
        }
        self.handed = self.filled;
        Ok((self.filled > 0).then_some(&self.buffer[..self.filled]))
    }

    /// Reads on to the end of a line that is too long to keep.
    fn pass_over_line(&mut self) -> io::Result<()> {
        let mut byte = [0];
        while byte[0] != b'\n' {
            match self.reader.read(&mut byte) {
                Ok(0) => {
                    self.has_ended = true;
                    return Ok(());
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The lines of a chunk, without their line ends; empty ones too, so that they can be counted.
pub fn lines(chunk: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = chunk.strip_suffix(b"\n").unwrap_or(chunk);
    let mut rest = Some(body);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let (line, after) = match memchr::memchr(b'\n', bytes) {
            Some(end) => (&bytes[..end], Some(&bytes[end + 1..])),
            None => (bytes, None),
        };
        rest = after;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// What `reader` holds, unpacked where the name in `path` ends with `.gz` or `.zst`.
pub fn unpacked<'r>(path: &Path, reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => Ok(Box::new(flate2::read::MultiGzDecoder::new(reader))),
        Some("zst") => Ok(Box::new(zstd::Decoder::new(reader)?)),
        _ => Ok(Box::new(reader)),
    }
}

/// Opens a log, unpacked where its name says that it is packed.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    unpacked(path, File::open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Vec<u8>> {
        let mut chunks = Chunks::new(text);
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next_chunk().expect("a slice can be read") {
            all.extend(lines(chunk).map(<[u8]>::to_vec));
        }
        all
    }

    #[test]
    fn lines_come_whole_whatever_their_length_and_end() {
        let long = "x".repeat(3 * CHUNK_BYTES);
        let text = format!("one\r\n\n{long}\ntwo\nhalf");
        let expected = ["one", "", &long, "two", "half"].map(|line| line.as_bytes().to_vec());
        assert_eq!(read(text.as_bytes()), expected);
        assert_eq!(read(b""), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_next_is_read() {
        let text = format!("{}\nnext\n", "x".repeat(LINE_BYTES_KEPT + 5));
        let lines = read(text.as_bytes());
        assert_eq!((lines[0].len() >= LINE_BYTES_KEPT, &lines[1][..]), (true, &b"next"[..]));
    }
}
