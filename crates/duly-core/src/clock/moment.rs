//! What the core tells of a clock as it happens: the one way out of the simulation.

use std::sync::Arc;

use super::case::CaseFacts;
use super::investigation::Opened;
use super::{Cover, Extension, Suspension};
use crate::control::emergency::{Effect, Kind};
use crate::ledger::Circumstances;
use crate::money::Money;
use crate::policy::{Compiled, CompiledTarget, Duration, INVESTIGATION, Liability, Route};
use crate::ticket::Identity;
use crate::time::{Instant, Span};

/// The types of what Duly publishes about a ticket (DESIGN §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the definition")]
pub enum SlaKind {
    Anomaly,
    Breached,
    CaseAssessed,
    CaseClaimed,
    CaseOpened,
    CaseRejected,
    CaseSettled,
    CaseWaived,
    ClockCancelled,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    ClockStoppedLate,
    ClockExtended,
    EmergencyAnnounced,
    EmergencyLifted,
    EmergencyUpdated,
    Escalated,
    FindingRecorded,
    InvestigationClosed,
    InvestigationOpened,
    ReminderDue,
    Routed,
}

impl SlaKind {
    /// All of them.
    pub const ALL: [SlaKind; 25] = [
        SlaKind::Anomaly,
        SlaKind::Breached,
        SlaKind::CaseAssessed,
        SlaKind::CaseClaimed,
        SlaKind::CaseOpened,
        SlaKind::CaseRejected,
        SlaKind::CaseSettled,
        SlaKind::CaseWaived,
        SlaKind::ClockCancelled,
        SlaKind::ClockMet,
        SlaKind::ClockPaused,
        SlaKind::ClockResumed,
        SlaKind::ClockRetargeted,
        SlaKind::ClockStarted,
        SlaKind::ClockStoppedLate,
        SlaKind::ClockExtended,
        SlaKind::EmergencyAnnounced,
        SlaKind::EmergencyLifted,
        SlaKind::EmergencyUpdated,
        SlaKind::Escalated,
        SlaKind::FindingRecorded,
        SlaKind::InvestigationClosed,
        SlaKind::InvestigationOpened,
        SlaKind::ReminderDue,
        SlaKind::Routed,
    ];

    /// The CloudEvents type, in full.
    pub const fn type_name(self) -> &'static str {
        match self {
            SlaKind::Anomaly => "duly.ticket.anomaly.v1",
            SlaKind::Breached => "duly.sla.breached.v1",
            SlaKind::CaseAssessed => "duly.sla.case_assessed.v1",
            SlaKind::CaseClaimed => "duly.sla.case_claimed.v1",
            SlaKind::CaseOpened => "duly.sla.case_opened.v1",
            SlaKind::CaseRejected => "duly.sla.case_rejected.v1",
            SlaKind::CaseSettled => "duly.sla.case_settled.v1",
            SlaKind::CaseWaived => "duly.sla.case_waived.v1",
            SlaKind::ClockCancelled => "duly.sla.clock_cancelled.v1",
            SlaKind::ClockExtended => "duly.sla.clock_extended.v1",
            SlaKind::ClockMet => "duly.sla.clock_met.v1",
            SlaKind::ClockPaused => "duly.sla.clock_paused.v1",
            SlaKind::ClockResumed => "duly.sla.clock_resumed.v1",
            SlaKind::ClockRetargeted => "duly.sla.clock_retargeted.v1",
            SlaKind::ClockStarted => "duly.sla.clock_started.v1",
            SlaKind::ClockStoppedLate => "duly.sla.clock_stopped_late.v1",
            SlaKind::EmergencyAnnounced => "duly.ticket.emergency_announced.v1",
            SlaKind::EmergencyLifted => "duly.ticket.emergency_lifted.v1",
            SlaKind::EmergencyUpdated => "duly.ticket.emergency_updated.v1",
            SlaKind::Escalated => "duly.sla.escalated.v1",
            SlaKind::FindingRecorded => "duly.sla.finding_recorded.v1",
            SlaKind::InvestigationClosed => "duly.sla.investigation_closed.v1",
            SlaKind::InvestigationOpened => "duly.sla.investigation_opened.v1",
            SlaKind::ReminderDue => "duly.sla.reminder_due.v1",
            SlaKind::Routed => "duly.ticket.routed.v1",
        }
    }

    /// The short name, as people say it: `breached`.
    pub fn name(self) -> &'static str {
        self.type_name().rsplit('.').nth(1).unwrap_or_default()
    }
}

