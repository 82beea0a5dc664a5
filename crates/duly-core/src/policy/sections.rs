//! What a policy says beside its promises: to whom tickets go (L13).

use serde::{Deserialize, Serialize};

use super::Condition;

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
