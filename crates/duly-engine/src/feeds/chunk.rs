//! Some lines of a feed, handed from the thread that reads to the one that works.

use super::{Line, Position};

/// With how many bytes of lines a chunk has enough; the last batch may take it beyond.
const CHUNK_BYTES: usize = 512 << 10;

/// Lines that follow each other in one feed, copied together once.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Which feed, by its place in the list.
    pub feed: usize,
    /// How far the feed is read with this chunk.
    pub end: Position,
    bytes: Vec<u8>,
    lines: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    to: usize,
    number: u64,
    offset: u64,
    length: u64,
}

/// A line in a chunk.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLine<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Where it begins in the feed, in bytes.
    pub offset: u64,
    /// The line; of a very long one the beginning.
    pub bytes: &'a [u8],
    /// Its length in bytes.
    pub length: u64,
}

impl Chunk {
    /// Forgets the lines and keeps the memory, unless a very long line has made it large.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(2 * CHUNK_BYTES);
        self.lines.clear();
    }

    /// Takes a line.
    pub fn push(&mut self, line: &Line<'_>) {
        self.bytes.extend_from_slice(line.bytes);
        let Line { number, offset, length, .. } = *line;
        self.lines.push(Place { to: self.bytes.len(), number, offset, length });
    }

    /// Whether it has enough.
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= CHUNK_BYTES
    }

    /// Whether it has no lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Its lines.
    pub fn lines(&self) -> impl Iterator<Item = ChunkLine<'_>> {
        let starts = std::iter::once(0).chain(self.lines.iter().map(|place| place.to));
        self.lines.iter().zip(starts).map(|(place, from)| ChunkLine {
            number: place.number,
            offset: place.offset,
            bytes: &self.bytes[from..place.to],
            length: place.length,
        })
    }
}
