//! Quarantine: the core fails on one ticket, and the lane goes on.
//!
//! The core is made to fail by [`Settings::fails_on`], on tickets of category poison under a faulty policy, and by an event
//! that no parser lets through: its time overflows.

use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Content, Input, Lane, Now, RETRACTED, Settings, Turn};
use duly_core::ledger::{Ledger, derive};
use duly_core::policy::{AppliesTo, Policy};
use duly_core::ticket::{Record, parse_structured};
use duly_core::time::Instant;

use crate::lane::{at, input, outcomes, portrait, redrive, restored, step, types};
use crate::stories::{event, policy};

const RECEIVED: (usize, &str) = (1, "2026-03-02 09:00 received");
const PROGRESS: (usize, &str) = (2, "2026-03-02 10:00 progress_reported");
const POISON: (usize, &str) = (3, "2026-03-02 10:00 observed category=poison");
const LATER: (usize, &str) = (4, "2026-03-02 15:00 responded");

/// Promises of which the second, for tickets of category poison, has this many reminders.
fn with_reminders(count: usize) -> Policy {
    let mut policy = policy(
        "response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]\n\
         fragile:\n  start: received\n  stop: responded\n  targets: [{when: {category: poison}, within: 8h}]",
    );
    let fragile = policy.objectives.get_mut("fragile").expect("it was just given");
    fragile.remind_at = (1..=count).map(|percent| format!("{percent}%").parse().expect("a reminder")).collect();
    policy
}

/// Fails on every ticket of category poison.
fn faulty() -> Arc<Controls> {
    Arc::new(Controls::always([with_reminders(40)]).expect("it compiles"))
}

/// Does what it should: the release in which that was mended.
fn mended() -> Arc<Controls> {
    Arc::new(Controls::always([with_reminders(0)]).expect("it compiles"))
}

/// A faulty policy is known by its many reminders.
fn fails(record: &Record, controls: &Controls, until: Instant) -> bool {
    let is_faulty = controls.events().iter().any(|event| match event {
        ControlEvent::PolicyPublished { policy, effective_from } => {
            effective_from.unwrap_or(policy.effective_from) <= until
                && policy.objectives["fragile"].remind_at.len() >= 40
        }
        _ => false,
    });
    is_faulty && record.entries().any(|entry| entry.field("category") == Some("poison"))
}

fn settings() -> Settings {
    Settings { fails_on: Some(fails), ..Settings::default() }
}

fn lane() -> Lane {
    Lane::new(settings(), faulty())
}

/// The types of the SLA events that stand for `events`, derived from scratch by what works.
fn derived(events: &[(usize, &str)], until: &str) -> Vec<&'static str> {
    let mut lane = Lane::new(Settings { is_durable: false, ..settings() }, mended());
    step(&mut lane, events, "2020-01-01 00:00");
    let mut ledger = Ledger::of("acme/T-1");
    derive(lane.find("acme/T-1").expect("the ticket").record(), lane.controls(), at(until), &mut ledger);
    ledger.sort();
    ledger.entries().iter().map(|entry| entry.kind.type_name()).collect()
}

/// An event that no parser lets through: the record can not hold its time.
fn step_with_endless_time(lane: &mut Lane, before: &[(usize, &str)]) -> Turn {
    let texts: Vec<String> = before.iter().map(|(id, line)| event(line, *id)).collect();
    let last = event(LATER.1, LATER.0);
    let mut endless = parse_structured(last.as_bytes()).expect("an event");
    endless.time = Instant::from_ns(i64::MIN + 1);
    let inputs = texts.iter().map(|text| input(text));
    let endless = Input { appended_at: None, revives: false, content: Content::Event(endless) };
    lane.step(inputs.chain([endless]), Now { wall: Instant::MIN, is_at_end: false })
}

