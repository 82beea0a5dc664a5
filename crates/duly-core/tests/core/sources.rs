//! Progress marks of sources: what is not copied yet is not taken for silence (T11).

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lane::{Content, Input, Lane, Now, Outcome, Progress, Settings};
use duly_core::time::Instant;

use crate::lane::{at, input, step, types};
use crate::stories::{event, policy};

fn lane(settings: Settings) -> Lane {
    let policy = policy("response:\n  start: received\n  stop: responded\n  targets: [{within: 4h}]");
    let mut lane = Lane::new(settings, Arc::new(Controls::always([policy]).expect("it compiles")));
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 09:30");
    lane.committed();
    lane
}

/// A mark of the part `part` of the source `crm`.
fn mark(part: &str, reached: &str) -> Progress {
    let mut mark = Progress::of("crm");
    mark.reached.insert(part.into(), at(reached));
    mark
}

/// Marks arrive, and time advances to `now`.
fn told(lane: &mut Lane, marks: &[Progress], now: &str) -> (Vec<String>, Instant) {
    let inputs =
        marks.iter().map(|mark| Input { appended_at: None, revives: false, content: Content::Progress(mark.clone()) });
    let turn = lane.step(inputs, Now { wall: at(now), is_at_end: true });
    assert!(turn.outcomes.iter().all(|outcome| *outcome == Outcome::Progress) && turn.changed.len() <= 1);
    (types(&turn).into_iter().map(str::to_owned).collect(), turn.watermark)
}

const BREACHED: &[&str] = &["duly.sla.breached.v1"];

#[test]
fn silence_is_judged_up_to_the_mark_of_the_part_that_is_furthest_behind() {
    let mut lane = lane(Settings::default());
    let (first, second) = (mark("0", "2026-03-02 10:00"), mark("1", "2026-03-02 11:00"));
    assert_eq!(told(&mut lane, &[first, second], "2026-03-02 18:00"), (vec![], at("2026-03-02 10:00")));
    assert_eq!(told(&mut lane, &[mark("0", "2026-03-02 14:00")], "2026-03-02 18:00"), (vec![], at("2026-03-02 11:00")));
    let (published, watermark) = told(&mut lane, &[mark("1", "2026-03-02 13:30")], "2026-03-02 18:00");
    assert_eq!(published, BREACHED);
    assert_eq!(watermark, at("2026-03-02 13:30"));
}

#[test]
fn a_response_that_the_source_still_has_is_no_breach() {
    let mut lane = lane(Settings::default());
    told(&mut lane, &[mark("0", "2026-03-02 09:30")], "2026-03-02 09:30");
    assert_eq!(told(&mut lane, &[], "2026-03-02 18:00").0, [""; 0], "nobody has copied anything since");
    let response = event("2026-03-02 12:00 responded", 2);
    let turn = lane.step([input(&response)], Now { wall: at("2026-03-02 18:00"), is_at_end: false });
    assert!(!types(&turn).contains(&BREACHED[0]));
    let (published, watermark) = told(&mut lane, &[mark("0", "2026-03-02 18:00")], "2026-03-02 18:00");
    assert_eq!((published, watermark), (vec!["duly.sla.clock_met.v1".to_owned()], at("2026-03-02 18:00")));
}

#[test]
fn a_source_that_is_over_holds_nothing_back() {
    let mut lane = lane(Settings::default());
    told(&mut lane, &[mark("0", "2026-03-02 10:00"), mark("1", "2026-03-02 10:00")], "2026-03-02 18:00");
    let over = Progress { over: vec!["0".into()], ..Progress::of("crm") };
    assert_eq!(told(&mut lane, &[over], "2026-03-02 18:00").0, [""; 0], "the other part is not");
    let over = Progress { is_over: true, ..Progress::of("crm") };
    assert_eq!(told(&mut lane, &[over], "2026-03-02 18:00").0, BREACHED);
}

#[test]
fn the_grace_counts_from_the_clock_and_not_from_the_mark() {
    let mut lane =
        lane(Settings { lateness_grace: at("2026-03-02 01:00").since(at("2026-03-02 00:00")), ..Settings::default() });
    let (_, watermark) = told(&mut lane, &[mark("0", "2026-03-02 12:30")], "2026-03-02 13:00");
    assert_eq!(watermark, at("2026-03-02 12:00"));
    let (_, watermark) = told(&mut lane, &[], "2026-03-02 14:00");
    assert_eq!(watermark, at("2026-03-02 12:30"));
}

#[test]
fn what_a_discarded_turn_has_heard_of_sources_is_forgotten() {
    let mut lane = lane(Settings::default());
    told(&mut lane, &[mark("0", "2026-03-02 10:00")], "2026-03-02 10:00");
    lane.committed();
    let before = lane.sources().clone();
    told(&mut lane, &[mark("0", "2026-03-02 11:00")], "2026-03-02 18:00");
    told(&mut lane, &[mark("1", "2026-03-02 09:00")], "2026-03-02 18:00");
    lane.discarded();
    assert_eq!((lane.sources(), lane.watermark()), (&before, at("2026-03-02 10:00")));
}
