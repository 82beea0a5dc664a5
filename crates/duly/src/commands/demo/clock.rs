//! The demo's clock: it stands where it is put, and goes by itself once the fortnight is over.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::{Instant, Span};
use duly_engine::clock::Clock;

/// A clock that is driven.
#[derive(Debug)]
pub(super) struct Driven {
    at_ns: AtomicI64,
    /// Since when it goes by itself.
    free: OnceLock<Stopwatch>,
}

impl Driven {
    /// A clock that stands at `at`.
    pub(super) fn at(at: Instant) -> Self {
        Driven { at_ns: AtomicI64::new(at.ns()), free: OnceLock::new() }
    }

    /// Puts it forward.
    pub(super) fn set(&self, at: Instant) {
        self.at_ns.fetch_max(at.ns(), SeqCst);
    }

    /// Lets it go as other clocks do. The engine has to be told by a tick, for it may be waiting for ever.
    pub(super) fn run_free(&self) {
        self.free.get_or_init(Stopwatch::now);
    }
}

impl Clock for Driven {
    fn now(&self) -> Instant {
        let passed = self.free.get().map_or(Duration::ZERO, Stopwatch::elapsed);
        let passed = Span::from_ns(i64::try_from(passed.as_nanos()).unwrap_or(i64::MAX));
        Instant::from_ns(self.at_ns.load(SeqCst)).plus(passed)
    }

    fn wait_until(&self, at: Instant) -> Option<Duration> {
        self.free.get()?;
        Some(Duration::from_nanos(at.since(self.now()).ns().unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_until_it_is_let_go_and_never_goes_back() {
        let clock = Driven::at(Instant::from_s(100));
        clock.set(Instant::from_s(200));
        clock.set(Instant::from_s(150));
        assert_eq!((clock.now(), clock.wait_until(Instant::MAX)), (Instant::from_s(200), None));
        clock.run_free();
        assert!(clock.now() >= Instant::from_s(200));
        assert!(clock.wait_until(Instant::from_s(300)).is_some_and(|wait| wait <= Duration::from_secs(100)));
        assert_eq!(clock.wait_until(Instant::from_s(1)), Some(Duration::ZERO));
    }
}
