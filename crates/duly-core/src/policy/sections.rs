//! What a policy says beside its promises: to whom tickets go (L13), what is owed once one was broken (L22).

use serde::{Deserialize, Serialize};

use super::{Condition, Objective, OnReopen, OnRetarget, RemindAt, Restart, Step, Target, Title, Trigger};

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

impl Remedy {
    /// Its clock. No trigger starts it: a breach does.
    pub(super) fn clock(&self) -> Objective {
        Objective {
            title: Title::new(),
            start: Trigger(Vec::new()),
            stop: self.stop.clone(),
            pause: self.pause.clone(),
            cancel: None,
            restart: Restart::Never,
            until: None,
            on_retarget: OnRetarget::FromStart,
            on_reopen: OnReopen::Resume,
            targets: vec![self.target.clone()],
            remind_at: self.remind_at.clone(),
            ladder: self.ladder.clone(),
        }
    }
}
