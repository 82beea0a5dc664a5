//! Status classes: what every status of every CRM maps to.

use serde::{Deserialize, Serialize};

/// The class of a ticket's status (DESIGN §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the definition")]
pub enum StatusClass {
    New,
    Open,
    Pending,
    OnHold,
    Resolved,
    Closed,
    Cancelled,
    Merged,
}

impl StatusClass {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [StatusClass; 8] = [
        StatusClass::New,
        StatusClass::Open,
        StatusClass::Pending,
        StatusClass::OnHold,
        StatusClass::Resolved,
        StatusClass::Closed,
        StatusClass::Cancelled,
        StatusClass::Merged,
    ];

    /// The written name.
    pub const fn name(self) -> &'static str {
        match self {
            StatusClass::New => "new",
            StatusClass::Open => "open",
            StatusClass::Pending => "pending",
            StatusClass::OnHold => "on_hold",
            StatusClass::Resolved => "resolved",
            StatusClass::Closed => "closed",
            StatusClass::Cancelled => "cancelled",
            StatusClass::Merged => "merged",
        }
    }

    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether work on the ticket goes on.
    pub const fn is_live(self) -> bool {
        matches!(self, StatusClass::New | StatusClass::Open | StatusClass::Pending | StatusClass::OnHold)
    }
}