/// What tells repeated SLA events of one cycle apart (DESIGN §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// There is only one of its kind.
    None,
    /// The instant.
    At,
    /// A reminder's figure.
    Reminder(&'a str),
    /// A ladder's step and which firing of it.
    Step(&'a str, u32),
    /// An emergency's id, with the instant.
    Emergency(&'a str),
}

/// What brought an SLA event about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause<'a> {
    /// Time alone.
    Time,
    /// A ticket event.
    Event(Identity<'a>),
    /// A policy version that took over.
    Policy,
    /// An emergency that began, changed or ended.
    Emergency,
}

/// One SLA event, with what it rests on, as long as it happens.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Its type.
    pub kind: SlaKind,
    /// When it is true from.
    pub at: Instant,
    /// What tells it from others of its kind in the cycle.
    pub part: Part<'a>,
    /// What brought it about.
    pub cause: Cause<'a>,
    /// The clock it is about; none for what is about the ticket.
    pub clock: Option<ClockFacts<'a>>,
    /// What else it says.
    pub detail: Detail<'a>,
}

/// The clock that a moment is about.
#[derive(Debug, Clone, Copy)]
pub struct ClockFacts<'a> {
    /// The policy version by which it is judged.
    pub policy: &'a Compiled,
    /// The objective's name.
    pub objective: &'a str,
    /// The same, as a slot of the plan.
    pub(crate) slot: u16,
    /// The cycle, from 1.
    pub cycle: u32,
    /// When the cycle started.
    pub started_at: Instant,
    /// What the target's duration is counted from.
    pub base: Instant,
    /// From when on holds moved the deadline.
    pub counts_from: Instant,
    /// The deadline, as it stands; [`Instant::MAX`] where there is none.
    pub due_at: Instant,
    /// The row of the table that is in force.
    pub(crate) target: &'a CompiledTarget,
    /// Holds that are over.
    pub holds: &'a [(Instant, Instant)],
    /// Since when it is held.
    pub held_since: Option<Instant>,
    /// When an emergency alone held it, in order; the last may still last.
    pub suspensions: &'a [Suspension],
    /// What emergencies extend it by.
    pub extensions: &'a [Extension],
    /// The emergencies that lay over it up to its breach.
    pub covers: &'a [Cover],
    /// Of what is no promise of its own: who owes it, and what for.
    pub owed: Option<OwedFacts<'a>>,
}

impl<'a> Moment<'a> {
    /// Of a breach and the opening of its case: the emergencies that lay over the clock for some time before (rule 39).
    pub(crate) fn emergencies(&self) -> impl Iterator<Item = &'a Arc<str>> {
        let is_broken = matches!(self.kind, SlaKind::Breached | SlaKind::CaseOpened);
        let covers = self.clock.filter(|_| is_broken).map_or(&[][..], |clock| clock.covers);
        let at = self.at;
        covers.iter().filter(move |cover| cover.since < at).map(|cover| &cover.emergency)
    }
}

/// Who owes something, and what for.
#[derive(Debug, Clone, Copy)]
pub struct OwedFacts<'a> {
    /// The role, or whom an event named.
    pub owner: &'a str,
    /// What for.
    pub purpose: Purpose<'a>,
}

/// What something is owed for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    /// A remedy: the objective and cycle that were broken.
    Remedy(&'a str, u32),
    /// The assessment or settlement of a case: the objective and cycle that were broken.
    Case(&'a str, u32),
    /// An investigation, which has the number of the clock's cycle.
    Investigation,
    /// A corrective action, of an investigation.
    Action(&'a str, u32),
}

/// What a moment says beside what all say.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are those of the body's members, which the schemas describe")]
pub enum Detail<'a> {
    None,
    Stopped {
        stopped_at: Instant,
        open: Span,
        held: Span,
    },
    Retargeted {
        was_due_at: Option<Instant>,
    },
    Cancelled {
        reason: &'a str,
    },
    Escalated {
        step: &'a str,
        to: &'a str,
        is_last: bool,
    },
    Transition {
        from: &'a str,
        to: &'a str,
    },
    ReceivedAgain,
    Routed {
        policy: &'a Compiled,
        route: &'a Route,
    },
    /// What has come to nothing, and the money that it is about.
    Unfit {
        anomaly: &'a str,
        amount: Option<Money>,
    },
    /// The case that a breach opens.
    CaseOpened(&'a Liability),
    Case(CaseFacts<'a>),
    Opened(Opened<'a>),
    Investigation {
        policy: &'a Compiled,
        number: u32,
        cause: Option<&'a str>,
    },
    /// A hold that begins or ends; with it a stop that had met the promise may be taken back.
    Held {
        emergency: Option<&'a str>,
        takes_back: bool,
    },
    Extended {
        emergency: &'a str,
        by: Duration,
        was_due_at: Option<Instant>,
    },
    Emergency(EmergencyFacts<'a>),
}

impl<'a> Detail<'a> {
    /// What it is about where that is no clock: the version of the policy, objective and cycle; these are empty where it is
    /// about the policy alone.
    pub(crate) fn about(&self) -> Option<(&'a Compiled, &'a str, u32)> {
        match self {
            Detail::Routed { policy, .. } => Some((policy, "", 0)),
            Detail::Case(case) => Some((case.policy, case.objective, case.cycle)),
            Detail::Opened(Opened { policy, number, .. }) | Detail::Investigation { policy, number, .. } => {
                Some((policy, INVESTIGATION, *number))
            }
            _ => None,
        }
    }
}

/// What the customer of a ticket is told of an emergency; the words are those of the message of that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyFacts<'a> {
    /// The emergency's id.
    pub emergency: &'a str,
    /// The number of the message.
    pub number: u32,
    /// What kind of emergency it is.
    pub kind: Kind,
    /// What it does to the clocks.
    pub effect: Effect,
    /// Since when it lasts.
    pub since: Instant,
    /// When it is expected to be over.
    pub expected_end: Option<Instant>,
    /// Of an end: whether the ticket alone has left the scope.
    pub is_out_of_scope: bool,
}

/// Where moments go: into a ledger, a summary, an explanation.
pub trait Sink {
    /// Takes one moment. They come in the order in which they happen.
    fn publish(&mut self, moment: &Moment<'_>);

    /// Says how the ticket stands that all moments since the last time are about, for those who count them by that.
    fn under(&mut self, _: &Circumstances<'_>) {}
}

/// Nothing is wanted but the state that results.
impl Sink for () {
    fn publish(&mut self, _: &Moment<'_>) {}
}
