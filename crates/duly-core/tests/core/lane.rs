//! Lanes: what a step wants written, late arrivals, and going back.

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lane::{Input, Lane, Now, Outcome, RETRACTED, Settings, Turn};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;

use crate::stories::{event, policy};

fn lane() -> Lane {
    let policy = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]");
    Lane::new(Settings::default(), Arc::new(Controls::always([policy]).expect("it compiles")))
}

fn at(text: &str) -> Instant {
    format!("{}:00Z", text.replace(' ', "T")).parse().expect("an instant")
}

fn step(lane: &mut Lane, events: &[(usize, &str)], now: &str) -> Turn {
    let texts: Vec<String> = events.iter().map(|(id, line)| event(line, *id)).collect();
    let inputs =
        texts.iter().map(|text| Input { appended_at: None, revives: false, event: parse_structured(text.as_bytes()) });
    lane.step(inputs, Now { wall: at(now), is_at_end: true })
}

fn types(turn: &Turn) -> Vec<&str> {
    turn.publications().map(|publication| publication.type_name).collect()
}

#[test]
fn a_late_answer_takes_back_the_breach_and_a_void_brings_it_again() {
    let mut lane = lane();
    let turn = step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 14:00");
    assert_eq!(types(&turn), ["duly.sla.clock_started.v1", "duly.sla.breached.v1"]);
    let breach = turn.publications().last().expect("the breach").id;
    let turn = step(&mut lane, &[(2, "2026-03-02 12:00 responded")], "2026-03-02 15:00");
    assert_eq!(types(&turn), [RETRACTED, "duly.sla.clock_met.v1"]);
    let data = String::from_utf8(turn.publications().next().expect("it was just seen").data.to_vec()).expect("JSON");
    assert!(
        data.contains(&breach.to_string()) && data.contains("\"cause\":{\"source\":\"crm\",\"id\":\"e2\"}"),
        "{data}"
    );
    let turn = step(&mut lane, &[(3, "2026-03-02 16:00 event_voided id=e2")], "2026-03-02 16:00");
    assert_eq!(types(&turn), [RETRACTED, "duly.sla.breached.v1"]);
    let again = turn.publications().last().expect("the breach");
    assert_eq!(again.incarnation, 1);
    assert_ne!(again.id, breach, "a body that was withdrawn is published under another id");
}

#[test]
fn every_input_ends_in_exactly_one_way() {
    let mut lane = lane();
    let turn = step(
        &mut lane,
        &[(1, "2026-03-02 09:00 received"), (1, "2026-03-02 09:00 received"), (1, "2026-03-02 09:00 received team=a")],
        "2026-03-02 10:00",
    );
    assert!(matches!(&turn.outcomes[..], [Outcome::Applied, Outcome::Duplicate, Outcome::DeadLetter(_)]), "{turn:?}");
    let turn = step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    assert_eq!((&turn.outcomes[..], turn.changed.len()), (&[Outcome::Duplicate][..], 0));
}

#[test]
fn a_discarded_turn_has_not_happened() {
    let mut lane = lane();
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    lane.committed();
    let first = step(&mut lane, &[(2, "2026-03-02 11:00 responded")], "2026-03-02 14:00");
    let second = step(&mut lane, &[(3, "2026-03-02 12:00 responded")], "2026-03-02 15:00");
    assert_eq!(types(&first), ["duly.sla.clock_met.v1"]);
    assert!(types(&second).is_empty());
    assert_eq!(lane.find("acme/T-1").map(|ticket| ticket.record().len()), Some(1), "readers see what is committed");
    lane.discarded();
    assert_eq!((lane.turn(), lane.watermark()), (1, at("2026-03-02 10:00")));
    let again = step(&mut lane, &[], "2026-03-02 14:00");
    assert_eq!(types(&again), ["duly.sla.breached.v1"], "nothing of the discarded turns is left");
}

#[test]
fn a_restored_lane_goes_on_where_the_other_was() {
    let mut lane = lane();
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    lane.committed();
    let mut stored = Vec::new();
    lane.ticket(0).expect("the ticket").1.write(&mut stored);
    let controls = Arc::clone(lane.controls());
    let parts = [("acme/T-1", &stored[..])];
    let mut restored = Lane::restore(Settings::default(), controls, lane.turn(), lane.watermark(), parts)
        .expect("it was just written");
    let turn = step(&mut restored, &[], "2026-03-02 13:00");
    assert_eq!((types(&turn), turn.number), (vec!["duly.sla.breached.v1"], 2));
}

#[test]
fn a_backlog_raises_no_false_breach() {
    let mut lane = lane();
    let texts = [event("2026-03-02 09:00 received", 1), event("2026-03-02 10:00 responded", 2)];
    for text in &texts {
        let input = Input {
            appended_at: Some(at("2026-03-02 18:00")),
            revives: false,
            event: parse_structured(text.as_bytes()),
        };
        let turn = lane.step([input], Now { wall: at("2026-03-02 20:00"), is_at_end: false });
        assert!(!types(&turn).contains(&"duly.sla.breached.v1"));
    }
    assert_eq!(lane.watermark(), at("2026-03-02 10:00"));
}
