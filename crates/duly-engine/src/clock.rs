//! What time it is, as a parameter: tests and the demo have clocks of their own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use duly_core::time::Instant;

/// Tells the time, and how long to wait for a timer.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Instant;

    /// How long the engine may sleep when its next timer is due at `at`; `None` where a [`Handle::tick`](crate::embedded::Handle::tick)
    /// will say that time has passed.
    fn wait_until(&self, at: Instant) -> Option<Duration>;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Instant {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_ns(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
    }

    fn wait_until(&self, at: Instant) -> Option<Duration> {
        Some(Duration::from_nanos(at.since(self.now()).ns().unsigned_abs()))
    }
}