#[test]
fn one_ticket_is_set_aside_and_the_others_go_on() {
    let mut lane = lane();
    let other = event(RECEIVED.1, RECEIVED.0).replace("T-1", "T-2");
    let texts = [event(RECEIVED.1, RECEIVED.0), other, event(POISON.1, POISON.0)];
    let turn = lane.step(texts.iter().map(|text| input(text)), Now { wall: at("2026-03-02 10:00"), is_at_end: true });
    assert_eq!(outcomes(&turn), ["quarantined", "applied", "quarantined"]);
    let published: Vec<&str> = turn.publications().map(|publication| publication.subject).collect();
    assert_eq!((published, &turn.changed[..]), (vec!["acme/T-2"], &[0, 1][..]));
    lane.committed();
    assert_eq!((lane.len(), lane.quarantined(), lane.retired()), (2, 1, 0));
    let view = lane.view("acme/T-1").expect("it is there");
    assert_eq!((view.quarantined, view.events, view.clocks.len()), (true, 0, 0), "it is as before the step: empty");
}

#[test]
fn a_dead_letter_says_what_happened_and_what_to_do() {
    let mut lane = lane();
    let turn = step(&mut lane, &[RECEIVED, POISON], "2026-03-02 10:00");
    let said = format!("{:?}", turn.outcomes[1]);
    for words in ["acme/T-1", "the core was made to fail", "upgrade", "redrive"] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_ticket_in_quarantine_stands_still_until_it_is_redriven_after_an_upgrade() {
    let mut lane = lane();
    let turn = step(&mut lane, &[RECEIVED], "2026-03-02 09:30");
    assert_eq!(types(&turn), ["duly.sla.clock_started.v1"]);
    lane.committed();
    let turn = step(&mut lane, &[PROGRESS, POISON], "2026-03-02 10:00");
    assert_eq!((outcomes(&turn), types(&turn)), (vec!["quarantined"; 2], vec![]));
    lane.committed();
    assert_eq!(lane.find("acme/T-1").map(|ticket| ticket.record().len()), Some(1));
    let turn = step(&mut lane, &[RECEIVED, LATER], "2026-03-02 16:00");
    assert_eq!((outcomes(&turn), types(&turn)), (vec!["quarantined"; 2], vec![]), "nor does it breach");
    lane.committed();
    assert_eq!(lane.next_timer(), Instant::MAX);

    let mut same = restored(&lane, settings(), &faulty());
    assert_eq!(portrait(&same), portrait(&lane));
    let turn = redrive(&mut same, &[PROGRESS, POISON, LATER], "2026-03-02 16:00");
    assert_eq!((outcomes(&turn), types(&turn)), (vec!["quarantined"; 3], vec![]), "without an upgrade it fails again");
    assert_eq!(same.quarantined(), 1);

    let mut upgraded = restored(&lane, settings(), &mended());
    let turn = redrive(&mut upgraded, &[PROGRESS, POISON, LATER], "2026-03-02 16:00");
    assert_eq!((outcomes(&turn), upgraded.quarantined()), (vec!["applied"; 3], 0));
    let derived = derived(&[RECEIVED, PROGRESS, POISON, LATER], "2026-03-02 16:00");
    assert_eq!([vec!["duly.sla.clock_started.v1"], types(&turn)].concat(), derived, "what was published is not again");
}

#[test]
fn what_time_alone_breaks_is_lifted_by_any_event_that_is_redriven() {
    let sound = ControlEvent::PolicyPublished { policy: with_reminders(0), effective_from: Some(Instant::MIN) };
    let takes_over = |reminders| {
        let policy = Policy { applies_to: AppliesTo::OpenTickets, ..with_reminders(reminders) };
        ControlEvent::PolicyPublished { policy, effective_from: Some(at("2026-03-02 12:00")) }
    };
    let controls = |reminders| {
        let controls = Controls::default().with([sound.clone(), takes_over(reminders)]);
        Arc::new(controls.expect("they compile"))
    };
    let mut lane = Lane::new(settings(), controls(40));
    let turn = step(&mut lane, &[RECEIVED, POISON], "2026-03-02 11:00");
    assert_eq!(types(&turn), ["duly.sla.clock_started.v1"; 2]);
    lane.committed();
    let turn = step(&mut lane, &[], "2026-03-02 14:00");
    assert_eq!((lane.quarantined(), &turn.changed[..], types(&turn)), (1, &[0][..], vec![]));
    lane.discarded();
    assert_eq!(lane.quarantined(), 0);
    step(&mut lane, &[], "2026-03-02 14:00");
    lane.committed();
    step(&mut lane, &[], "2026-03-02 18:00");
    lane.committed();
    let mut upgraded = restored(&lane, settings(), &controls(0));
    let turn = redrive(&mut upgraded, &[RECEIVED], "2026-03-02 18:00");
    assert_eq!(outcomes(&turn), ["duplicate"]);
    assert_eq!(types(&turn), ["duly.sla.breached.v1"; 2], "all since it was set aside");
}

#[test]
fn a_ticket_that_fails_as_it_is_restored_is_set_aside_and_that_is_stored() {
    let mut sound = Lane::new(settings(), mended());
    step(&mut sound, &[RECEIVED, POISON], "2026-03-02 10:00");
    sound.committed();
    let mut lane = restored(&sound, settings(), &faulty());
    assert_eq!(lane.quarantined(), 1);
    let before = portrait(&lane);
    for _ in 0..2 {
        let turn = step(&mut lane, &[], "2026-03-02 18:00");
        assert_eq!((&turn.changed[..], types(&turn)), (&[0][..], vec![]));
        lane.discarded();
        assert_eq!(portrait(&lane), before);
    }
    step(&mut lane, &[], "2026-03-02 18:00");
    lane.committed();
    assert!(step(&mut lane, &[], "2026-03-02 18:30").is_empty(), "it is stored once");
    lane.committed();
    let mut upgraded = restored(&lane, settings(), &mended());
    assert_eq!(upgraded.quarantined(), 1);
    let turn = redrive(&mut upgraded, &[RECEIVED], "2026-03-02 18:30");
    assert_eq!(types(&turn), ["duly.sla.breached.v1"; 2], "what came due meanwhile is not lost");
}

#[test]
fn late_events_that_were_refused_are_judged_against_what_was_published() {
    let mut lane = lane();
    step(&mut lane, &[RECEIVED], "2026-03-02 14:00");
    lane.committed();
    let answered = (5, "2026-03-02 11:00 responded");
    let turn = step(&mut lane, &[POISON, answered], "2026-03-02 14:00");
    assert_eq!((outcomes(&turn), types(&turn)), (vec!["quarantined"; 2], vec![]));
    lane.committed();
    let mut upgraded = restored(&lane, settings(), &mended());
    let turn = redrive(&mut upgraded, &[answered], "2026-03-02 14:00");
    assert_eq!(types(&turn), [RETRACTED, "duly.sla.clock_met.v1"]);
}

#[test]
fn a_record_that_can_not_be_taken_leaves_the_ticket_as_it_was() {
    let mut lane = lane();
    step(&mut lane, &[RECEIVED], "2026-03-02 10:00");
    lane.committed();
    let before = portrait(&lane);
    let turn = step_with_endless_time(&mut lane, &[PROGRESS]);
    assert_eq!((outcomes(&turn), lane.quarantined()), (vec!["quarantined"; 2], 1));
    lane.discarded();
    assert_eq!(portrait(&lane), before, "a discarded quarantine has not happened");
}

#[test]
fn a_replay_keeps_what_it_took_before_the_core_failed() {
    let mut lane = Lane::new(Settings { is_durable: false, ..settings() }, faulty());
    let turn = step_with_endless_time(&mut lane, &[RECEIVED, PROGRESS]);
    assert_eq!(outcomes(&turn), ["applied", "applied", "quarantined"]);
    let ticket = lane.find("acme/T-1").expect("it is there");
    assert_eq!((ticket.is_quarantined(), ticket.record().len()), (true, 2));
}

#[test]
fn to_derive_what_fails_is_an_error_and_no_panic() {
    let mut sound = Lane::new(settings(), mended());
    step(&mut sound, &[RECEIVED, POISON], "2026-03-02 10:00");
    sound.committed();
    let ticket = sound.find("acme/T-1").expect("it is there");
    let mut ledger = Ledger::of("acme/T-1");
    assert!(lane().derive("acme/T-1", &ticket, at("2026-03-02 12:00"), &mut ledger).is_err());
    assert_eq!(sound.derive("acme/T-1", &ticket, at("2026-03-02 12:00"), &mut ledger), Ok(()));
}
