//! What is counted of each sink.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant as Stopwatch;

use super::send::Reason;

/// What became of records.
pub(super) const OUTCOMES: [&str; 4] = ["delivered", Reason::Undeliverable.name(), Reason::NoAddress.name(), OUTDATED];

/// What became of a record that says nothing any more.
pub(super) const OUTDATED: &str = "outdated";

/// What is counted of all sinks of an engine.
#[derive(Debug, Default)]
pub struct Counters {
    sinks: Vec<(String, Arc<SinkCounts>)>,
}

/// What is counted of one sink.
#[derive(Debug, Default)]
pub struct SinkCounts {
    ended: [AtomicU64; OUTCOMES.len()],
    retries: AtomicU64,
    waiting: AtomicU64,
    oldest: Mutex<Option<Stopwatch>>,
}

impl Counters {
    /// Counts of sinks with these names.
    pub fn of(names: impl Iterator<Item = String>) -> Self {
        Counters { sinks: names.map(|name| (name, Arc::default())).collect() }
    }

    /// The sinks with their counts.
    pub fn sinks(&self) -> impl Iterator<Item = (&str, &Arc<SinkCounts>)> {
        self.sinks.iter().map(|(name, counts)| (name.as_str(), counts))
    }
}

impl SinkCounts {
    /// How many records have ended how.
    pub fn ended(&self) -> impl Iterator<Item = (&'static str, u64)> {
        OUTCOMES.into_iter().zip(self.ended.iter().map(|count| count.load(Relaxed)))
    }

    /// How many attempts have to be repeated.
    pub fn retries(&self) -> u64 {
        self.retries.load(Relaxed)
    }

    /// How many records were read and are not delivered.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Relaxed)
    }

    /// How long the oldest of them has been waiting, in seconds; 0 where there is none.
    pub fn oldest_s(&self) -> f64 {
        let oldest = self.oldest.lock().unwrap_or_else(PoisonError::into_inner);
        oldest.map_or(0.0, |since| since.elapsed().as_secs_f64())
    }

    pub(super) fn count(&self, outcome: &str) {
        let place = OUTCOMES.iter().position(|known| *known == outcome);
        self.ended[place.expect("it is one of them")].fetch_add(1, Relaxed);
    }

    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn stand(&self, waiting: usize, oldest: Option<Stopwatch>) {
        self.waiting.store(waiting as u64, Relaxed);
        *self.oldest.lock().unwrap_or_else(PoisonError::into_inner) = oldest;
    }
}
