//! A ticket event as it is read from the wire: borrowed, checked, of the current version.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Fields;
use crate::time::Instant;

/// The types of ticket events (DESIGN §4). Their codes are stored: append, never renumber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the definition")]
pub enum Kind {
    Received = 0,
    Observed = 1,
    Responded = 2,
    CustomerReplied = 3,
    ProgressReported = 4,
    MilestoneReached = 5,
    Merged = 6,
    EscalationAcknowledged = 7,
    FeedbackGiven = 8,
    ComplaintFiled = 9,
    LossClaimed = 10,
    ClaimAssessed = 11,
    ApologyIssued = 12,
    RemedyGranted = 13,
    EventVoided = 14,
    ClaimSettled = 15,
    ClaimRejected = 16,
    ClaimWaived = 17,
    FindingRecorded = 18,
    CorrectiveActionSet = 19,
    CorrectiveActionDone = 20,
    InvestigationClosed = 21,
}

impl Kind {
    /// All of them, by code.
    pub const ALL: [Kind; 22] = [
        Kind::Received,
        Kind::Observed,
        Kind::Responded,
        Kind::CustomerReplied,
        Kind::ProgressReported,
        Kind::MilestoneReached,
        Kind::Merged,
        Kind::EscalationAcknowledged,
        Kind::FeedbackGiven,
        Kind::ComplaintFiled,
        Kind::LossClaimed,
        Kind::ClaimAssessed,
        Kind::ApologyIssued,
        Kind::RemedyGranted,
        Kind::EventVoided,
        Kind::ClaimSettled,
        Kind::ClaimRejected,
        Kind::ClaimWaived,
        Kind::FindingRecorded,
        Kind::CorrectiveActionSet,
        Kind::CorrectiveActionDone,
        Kind::InvestigationClosed,
    ];

    /// The short name, as in `duly.ticket.<name>.v1` and in policies.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Received => "received",
            Kind::Observed => "observed",
            Kind::Responded => "responded",
            Kind::CustomerReplied => "customer_replied",
            Kind::ProgressReported => "progress_reported",
            Kind::MilestoneReached => "milestone_reached",
            Kind::Merged => "merged",
            Kind::EscalationAcknowledged => "escalation_acknowledged",
            Kind::FeedbackGiven => "feedback_given",
            Kind::ComplaintFiled => "complaint_filed",
            Kind::LossClaimed => "loss_claimed",
            Kind::ClaimAssessed => "claim_assessed",
            Kind::ApologyIssued => "apology_issued",
            Kind::RemedyGranted => "remedy_granted",
            Kind::EventVoided => "event_voided",
            Kind::ClaimSettled => "claim_settled",
            Kind::ClaimRejected => "claim_rejected",
            Kind::ClaimWaived => "claim_waived",
            Kind::FindingRecorded => "finding_recorded",
            Kind::CorrectiveActionSet => "corrective_action_set",
            Kind::CorrectiveActionDone => "corrective_action_done",
            Kind::InvestigationClosed => "investigation_closed",
        }
    }

    /// The kind of that short name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of that code.
    pub(crate) fn from_code(code: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(code)).copied()
    }

    /// Whether its data asserts attributes of the ticket.
    pub const fn asserts(self) -> bool {
        matches!(self, Kind::Received | Kind::Observed)
    }

    /// Whether a customer says by it how the service was.
    pub const fn is_voice(self) -> bool {
        matches!(self, Kind::FeedbackGiven | Kind::ComplaintFiled)
    }

    /// Whether it is about a liability case.
    pub const fn is_of_case(self) -> bool {
        matches!(
            self,
            Kind::LossClaimed | Kind::ClaimAssessed | Kind::ClaimSettled | Kind::ClaimRejected | Kind::ClaimWaived
        )
    }

    /// Whether it is about an investigation.
    pub const fn is_of_investigation(self) -> bool {
        matches!(
            self,
            Kind::FindingRecorded | Kind::CorrectiveActionSet | Kind::CorrectiveActionDone | Kind::InvestigationClosed
        )
    }
}

/// What identifies an event within its ticket: the CloudEvents `source` and `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity<'a> {
    /// The CloudEvents `source`.
    pub source: &'a str,
    /// The CloudEvents `id`.
    pub id: &'a str,
}

/// The CloudEvents extension `sequence`: orders the events of one instant. Absent is first, then numbers, then text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sequence<'a> {
    /// No sequence was given.
    #[default]
    Absent,
    /// All digits, no longer than a `u64` holds.
    Number(u64),
    /// Anything else.
    Text(&'a str),
}

