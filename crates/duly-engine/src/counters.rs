//! What the engine counts, as plain atomics that the loop writes and metrics read.
//!
//! Counts begin at zero with the process, as counters of Prometheus do; how many there are in the store is the store's.

mod clocks;
mod labels;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use duly_core::clock::SlaKind;
use duly_core::lane::{Outcome, RETRACTED, Turn};
use duly_core::notification::Occasion;
use duly_core::ticket::RefusalKind;
use duly_core::time::Instant;

pub use clocks::{Clocks, OPEN_BOUNDS_S, OpenTimes, Place, Verdicts};
pub use labels::Labels;
pub(crate) use labels::shown;

/// Everything that is counted.
#[derive(Debug)]
pub struct Counters {
    /// Ticket events applied.
    pub applied: AtomicU64,
    /// Records that were there already.
    pub duplicates: AtomicU64,
    dead_letters: [AtomicU64; RefusalKind::ALL.len()],
    sla_events: [AtomicU64; SLA_TYPES],
    notifications: [AtomicU64; Occasion::ALL.len()],
    clocks: Mutex<(Clocks, Labels)>,
    /// Turns committed.
    pub turns: AtomicU64,
    /// Turns that could not be stored.
    pub turns_failed: AtomicU64,
    /// How long a turn's transaction took.
    pub commits: Distribution,
    /// Tickets in the lane.
    pub tickets: AtomicU64,
    /// The watermark, in nanoseconds since 1970.
    pub watermark_ns: AtomicI64,
    /// When the next timer is due, in nanoseconds since 1970; `i64::MAX` where none is.
    pub next_timer_ns: AtomicI64,
    /// Whether all that was appended has been read: 0 or 1.
    pub is_at_end: AtomicU64,
}

/// One more for retractions.
const SLA_TYPES: usize = SlaKind::ALL.len() + 1;

/// The upper bounds of the classes that durations are counted in, in seconds; the last class has none.
pub const BOUNDS_S: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0];

/// Durations: how many, of which class, how long together, and the longest.
#[derive(Debug, Default)]
pub struct Distribution {
    classes: [AtomicU64; BOUNDS_S.len() + 1],
    sum_ns: AtomicU64,
    max_ns: AtomicU64,
}

impl Distribution {
    pub(crate) fn observe(&self, took: Duration) {
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let class = BOUNDS_S.partition_point(|bound| *bound < took.as_secs_f64());
        self.classes[class].fetch_add(1, Relaxed);
        self.sum_ns.fetch_add(ns, Relaxed);
        self.max_ns.fetch_max(ns, Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.classes.iter().map(|class| class.load(Relaxed)).sum()
    }

    /// How many there were of at most each of the [`BOUNDS_S`].
    pub fn cumulated(&self) -> [u64; BOUNDS_S.len()] {
        let mut sum = 0;
        std::array::from_fn(|class| {
            sum += self.classes[class].load(Relaxed);
            sum
        })
    }

    /// How long they took together, in seconds.
    pub fn sum_s(&self) -> f64 {
        Duration::from_nanos(self.sum_ns.load(Relaxed)).as_secs_f64()
    }

    /// How long the longest took, in seconds.
    pub fn max_s(&self) -> f64 {
        Duration::from_nanos(self.max_ns.load(Relaxed)).as_secs_f64()
    }
}

/// The upper bounds of the classes that numbers are counted in; the last class has none.
pub const BOUNDS: [u64; 8] = [1, 4, 16, 64, 256, 1024, 4096, 16384];

/// Numbers: how many, of which class, and their sum.
#[derive(Debug, Default)]
pub struct Sizes {
    classes: [AtomicU64; BOUNDS.len() + 1],
    sum: AtomicU64,
}

impl Sizes {
    pub(crate) fn observe(&self, size: u64) {
        let class = BOUNDS.partition_point(|bound| *bound < size);
        self.classes[class].fetch_add(1, Relaxed);
        self.sum.fetch_add(size, Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.classes.iter().map(|class| class.load(Relaxed)).sum()
    }

    /// How many there were of at most each of the [`BOUNDS`].
    pub fn cumulated(&self) -> [u64; BOUNDS.len()] {
        let mut sum = 0;
        std::array::from_fn(|class| {
            sum += self.classes[class].load(Relaxed);
            sum
        })
    }

    /// How much they are together.
    pub fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Counters {
            applied: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
            dead_letters: std::array::from_fn(|_| AtomicU64::new(0)),
            sla_events: std::array::from_fn(|_| AtomicU64::new(0)),
            notifications: std::array::from_fn(|_| AtomicU64::new(0)),
            clocks: Mutex::default(),
            turns: AtomicU64::new(0),
            turns_failed: AtomicU64::new(0),
            commits: Distribution::default(),
            tickets: AtomicU64::new(0),
            watermark_ns: AtomicI64::new(Instant::MIN.ns()),
            next_timer_ns: AtomicI64::new(Instant::MAX.ns()),
            is_at_end: AtomicU64::new(0),
        }
    }
}

impl Counters {
    /// Dead letters by reason, all reasons.
    pub fn dead_letters(&self) -> impl Iterator<Item = (&'static str, u64)> {
        RefusalKind::ALL.iter().zip(&self.dead_letters).map(|(kind, count)| (kind.name(), count.load(Relaxed)))
    }

