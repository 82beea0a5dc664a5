//! What a ticket's ledger says of its liability cases and investigations, gathered: how each stands, and who has to do what by
//! when (L19, L21, L22).
//!
//! It listens to the derivation, so that there is no second opinion that could differ from what is published.

mod gatherer;

use serde::{Deserialize, Serialize};

use crate::clock::CaseState;
use crate::control::Controls;
use crate::ledger::derive;
use crate::ticket::Record;
use crate::time::Instant;
pub(crate) use gatherer::Flow;
pub use gatherer::Gatherer;

/// The cases and investigations of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// By the instant of their opening.
    pub cases: Vec<CaseFile>,
    /// Likewise.
    pub investigations: Vec<InvestigationFile>,
}

/// A liability case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseFile {
    /// `tenant/ticket`.
    pub subject: String,
    /// The policy's name.
    pub policy: String,
    /// The objective that was broken.
    pub objective: String,
    /// Its cycle.
    pub cycle: u32,
    /// How far it has come.
    pub state: CaseState,
    /// When the promise was broken.
    pub opened_at: Instant,
    /// When something was said of it last.
    pub changed_at: Instant,
    /// The currency of all its amounts, which are decimal strings.
    pub currency: String,
    /// What is claimed in all.
    pub claimed: String,
    /// What is accepted so far.
    pub accepted: String,
    /// What has to be paid, once all was assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payable: Option<String>,
    /// What was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// Why nothing is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The emergency that excuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
    /// Those that lay over the promise before it was broken, which may excuse.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<String>,
    /// What the sums are of.
    pub items: Vec<ItemFile>,
    /// What has to be done next, where something has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskFile>,
}

/// An item that is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ItemFile {
    /// Its name.
    pub item: String,
    /// What is claimed.
    pub claimed: String,
    /// What of it is accepted; none before that was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// Something that somebody has to do, or had to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TaskFile {
    /// What: `claim_assessment`, `claim_settlement`, `investigation`, or the name of a corrective action.
    pub task: String,
    /// Who.
    pub owner: String,
    /// From when on.
    pub since: Instant,
    /// By when; none where nothing says so any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Instant>,
    /// It was not done by the deadline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
}

/// An investigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestigationFile {
    /// `tenant/ticket`.
    pub subject: String,
    /// The policy's name.
    pub policy: String,
    /// Its number on the ticket, from 1.
    pub number: u32,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// The ticket event that opened it: `complaint_filed` or `feedback_given`.
    pub by: String,
    /// What that was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The score that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// The best score that there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// How the clocks stood when it was opened.
    pub clocks: Vec<StandingFile>,
    /// The causes that were found.
    pub findings: Vec<FindingFile>,
    /// The corrective actions.
    pub actions: Vec<TaskFile>,
    /// The investigation itself, as something that somebody has to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskFile>,
}

/// How a clock stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StandingFile {
    /// The objective.
    pub objective: String,
    /// The cycle.
    pub cycle: u32,
    /// `running`, `breached`, `met`, `late` or `cancelled`.
    pub standing: String,
    /// The open time that it had taken, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_ms: Option<i64>,
}

/// A cause that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FindingFile {
    /// When it was recorded.
    pub at: Instant,
    /// The cause.
    pub cause: String,
}

impl InvestigationFile {
    /// Whether it is still going on.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Whether a response was found fault with that had been given in time.
    pub fn is_about_kept_promises(&self) -> bool {
        self.clocks.iter().all(|clock| matches!(clock.standing.as_str(), "met" | "running" | "cancelled"))
    }
}

/// The dossier of the ticket of `record` at `until`.
pub fn dossier(subject: &str, record: &Record, controls: &Controls, until: Instant) -> Dossier {
    let mut gatherer = Gatherer::of(subject);
    derive(record, controls, until, &mut gatherer);
    gatherer.dossier
}
