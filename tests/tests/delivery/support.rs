//! What these tests share: a store with sinks and an engine on it, and what a receiver has to have got.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use duly_core::policy::Policy;
use duly_engine::clock::Clock;
use duly_engine::config::Config;
use duly_engine::deliver::{Delivering, Sink, sinks, start_on_store};
use duly_engine::embedded::{Options, Running, start};
use duly_engine::notify::{Notifier, Settings};
use duly_engine::sqlite::{DeadLetter, Letters, ReadOnly};
use duly_tests::clock::TestClock;
use duly_tests::expected::parse_policy;
use duly_tests::receiver::Got;
use serde_json::{Value, json};

/// A breach after four hours, with a reminder before.
pub(crate) const POLICY: &str = "
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  response:
    title: {zh: 首次回复, en: First answer}
    start: received
    stop: responded
    targets: [{within: 4h}]
    remind_at: [50%]
notify: {breached: {to: [owner, customer], by: [email, sms]}}
";

/// Short waits, so that tests do not take long.
pub(crate) const QUICK: &str = "retry_first: 5ms, retry_most: 40ms, timeout: 500ms";

/// A desk with sinks.
pub(crate) struct Desk {
    pub(crate) folder: Arc<tempfile::TempDir>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
    pub(crate) settings: String,
}

/// An engine at a desk, with its sinks.
pub(crate) struct Open {
    pub(crate) running: Running,
    pub(crate) delivering: Delivering,
}

impl Desk {
    /// A desk whose sinks are those of the settings, on 2 March 2026 at nine.
    pub(crate) fn new(settings: impl Into<String>) -> Self {
        Desk {
            folder: Arc::new(tempfile::tempdir().expect("a folder")),
            clock: Arc::new(TestClock::at(at("2026-03-02T09:00:00Z"))),
            told: Arc::default(),
            settings: settings.into(),
        }
    }

    /// The same desk with other sinks.
    pub(crate) fn with(&self, settings: impl Into<String>) -> Self {
        let (folder, clock, told) = (Arc::clone(&self.folder), Arc::clone(&self.clock), Arc::clone(&self.told));
        Desk { folder, clock, told, settings: settings.into() }
    }

    /// Writes a file of the settings' folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The sinks, or what is wrong with them.
    pub(crate) fn sinks(&self) -> Result<Vec<Sink>, String> {
        read_sinks(&self.settings, self.folder.path())
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("duly.db")
    }

    /// Starts the sinks, and an engine on the same store.
    pub(crate) fn open(&self) -> Open {
        let told = Arc::clone(&self.told);
        let tell: duly_engine::deliver::Tell =
            Arc::new(move |line| told.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned()));
        let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
        let sinks = self.sinks().expect("sinks without mistakes");
        let delivering = start_on_store(&self.store(), sinks, &clock, &tell).expect("sinks");
        let notifier = Some(Notifier::new(&Settings::default()).expect("templates"));
        let policies: Vec<Policy> = vec![parse_policy(POLICY)];
        let options = Options { policies, notifier, clock, tell, ..Options::new(self.store()) };
        Open { running: start(options).expect("an engine"), delivering }
    }

    /// Dead letters, with their bytes.
    pub(crate) fn letters(&self) -> Vec<(DeadLetter, Value)> {
        let store = ReadOnly::open(&self.store()).expect("the store");
        let which = Letters { limit: 10_000, ..Letters::default() };
        let letters = store.dead_letters(&which).expect("letters");
        let bytes = |letter: &DeadLetter| store.dead_letter(letter.seq).expect("a letter").expect("it is there").1;
        letters
            .into_iter()
            .map(|letter| (letter.clone(), serde_json::from_slice(&bytes(&letter)).unwrap_or_default()))
            .collect()
    }

    /// What operators were told.
    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }
}

impl Open {
    /// Tickets come in at nine, each with these attributes.
    pub(crate) fn receive(&self, tickets: impl Iterator<Item = usize>, data: &Value) {
        let event = |ticket: usize| {
            let event = json!({
                "specversion": "1.0", "id": format!("{ticket}"), "source": "crm", "type": "duly.ticket.received.v1",
                "subject": format!("acme/T-{ticket}"), "time": "2026-03-02T09:00:00Z", "data": data,
            });
            event.to_string().into_bytes()
        };
        wait(self.running.handle.append(tickets.map(event).collect())).expect("receipts");
    }

    /// It is later.
    pub(crate) fn advance(&self, desk: &Desk, now: &str) {
        desk.clock.set(at(now));
        wait(self.running.handle.tick()).expect("a turn");
    }

    /// Ends in good order.
    pub(crate) fn close(self) {
        self.running.handle.stop();
        self.running.join().expect("an end in good order");
        self.delivering.stop();
    }
}

/// The sinks of settings, with paths meant from `folder`, or what is wrong with them.
pub(crate) fn read_sinks(settings: &str, folder: &std::path::Path) -> Result<Vec<Sink>, String> {
    let config = Config::parse(settings)
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    sinks(&config.relative_to(folder).sinks).map_err(|mistaken| {
        let lines = mistaken.iter().flat_map(|mistaken| mistaken.mistakes.iter().map(ToString::to_string));
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// What was accepted: ticket by ticket the types, in order; whatever came twice came with the same key.
pub(crate) fn by_ticket(accepted: &[Got]) -> BTreeMap<String, Vec<String>> {
    let mut bodies: BTreeMap<String, Value> = BTreeMap::new();
    let mut tickets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for got in accepted {
        let event: Value = serde_json::from_str(&got.body).expect("JSON");
        let key = got.headers["idempotency-key"].clone();
        assert_eq!(event["id"], key.as_str(), "the key is the record's id");
        if let Some(known) = bodies.insert(key, event.clone()) {
            assert_eq!(known, event, "what comes again is the same");
            continue;
        }
        let text = |name: &str| event[name].as_str().expect("a text").to_owned();
        tickets.entry(text("subject")).or_default().push(text("type"));
    }
    tickets
}

/// Waits for a future on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

pub(crate) fn at(text: &str) -> duly_core::time::Instant {
    text.parse().expect("an instant")
}
