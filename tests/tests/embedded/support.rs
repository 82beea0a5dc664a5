//! What these tests share: a desk of their own for each, and the ledger that must follow.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::ledger::Ledger;
use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use duly_engine::clock::Clock;
use duly_engine::embedded::{End, Feed, Options, Running, start};
use duly_engine::sqlite::{LaneRow, ReadOnly, standing_ledger};

/// The policy that Duly ships, as a file.
pub(crate) fn policy_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/policies/response-time-commitment.yaml")
}

/// The policy that Duly ships.
pub(crate) fn policy() -> Policy {
    parse_policy(&fs::read_to_string(policy_path()).expect("the shipped policy"))
}

/// A policy from its text.
pub(crate) fn parse_policy(text: &str) -> Policy {
    source::parse(text, &|name| Err(format!("no {name} here"))).expect("a policy without mistakes").policy
}

/// The demo's fortnight, line by line, and its end.
pub(crate) fn fortnight() -> (Vec<String>, Instant) {
    use duly_engine::demo;
    let lines = demo::fortnight(demo::SEED, demo::start());
    (lines.into_iter().map(|(_, line)| line).collect(), demo::start().plus(demo::LENGTH))
}

/// What must stand at `until`: a lane in memory, which knows nothing of stores, turns and restarts.
pub(crate) fn expected_ledger(lines: &[String], policy: Policy, until: Instant) -> Vec<String> {
    let published = ControlEvent::PolicyPublished { policy, effective_from: None };
    let controls = Controls::default().with([published]).expect("it compiles");
    let mut lane = Lane::new(Settings { is_durable: false, ..Settings::default() }, Arc::new(controls));
    let inputs =
        lines.iter().map(|line| Input { appended_at: None, revives: false, event: parse_structured(line.as_bytes()) });
    lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    let mut tickets: Vec<_> = lane.tickets().collect();
    tickets.sort_unstable_by_key(|(subject, _)| *subject);
    let mut text = Vec::new();
    for (subject, ticket) in tickets {
        let mut ledger = Ledger::of(subject);
        lane.derive(subject, ticket, until, &mut ledger).expect("the core does not fail");
        ledger.sort();
        ledger.write_lines(&mut text);
    }
    String::from_utf8(text).expect("JSON").lines().map(str::to_owned).collect()
}

/// Compares ledgers, and shows the first difference instead of megabytes.
#[track_caller]
pub(crate) fn assert_same(found: &[String], expected: &[String], what: &str) {
    let differs = found.iter().zip(expected).position(|(a, b)| a != b);
    if let Some(at) = differs {
        panic!("{what}: entry {at} is\n{}\nand should be\n{}", found[at], expected[at]);
    }
    assert_eq!(found.len(), expected.len(), "{what}: the number of entries");
    assert!(!found.is_empty(), "{what}: an empty ledger shows nothing");
}

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
            clock: Arc::new(TestClock(AtomicI64::new(at(now).ns()))),
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
        self.clock.0.store(at(now).ns(), Relaxed);
        wait(running.handle.tick()).expect("a turn");
    }
}

/// Ends an engine in good order.
pub(crate) fn stop(running: Running) -> LaneRow {
    running.handle.stop();
    running.join().expect("an end in good order")
}

/// A clock that stands still until the test moves it.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_ns(self.0.load(Relaxed))
    }

    fn wait_until(&self, _: Instant) -> Option<Duration> {
        None
    }
}

/// An instant in UTC, such as `2026-03-02 10:00`.
pub(crate) fn at(text: &str) -> Instant {
    format!("{}:00Z", text.replace(' ', "T")).parse().expect("an instant")
}

/// Waits for a future on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// Waits for a condition that another thread or process brings about; a minute is far more than it takes.
#[track_caller]
pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited for a minute, and not {what}");
        std::thread::yield_now();
    }
}

/// Numbers that are the same for the same seed: splitmix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
