//! How tickets and clocks are counted, where that is more than one step after another.

use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Lane, Settings};

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
