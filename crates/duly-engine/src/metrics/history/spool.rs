//! What many series say, instant after instant, put on disk and read back series after series.
//!
//! `OpenMetrics` wants all samples of a series together, and a history is told the other way round: all series of an instant,
//! then the next instant. Each series gathers a few kilobytes in memory, which then go to the end of one file.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};

/// How much text a series gathers before it goes to the file, in bytes.
const PART_BYTES: usize = 4096;

/// The series, by number.
pub(super) struct Spool {
    file: File,
    length: u64,
    series: Vec<Series>,
}

/// One of them.
#[derive(Default)]
struct Series {
    /// Where its parts lie in the file, in order: offset and length in bytes.
    parts: Vec<(u64, usize)>,
    /// What follows on them.
    rest: Vec<u8>,
}

impl Spool {
    /// An empty one in `file`, which is empty too and nobody else's.
    pub(super) fn new(file: File) -> Self {
        Spool { file, length: 0, series: Vec::new() }
    }

    /// The number of a new series.
    pub(super) fn open(&mut self) -> usize {
        self.series.push(Series::default());
        self.series.len() - 1
    }

    /// Lets `write` append to a series.
    ///
    /// # Errors
    ///
    /// Where the file can not be written.
    pub(super) fn append(&mut self, series: usize, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let series = &mut self.series[series];
        write(&mut series.rest);
        if series.rest.len() < PART_BYTES {
            return Ok(());
        }
        self.file.write_all(&series.rest)?;
        series.parts.push((self.length, series.rest.len()));
        self.length += series.rest.len() as u64;
        series.rest.clear();
        Ok(())
    }

    /// Writes all that was appended to a series. Nothing may be appended from then on.
    ///
    /// # Errors
    ///
    /// Where the file can not be read, or `out` not be written.
    pub(super) fn read(&mut self, series: usize, out: &mut dyn Write) -> io::Result<()> {
        let series = &self.series[series];
        let mut part = Vec::new();
        for &(offset, length) in &series.parts {
            part.resize(length, 0);
            self.file.seek(SeekFrom::Start(offset))?;
            self.file.read_exact(&mut part)?;
            out.write_all(&part)?;
        }
        out.write_all(&series.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_appended_in_turns_is_read_series_after_series() {
        let mut spool = Spool::new(tempfile::tempfile().unwrap());
        let ids = [spool.open(), spool.open(), spool.open()];
        let line = |series: usize, at: usize| format!("series {series} at {at}\n");
        for at in 0..1000 {
            for series in &ids[..2] {
                spool.append(*series, |rest| rest.extend_from_slice(line(*series, at).as_bytes())).unwrap();
            }
        }
        for series in ids {
            let mut read = Vec::new();
            spool.read(series, &mut read).unwrap();
            let expected: String = (0..1000).filter(|_| series < 2).map(|at| line(series, at)).collect();
            assert_eq!(String::from_utf8(read).unwrap(), expected);
        }
    }
}
