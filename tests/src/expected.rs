//! What must stand in the end: shared policies and histories, and the ledger that follows from them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::ledger::Ledger;
use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;

/// The policy that Duly ships, as a file.
pub fn policy_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/policies/response-time-commitment.yaml")
}

/// The policy that Duly ships.
pub fn policy() -> Policy {
    parse_policy(&fs::read_to_string(policy_path()).expect("the shipped policy"))
}

/// A policy from its text.
pub fn parse_policy(text: &str) -> Policy {
    source::parse(text, &|name| Err(format!("no {name} here"))).expect("a policy without mistakes").policy
}

/// The demo's fortnight, line by line, and its end.
pub fn fortnight() -> (Vec<String>, Instant) {
    use duly_engine::demo;
    let lines = demo::fortnight(demo::SEED, demo::start());
    (lines.into_iter().map(|(_, line)| line).collect(), demo::start().plus(demo::LENGTH))
}

/// What must stand at `until`: a lane in memory, which knows nothing of stores, turns and restarts.
pub fn expected_ledger(lines: &[String], policy: Policy, until: Instant) -> Vec<String> {
    let published = ControlEvent::PolicyPublished { policy, effective_from: None };
    let controls = Controls::default().with([published]).expect("it compiles");
    let mut lane = Lane::new(Settings { is_durable: false, ..Settings::default() }, Arc::new(controls));
    let inputs = lines.iter().map(|line| Input {
        appended_at: None,
        revives: false,
        content: parse_structured(line.as_bytes()).into(),
    });
    lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    let mut tickets: Vec<_> = lane.tickets().collect();
    tickets.sort_unstable_by_key(|(subject, _)| *subject);
    let mut text = Vec::new();
    for (subject, ticket) in tickets {
        let mut ledger = Ledger::of(subject);
        lane.derive(subject, &ticket, until, &mut ledger).expect("the core does not fail");
        ledger.sort();
        ledger.write_lines(&mut text);
    }
    String::from_utf8(text).expect("JSON").lines().map(str::to_owned).collect()
}

/// Compares ledgers, and shows the first difference instead of megabytes.
#[track_caller]
pub fn assert_same(found: &[String], expected: &[String], what: &str) {
    let differs = found.iter().zip(expected).position(|(a, b)| a != b);
    if let Some(at) = differs {
        panic!("{what}: entry {at} is\n{}\nand should be\n{}", found[at], expected[at]);
    }
    assert_eq!(found.len(), expected.len(), "{what}: the number of entries");
    assert!(!found.is_empty(), "{what}: an empty ledger shows nothing");
}
