//! Emergencies in explanations, reviews and lanes.

use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::explain::{Account, IntervalKind, explain};
use duly_core::lane::{Lane, RETRACTED, Settings};
use duly_core::ledger::derive;
use duly_core::review::{Question, Report, Review};
use duly_core::ticket::Record;
use duly_core::time::{Instant, Span};

use crate::lane::{at, step};
use crate::stories::{policy, record};

const FOUR_HOURS: &str = "response:\n  start: received\n  stop: responded\n  pause: {status_class: [pending]}\n  targets: [{within: 4 working_hours}]";

/// Four hours of an office that is open from 9 to 17, in the emergencies told: `declared {…}`, one a line.
fn controls(told: &[&str]) -> Controls {
    let event = |line: &&str| {
        let (name, data) = line.split_once(' ').expect("a name and data");
        let kind = format!("duly.control.emergency_{name}.v1");
        ControlEvent::from_data(&kind, data.as_bytes(), &[]).expect(line)
    };
    let policies = Controls::always([policy(FOUR_HOURS)]).expect("the policy compiles");
    policies.with(told.iter().map(event)).expect("they are right")
}

const STORM: &str = r#"declared {"emergency": "storm", "kind": "natural_disaster", "title": {"en": "Storm"}, "effect": "suspend", "effective_from": "2026-03-02T10:00:00Z"}"#;
const LIFTED: &str = r#"lifted {"emergency": "storm", "effective_from": "2026-03-02T12:00:00Z"}"#;
const SURGE: &str = r#"declared {"emergency": "surge", "kind": "surge", "title": {"en": "Surge"}, "effect": {"extend": "90 working_minutes"}, "effective_from": "2026-03-02T13:00:00Z"}"#;

fn ticket() -> Record {
    record(
        "2026-03-02 09:00 received status_class=open
         2026-03-02 11:00 observed status_class=pending
         2026-03-02 13:30 observed status_class=open",
    )
}

