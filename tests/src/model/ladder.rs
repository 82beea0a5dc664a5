//! Rule 16: the escalations that follow a breach.

use duly_core::policy::{Duration, Step};

use super::cycle::Target;
use super::due::Hold;
use crate::minute::Minute;

/// One step of a ladder after a breach.
#[derive(Debug)]
pub(super) struct Rung {
    step: Step,
    /// The target at the breach.
    target: Target,
    /// The breach, then the firing before.
    base: Minute,
    /// How long after `base` it fires; `None`: at once.
    wait: Option<Duration>,
    /// How often it has fired.
    fired: u32,
}

impl Rung {
    /// The step as it stands at a breach at `at`.
    pub(super) fn new(step: &Step, target: &Target, at: Minute) -> Self {
        Rung { step: step.clone(), target: target.clone(), base: at, wait: step.after, fired: 0 }
    }

    /// When it fires next; holds move that as they move a deadline.
    pub(super) fn due(&self, holds: &[Hold]) -> Minute {
        self.wait.map_or(self.base, |wait| self.target.measure(wait).due(self.base, holds).at)
    }

    /// Whether a hold that is on since `held_since` stops it.
    pub(super) fn stands_still(&self, due: Minute, held_since: Option<Minute>) -> bool {
        held_since.is_some_and(|since| since.max(self.base) < due)
    }

    /// Fires at `at`, and tells its part: `manager#2`.
    pub(super) fn fire(&mut self, at: Minute) -> String {
        self.fired += 1;
        self.base = at;
        self.wait = self.step.repeat;
        format!("{}#{}", self.step.step, self.fired)
    }

    /// Whether it will never fire again.
    pub(super) fn is_done(&self) -> bool {
        self.fired >= self.step.times || (self.fired > 0 && self.step.repeat.is_none())
    }
}
