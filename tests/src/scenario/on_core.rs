//! The stage without an engine: the core's `derive`, from scratch for every question.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use duly_core::control::{ControlEvent, Controls};
use duly_core::explain::{Explanation, explain};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::ledger::{Ledger, derive};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::Instant;
use serde_json::json;

use super::{Deed, Question, Scenario, Stage, ask};

/// All that has arrived, and until when is asked.
pub struct OnCore {
    controls: Controls,
    tickets: BTreeMap<String, Record>,
    /// The events as they came, for those who ask for more than a ledger.
    lines: Vec<String>,
    now: Instant,
    scenario: String,
    zone: Tz,
}

impl OnCore {
    /// An empty stage under the scenario's policies.
    pub fn new(scenario: &Scenario) -> Self {
        let publish = |policy| ControlEvent::PolicyPublished { policy, effective_from: None };
        let controls = Controls::default().with(scenario.policies.iter().cloned().map(publish));
        OnCore {
            controls: controls.expect("they compiled when they were read"),
            tickets: BTreeMap::new(),
            lines: Vec::new(),
            now: Instant::MIN,
            scenario: scenario.name.clone(),
            zone: scenario.zone,
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
                    // What comes twice is there once.
                    let _ = self.tickets.entry(subject.clone()).or_default().take(&event);
                    self.lines.push(line.clone());
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

    fn answer(&mut self, question: &Question) -> String {
        match question {
            Question::Queue(wanted) => {
                let (items, _) = self.lane().work(wanted, self.now, usize::MAX);
                ask::queue(&items, &self.scenario, self.zone)
            }
            Question::Report(options) => self.review(options),
            Question::Letter(language) => ask::letter(language),
        }
    }

    fn explain(&mut self, subject: &str) -> Explanation {
        explain(subject, &self.tickets[subject], &self.controls, self.now)
    }
}

impl OnCore {
    /// A lane that has read everything.
    fn lane(&self) -> Lane {
        let mut lane =
            Lane::new(Settings { is_durable: false, ..Settings::default() }, Arc::new(self.controls.clone()));
        let inputs = self.lines.iter().map(|line| Input {
            appended_at: None,
            revives: false,
            content: parse_structured(line.as_bytes()).into(),
        });
        lane.step(inputs, Now { wall: self.now, is_at_end: true });
        lane.committed();
        lane
    }

    /// What `duly report` says of the log so far.
    fn review(&self, options: &[String]) -> String {
        let folder = tempfile::tempdir().expect("a directory for the test");
        let write = |name: &str, lines: &[String]| {
            let path = folder.path().join(name);
            std::fs::write(&path, lines.join("\n") + "\n").expect("a file");
            path.display().to_string()
        };
        let control = |(position, event): (usize, &ControlEvent)| {
            json!({
                "specversion": "1.0", "type": event.type_name(), "source": "/operator", "id": position.to_string(),
                "data": event.data(),
            })
            .to_string()
        };
        let controls: Vec<String> = self.controls.events().iter().enumerate().map(control).collect();
        let (log, control) = (write("log.ndjson", &self.lines), write("control.ndjson", &controls));
        let until = self.now.to_string();
        let mut arguments = vec!["report", &log, "--control", &control, "--until", &until, "--lang", "en", "--period"];
        arguments.extend(options.iter().map(String::as_str));
        ask::told(&arguments)
    }
}

/// What stands when the story is over.
pub fn final_ledger(scenario: &Scenario) -> Vec<String> {
    let mut core = OnCore::new(scenario);
    scenario.scenes.iter().for_each(|scene| core.happen(scene.at, &scene.deeds));
    core.ledger()
}
