//! The core, seen from outside: events go in as lines of JSON, bodies of SLA events come out.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Outcome, RETRACTED, Settings, Turn};
use duly_core::ledger::{self, Ledger};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::Instant;
use duly_tests::event::SUBJECT;
use duly_tests::generate::{Arrival, Fate, Step};
use duly_tests::minute::{from_instant, to_instant};
use duly_tests::model::Entry;
use duly_tests::story::Case;
use serde_json::Value;

/// What is in force in a case.
pub(crate) fn controls(case: &Case) -> Controls {
    let publish = |policy| ControlEvent::PolicyPublished { policy, effective_from: None };
    Controls::default().with(case.policies.iter().cloned().map(publish)).expect("generated policies compile")
}

/// The ledger of a case, derived from scratch: the bodies in the order of a written ledger.
pub(crate) fn derive(case: &Case) -> Vec<String> {
    let mut record = Record::default();
    for event in &case.events {
        let line = event.to_json();
        let event = parse_structured(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
        if record.find(&event).is_none() {
            record.insert(&event);
        }
    }
    let mut ledger = Ledger::of(SUBJECT);
    ledger::derive(&record, &controls(case), to_instant(case.until), &mut ledger);
    ledger.sort();
    let mut lines = Vec::new();
    ledger.write_lines(&mut lines);
    String::from_utf8(lines).expect("bodies are JSON").lines().map(str::to_owned).collect()
}

/// Bodies as the model tells them, in its order.
pub(crate) fn entries(bodies: &[String]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = bodies.iter().map(|body| entry(body)).collect();
    entries.sort();
    entries
}

fn entry(body: &str) -> Entry {
    let body: Value = serde_json::from_str(body).expect("a body is JSON");
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let minute = |name: &str| body[name].as_str().map(|text| from_instant(text.parse().expect("an instant")));
    Entry {
        at: minute("at").expect("a body has its instant"),
        objective: text("objective").unwrap_or_default(),
        cycle: body["cycle"].as_u64().unwrap_or_default() as u32,
        kind: text("type").expect("a body has its type"),
        part: text("part"),
        policy: text("policy").unwrap_or_default(),
        due_at: minute("due_at"),
    }
}

/// What stands after the events of `case` have reached a lane as `arrival` says: published less retracted, sorted.
pub(crate) fn standing(case: &Case, arrival: &Arrival) -> Result<Vec<String>, String> {
    let controls = Arc::new(controls(case));
    let mut lane = Lane::new(Settings::default(), Arc::clone(&controls));
    let mut standing: BTreeMap<String, String> = BTreeMap::new();
    for step in &arrival.steps {
        let turn = match step.fate {
            Fate::Discarded => {
                run(&mut lane, case, step);
                lane.discarded();
                run(&mut lane, case, step)
            }
            Fate::Committed | Fate::Restarted => run(&mut lane, case, step),
        };
        lane.committed();
        account(&turn, step)?;
        read(&turn, &mut standing)?;
        if step.fate == Fate::Restarted {
            lane = restarted(&lane, &controls);
        }
    }
    let mut bodies: Vec<String> = standing.into_values().collect();
    bodies.sort();
    Ok(bodies)
}

fn run(lane: &mut Lane, case: &Case, step: &Step) -> Turn {
    let lines: Vec<String> = step.events.iter().map(|index| case.events[*index].to_json()).collect();
    let inputs =
        lines.iter().map(|line| Input { appended_at: None, revives: false, event: parse_structured(line.as_bytes()) });
    lane.step(inputs, Now { wall: to_instant(step.watermark), is_at_end: true })
}

/// I7: there is an outcome for every record that was read.
fn account(turn: &Turn, step: &Step) -> Result<(), String> {
    let refused = turn.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::DeadLetter(_))).count();
    if turn.outcomes.len() == step.events.len() && refused <= step.conflicts {
        return Ok(());
    }
    Err(format!("of {} records {:?} became of them", step.events.len(), turn.outcomes))
}

/// I2: what a consumer makes of what it reads.
fn read(turn: &Turn, standing: &mut BTreeMap<String, String>) -> Result<(), String> {
    for publication in turn.publications() {
        let data = String::from_utf8(publication.data.to_vec()).expect("bodies are JSON");
        if publication.type_name == RETRACTED {
            let retraction: Value = serde_json::from_str(&data).expect("a retraction is JSON");
            let id = retraction["retracts"].as_str().unwrap_or_default();
            standing.remove(id).ok_or_else(|| format!("retracted what does not stand: {data}"))?;
        } else if let Some(before) = standing.insert(publication.id.to_string(), data) {
            return Err(format!("published twice under one id: {before}"));
        }
    }
    Ok(())
}

/// The lane as another process finds it: from the records that the last turns left.
fn restarted(lane: &Lane, controls: &Arc<Controls>) -> Lane {
    let tickets: Vec<(String, Vec<u8>)> = lane
        .kept()
        .map(|(subject, kept)| {
            let mut bytes = Vec::new();
            kept.write(&mut bytes);
            (subject.to_owned(), bytes)
        })
        .collect();
    let records = tickets.iter().map(|(subject, bytes)| (subject.as_str(), bytes.as_slice()));
    Lane::restore(Settings::default(), Arc::clone(controls), lane.turn(), lane.watermark(), records)
        .expect("a lane reads what it wrote")
}

/// The bodies whose instant is not after `until`.
pub(crate) fn cut(bodies: &[String], until: Instant) -> Vec<String> {
    let is_before = |body: &&String| to_instant(entry(body).at) <= until;
    bodies.iter().filter(is_before).cloned().collect()
}
