//! What a policy says beside its promises: to whom tickets go (L13), what is owed once one was broken (L21, L22), and what
//! customers' voices lead to (L19).

use serde::{Deserialize, Serialize};

use super::{Condition, Objective, OnReopen, OnRetarget, Policy, RemindAt, Restart, Step, Target, Title, Trigger};
use crate::money::{Currency, Money};

/// The name of the clock of [`Feedback::investigate`]. No objective or remedy of the policy may be called so.
pub const INVESTIGATION: &str = "investigation";
/// The name of the clock of [`Feedback::correct`].
pub const CORRECTIVE_ACTION: &str = "corrective_action";
/// The name of the clock of [`Liability::assess`].
pub const CLAIM_ASSESSMENT: &str = "claim_assessment";
/// The name of the clock of [`Liability::settle`].
pub const CLAIM_SETTLEMENT: &str = "claim_settlement";

/// A row of the routing table: the first that matches says where a ticket goes. At least one of the three is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Matches the tickets that it is for; empty matches all.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// The tier of technicians.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The place in the queue: 1 goes first, a ticket without one last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u16>,
}

impl Route {
    /// Whether the two send a ticket to the same place.
    pub fn leads_where(&self, other: &Route) -> bool {
        (&self.tier, &self.team, self.priority) == (&other.tier, &other.team, other.priority)
    }
}

/// What is owed to the customer once a promise was broken, by whom and till when: a clock like that of any objective, a cycle
/// for each breach (L22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub title: Title,
    /// The objectives whose breach it follows; none: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The role that owes it.
    pub owner: String,
    /// The ticket event that is its fulfilment.
    pub stop: Trigger,
    /// While this holds its clock is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Condition>,
    /// Which tickets it is for, and how long it may take.
    pub target: Target,
    /// When the people concerned are reminded, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind_at: Vec<RemindAt>,
    /// Who is told when it was not done in time, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Step>,
}

/// What customers' voices lead to: one that says that a response was late or short, or a promise broken, is investigated,
/// whatever the clocks say (L19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// What a complaint or feedback has to be about to open an investigation: `late`, `short`, `broken_promise`, `other`.
    pub about: Vec<String>,
    /// The highest score that opens one, in hundredths of the best; none: no score does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_at_most: Option<u32>,
    /// The best score, where feedback does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// An investigation, from its opening to its closing.
    pub investigate: Task,
    /// A corrective action, from the day it is set.
    pub correct: Task,
}

/// What a breach costs: its case, what is claimed in it, and by when that is decided and paid (L21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Liability {
    /// The objectives whose breach opens a case; none: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The currency that claims are made in.
    pub currency: Currency,
    /// The most that is paid in a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Money>,
    /// The assessment of a claim, from the first item claimed to the last one assessed.
    pub assess: Task,
    /// The settlement, from the assessment to the payment.
    pub settle: Task,
}

/// Something that somebody has to do by a deadline: a clock that is started and stopped by what becomes of a case or an
/// investigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub title: Title,
    /// The role that has to do it.
    pub owner: String,
    /// How long it may take; for every ticket.
    pub target: Target,
    /// When the people concerned are reminded, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind_at: Vec<RemindAt>,
    /// Who is told when it was not done in time, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Step>,
}

impl Policy {
    /// The tasks of its sections, each with the name of its clock.
    pub fn tasks(&self) -> impl Iterator<Item = (&'static str, &Task)> {
        let of_feedback = self
            .feedback
            .iter()
            .flat_map(|feedback| [(INVESTIGATION, &feedback.investigate), (CORRECTIVE_ACTION, &feedback.correct)]);
        let of_liability = self
            .liability
            .iter()
            .flat_map(|liability| [(CLAIM_ASSESSMENT, &liability.assess), (CLAIM_SETTLEMENT, &liability.settle)]);
        of_feedback.chain(of_liability)
    }
}

impl Remedy {
    /// Its clock. No trigger starts it: a breach does.
    pub(super) fn clock(&self) -> Objective {
        Objective {
            stop: self.stop.clone(),
            pause: self.pause.clone(),
            ..clock(&self.target, &self.remind_at, &self.ladder)
        }
    }
}

impl Task {
    /// Its clock. No trigger starts or stops it.
    pub(super) fn clock(&self) -> Objective {
        clock(&self.target, &self.remind_at, &self.ladder)
    }
}

/// A clock with one target that nothing starts, stops, pauses or cancels by itself.
fn clock(target: &Target, remind_at: &[RemindAt], ladder: &[Step]) -> Objective {
    Objective {
        title: Title::new(),
        start: Trigger(Vec::new()),
        stop: Trigger(Vec::new()),
        pause: None,
        cancel: None,
        restart: Restart::Never,
        until: None,
        on_retarget: OnRetarget::FromStart,
        on_reopen: OnReopen::Resume,
        targets: vec![target.clone()],
        remind_at: remind_at.to_vec(),
        ladder: ladder.to_vec(),
    }
}
