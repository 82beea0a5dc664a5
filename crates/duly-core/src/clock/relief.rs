//! What emergencies have done for a clock (L16; rules 31, 32).

use std::sync::Arc;

use super::Clock;
use crate::control::emergency::{Effect, Phase};
use crate::policy::Duration;
use crate::time::Instant;

/// All of it; a clock that no emergency has touched has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Relief {
    /// When an emergency alone held the clock, in order.
    pub(crate) suspensions: Vec<Suspension>,
    /// What it was given, in the order of emergencies.
    pub(crate) extensions: Vec<Extension>,
    /// Those that lay over it, whatever their effect, in the order in which they came; none is added after its breach.
    pub(crate) covers: Vec<Cover>,
}

/// An emergency in whose scope a clock ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The emergency's id.
    pub emergency: Arc<str>,
    /// Since when.
    pub since: Instant,
}

/// A time in which an emergency alone held a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// The emergency's id.
    pub emergency: Arc<str>,
    /// Since when.
    pub from: Instant,
    /// Until when; [`Instant::MAX`] while it lasts.
    pub to: Instant,
}

/// How much longer a clock has because of an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The emergency's id.
    pub emergency: Arc<str>,
    /// How much longer.
    pub by: Duration,
}

/// The first of the emergencies `acting` that suspends the clocks of an objective.
pub(super) fn suspending<'p>(acting: &'p [Arc<Phase>], policy: &str, objective: &str) -> Option<&'p Arc<str>> {
    let suspends = |phase: &&Arc<Phase>| phase.terms.effect == Effect::Suspend && phase.concerns(policy, objective);
    acting.iter().find(suspends).map(|phase| &phase.id)
}

/// Those of the emergencies `acting` that are about the clocks of an objective.
pub(super) fn concerning<'p>(
    acting: &'p [Arc<Phase>],
    policy: &str,
    objective: &str,
) -> impl Iterator<Item = &'p Arc<str>> + Clone {
    acting.iter().filter(move |phase| phase.concerns(policy, objective)).map(|phase| &phase.id)
}

/// The extensions that the emergencies `acting` give the clocks of an objective.
pub(super) fn extending<'p>(
    acting: &'p [Arc<Phase>],
    policy: &str,
    objective: &str,
) -> impl Iterator<Item = (&'p Arc<str>, Duration)> {
    acting.iter().filter(move |phase| phase.concerns(policy, objective)).filter_map(|phase| match phase.terms.effect {
        Effect::Extend(by) => Some((&phase.id, by)),
        Effect::Suspend | Effect::AnnounceOnly => None,
    })
}

impl Clock {
    /// Notes which emergency alone holds the clock from `at` on; returns the one that did before.
    pub(super) fn suspend(&mut self, by: Option<&Arc<str>>, at: Instant) -> Option<Arc<str>> {
        if by.is_none() && self.relief.is_none() {
            return None;
        }
        let suspensions = &mut self.relief.get_or_insert_default().suspensions;
        let current = suspensions.last_mut().filter(|last| last.to == Instant::MAX);
        let before = current.as_ref().map(|current| Arc::clone(&current.emergency));
        if before.as_ref() == by {
            return before;
        }
        if let Some(current) = current {
            current.to = at;
        }
        suspensions.retain(|suspension| suspension.from < suspension.to);
        if let Some(emergency) = by {
            suspensions.push(Suspension { emergency: Arc::clone(emergency), from: at, to: Instant::MAX });
        }
        before
    }

    /// Which emergency alone holds the clock.
    pub(crate) fn suspended_by(&self) -> Option<&Arc<str>> {
        let last = self.relief.as_ref()?.suspensions.last()?;
        (last.to == Instant::MAX).then_some(&last.emergency)
    }

    /// Notes which emergencies lie over the clock from `at` on. One that came and went at one instant never did.
    pub(super) fn cover<'p>(&mut self, by: impl Iterator<Item = &'p Arc<str>> + Clone, at: Instant) {
        if let Some(relief) = &mut self.relief {
            relief.covers.retain(|cover| cover.since < at || by.clone().any(|id| *id == cover.emergency));
        }
        for emergency in by {
            let covers = &mut self.relief.get_or_insert_default().covers;
            if covers.iter().all(|known| known.emergency != *emergency) {
                covers.push(Cover { emergency: Arc::clone(emergency), since: at });
            }
        }
    }

    /// Notes that an emergency extends the clock, once and by what was said last; whether that is new.
    pub(super) fn extend(&mut self, emergency: &Arc<str>, by: Duration) -> bool {
        let extensions = &mut self.relief.get_or_insert_default().extensions;
        match extensions.iter_mut().find(|known| known.emergency == *emergency) {
            Some(known) if known.by == by => false,
            Some(known) => {
                known.by = by;
                true
            }
            None => {
                extensions.push(Extension { emergency: Arc::clone(emergency), by });
                true
            }
        }
    }

    /// What emergencies extend it by.
    pub(crate) fn extensions(&self) -> &[Extension] {
        self.relief.as_ref().map_or(&[], |relief| &relief.extensions)
    }
}
