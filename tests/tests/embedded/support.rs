//! What these tests share: a desk of their own for each, and the ledger that must follow.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use duly_core::lane::Settings;
use duly_core::policy::Policy;
use duly_core::time::Instant;
use duly_engine::embedded::{End, Feed, Options, Running, start};
use duly_engine::sqlite::{LaneRow, ReadOnly, standing_ledger};
use duly_tests::clock::TestClock;
use duly_tests::expected::policy;

/// A directory with a store and feeds, which goes with the test.
pub(crate) struct Desk {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) until: Instant,
    /// What the engine told an operator.
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    /// A desk under the shipped policy, where it is `now`.
    pub(crate) fn new(now: &str) -> Self {
        Desk {
            directory: tempfile::tempdir().expect("a directory for the test"),
            clock: Arc::new(TestClock::at(at(now))),
            policies: vec![policy()],
            until: Instant::MAX,
            told: Arc::default(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("duly.db")
    }

    /// Options for an engine at this desk.
    pub(crate) fn options(&self) -> Options {
        let told = Arc::clone(&self.told);
        Options {
            settings: Settings { until: self.until, ..Settings::default() },
            policies: self.policies.clone(),
            clock: Arc::<TestClock>::clone(&self.clock),
            tell: Arc::new(move |line| told.lock().expect("nobody panics with it").push(line.to_owned())),
            ..Options::new(self.store())
        }
    }

    /// An engine without feeds.
    pub(crate) fn start(&self) -> Running {
        start(self.options()).expect("the engine starts")
    }

    /// An engine that follows a file.
    pub(crate) fn follow(&self, name: &str) -> Running {
        let feeds = vec![Feed { path: self.path(name), follow: true }];
        start(Options { feeds, ..self.options() }).expect("the engine starts")
    }

    /// Reads the feeds of these names to their end.
    pub(crate) fn settle(&self, names: &[&str]) -> LaneRow {
        let feeds = names.iter().map(|name| Feed { path: self.path(name), follow: false }).collect();
        let running = start(Options { feeds, end: End::Settled, ..self.options() }).expect("the engine starts");
        running.join().expect("it settles")
    }

    /// What stands in the store.
    pub(crate) fn ledger(&self) -> Vec<String> {
        standing_ledger(&self.read_only()).expect("a store in order")
    }

    pub(crate) fn read_only(&self) -> ReadOnly {
        ReadOnly::open(&self.store()).expect("the store")
    }

    /// Says that it is `now`, and waits until the engine has judged that.
    pub(crate) fn advance(&self, running: &Running, now: &str) {
        self.clock.set(at(now));
        wait(running.handle.tick()).expect("a turn");
    }
}

/// Ends an engine in good order.
pub(crate) fn stop(running: Running) -> LaneRow {
    running.handle.stop();
    running.join().expect("an end in good order")
}

/// An instant in UTC, such as `2026-03-02 10:00`.
pub(crate) fn at(text: &str) -> Instant {
    format!("{}:00Z", text.replace(' ', "T")).parse().expect("an instant")
}

/// Waits for a future on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}
