//! The stage without an engine: the core's `derive`, from scratch for every question.

use std::collections::BTreeMap;

use duly_core::control::{ControlEvent, Controls};
use duly_core::explain::{Explanation, explain};
use duly_core::ledger::{Ledger, derive};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::Instant;

use super::{Deed, Scenario, Stage};

/// All that has arrived, and until when is asked.
pub struct OnCore {
    controls: Controls,
    tickets: BTreeMap<String, Record>,
    now: Instant,
}

impl OnCore {
    /// An empty stage under the scenario's policies.
    pub fn new(scenario: &Scenario) -> Self {
        let publish = |policy| ControlEvent::PolicyPublished { policy, effective_from: None };
        let controls = Controls::default().with(scenario.policies.iter().cloned().map(publish));
        OnCore {
            controls: controls.expect("they compiled when they were read"),
            tickets: BTreeMap::new(),
            now: Instant::MIN,
        }
    }
}

impl Stage for OnCore {
    fn happen(&mut self, now: Instant, deeds: &[Deed]) {
        self.now = now;
        for deed in deeds {
            match deed {
                Deed::Event { subject, line } => {
                    let event = parse_structured(line.as_bytes()).expect("it was read before");
                    let record = self.tickets.entry(subject.clone()).or_default();
                    if record.find(&event).is_none() {
                        record.insert(&event);
                    }
                }
                Deed::Control(event) => {
                    self.controls = self.controls.with([(**event).clone()]).expect("it compiled when it was read");
                }
                Deed::Restart => {}
            }
        }
    }

    fn advance(&mut self, now: Instant) {
        self.now = now;
    }

    fn ledger(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for (subject, record) in &self.tickets {
            let mut ledger = Ledger::of(subject);
            derive(record, &self.controls, self.now, &mut ledger);
            ledger.sort();
            ledger.write_lines(&mut lines);
        }
        String::from_utf8(lines).expect("bodies are JSON").lines().map(str::to_owned).collect()
    }

    fn explain(&mut self, subject: &str) -> Explanation {
        explain(subject, &self.tickets[subject], &self.controls, self.now)
    }
}

/// What stands when the story is over.
pub fn final_ledger(scenario: &Scenario) -> Vec<String> {
    let mut core = OnCore::new(scenario);
    scenario.scenes.iter().for_each(|scene| core.happen(scene.at, &scene.deeds));
    core.ledger()
}
