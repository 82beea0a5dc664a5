//! The embedded engine, time moved by hand: what stands in its store after each scene, and how often it took anything back.

use std::sync::Arc;

use chrono_tz::Tz;
use duly_core::explain::Explanation;
use duly_core::policy::Policy;
use duly_core::time::Instant;
use duly_engine::clock::Clock as _;
use duly_engine::embedded::{Options, Receipt, Running, start};
use duly_engine::notify::{Notifier, Settings};
use duly_engine::sqlite::{ReadOnly, Store, StoredNotice, standing_ledger};
use duly_tests::clock::TestClock;
use duly_tests::scenario::{self, Deed, Question, Scenario, Stage, differences, letter, play, queue, told};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[test]
fn the_embedded_engine_tells_every_scenario() {
    let mut found = Vec::new();
    for scenario in scenario::all() {
        let mut desk = Desk::open(&scenario);
        found.extend(differences(&scenario, &play(&scenario, &mut desk)));
        let withdrawn = scenario.scenes.iter().flat_map(|scene| &scene.said).filter(|said| said.is_withdrawn).count();
        let retractions = desk.retractions();
        if retractions != withdrawn {
            found.push(format!("{}: {retractions} retractions, and {withdrawn} are told", scenario.name));
        }
    }
    assert!(found.is_empty(), "{} lines differ:\n{}", found.len(), found.join("\n"));
}

/// An engine with a store of its own.
struct Desk {
    directory: TempDir,
    policies: Vec<Policy>,
    clock: Arc<TestClock>,
    scenario: String,
    zone: Tz,
    runtime: Runtime,
    /// Always there but while it is started anew.
    running: Option<Running>,
}

impl Desk {
    fn open(scenario: &Scenario) -> Self {
        let mut desk = Desk {
            directory: tempfile::tempdir().expect("a directory for the test"),
            policies: scenario.policies.clone(),
            clock: Arc::new(TestClock::at(scenario.scenes[0].at)),
            scenario: scenario.name.clone(),
            zone: scenario.zone,
            runtime: tokio::runtime::Builder::new_current_thread().build().expect("a runtime"),
            running: None,
        };
        desk.start();
        desk
    }

    fn store(&self) -> std::path::PathBuf {
        self.directory.path().join("duly.db")
    }

    fn start(&mut self) {
        // A policy is given once: given again after a later version of its name, it would be published anew.
        let policies = std::mem::take(&mut self.policies);
        let clock = Arc::<TestClock>::clone(&self.clock);
        let notifier = Some(Notifier::new(&Settings::default()).expect("templates without mistakes"));
        let options = Options { policies, clock, notifier, ..Options::new(self.store()) };
        self.running = Some(start(options).expect("the engine starts"));
    }

    fn stop(&mut self) {
        let running = self.running.take().expect("it runs");
        running.handle.stop();
        running.join().expect("an end in good order");
    }

    fn append(&mut self, lines: &mut Vec<Vec<u8>>) {
        if lines.is_empty() {
            return;
        }
        let running = self.running.as_ref().expect("it runs");
        let receipts = self.runtime.block_on(running.handle.append(std::mem::take(lines))).expect("receipts");
        let is_taken = |receipt: &Receipt| matches!(receipt, Receipt::Applied | Receipt::Duplicate);
        assert!(receipts.iter().all(is_taken), "{receipts:?}");
    }

    fn tick(&self) {
        let running = self.running.as_ref().expect("it runs");
        self.runtime.block_on(running.handle.tick()).expect("a turn");
    }

    /// How often something was taken back.
    fn retractions(&self) -> usize {
        let db = rusqlite::Connection::open(self.store()).expect("the store");
        let count = "SELECT count(*) FROM sla_events WHERE type = 'duly.sla.retracted.v1'";
        db.query_row(count, [], |row| row.get::<_, i64>(0)).expect("a count") as usize
    }
}

impl Stage for Desk {
    fn happen(&mut self, now: Instant, deeds: &[Deed]) {
        self.clock.set(now);
        let mut lines = Vec::new();
        for deed in deeds {
            if let Deed::Event { line, .. } = deed {
                lines.push(line.clone().into_bytes());
                continue;
            }
            self.append(&mut lines);
            self.stop();
            if let Deed::Control(event) = deed {
                let mut store = Store::open(&self.store()).expect("the store");
                store.publish(&[(**event).clone()], now).expect("it is published");
            }
            self.start();
        }
        self.append(&mut lines);
        self.tick();
    }

    fn advance(&mut self, now: Instant) {
        self.clock.set(now);
        self.tick();
    }

    fn ledger(&mut self) -> Vec<String> {
        // A sweep after a start goes on between turns: what is asked for comes after it.
        self.tick();
        standing_ledger(&ReadOnly::open(&self.store()).expect("the store")).expect("a store in order")
    }

    fn answer(&mut self, question: &Question) -> String {
        match question {
            Question::Queue(wanted) => {
                let running = self.running.as_ref().expect("it runs");
                let work = self.runtime.block_on(running.handle.work(wanted.clone(), usize::MAX)).expect("an answer");
                queue(&work.items, &self.scenario, self.zone)
            }
            Question::Report(options) => {
                let (store, until) = (self.store().display().to_string(), self.clock.now().to_string());
                let mut arguments = vec!["report", "--store", &store, "--until", &until, "--lang", "en", "--period"];
                arguments.extend(options.iter().map(String::as_str));
                told(&arguments)
            }
            Question::Letter(language) => letter(language),
        }
    }

    fn notifications(&mut self) -> Option<Vec<Value>> {
        let stored = ReadOnly::open(&self.store()).and_then(|store| store.notifications(0, usize::MAX));
        let read = |notice: StoredNotice| serde_json::from_str(&notice.event).expect("a notification is JSON");
        Some(stored.expect("a store in order").into_iter().map(read).collect())
    }

    fn explain(&mut self, subject: &str) -> Explanation {
        let running = self.running.as_ref().expect("it runs");
        let explained = self.runtime.block_on(running.handle.explain(subject.to_owned(), None));
        explained.expect("an answer").expect("the ticket")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}
