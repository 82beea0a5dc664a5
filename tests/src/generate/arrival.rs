//! Arrivals: in which order, in which batches and how often the events of a case reach a lane, when control events do,
//! and when time advances.

use std::fmt;

use proptest::prelude::*;

use crate::event::Event;
use crate::minute::{self, Minute};
use crate::story::Case;

/// How the events of a case arrive. `Debug` tells it in lines, events by their number in order of arrival.
#[derive(Clone, PartialEq)]
pub struct Arrival {
    /// What reaches the lane, turn by turn.
    pub steps: Vec<Step>,
    /// For how long a closed ticket stays in memory, in minutes.
    pub retention: Option<Minute>,
}

/// One turn of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The events that arrive, by their place in [`Case::events`].
    pub events: Vec<usize>,
    /// How many control events have arrived before them, in all.
    pub controls: usize,
    /// How many of them may be refused, because their identity is taken.
    pub conflicts: usize,
    /// To where time advances after them; it never goes back.
    pub watermark: Minute,
    /// What becomes of the turn.
    pub fate: Fate,
}

/// What becomes of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is committed.
    Committed,
    /// It is discarded together with one that follows it in flight, made again and committed.
    Discarded,
    /// It is committed, and another process goes on from what it left.
    Restarted,
}

impl Arrival {
    /// All of a case in one turn.
    pub fn at_once(case: &Case) -> Self {
        let events: Vec<usize> = (0..case.events.len()).collect();
        let (controls, conflicts) = (case.controls().len(), conflicts(&case.events, &events));
        let step = Step { events, controls, conflicts, watermark: case.until, fate: Fate::Committed };
        Arrival { steps: vec![step], retention: None }
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(retention) = self.retention {
            write!(f, "\nclosed tickets retire after {retention} minutes")?;
        }
        for step in &self.steps {
            let events: Vec<String> = step.events.iter().map(|index| format!("number {}", index + 1)).collect();
            let events = if events.is_empty() { "nothing".to_owned() } else { events.join(", ") };
            write!(
                f,
                "\nafter {} control events {events} arrives, time advances to {}: {:?}",
                step.controls,
                minute::local(step.watermark),
                step.fate
            )?;
        }
        writeln!(f)
    }
}

/// A way for the events of `case` to arrive: shuffled, with duplicates, in batches, time advancing between them up to the
/// case's `until`. Events of one identity keep their order, since only the first of them is an event (I1).
pub fn arrival(case: &Case) -> impl Strategy<Value = Arrival> + use<> {
    let (all, until) = (case.events.clone(), case.until);
    let first = all.iter().map(|event| event.at).min().unwrap_or(until).min(until);
    let count = all.len();
    let again = prop::collection::vec(0..count.max(1), 0..4);
    let order = again.prop_flat_map(move |again| {
        let again = again.into_iter().filter(|index| *index < count);
        Just((0..count).chain(again).collect::<Vec<usize>>()).prop_shuffle()
    });
    let fate = prop::sample::select(vec![Fate::Committed, Fate::Committed, Fate::Discarded, Fate::Restarted]);
    let cuts = prop::collection::vec((0..=100_usize, 0..=100_i64, 0..=100_usize, fate), 0..6);
    let told = case.controls().len();
    let retention = prop::sample::select(vec![None, Some(0), Some(60), Some(3 * 1440)]);
    (order, cuts, retention).prop_map(move |(mut order, mut cuts, retention)| {
        keep_identities_in_order(&mut order, |index| (all[index].source.clone(), all[index].id.clone()));
        cuts.sort_by_key(|(share, ..)| *share);
        cuts.push((100, 100, 100, Fate::Committed));
        let (mut steps, mut taken, mut watermark, mut controls) = (Vec::new(), 0, Minute::MIN, 0);
        for (share, time, told_share, fate) in cuts {
            // New control events do not reach a ticket that was retired (rule 22): there they come first.
            controls = controls.max(if retention.is_some() { told } else { told * told_share / 100 });
            let to = order.len() * share / 100;
            watermark = watermark.max(first + (until - first) * time / 100);
            let events = order[taken..to].to_vec();
            let conflicts = conflicts(&all, &events);
            steps.push(Step { events, controls, conflicts, watermark, fate });
            taken = to;
        }
        Arrival { steps, retention }
    })
}

/// How many of the events at these places may be refused: their identity is that of another one, which came before them.
fn conflicts(all: &[Event], places: &[usize]) -> usize {
    let is_conflict = |event: &Event| {
        let twin = all.iter().find(|other| (&other.source, &other.id) == (&event.source, &event.id));
        twin.is_some_and(|twin| twin != event)
    };
    places.iter().filter(|place| is_conflict(&all[**place])).count()
}

/// Sorts what shares an identity among the places that it has.
fn keep_identities_in_order<I: Ord>(order: &mut [usize], identity: impl Fn(usize) -> I) {
    let mut places: std::collections::BTreeMap<I, Vec<usize>> = std::collections::BTreeMap::new();
    for (place, index) in order.iter().enumerate() {
        places.entry(identity(*index)).or_default().push(place);
    }
    for places in places.into_values() {
        let mut indices: Vec<usize> = places.iter().map(|place| order[*place]).collect();
        indices.sort_unstable();
        places.into_iter().zip(indices).for_each(|(place, index)| order[place] = index);
    }
}

/// An instant before `until`, on the grid; later ones more often.
pub fn instant_before(until: Minute) -> impl Strategy<Value = Minute> {
    prop_oneof![Just(until - 30), (0..400_i64).prop_map(move |half_hours| until - 30 * half_hours)]
}
