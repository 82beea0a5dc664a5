//! Arrivals: in which order, in which batches and how often the events of a case reach a lane, and when time advances.

use proptest::prelude::*;

use crate::minute::Minute;
use crate::story::Case;

/// How the events of a case arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// What reaches the lane, turn by turn.
    pub steps: Vec<Step>,
}

/// One turn of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The events that arrive, by their place in [`Case::events`].
    pub events: Vec<usize>,
    /// To where time advances after them; it never goes back.
    pub watermark: Minute,
}

/// A way for the events of `case` to arrive: shuffled, with duplicates, in batches, time advancing between them up to the
/// case's `until`. Events of one identity keep their order, since only the first of them is an event (I1).
pub fn arrival(case: &Case) -> impl Strategy<Value = Arrival> + use<> {
    let (events, until) = (case.events.clone(), case.until);
    let first = events.iter().map(|event| event.at).min().unwrap_or(until);
    let indices: Vec<usize> = (0..events.len()).collect();
    let again = prop::collection::vec(0..events.len().max(1), 0..4);
    let order = Just(indices).prop_shuffle();
    let cuts = prop::collection::vec((0.0..=1.0_f64, 0.0..=1.0_f64), 0..6);
    (order, again, cuts).prop_map(move |(mut order, again, mut cuts)| {
        keep_identities_in_order(&mut order, |index| (events[index].source.clone(), events[index].id.clone()));
        order.extend(again.into_iter().filter(|index| *index < events.len()));
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        cuts.push((1.0, 1.0));
        let (mut steps, mut taken, mut watermark) = (Vec::new(), 0, Minute::MIN);
        for (share, time) in cuts {
            let to = ((order.len() as f64 * share) as usize).max(taken);
            watermark = watermark.max(first + ((until - first) as f64 * time) as Minute);
            steps.push(Step { events: order[taken..to].to_vec(), watermark });
            taken = to;
        }
        Arrival { steps }
    })
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