    /// SLA events by type, all types, in full: `duly.sla.breached.v1`.
    pub fn sla_events(&self) -> impl Iterator<Item = (&'static str, u64)> {
        sla_types().zip(&self.sla_events).map(|(name, count)| (name, count.load(Relaxed)))
    }

    /// Notifications by what they are about.
    pub fn notifications(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Occasion::ALL.iter().zip(&self.notifications).map(|(about, count)| (about.name(), count.load(Relaxed)))
    }

    /// What became of promises, and the labels under which that is told.
    pub fn clocks(&self) -> MutexGuard<'_, (Clocks, Labels)> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what became of records, once that is committed.
    pub(crate) fn add(&self, tally: &Tally) {
        self.turns.fetch_add(tally.turns, Relaxed);
        self.applied.fetch_add(tally.applied, Relaxed);
        self.duplicates.fetch_add(tally.duplicates, Relaxed);
        for (total, count) in self.dead_letters.iter().zip(tally.dead_letters) {
            total.fetch_add(count, Relaxed);
        }
        for (total, count) in self.sla_events.iter().zip(tally.sla_events) {
            total.fetch_add(count, Relaxed);
        }
        for (total, count) in self.notifications.iter().zip(tally.notifications) {
            total.fetch_add(count, Relaxed);
        }
        let (clocks, labels) = &mut *self.clocks();
        clocks.add(&tally.clocks, labels);
    }
}

/// What has become of the records of some turns, to be counted when they are committed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    turns: u64,
    applied: u64,
    duplicates: u64,
    dead_letters: [u64; RefusalKind::ALL.len()],
    sla_events: [u64; SLA_TYPES],
    notifications: [u64; Occasion::ALL.len()],
    clocks: Clocks,
}

impl Tally {
    pub(crate) fn add(&mut self, turn: &Turn) {
        self.add_each(turn, |_, _| {});
    }

    /// Adds a notification.
    pub(crate) fn add_notice(&mut self, occasion: Occasion) {
        let place = Occasion::ALL.iter().position(|known| *known == occasion);
        self.notifications[place.expect("all occasions are in ALL")] += 1;
    }

    /// Adds a turn, and tells `each` of what it publishes the kind and since when that is true; retractions have no kind.
    pub(crate) fn add_each(&mut self, turn: &Turn, mut each: impl FnMut(Option<SlaKind>, Instant)) {
        self.turns += 1;
        for outcome in &turn.outcomes {
            match outcome {
                Outcome::Applied => self.applied += 1,
                Outcome::Duplicate => self.duplicates += 1,
                Outcome::Progress => {}
                Outcome::DeadLetter(refusal) => {
                    let place = RefusalKind::ALL.iter().position(|known| *known == refusal.kind);
                    self.dead_letters[place.expect("all kinds are in ALL")] += 1;
                }
            }
        }
        for counted in turn.counted() {
            self.clocks.count(&counted);
            let kind = Some(counted.kind).filter(|_| !counted.is_withdrawn);
            // Retractions stand behind all kinds.
            let place = kind.and_then(|kind| SlaKind::ALL.iter().position(|known| *known == kind));
            self.sla_events[place.unwrap_or(SLA_TYPES - 1)] += 1;
            each(kind, counted.at);
        }
        for counted in turn.recounted() {
            self.clocks.count_verdict(&counted);
        }
    }
}

pub(crate) fn sla_types() -> impl Iterator<Item = &'static str> {
    SlaKind::ALL.iter().map(|kind| kind.type_name()).chain([RETRACTED])
}
