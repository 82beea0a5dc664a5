//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use duly_core::time::Instant;
use duly_engine::clock::Clock;

/// Says what it was set to; its engine has to be ticked.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that says `now`.
    pub fn at(now: Instant) -> Self {
        TestClock(AtomicI64::new(now.ns()))
    }

    /// Moves it.
    pub fn set(&self, now: Instant) {
        self.0.store(now.ns(), Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_ns(self.0.load(Relaxed))
    }

    fn wait_until(&self, _: Instant) -> Option<Duration> {
        None
    }
}
