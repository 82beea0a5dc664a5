//! SLA events: what a lane really publishes fits the schemas, and has no member that they do not explain.

use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::clock::SlaKind;
use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, RETRACTED, Settings};
use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use duly_engine::demo::{LENGTH, SEED, fortnight, start};
use duly_engine::schemas;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{bless, mistakes, validator};

pub(super) const LETTER: &str = include_str!("../../../deploy/config/policies/response-time-commitment.yaml");

pub(super) fn always(text: &str) -> Controls {
    Controls::always([policy(text)]).expect("the policy compiles")
}

fn policy(text: &str) -> Policy {
    let parsed = source::parse(text, &|name| Err(format!("there is no {name}"))).expect("a policy without mistakes");
    parsed.policy
}

/// All that a lane publishes where `arrivals` reach it at their instants, the last of them being the end.
fn publish(controls: Controls, arrivals: &[(Instant, String)], end: Instant) -> Vec<Value> {
    let mut lane = Lane::new(Settings::default(), Arc::new(controls));
    let mut published = Vec::new();
    let mut step = |lane: &mut Lane, line: Option<&str>, wall| {
        let input = line.map(|line| Input {
            appended_at: None,
            revives: false,
            content: parse_structured(line.as_bytes()).into(),
        });
        let turn = lane.step(input, Now { wall, is_at_end: true });
        for publication in turn.publications() {
            let mut text = Vec::new();
            publication.write_cloudevent(&mut text);
            published.push(serde_json::from_slice(&text).expect("a publication is JSON"));
        }
        lane.committed();
    };
    for (at, line) in arrivals {
        step(&mut lane, Some(line), *at);
    }
    step(&mut lane, None, end);
    published
}

/// What the demo does not show: one ticket that changes its priority, is merged, and is received a second time.
fn rare() -> Vec<Value> {
    const POLICY: &str = "\
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  answer:
    start: received
    stop: responded
    targets: [{when: {priority: high}, within: 2h}, {within: 8h}]
";
    let event = |id: u32, time: &str, kind: &str, data: Value| {
        let time: Instant = format!("2026-03-02T{time}:00Z").parse().expect("a time");
        let event = json!({
            "specversion": "1.0", "type": format!("duly.ticket.{kind}.v1"), "id": id.to_string(), "source": "/crm",
            "subject": "acme/T-1", "time": time, "data": data,
        });
        (time, event.to_string())
    };
    let events = [
        event(1, "09:00", "received", json!({"priority": "low"})),
        event(2, "09:30", "observed", json!({"priority": "high"})),
        event(3, "09:40", "received", json!({})),
        event(4, "10:00", "merged", json!({"into": "acme/T-2"})),
    ];
    let end = "2026-03-03T00:00:00Z".parse().expect("an instant");
    publish(always(POLICY), &events, end)
}

/// What an operator tells of an emergency.
fn told(kind: &str, data: &Value) -> ControlEvent {
    let kind = format!("duly.control.emergency_{kind}.v1");
    ControlEvent::from_data(&kind, data.to_string().as_bytes(), &[]).expect("it is right")
}

/// A ticket in two emergencies, one of which suspends its clock and one of which extends it.
fn in_emergencies() -> Vec<Value> {
    const POLICY: &str = "\
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  answer: {start: received, stop: responded, targets: [{within: 8h}]}
";
    let at = |time: &str| format!("2026-03-02T{time}:00Z");
    let declared = |id: &str, effect: Value| {
        let (title, when) = (json!({"en": "Storm"}), json!({"region": "south"}));
        json!({
            "emergency": id, "kind": "natural_disaster", "title": title, "when": when, "effect": effect,
            "effective_from": at("10:00"), "expected_end": at("18:00"),
        })
    };
    let controls = always(POLICY).with([
        told("declared", &declared("storm", json!("suspend"))),
        told("declared", &declared("flood", json!({"extend": "2h"}))),
        told("updated", &json!({"emergency": "storm", "effective_from": at("11:00"), "expected_end": null})),
        told("lifted", &json!({"emergency": "storm", "effective_from": at("12:00")})),
    ]);
    let event = |id: u32, time: &str, kind: &str, data: Value| {
        let event = json!({
            "specversion": "1.0", "type": format!("duly.ticket.{kind}.v1"), "id": id.to_string(), "source": "/crm",
            "subject": "acme/T-1", "time": at(time), "data": data,
        });
        (at(time).parse().expect("an instant"), event.to_string())
    };
    let events = [
        event(1, "09:00", "received", json!({"region": "south"})),
        event(2, "13:00", "observed", json!({"region": "north"})),
        event(3, "14:00", "responded", json!({})),
    ];
    publish(controls.expect("they are right"), &events, "2026-03-03T00:00:00Z".parse().expect("an instant"))
}

