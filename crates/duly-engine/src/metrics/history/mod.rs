//! The metrics of a history, told by a replay: what `/metrics` would have said of tickets and promises at each instant, for
//! `promtool tsdb create-blocks-from openmetrics`.
//!
//! Names, labels and values come from where those of `/metrics` come from. What only a process has to say (its lanes,
//! transactions, feeds, requests) is not in a history, and is not told.

mod spool;
mod text;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};

use duly_core::lane::{Lane, Turn};
use duly_core::time::Instant;
use prometheus::proto::{Histogram, Metric as Sample};

use super::declared::{ALL, Shape};
use super::page::Page;
use crate::counters::{Counters, Tally};
use spool::Spool;

/// The labels that Prometheus adds as it scrapes: those of a replay, beside which those of engines stand.
const TARGET: [(&str, &str); 2] = [("job", "duly"), ("instance", "replay")];

/// The metrics of a history, as far as it has been told.
pub struct History {
    counters: Counters,
    series: Vec<HashMap<String, usize>>,
    spool: Spool,
    last: Option<Instant>,
    size: Size,
}

/// How much there is of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Instants.
    pub instants: u64,
    /// Time series; a histogram counts as one.
    pub series: u64,
    /// Bytes of text, once it is written.
    pub bytes: u64,
}

impl History {
    /// Nothing yet. `file` is empty, and takes what does not fit into memory.
    pub fn new(file: File) -> Self {
        History {
            counters: Counters::default(),
            series: vec![HashMap::new(); ALL.len()],
            spool: Spool::new(file),
            last: None,
            size: Size::default(),
        }
    }

    /// Counts what a turn publishes.
    pub fn count(&mut self, turn: &Turn) {
        let mut tally = Tally::default();
        tally.add(turn);
        self.counters.add(&tally);
    }

    /// Tells what `/metrics` would say at `at`, when `lanes` have come there; later than all told before.
    ///
    /// # Errors
    ///
    /// Where the file can not be written.
    pub fn tell(&mut self, lanes: &[Lane], at: Instant) -> io::Result<()> {
        let mut page = Page::default();
        super::of_history(&mut page, &self.counters, lanes, at);
        for (metric, samples) in page.into_samples().enumerate() {
            for sample in samples {
                self.add(metric, &sample, at)?;
            }
        }
        self.last = Some(at);
        self.size.instants += 1;
        Ok(())
    }

    /// Adds a sample to its series. What counts, and was not there before, has been at zero: only so can be seen that it grew.
    fn add(&mut self, metric: usize, sample: &Sample, at: Instant) -> io::Result<()> {
        let declared = ALL[metric];
        let labels = text::labels(sample.get_label(), &TARGET);
        let known = self.series[metric].get(&labels).copied();
        let series = known.unwrap_or_else(|| self.spool.open());
        let zero = self.last.filter(|_| known.is_none() && declared.shape != Shape::Gauge);
        self.spool.append(series, |out| {
            if let Some(before) = zero {
                text::write(out, declared, &labels, &at_zero(sample), before);
            }
            text::write(out, declared, &labels, sample, at);
        })?;
        if known.is_none() {
            self.series[metric].insert(labels, series);
            self.size.series += 1;
        }
        Ok(())
    }

    /// Writes all of it, and says how much that is.
    ///
    /// # Errors
    ///
    /// Where the file can not be read, or `out` not be written.
    pub fn write(mut self, out: &mut dyn Write) -> io::Result<Size> {
        let mut out = Counted { out, bytes: 0 };
        for (metric, series) in ALL.iter().zip(self.series) {
            if series.is_empty() {
                continue;
            }
            out.write_all(text::head(metric).as_bytes())?;
            let mut series: Vec<(String, usize)> = series.into_iter().collect();
            series.sort_unstable();
            for (_, series) in series {
                self.spool.read(series, &mut out)?;
            }
        }
        out.write_all(text::END.as_bytes())?;
        out.flush()?;
        Ok(Size { bytes: out.bytes, ..self.size })
    }
}

/// The counter or histogram before there was anything to count.
fn at_zero(sample: &Sample) -> Sample {
    let mut zero = Sample::default();
    let mut histogram = Histogram::default();
    let mut buckets = sample.get_histogram().get_bucket().to_vec();
    for bucket in &mut buckets {
        bucket.set_cumulative_count(0);
    }
    histogram.set_bucket(buckets);
    zero.set_histogram(histogram);
    zero
}

/// Counts the bytes that are written.
struct Counted<'o> {
    out: &'o mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