impl<'a> Sequence<'a> {
    /// The sequence written as `text`.
    pub fn parse(text: &'a str) -> Self {
        if text.is_empty() {
            return Sequence::Absent;
        }
        match text.parse() {
            Ok(number) if text.bytes().all(|b| b.is_ascii_digit()) => Sequence::Number(number),
            _ => Sequence::Text(text),
        }
    }
}

impl Ord for Sequence<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        fn rank(sequence: Sequence<'_>) -> (u8, u64, &str) {
            match sequence {
                Sequence::Absent => (0, 0, ""),
                Sequence::Number(number) => (1, number, ""),
                Sequence::Text(text) => (2, 0, text),
            }
        }
        rank(*self).cmp(&rank(*other))
    }
}

impl PartialOrd for Sequence<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A ticket event, checked: its type is known, its time is sane, its data fit its type.
#[derive(Debug, Clone)]
pub struct TicketEvent<'a> {
    /// `tenant/ticket`.
    pub subject: Cow<'a, str>,
    /// What kind of fact it is.
    pub kind: Kind,
    /// When it occurred.
    pub time: Instant,
    /// The CloudEvents `source`.
    pub source: Cow<'a, str>,
    /// The CloudEvents `id`.
    pub id: Cow<'a, str>,
    /// The extension `sequence`, as written; empty where absent.
    pub sequence: Cow<'a, str>,
    /// Its data.
    pub fields: Fields<'a>,
}

impl TicketEvent<'_> {
    /// What identifies it within its ticket.
    pub fn identity(&self) -> Identity<'_> {
        Identity { source: &self.source, id: &self.id }
    }
}

/// Why a record is no ticket event: it becomes a dead letter with this reason (I7).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// The reason, for counting.
    pub kind: RefusalKind,
    /// What is wrong, where, and what to do.
    pub what: String,
}

impl Refusal {
    /// A refusal for `kind`, told by `what`.
    pub fn new(kind: RefusalKind, what: impl Into<String>) -> Self {
        Refusal { kind, what: what.into() }
    }
}

/// The reasons for dead letters. The names are a metric's label: bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// Not JSON, or cut off.
    NotJson,
    /// JSON, but no CloudEvent: an attribute is missing or of the wrong type.
    NotCloudEvent,
    /// A type that is no ticket event's.
    UnknownType,
    /// A ticket event of a major version that this release does not know.
    UnknownVersion,
    /// `time` is missing, not RFC 3339 or outside the years 1970 to 2199.
    BadTime,
    /// `subject` is not `tenant/ticket`.
    BadSubject,
    /// `data` does not fit the type.
    BadData,
    /// Larger than a record may be.
    TooLarge,
    /// Same `source` and `id` as an earlier event of the ticket, other content: the first stands.
    Conflict,
    /// The ticket has as many events as one may have.
    HistoryFull,
    /// In another partition than its subject belongs to.
    Misrouted,
    /// The core failed on the ticket, which is set aside until it is redriven.
    Quarantined,
    /// The ticket was closed long ago and has left memory: redriving brings it back from the log.
    Retired,
    /// The core failed as it read the record.
    Failed,
}

impl RefusalKind {
    /// All of them.
    pub const ALL: [RefusalKind; 14] = [
        RefusalKind::NotJson,
        RefusalKind::NotCloudEvent,
        RefusalKind::UnknownType,
        RefusalKind::UnknownVersion,
        RefusalKind::BadTime,
        RefusalKind::BadSubject,
        RefusalKind::BadData,
        RefusalKind::TooLarge,
        RefusalKind::Conflict,
        RefusalKind::HistoryFull,
        RefusalKind::Misrouted,
        RefusalKind::Quarantined,
        RefusalKind::Retired,
        RefusalKind::Failed,
    ];

    /// The written name.
    pub const fn name(self) -> &'static str {
        match self {
            RefusalKind::NotJson => "not_json",
            RefusalKind::NotCloudEvent => "not_cloudevent",
            RefusalKind::UnknownType => "unknown_type",
            RefusalKind::UnknownVersion => "unknown_version",
            RefusalKind::BadTime => "bad_time",
            RefusalKind::BadSubject => "bad_subject",
            RefusalKind::BadData => "bad_data",
            RefusalKind::TooLarge => "too_large",
            RefusalKind::Conflict => "conflict",
            RefusalKind::HistoryFull => "history_full",
            RefusalKind::Misrouted => "misrouted",
            RefusalKind::Quarantined => "quarantined",
            RefusalKind::Retired => "retired",
            RefusalKind::Failed => "failed",
        }
    }
}