/// A promise broken, in an emergency for one of three, the claim for it, and a complaint with what came of it.
fn cases() -> Vec<Value> {
    const POLICY: &str = "\
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  answer:
    start: received
    stop: responded
    targets: [{within: 2h}]
feedback:
  about: [late, broken_promise]
  score_at_most: 40%
  scale: 5
  investigate: {within: 5d, owner: quality_manager}
  correct: {within: 20d, owner: service_manager}
liability:
  currency: CNY
  cap: 50000
  assess: {within: 10d, owner: claims_manager}
  settle: {within: 15d, owner: finance}
";
    let event = |day: u32, ticket: &str, kind: &str, data: Value| {
        let time: Instant = format!("2026-03-{day:02}T09:00:00Z").parse().expect("a time");
        let event = json!({
            "specversion": "1.0", "type": format!("duly.ticket.{kind}.v1"), "id": format!("{ticket}/{day}"), "source": "/crm",
            "subject": format!("acme/{ticket}"), "time": time, "data": data,
        });
        (time, event.to_string())
    };
    let order = json!({"item": "order", "expected_revenue": "9000.00", "probability": "0.25", "currency": "CNY"});
    let events = [
        event(2, "T-1", "received", json!({})),
        event(2, "T-2", "received", json!({"region": "coast"})),
        event(2, "T-3", "received", json!({})),
        event(3, "T-1", "complaint_filed", json!({"about": "late", "objective": "answer"})),
        event(3, "T-2", "claim_waived", json!({"reason": "A typhoon.", "emergency": "typhoon-1"})),
        event(3, "T-3", "loss_claimed", json!({"amount": "10", "currency": "CNY"})),
        event(4, "T-1", "finding_recorded", json!({"cause": "The night shift was short of one person."})),
        event(4, "T-3", "claim_rejected", json!({"reason": "It was insured."})),
        event(5, "T-1", "corrective_action_set", json!({"action": "second person at night", "owner": "night lead"})),
        event(6, "T-1", "loss_claimed", json!({"item": "technician", "amount": "1200.00", "currency": "CNY"})),
        event(7, "T-1", "loss_claimed", order),
        event(8, "T-1", "claim_assessed", json!({"item": "technician", "amount": "800.00", "currency": "CNY"})),
        event(9, "T-1", "claim_assessed", json!({"item": "order", "amount": "0", "currency": "CNY"})),
        event(10, "T-1", "claim_settled", json!({})),
        event(11, "T-1", "claim_settled", json!({"amount": "800.00", "currency": "CNY"})),
        event(12, "T-1", "corrective_action_done", json!({"action": "second person at night"})),
        event(13, "T-1", "investigation_closed", json!({})),
        event(14, "T-1", "feedback_given", json!({"score": 1})),
    ];
    let end = "2026-03-15T00:00:00Z".parse().expect("an instant");
    let typhoon = json!({
        "emergency": "typhoon-1", "kind": "natural_disaster", "title": {"en": "Typhoon"}, "when": {"region": "coast"},
        "effect": "announce_only", "effective_from": "2026-03-02T10:00:00Z",
    });
    let controls = always(POLICY).with([told("declared", &typhoon)]).expect("it is right");
    publish(controls, &events, end)
}

fn type_names() -> Vec<&'static str> {
    SlaKind::ALL.iter().map(|kind| kind.type_name()).chain([RETRACTED]).collect()
}

#[test]
fn what_is_published_fits_and_every_type_has_an_example_of_it() {
    let validators: BTreeMap<&str, Validator> = type_names().into_iter().map(|name| (name, validator(name))).collect();
    let mut published = publish(always(LETTER), &fortnight(SEED, start()), start().plus(LENGTH));
    assert!(published.len() > 1_000, "{}", published.len());
    published.extend(rare());
    published.extend(in_emergencies());
    published.extend(cases());
    let mut first: BTreeMap<&str, &Value> = BTreeMap::new();
    for event in &published {
        let name = event["type"].as_str().expect("a type");
        assert_eq!(mistakes(&validators[name], event), [""; 0], "{event:#}");
        assert_eq!(unexplained(name, event), [""; 0], "{event:#}");
        first.entry(name).or_insert(event);
    }
    for name in type_names() {
        let event = first.get(name).unwrap_or_else(|| panic!("nothing of type {name} was published"));
        bless(name, event);
    }
}

/// Members that the schema does not name.
pub(super) fn unexplained(name: &str, event: &Value) -> Vec<String> {
    let schema = schemas::find(name).expect("a schema of each type").schema;
    let members = |value: &Value, pointer: &str| {
        let known = schema.pointer(pointer).and_then(Value::as_object).expect("properties");
        let given = value.as_object().expect("an object").keys();
        given.filter(|member| !known.contains_key(*member)).cloned().collect::<Vec<_>>()
    };
    [members(event, "/properties"), members(&event["data"], "/properties/data/properties")].concat()
}
