//! What a ticket lacks for any promise to hold of it: what the targets that come nearest ask for, and it is not so.
//!
//! A ticket that no target matches has no clock, and says nothing about itself. This is for whoever wonders why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, Sink};
use crate::control::Controls;
use crate::ledger::State;
use crate::policy::{Condition, Policy, When};
use crate::ticket::Record;
use crate::time::Instant;

/// An attribute that targets ask for, and that is not so of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lack {
    /// The policy whose targets ask for it.
    pub policy: String,
    /// Its name.
    pub attribute: String,
    /// What it is instead; nothing where the ticket does not have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
}

/// What the ticket of `record` lacked at `until`, in order. Nothing where a clock of it has started, or no policy promises
/// anything from receipt on.
pub fn lacking(record: &Record, controls: &Controls, until: Instant) -> Vec<Lack> {
    let (mut state, mut heard) = (State::default(), Heard(false));
    state.advance(record, controls, until, &mut heard);
    if heard.0 || !state.is_received {
        return Vec::new();
    }
    let texts = |attribute: &str| -> Vec<String> {
        let found = state.attributes.iter().rfind(|(name, _)| record.dict.is_name(*name, attribute));
        found.map(|(_, value)| record.dict.texts(*value).map(str::to_owned).collect()).unwrap_or_default()
    };
    let lacks = state.tracks.iter().flat_map(|track| of_policy(track.policy(), &texts));
    lacks.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What the policy's nearest targets ask for: of those that a ticket may have from its receipt on, the ones of which the least
/// is not so.
fn of_policy(policy: &Policy, texts: &impl Fn(&str) -> Vec<String>) -> Vec<Lack> {
    let from_receipt = |when: &When| matches!(when, When::Event { name, .. } if name == "received");
    let objectives = policy.objectives.values().filter(|objective| objective.start.0.iter().any(from_receipt));
    let lacks = |when: &Condition| -> Vec<Lack> {
        let asked = when.0.iter().filter(|(attribute, _)| *attribute != "status_class");
        let found = asked.map(|(attribute, wanted)| (attribute, wanted, texts(attribute)));
        let lacked = found.filter(|(_, wanted, is)| !is.iter().any(|text| wanted.contains(text)));
        lacked
            .map(|(attribute, _, is)| Lack { policy: policy.policy.clone(), attribute: attribute.clone(), is })
            .collect()
    };
    let all: Vec<Vec<Lack>> =
        objectives.flat_map(|objective| &objective.targets).map(|target| lacks(&target.when)).collect();
    let least = all.iter().map(Vec::len).filter(|count| *count > 0).min();
    all.into_iter().filter(|lacks| Some(lacks.len()) == least).flatten().collect()
}

/// Whether a clock was heard of.
struct Heard(bool);

impl Sink for Heard {
    fn publish(&mut self, moment: &Moment<'_>) {
        self.0 |= moment.clock.is_some();
    }
}
