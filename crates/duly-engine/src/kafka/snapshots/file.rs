//! A snapshot of a lane as a file: a zstd stream, whose checksum says whether it is whole. In it a head, one line of JSON,
//! and then what is kept of every ticket, subject and stored form, each with its length before it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use zstd::stream::{read::Decoder, write::Encoder};

use super::super::changelog::LaneRecord;

/// The format. A newer one is left alone; older ones are read.
const FORMAT: u32 = 1;

/// Writing is not to cost much; reading is as fast at any level.
const LEVEL: i32 = 1;

/// The longest head, subject and ticket that are read: what is longer is damaged.
const HEAD_BYTES_MAX: u64 = 64 << 10;
const PIECE_BYTES_MAX: u32 = 256 << 20;

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Head {
    format: u32,
    /// The changelog that it is of.
    pub(in super::super) changelog: String,
    pub(in super::super) partition: i32,
    /// All that was written to the changelog before this offset is in the snapshot.
    pub(in super::super) changelog_offset: i64,
    /// When it was begun, in nanoseconds since 1970.
    pub(in super::super) begun_ns: i64,
    /// How far the lane was known to be committed before that was asked for.
    pub(in super::super) lane: LaneRecord,
}

impl Head {
    pub(super) fn new(changelog: &str, partition: i32, changelog_offset: i64, begun_ns: i64, lane: LaneRecord) -> Self {
        Head { format: FORMAT, changelog: changelog.to_owned(), partition, changelog_offset, begun_ns, lane }
    }
}

/// The last stored form of every ticket by its subject, in order of first appearance, so that a lane is restored the same
/// way each time.
pub(in super::super) type Tickets = IndexMap<Box<str>, Box<[u8]>>;

/// A snapshot that is being written.
pub(super) struct Writer(Encoder<'static, File>);

impl Writer {
    pub(super) fn begin(file: File, head: &Head) -> io::Result<Self> {
        let mut encoder = Encoder::new(file, LEVEL)?;
        encoder.include_checksum(true)?;
        let mut line = serde_json::to_vec(head).expect("plain data with text keys is always JSON");
        line.push(b'\n');
        encoder.write_all(&line)?;
        Ok(Writer(encoder))
    }

    /// Writes tickets that [`put`] has put together.
    pub(super) fn write(&mut self, tickets: &[u8]) -> io::Result<()> {
        self.0.write_all(tickets)
    }

    /// Ends the stream; what is written is on the disk then.
    pub(super) fn finish(self) -> io::Result<()> {
        self.0.finish()?.sync_all()
    }
}

/// Appends a ticket to a piece of a snapshot.
pub(super) fn put(out: &mut Vec<u8>, subject: &str, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(&(subject.len() as u32).to_le_bytes());
    out.extend_from_slice(subject.as_bytes());
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    write(out);
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Reads a whole snapshot. `None` where there is none.
///
/// # Errors
///
/// Where it can not be read to its end, its checksum included.
pub(super) fn read(path: &Path) -> io::Result<Option<(Head, Tickets)>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut stream = BufReader::with_capacity(1 << 20, Decoder::new(file)?);
    let head = read_head(&mut stream)?;
    let mut tickets = Tickets::new();
    while let Some(subject) = read_piece(&mut stream)? {
        let subject = String::from_utf8(subject).map_err(damaged)?;
        let ticket = read_piece(&mut stream)?.ok_or_else(|| damaged("it ends within a ticket"))?;
        tickets.insert(subject.into(), ticket.into());
    }
    Ok(Some((head, tickets)))
}

fn read_head(stream: &mut impl BufRead) -> io::Result<Head> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let mut line = Vec::new();
    stream.take(HEAD_BYTES_MAX).read_until(b'\n', &mut line)?;
    let Format { format } = serde_json::from_slice(&line).map_err(damaged)?;
    if format > FORMAT {
        return Err(damaged(format!("it has format {format}, and this release knows up to {FORMAT}")));
    }
    serde_json::from_slice(&line).map_err(damaged)
}

/// The next length and as many bytes; `None` at the end of the stream.
fn read_piece(stream: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    if stream.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > PIECE_BYTES_MAX {
        return Err(damaged("a ticket in it is too long"));
    }
    // What is damaged may say any length: only what is there is taken.
    let mut piece = Vec::with_capacity(length.min(1 << 16) as usize);
    stream.take(u64::from(length)).read_to_end(&mut piece)?;
    if piece.len() == length as usize { Ok(Some(piece)) } else { Err(damaged("it ends within a ticket")) }
}

fn damaged(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn head() -> Head {
        let lane = r#"{"format":1,"turn":7,"offset":42,"watermark_ns":5,"controls":1,"partitions":8,"lineage":9}"#;
        Head::new("changelog", 3, 1234, 99, serde_json::from_str(lane).expect("a lane record"))
    }

    /// The bytes of a snapshot of a thousand tickets.
    fn written(path: &Path) -> Vec<u8> {
        let mut tickets = Vec::new();
        for number in 0..1000_u32 {
            put(&mut tickets, &format!("acme/T-{number}"), |out| out.extend_from_slice(&number.to_le_bytes()));
        }
        let mut writer = Writer::begin(File::create(path).expect("a file"), &head()).expect("a beginning");
        writer.write(&tickets).and_then(|()| writer.finish()).expect("it is written");
        fs::read(path).expect("it is there")
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("snapshot");
        assert!(read(&path).expect("nothing is no error").is_none());
        written(&path);
        let (found, tickets) = read(&path).expect("it is whole").expect("it is there");
        assert_eq!((found, tickets.len()), (head(), 1000));
        assert_eq!(&*tickets["acme/T-258"], [2, 1, 0, 0]);
        assert_eq!(tickets.get_index_of("acme/T-7"), Some(7), "in their order");
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("snapshot");
        let bytes = written(&path);
        let whole = read(&path).expect("it is whole");
        for length in (0..bytes.len()).step_by(7) {
            fs::write(&path, &bytes[..length]).expect("a file");
            assert!(read(&path).is_err(), "of {} bytes {length}", bytes.len());
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            fs::write(&path, bytes).expect("a file");
            // A few bits of the format mean nothing.
            let is_harmless = read(&path).is_ok_and(|found| found == whole);
            assert!(is_harmless || read(&path).is_err(), "byte {at} is another");
        }
    }

    #[test]
    fn a_newer_format_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("snapshot");
        let newer = Head { format: 2, ..head() };
        Writer::begin(File::create(&path).expect("a file"), &newer).and_then(Writer::finish).expect("it is written");
        let error = read(&path).expect_err("it is newer").to_string();
        assert_eq!(error, "it has format 2, and this release knows up to 1");
    }
}
