//! Lanes: what a step wants written, late arrivals, and going back.

use std::borrow::Cow;
use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Kept, Lane, Now, Outcome, RETRACTED, RestoreError, Settings, Turn};
use duly_core::ticket::{RecordError, parse_structured};
use duly_core::time::Instant;

use crate::stories::{event, policy};

fn lane() -> Lane {
    let policy = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]");
    Lane::new(Settings::default(), Arc::new(Controls::always([policy]).expect("it compiles")))
}

pub(crate) fn at(text: &str) -> Instant {
    format!("{}:00Z", text.replace(' ', "T")).parse().expect("an instant")
}

/// Events `(id, line)` of one ticket arrive, and time advances to `now`.
pub(crate) fn step(lane: &mut Lane, events: &[(usize, &str)], now: &str) -> Turn {
    let texts: Vec<String> = events.iter().map(|(id, line)| event(line, *id)).collect();
    let inputs = texts.iter().map(|text| input(text));
    lane.step(inputs, Now { wall: at(now), is_at_end: true })
}

/// An event as it is read the first time.
pub(crate) fn input(text: &str) -> Input<'_> {
    Input { appended_at: None, revives: false, content: parse_structured(text.as_bytes()).into() }
}

/// Events of one ticket, all that the log has, are asked for again.
pub(crate) fn redrive(lane: &mut Lane, events: &[(usize, &str)], now: &str) -> Turn {
    let texts: Vec<String> = events.iter().map(|(id, line)| event(line, *id)).collect();
    let inputs = texts.iter().map(|text| Input { revives: true, ..input(text) });
    lane.step(inputs, Now { wall: at(now), is_at_end: true })
}

/// All that makes a lane what it is, and is the same in another that was restored.
pub(crate) fn portrait(lane: &Lane) -> (u64, Instant, [usize; 3], Vec<(String, Vec<u8>)>) {
    let counts = [lane.len(), lane.retired(), lane.quarantined()];
    (lane.turn(), lane.watermark(), counts, stored(lane))
}

/// The records that a lane leaves.
pub(crate) fn stored(lane: &Lane) -> Vec<(String, Vec<u8>)> {
    let written = |(subject, kept): (&str, Cow<'_, Kept>)| {
        let mut bytes = Vec::new();
        kept.write(&mut bytes);
        (subject.to_owned(), bytes)
    };
    lane.kept().map(written).collect()
}

/// The lane as another process finds it, under `controls`.
pub(crate) fn restored(lane: &Lane, settings: Settings, controls: &Arc<Controls>) -> Lane {
    let stored = stored(lane);
    let records = stored.iter().map(|(subject, bytes)| (&**subject, &**bytes));
    Lane::restore(settings, Arc::clone(controls), lane.turn(), lane.watermark(), records).expect("it was just written")
}

/// The reasons of dead letters, and what became of the other records.
pub(crate) fn outcomes(turn: &Turn) -> Vec<&str> {
    turn.outcomes.iter().map(Outcome::name).collect()
}

/// What a turn publishes.
pub(crate) fn types(turn: &Turn) -> Vec<&str> {
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
    let mut restored = restored(&lane, Settings::default(), lane.controls());
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
            content: parse_structured(text.as_bytes()).into(),
        };
        let turn = lane.step([input], Now { wall: at("2026-03-02 20:00"), is_at_end: false });
        assert!(!types(&turn).contains(&"duly.sla.breached.v1"));
    }
    assert_eq!(lane.watermark(), at("2026-03-02 10:00"));
}

#[test]
fn a_lane_waits_for_the_control_events_that_its_tickets_were_derived_under() {
    let mut lane = lane();
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    lane.committed();
    let stored = stored(&lane);
    let records = stored.iter().map(|(subject, bytes)| (&**subject, &**bytes));
    let restored = Lane::restore(Settings::default(), Arc::default(), lane.turn(), lane.watermark(), records);
    assert_eq!(restored.err(), Some(RestoreError::ControlsBehind { named: 1, known: 0 }));
}

#[test]
fn control_events_that_come_between_two_turns_reach_all_tickets_though_the_turns_are_discarded() {
    let mut lane = lane();
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    lane.committed();
    step(&mut lane, &[], "2026-03-02 10:30");
    let second = policy("other:\n  start: received\n  stop: responded\n  targets: [{within: 2h}]");
    let published = ControlEvent::PolicyPublished { policy: second, effective_from: None };
    lane.control(Arc::new(lane.controls().with([published]).expect("it compiles")));
    lane.discarded();
    let turn = step(&mut lane, &[], "2026-03-02 10:30");
    assert_eq!(types(&turn), [RETRACTED, "duly.sla.clock_started.v1"]);
}

#[test]
fn what_the_first_release_stored_is_read() {
    let mut lane = lane();
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 10:00");
    lane.committed();
    let (_, second) = &stored(&lane)[0];
    // A byte for the format and one for the standing, controls and withdrawals, when it was appended, the record.
    let first = [&[1], &second[2..10], &second[18..]].concat();
    let records = [("acme/T-1", &first[..])];
    let mut lane = Lane::restore(Settings::default(), Arc::clone(lane.controls()), 1, lane.watermark(), records)
        .expect("the format of the release before");
    let turn = step(&mut lane, &[], "2026-03-02 13:00");
    assert_eq!(types(&turn), ["duly.sla.breached.v1"]);
    let newer = RestoreError::Record(RecordError::Newer { found: 9, known: 2 });
    assert_eq!(lane.restore_ticket("acme/T-2", &[9, 0, 0]), Err(newer));
}

#[test]
fn a_ticket_takes_so_many_events_and_bytes_and_no_more() {
    let long = format!("2026-03-02 11:00 observed note={}", "x".repeat(900));
    let events: [(usize, &str); 4] = [
        (1, "2026-03-02 09:00 received"),
        (2, "2026-03-02 10:00 observed team=a"),
        (3, &long),
        (4, "2026-03-02 12:00 observed team=b"),
    ];
    for (events_max, bytes_max, taken) in [(10, 10_000, 4), (3, 10_000, 3), (2, 10_000, 2), (10, 900, 3), (10, 10, 1)] {
        let controls = Arc::clone(lane().controls());
        let mut lane = Lane::new(Settings { events_max, bytes_max, ..Settings::default() }, controls);
        let turn = step(&mut lane, &events, "2026-03-02 12:00");
        let outcomes = turn.outcomes.iter().map(|outcome| match outcome {
            Outcome::DeadLetter(refusal) => refusal.kind.name(),
            _ => "taken",
        });
        let expected = (0..events.len()).map(|at| if at < taken { "taken" } else { "history_full" });
        assert!(outcomes.eq(expected), "{events_max} events, {bytes_max} bytes: {:?}", turn.outcomes);
        let turn = step(&mut lane, &events[..1], "2026-03-03 09:00");
        assert_eq!(turn.outcomes, [Outcome::Duplicate], "what it has is known");
        assert_eq!(
            turn.publications().map(|published| published.type_name).collect::<Vec<_>>(),
            ["duly.sla.breached.v1"]
        );
    }
}