/// What the event of a type rests on.
fn account(controls: &Controls, kind: &str) -> Account {
    let explained = explain("acme/T-1", &ticket(), controls, at("2026-03-04 09:00"));
    let found = explained.sla_events.into_iter().find(|explained| explained.kind == kind);
    found.and_then(|explained| explained.rests_on).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn an_explanation_tells_who_held_the_clock_and_adds_up() {
    // One hour is used when the storm begins at 10; the customer is waited for from 11 to 13:30, the storm is over at 12.
    let breached = account(&controls(&[STORM, LIFTED]), "breached");
    let told: Vec<(IntervalKind, Instant, Option<&str>)> =
        breached.intervals.iter().map(|interval| (interval.kind, interval.to, interval.name.as_deref())).collect();
    let expected = [
        (IntervalKind::Open, at("2026-03-02 10:00"), None),
        (IntervalKind::Emergency, at("2026-03-02 11:00"), Some("storm")),
        (IntervalKind::Paused, at("2026-03-02 13:30"), None),
        (IntervalKind::Open, at("2026-03-02 16:30"), None),
    ];
    assert_eq!(told, expected);
    let minutes = |ms: i64| ms / 60_000;
    assert_eq!(minutes(breached.open_ms), 240);
    assert_eq!((minutes(breached.emergency_open_ms), minutes(breached.paused_open_ms)), (60, 150));
    assert_eq!(minutes(breached.total_ms), 240 + 60 + 150);
}

#[test]
fn an_extension_is_part_of_the_promise() {
    let breached = account(&controls(&[SURGE]), "breached");
    assert_eq!((&*breached.within, &*breached.extensions[0].by), ("4 working_hours", "90 working_minutes"));
    assert_eq!(breached.open_ms, (240 + 90) * 60_000);
}

/// A review of the week with the ticket answered at `answered`.
fn review(controls: &Controls, answered: &str) -> Report {
    let story = format!(
        "2026-03-02 09:00 received status_class=open
         2026-03-02 11:00 observed status_class=pending
         2026-03-02 13:30 observed status_class=open
         {answered} responded contains=answer"
    );
    let period: duly_core::review::Period = "2026-03".parse().expect("a period");
    let zone = chrono_tz::Tz::UTC;
    let until = period.range(zone).to.minus(Span::from_ns(1));
    let question = Question { period, zone, until, by: Vec::new(), compare: false, trend: 0, top: 5 };
    let mut review = Review::new(question, controls, false);
    let record = record(&story);
    derive(&record, controls, until, review.now());
    review.end_ticket("acme/T-1", &record);
    review.finish(controls, None)
}

#[test]
fn a_review_counts_time_in_emergencies_and_lists_them() {
    let report = review(&controls(&[STORM, LIFTED]), "2026-03-03 10:00");
    let causes = report.causes;
    let half_hours = |ms: i64| ms / 1_800_000;
    let parts = [causes.us_ms, causes.customer_ms, causes.emergency_ms, causes.closed_ms].map(half_hours);
    // 9 to 10, 13:30 to 17 and 9 to 10; 11 to 13:30; 10 to 11; the night.
    assert_eq!(parts, [11, 5, 2, 32]);
    let [storm] = &report.emergencies[..] else { panic!("{:?}", report.emergencies) };
    assert_eq!((&*storm.emergency, storm.from, storm.tickets), ("storm", at("2026-03-02 10:00"), 1));
    assert_eq!(storm.to, Some(at("2026-03-02 12:00")));
    let before = r#"lifted {"emergency": "storm", "effective_from": "2026-02-27T12:00:00Z"}"#;
    let earlier = STORM.replace("03-02T10", "02-26T10");
    let report = review(&controls(&[&earlier, before]), "2026-03-02 10:00");
    assert_eq!(report.emergencies, [], "it was over before the period began");
}

#[test]
fn another_promise_is_looked_at_in_the_same_emergencies() {
    let other = Controls::always([policy(&FOUR_HOURS.replace("4 w", "1 w"))]).expect("it compiles");
    let other = other.in_emergencies_of(&controls(&[STORM, LIFTED]));
    assert_eq!((other.len(), other.emergencies(at("2026-03-02 11:00")).len()), (3, 1));
    assert_eq!(account(&other, "breached").emergency_open_ms, 0, "the hour was used up when the storm began");
    assert_eq!(account(&other, "clock_paused").within, "1 working_hour");
}

#[test]
fn what_is_told_afterwards_takes_back_what_does_not_follow() {
    let mut lane = Lane::new(Settings::default(), Arc::new(controls(&[])));
    let types = |lane: &mut Lane, events: &[(usize, &str)], now: &str| -> Vec<&'static str> {
        let turn = step(lane, events, now);
        lane.committed();
        turn.publications().map(|published| published.type_name).collect()
    };
    types(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    assert_eq!(types(&mut lane, &[], "2026-03-02 13:30"), ["duly.sla.breached.v1"]);
    lane.control(Arc::new(controls(&[STORM])));
    assert_eq!(
        types(&mut lane, &[], "2026-03-02 13:31"),
        [RETRACTED, "duly.ticket.emergency_announced.v1", "duly.sla.clock_paused.v1"]
    );
    lane.control(Arc::new(controls(&[STORM, LIFTED])));
    assert_eq!(
        types(&mut lane, &[], "2026-03-02 13:32"),
        ["duly.ticket.emergency_lifted.v1", "duly.sla.clock_resumed.v1"]
    );
    let voided = r#"voided {"emergency": "storm"}"#;
    lane.control(Arc::new(controls(&[STORM, LIFTED, voided])));
    let told = types(&mut lane, &[], "2026-03-02 13:33");
    assert_eq!(told.iter().filter(|kind| **kind == RETRACTED).count(), 4);
    assert_eq!(told.last(), Some(&"duly.sla.breached.v1"));
}
