//! Lines of a stream, without a copy of each.
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

/// Reads lines. Not an `Iterator`, because a line borrows the buffer that the next one is read into.
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
    /// Whether it ended in a line feed.
    pub is_terminated: bool,
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

    /// Where the next line begins, in bytes.
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

    /// The next line that is not blank; `None` at the end.
    #[expect(clippy::should_implement_trait, reason = "a line borrows the buffer, which no `Iterator` can say")]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        while let Some((to, is_terminated)) = self.find_end()? {
            let (from, dropped, offset) = (self.from, self.dropped, self.offset);
            let whole = (to - from) as u64 + dropped;
            self.from = to + usize::from(is_terminated);
            self.scanned = self.from;
            self.dropped = 0;
            self.offset += whole + u64::from(is_terminated);
            self.number += 1;
            let range = self.content(from..to.min(from + KEPT_BYTES_MAX), offset);
            if dropped == 0 && self.buffer[range.clone()].trim_ascii().is_empty() {
                continue;
            }
            let number = self.number;
            let length = whole - (to.min(from + KEPT_BYTES_MAX) - from - range.len()) as u64;
            return Ok(Some(Line { number, offset, bytes: &self.buffer[range], length, is_terminated }));
        }
        Ok(None)
    }

    /// The part of a line at `offset` that counts: no carriage return at its end, no byte order mark at the beginning.
    fn content(&self, range: std::ops::Range<usize>, offset: u64) -> std::ops::Range<usize> {
        let bytes = &self.buffer[range.clone()];
        let mark = if offset == 0 && bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        range.start + mark..range.end - usize::from(bytes.len() > mark && bytes.ends_with(b"\r"))
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

    /// Reads on, behind what is in the buffer; how many bytes that gave.
    fn fill(&mut self) -> io::Result<usize> {
        if self.to == self.buffer.len() && self.from > 0 {
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

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
