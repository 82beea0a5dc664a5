//! What only an engine on Kafka counts. Counts begin at zero with the process.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant as Stopwatch};

use duly_core::clock::SlaKind;
use duly_core::time::Instant;

use crate::counters::{Distribution, Sizes};

/// Everything that is counted beside [`Counters`](crate::counters::Counters).
#[derive(Debug, Default)]
pub struct Counters {
    /// How late what time brings was noticed.
    pub lateness: Distribution,
    /// How many records were taken at once.
    pub batches: Sizes,
    /// How long a lane took for a turn.
    pub steps: Distribution,
    /// How long it took to read a lane back.
    pub restores: Distribution,
    /// Bytes read back.
    pub restored_bytes: AtomicU64,
    /// Lanes that could not be read back.
    pub restores_failed: AtomicU64,
    /// How long it took to take a snapshot, from its beginning until it counted.
    pub snapshots: Distribution,
    /// Bytes of snapshots written.
    pub snapshot_bytes: AtomicU64,
    /// Snapshots that could not be written, or not be used.
    pub snapshots_failed: AtomicU64,
    /// Transactions of which nothing counts.
    pub aborted: AtomicU64,
    /// Transactions of which it was not known what became of them.
    pub doubtful: AtomicU64,
    /// Failed attempts to set up a producer.
    pub retries: AtomicU64,
    /// Transactions refused because the group or a later producer had gone on without their writer.
    pub fenced: AtomicU64,
    /// Readers that got nothing although there was more, and were set up anew.
    pub stuck: AtomicU64,
    /// Decisions of the group that gave lanes.
    pub given: AtomicU64,
    /// Decisions that took lanes, after what was under way was settled.
    pub taken: AtomicU64,
    /// Times that lanes were lost before anything could be settled.
    pub lost: AtomicU64,
    /// Control events that could not be used.
    pub controls_refused: AtomicU64,
}

impl Counters {
    /// Counts a transaction that failed, by how.
    pub(super) fn failed(&self, how: &AtomicU64, is_fenced: bool) {
        count(how);
        if is_fenced {
            count(&self.fenced);
        }
    }

    /// Counts a lane that was read back.
    pub(super) fn restored(&self, took: Duration, bytes: u64) {
        self.restores.observe(took);
        self.restored_bytes.fetch_add(bytes, Relaxed);
    }

    /// Takes the time of a step.
    pub(super) fn step<T>(&self, step: impl FnOnce() -> T) -> T {
        let stopwatch = Stopwatch::now();
        let turn = step();
        self.steps.observe(stopwatch.elapsed());
        turn
    }

    /// Counts what a turn publishes that holds from `at` on and that time alone has brought. What was judged already when
    /// the turn began, up to `watermark`, is the doing of an event that came late, and no timer's.
    pub(super) fn notice(&self, kind: Option<SlaKind>, at: Instant, watermark: Instant, wall: Instant) {
        let is_timed = matches!(kind, Some(SlaKind::Breached | SlaKind::ReminderDue | SlaKind::Escalated));
        if is_timed && at > watermark {
            self.lateness.observe(Duration::from_nanos(u64::try_from(wall.since(at).ns()).unwrap_or(0)));
        }
    }
}

/// One more.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
