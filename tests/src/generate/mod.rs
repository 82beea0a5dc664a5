//! Generators of cases: policies and histories that run into one another as often as can be.
//!
//! Few attribute values, few instants: everything lies on a grid of half hours, mostly on openings, closings and moments
//! near them, and some events are put exactly on what the history before them makes due. All of it is drawn as small numbers
//! (`genes`) that are turned into a case afterwards, so that shrinking keeps the rest of a case as it is.

mod arrival;
mod emergencies;
mod history;
mod moments;
mod objectives;
mod policies;
mod remedies;
mod sections;

use proptest::prelude::*;

pub use self::arrival::{Arrival, Fate, Step, arrival, instant_before};
use self::emergencies::TellingGene;
use self::history::EventGene;
use self::moments::Moment;
use self::policies::PolicyGenes;
use crate::minute::DAY;
use crate::story::Case;

/// Minutes that the model may walk at a time: a tenth of the grid, so that percentages in tens fall on whole steps.
pub const STEP: i64 = 3;

/// Any case.
pub fn case() -> impl Strategy<Value = Case> {
    let until = (moments::any(), prop::sample::select(vec![0, 1, 4, 12]));
    (policies::genes(), prop::collection::vec(history::gene(), 1..24), emergencies::genes(), until)
        .prop_map(|(policies, history, emergencies, until)| express(&policies, &history, &emergencies, until))
}

/// The case that genes stand for.
fn express(
    policies: &PolicyGenes,
    history: &[EventGene],
    emergencies: &[TellingGene],
    (until, days): (Moment, i64),
) -> Case {
    let mut case = Case { policies: policies.express(), ..Case::default() };
    let last = history.iter().filter_map(EventGene::fixed_at).chain([until.at()]).max().unwrap_or_default();
    case.until = last + days * DAY;
    let dues = history::express(history, &mut case);
    emergencies::express(emergencies, &dues, &mut case);
    case
}
