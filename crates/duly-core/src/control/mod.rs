//! Control events and what is in force by them: which policy versions a ticket obeys, and when (T10, T12), and which
//! emergencies last (L16).

pub mod emergency;
mod log;
mod plan;
mod reach;

pub use log::{
    CALENDAR_PUBLISHED, EMERGENCY_DECLARED, EMERGENCY_LIFTED, EMERGENCY_UPDATED, EMERGENCY_VOIDED, LogError,
    POLICY_PUBLISHED,
};
pub(crate) use plan::{Line, Plan};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Spec;
use crate::policy::{CompileError, Compiled, Policy};
use crate::time::Instant;
use emergency::{Declaration, Lift, Mistake, Register, Standing, Update, Void};

/// A fact that an operator tells us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ControlEvent {
    /// A version of a policy.
    PolicyPublished {
        /// The version, whole.
        policy: Policy,
        /// From when it is in force, where that differs from what the policy says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effective_from: Option<Instant>,
    },
    /// A calendar anew, such as with the holidays of another year. It corrects the record: every version that has a
    /// calendar of this name counts on it from the beginning (T12).
    CalendarPublished {
        /// The calendar's name in policies.
        calendar: String,
        /// Only in this policy; absent: in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// The calendar, whole.
        spec: Spec,
    },
    /// An emergency begins.
    EmergencyDeclared(Declaration),
    /// Something of an emergency has changed.
    EmergencyUpdated(Update),
    /// An emergency is over.
    EmergencyLifted(Lift),
    /// An emergency, or something told of it, was never so.
    EmergencyVoided(Void),
}

impl ControlEvent {
    /// The id of the emergency that it is about, if it is about one.
    pub fn emergency(&self) -> Option<&str> {
        match self {
            ControlEvent::PolicyPublished { .. } | ControlEvent::CalendarPublished { .. } => None,
            ControlEvent::EmergencyDeclared(Declaration { emergency, .. })
            | ControlEvent::EmergencyUpdated(Update { emergency, .. })
            | ControlEvent::EmergencyLifted(Lift { emergency, .. })
            | ControlEvent::EmergencyVoided(Void { emergency, .. }) => Some(emergency),
        }
    }

    /// Whether both are about the same policy, calendar or emergency, so that the later has the last word on it.
    fn is_about_same(&self, other: &ControlEvent) -> bool {
        match (self, other) {
            (ControlEvent::PolicyPublished { policy: a, .. }, ControlEvent::PolicyPublished { policy: b, .. }) => {
                a.policy == b.policy
            }
            (
                ControlEvent::CalendarPublished { calendar: a, policy: in_a, .. },
                ControlEvent::CalendarPublished { calendar: b, policy: in_b, .. },
            ) => a == b && in_a == in_b,
            _ => self.emergency().is_some_and(|id| other.emergency() == Some(id)),
        }
    }
}

/// Why a control event is refused. What was in force before stays so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The policies can not be run with it.
    #[error(transparent)]
    Policy(#[from] CompileError),
    /// It tells of an emergency what can not be.
    #[error(transparent)]
    Emergency(#[from] Mistake),
}

/// Everything in force by the control events so far.
#[derive(Debug, Default, Clone)]
pub struct Controls {
    log: Vec<ControlEvent>,
    pub(crate) lines: Vec<Line>,
    pub(crate) emergencies: Arc<Register>,
}

impl Controls {
    /// With `policies` in force from the beginning of time.
    pub fn always(policies: impl IntoIterator<Item = Policy>) -> Result<Controls, Vec<Error>> {
        let publish = |policy| ControlEvent::PolicyPublished { policy, effective_from: Some(Instant::MIN) };
        Controls::default().with(policies.into_iter().map(publish))
    }

    /// These and what `events` add. All of them are taken or none; everything that is wrong with the first that can not be is
    /// told.
    pub fn with(&self, events: impl IntoIterator<Item = ControlEvent>) -> Result<Controls, Vec<Error>> {
        let mut log = self.log.clone();
        log.extend(events);
        let added = &log[self.log.len()..];
        // What is only about emergencies leaves the policies, with their calendars, as they are.
        let lines = if added.iter().all(|event| event.emergency().is_some()) {
            self.lines.clone()
        } else {
            plan::lines(&log).map_err(of_policies)?
        };
        let emergencies = if added.iter().any(|event| event.emergency().is_some()) {
            Arc::new(self.emergencies.with(&log, self.log.len()).map_err(of_emergencies)?)
        } else {
            Arc::clone(&self.emergencies)
        };
        Ok(Controls { log, lines, emergencies })
    }

    /// These and what `event` adds; `None` where it says what holds already, so that telling the same twice is telling it
    /// once.
    pub fn plus(&self, event: ControlEvent) -> Result<Option<Controls>, Vec<Error>> {
        if self.log.iter().rfind(|known| known.is_about_same(&event)) == Some(&event) {
            return Ok(None);
        }
        self.with([event]).map(Some)
    }

    /// These policies in the emergencies of `others`: what another promise would have done in them.
    #[must_use]
    pub fn in_emergencies_of(&self, others: &Controls) -> Controls {
        let policies = self.log.iter().filter(|event| event.emergency().is_none());
        let told = others.log.iter().filter(|event| event.emergency().is_some());
        let log = policies.chain(told).cloned().collect();
        Controls { log, lines: self.lines.clone(), emergencies: Arc::clone(&others.emergencies) }
    }

    /// What was in force by the first `count` control events.
    pub(crate) fn first(&self, count: usize) -> Controls {
        let known = self.log[..count.min(self.log.len())].iter().cloned();
        Controls::default().with(known).expect("the control events were right when they arrived")
    }

    /// How many control events there are: the control offset that tickets are derived under.
    pub fn len(&self) -> usize {
        self.log.len()
    }

    /// Whether nothing was ever published.
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// The control events, in order of publication.
    pub fn events(&self) -> &[ControlEvent] {
        &self.log
    }

    /// All versions of all policies, compiled.
    pub fn versions(&self) -> impl Iterator<Item = &Compiled> {
        let policies = self.lines.iter().flat_map(|line| &line.plans).map(|plan| &*plan.stages[0].policy);
        policies.filter(|version| !version.objectives.is_empty())
    }

    /// All emergencies as they stand at `at`, in the order in which they were declared.
    pub fn emergencies(&self, at: Instant) -> Vec<Standing> {
        self.emergencies.standing(at)
    }
}

fn of_policies(errors: Vec<CompileError>) -> Vec<Error> {
    errors.into_iter().map(Error::from).collect()
}

fn of_emergencies(mistakes: Vec<Mistake>) -> Vec<Error> {
    mistakes.into_iter().map(Error::from).collect()
}
