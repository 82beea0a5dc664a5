//! Lines of a stream, a batch at a time, where they lie in the buffer.
//!
//! A line ends in a line feed, perhaps with a carriage return before it. Blank lines are counted and not given out. A byte
//! order mark at the beginning is left out. What follows the last line feed is a line too, unless the stream may grow:
//! then it waits for its end. Whether a line says anything is not judged here.

use std::io::{self, ErrorKind, Read};

/// How much of a line is kept, in bytes; of a longer one only its beginning and its length are known.
pub const KEPT_BYTES_MAX: usize = 16 << 20;

/// How much is read at once.
const READ_BYTES: usize = 256 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads lines.
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where in the buffer the next line begins.
    from: usize,
    /// Up to where no line feed was found.
    scanned: usize,
    /// Up to where the buffer is filled.
    to: usize,
    /// Bytes of the next line that were read and not kept.
    dropped: u64,
    offset: u64,
    number: u64,
    may_grow: bool,
}

/// Lines that follow each other. A clone gives the same lines again.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    rest: &'a [u8],
    /// Bytes of the first line that were not kept; it is the only one then.
    dropped: u64,
    offset: u64,
    number: u64,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Where it begins in the stream, in bytes.
    pub offset: u64,
    /// The line without its end; of one longer than [`KEPT_BYTES_MAX`] the beginning.
    pub bytes: &'a [u8],
    /// Its length in bytes.
    pub length: u64,
}

impl<R: Read> Lines<R> {
    /// The lines of `reader`, to its end.
    pub fn new(reader: R) -> Self {
        Lines::resume(reader, 0, 0)
    }

    /// The lines of `reader`, which is at byte `offset` of its stream, after `number` lines.
    pub fn resume(reader: R, offset: u64, number: u64) -> Self {
        let buffer = vec![0; READ_BYTES];
        Lines { reader, buffer, from: 0, scanned: 0, to: 0, dropped: 0, offset, number, may_grow: false }
    }

    /// Whether the stream may grow: then half a line at its end waits, and after the end there may be more.
    pub fn set_may_grow(&mut self, may_grow: bool) {
        self.may_grow = may_grow;
    }

    /// Where the next batch begins, in bytes.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many lines there were.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What the lines are read from.
    pub fn reader(&self) -> &R {
        &self.reader
    }

    /// The next lines, as many as have been read, perhaps all of them blank; `None` at the end.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        let Some((first, is_terminated)) = self.find_end()? else { return Ok(None) };
        let dropped = std::mem::take(&mut self.dropped);
        let to = match memchr::memrchr(b'\n', &self.buffer[first..self.to]) {
            Some(last) if dropped == 0 => first + last + 1,
            _ => first + usize::from(is_terminated),
        };
        let rest = &self.buffer[self.from..to];
        let batch = Batch { rest, dropped, offset: self.offset, number: self.number };
        self.offset += rest.len() as u64 + dropped;
        self.number += memchr::memchr_iter(b'\n', rest).count() as u64 + u64::from(!is_terminated);
        (self.from, self.scanned) = (to, to);
        Ok(Some(batch))
    }

    /// Where in the buffer the next line ends, and whether with a line feed; `None` where there is none yet.
    fn find_end(&mut self) -> io::Result<Option<(usize, bool)>> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.scanned..self.to]) {
                return Ok(Some((self.scanned + at, true)));
            }
            let kept_to = self.to.min(self.from + KEPT_BYTES_MAX);
            self.dropped += (self.to - kept_to) as u64;
            self.to = kept_to;
            self.scanned = kept_to;
            if self.fill()? == 0 {
                let is_line = !self.may_grow && self.from < self.to;
                return Ok(is_line.then_some((self.to, false)));
            }
        }
    }

    /// Reads on, behind what is left of the line; how many bytes that gave.
    fn fill(&mut self) -> io::Result<usize> {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.scanned -= self.from;
            self.from = 0;
        }
        if self.to == self.buffer.len() {
            let grown = (2 * self.buffer.len()).min(KEPT_BYTES_MAX + READ_BYTES);
            self.buffer.resize(grown.max(self.to + READ_BYTES), 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.to..]) {
                Ok(read) => {
                    self.to += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<'a> Iterator for Batch<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        while !self.rest.is_empty() {
            let (line, rest) = match memchr::memchr(b'\n', self.rest) {
                Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
                None => (self.rest, &self.rest[..0]),
            };
            let (offset, dropped) = (self.offset, self.dropped);
            self.offset += (self.rest.len() - rest.len()) as u64 + dropped;
            self.number += 1;
            (self.rest, self.dropped) = (rest, 0);
            let whole = content(line, offset);
            let bytes = &whole[..whole.len().min(KEPT_BYTES_MAX)];
            if dropped > 0 || !bytes.trim_ascii().is_empty() {
                return Some(Line { number: self.number, offset, bytes, length: whole.len() as u64 + dropped });
            }
        }
        None
    }
}

/// The part of a line at `offset` that counts: no carriage return at its end, no byte order mark at the beginning.
fn content(line: &[u8], offset: u64) -> &[u8] {
    let line = if offset == 0 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
