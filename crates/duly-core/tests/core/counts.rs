//! How tickets and clocks are counted, where that is more than one step after another.

use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Lane, Settings, Turn};
use duly_core::ledger::{Counted, What};

use crate::lane::{at, step};
use crate::stories::policy;

/// A promise of one working hour for the first answer, under this name.
fn promise(name: &str) -> ControlEvent {
    let objective = format!("{name}:\n  start: received\n  stop: responded\n  targets: [{{within: 1 working_hours}}]");
    ControlEvent::PolicyPublished { policy: policy(&objective), effective_from: None }
}

/// The promises whose clocks run past their deadlines.
fn overdue(lane: &Lane) -> Vec<(String, usize)> {
    let counts = lane.counts(at("2026-03-02 12:00"));
    counts.promises.iter().map(|clocks| (clocks.name.to_string(), clocks.overdue)).collect()
}

#[test]
fn a_corrected_policy_moves_clocks_to_the_promises_that_it_has() {
    let controls = Controls::default().with([promise("response")]).expect("it compiles");
    let mut lane = Lane::new(Settings::default(), Arc::new(controls));
    step(&mut lane, &[(1, "2026-03-02 09:00 received")], "2026-03-02 12:00");
    lane.committed();
    assert_eq!(overdue(&lane), [("response".to_owned(), 1)]);
    lane.control(Arc::new(lane.controls().with([promise("answer")]).expect("it compiles")));
    step(&mut lane, &[], "2026-03-02 12:00");
    let moved = [("response".to_owned(), 0), ("answer".to_owned(), 1)];
    assert_eq!(overdue(&lane), moved);
    lane.discarded();
    assert_eq!(overdue(&lane), [("response".to_owned(), 1), ("answer".to_owned(), 0)]);
    step(&mut lane, &[], "2026-03-02 12:00");
    assert_eq!(overdue(&lane), moved);
}

/// Verdicts as `turn` counts them: what is published, and what only counts as something else.
fn verdicts(turn: &Turn) -> [Vec<String>; 2] {
    let told = |counted: Counted<'_>| {
        let (objective, what) = counted.what?;
        let sign = if counted.is_withdrawn { '-' } else { '+' };
        let (name, labels) = match what {
            What::Met(labels, _) => ("met", labels),
            What::Reopened(labels) => ("reopened", labels),
            _ => return None,
        };
        Some(format!("{sign}{name} {objective} {}", labels.category.unwrap_or("none")))
    };
    [turn.counted().filter_map(told).collect(), turn.recounted().filter_map(told).collect()]
}

#[test]
fn a_verdict_moves_to_the_category_that_a_late_event_tells_of() {
    let controls = Controls::default().with([promise("response")]).expect("it compiles");
    let mut lane = Lane::new(Settings::default(), Arc::new(controls));
    let story = [(1, "2026-03-02 09:00 received category=web"), (2, "2026-03-02 09:30 responded")];
    let turn = step(&mut lane, &story, "2026-03-02 10:00");
    assert_eq!(verdicts(&turn), [vec!["+met response web"], vec![]]);
    let turn = step(&mut lane, &[(3, "2026-03-02 09:10 observed category=mail")], "2026-03-02 10:00");
    assert_eq!(verdicts(&turn), [vec![], vec!["-met response web", "+met response mail"]]);
    assert_eq!(turn.publications().count(), 0);
}

#[test]
fn a_reopening_that_turns_out_to_be_the_end_of_a_hold_takes_nothing_back() {
    let objective = "end:\n  start: received\n  stop: resolved\n  pause: {status_class: [pending]}\n  targets: [{within: 4 working_hours}]";
    let controls = Controls::always([policy(objective)]).expect("it compiles");
    let mut lane = Lane::new(Settings::default(), Arc::new(controls));
    let story = [
        (1, "2026-03-02 09:00 received"),
        (2, "2026-03-02 10:00 observed status_class=resolved"),
        (3, "2026-03-02 11:00 observed status_class=open"),
    ];
    let turn = step(&mut lane, &story, "2026-03-02 12:00");
    assert_eq!(verdicts(&turn), [vec!["+met end none", "+reopened end none"], vec![]]);
    let late = [(4, "2026-03-02 10:00 observed status_class=pending"), (5, "2026-03-02 12:00 event_voided id=e2")];
    let turn = step(&mut lane, &late, "2026-03-02 12:00");
    assert_eq!(verdicts(&turn), [vec!["-met end none"], vec!["-reopened end none"]]);
}
