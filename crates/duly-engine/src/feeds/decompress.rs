//! Decompression by the name of the file.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

/// A stream, decompressed where it has to be.
#[expect(missing_docs, reason = "the names say it")]
pub enum Decompressed<R: Read> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(zstd::stream::read::Decoder<'static, BufReader<R>>),
}

/// Decompresses what `reader` gives, if `path` ends in `.gz` or `.zst`. Streams of several parts are read to the last.
pub fn decompress<R: Read>(path: &Path, reader: R) -> io::Result<Decompressed<R>> {
    Ok(match extension(path) {
        Some("gz") => Decompressed::Gzip(Box::new(MultiGzDecoder::new(reader))),
        Some("zst") => Decompressed::Zstd(zstd::stream::read::Decoder::new(reader)?),
        _ => Decompressed::Plain(reader),
    })
}

/// Whether a file of this name is taken for a compressed one.
pub fn is_compressed(path: &Path) -> bool {
    matches!(extension(path), Some("gz" | "zst"))
}

/// Opens the file at `path` and decompresses it by its name; `-` is standard input.
pub fn open(path: &Path) -> io::Result<Decompressed<Box<dyn Read + Send>>> {
    if path == Path::new("-") {
        return Ok(Decompressed::Plain(Box::new(io::stdin())));
    }
    decompress(path, Box::new(File::open(path)?))
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Decompressed::Plain(reader) => reader.read(buffer),
            Decompressed::Gzip(reader) => reader.read(buffer),
            Decompressed::Zstd(reader) => reader.read(buffer),
        }
    }
}
