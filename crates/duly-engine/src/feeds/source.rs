//! A feed: a file or standard input that is read from where an earlier run stopped, and may grow.
//!
//! A file is known by its first bytes, so that another one of the same name is read from its beginning and not from the
//! middle. A compressed file is complete; it is not followed.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Batch, Decompressed, Lines, decompress, is_compressed};

/// How many bytes of its beginning a file is known by.
const HEAD_BYTES: usize = 1024;

/// How far a feed was read: what the store keeps of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// Where the next line begins, in bytes of the decompressed stream.
    pub offset: u64,
    /// How many lines there were.
    pub line: u64,
    /// SHA-256 of the first bytes, as many as were read but at most 1024.
    pub head: Vec<u8>,
}

/// A feed that is open.
pub struct Source {
    path: PathBuf,
    lines: Lines<Headed>,
    may_grow: bool,
    is_finished: bool,
}

/// What became of a followed file, seen at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// There may be more later.
    Waits,
    /// The path leads to another file now, which is read from its beginning.
    Rotated,
    /// It became shorter than what was read of it, and is read from its beginning.
    Truncated,
}

impl Source {
    /// Opens the feed at `path` (`-` is standard input) and goes to `position`; where the file there is another one than it
    /// was, to its beginning, and the second value is true.
    ///
    /// With `may_grow` half a line at the end waits. Standard input is a new stream each time.
    pub fn open(path: &Path, position: &Position, may_grow: bool) -> io::Result<(Self, bool)> {
        let is_stdin = path == Path::new("-");
        let may_grow = may_grow && !is_stdin && !is_compressed(path);
        let headed = Headed::open(path)?;
        let (lines, is_other) = if is_stdin || position.offset == 0 {
            (Lines::new(headed), false)
        } else {
            match headed.skip_to(position)? {
                Some(headed) => (Lines::resume(headed, position.offset, position.line), false),
                None => (Lines::new(Headed::open(path)?), true),
            }
        };
        let mut source = Source { path: path.to_owned(), lines, may_grow, is_finished: false };
        source.lines.set_may_grow(may_grow);
        Ok((source, is_other))
    }

    /// The next lines; `None` at the end, which is not the last word where the file may grow.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        self.lines.next_batch()
    }

    /// How far it was read.
    pub fn position(&self) -> Position {
        let head = &self.lines.reader().head;
        let length = head.len().min(usize::try_from(self.lines.offset()).unwrap_or(usize::MAX));
        Position {
            offset: self.lines.offset(),
            line: self.lines.number(),
            head: Sha256::digest(&head[..length]).to_vec(),
        }
    }

    /// Whether there may be more after the end.
    pub fn may_grow(&self) -> bool {
        self.may_grow
    }

    /// What became of the file, at whose end this is.
    pub fn growth(&self) -> io::Result<Growth> {
        let Decompressed::Plain(Input::File(file)) = &self.lines.reader().stream else { return Ok(Growth::Waits) };
        let ours = file.metadata()?;
        match fs::metadata(&self.path) {
            Ok(named) if (named.dev(), named.ino()) != (ours.dev(), ours.ino()) => Ok(Growth::Rotated),
            // Between being moved away and made anew there is none of that name.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Growth::Waits),
            Err(error) => Err(error),
            Ok(_) if ours.len() < self.lines.offset() => Ok(Growth::Truncated),
            Ok(_) => Ok(Growth::Waits),
        }
    }

    /// Whether it was said that nothing will be added any more.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Nothing will be added any more: half a line at the end is a line.
    pub fn finish(&mut self) {
        self.is_finished = true;
        self.lines.set_may_grow(false);
    }
}

/// Where bytes come from.
enum Input {
    Stdin(io::Stdin),
    File(File),
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::Stdin(stdin) => stdin.read(buffer),
            Input::File(file) => file.read(buffer),
        }
    }
}

/// A stream that remembers its beginning.
struct Headed {
    stream: Decompressed<Input>,
    head: Vec<u8>,
}

impl Headed {
    fn open(path: &Path) -> io::Result<Self> {
        if path == Path::new("-") {
            return Ok(Headed { stream: Decompressed::Plain(Input::Stdin(io::stdin())), head: Vec::new() });
        }
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Headed { stream: decompress(path, Input::File(file))?, head: Vec::new() })
    }

    /// Goes on to `position`; `None` where this is not the stream that it was taken in.
    fn skip_to(mut self, position: &Position) -> io::Result<Option<Self>> {
        let head_bytes = position.offset.min(HEAD_BYTES as u64);
        let read = io::copy(&mut self.by_ref().take(head_bytes), &mut io::sink())?;
        let begins_alike = Sha256::digest(&self.head).as_slice() == position.head;
        if read < head_bytes || !begins_alike {
            return Ok(None);
        }
        let rest = position.offset - head_bytes;
        let is_there = match &mut self.stream {
            Decompressed::Plain(Input::File(file)) => {
                let is_there = file.metadata()?.len() >= position.offset;
                file.seek(SeekFrom::Start(position.offset))?;
                is_there
            }
            stream => io::copy(&mut stream.by_ref().take(rest), &mut io::sink())? == rest,
        };
        Ok(is_there.then_some(self))
    }
}

impl Read for Headed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let missing = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&buffer[..read.min(missing)]);
        Ok(read)
    }
}
