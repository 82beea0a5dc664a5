//! Clocks: objectives running on one ticket (rules 8–16 of docs/rules.md).
//!
//! A clock is a stopwatch (start, holds, stop) that is kept whether or not a target matches, and a judgement (deadline,
//! breach, reminders, ladder) that exists only while one does. `deadline` works out instants, `timers` says what falls due,
//! `track` applies events to the clocks of one policy.

mod case;
mod cycle;
mod deadline;
mod investigation;
mod ladders;
mod moment;
mod notes;
mod pause;
mod relief;
mod remedy;
mod route;
mod timers;
mod track;
mod view;

pub(crate) use case::{Case, Unfit, money_of};
pub use case::{CaseFacts, CaseState, Item};
pub(crate) use investigation::Investigation;
pub use investigation::{Fact, Opened};
pub use moment::{Cause, ClockFacts, Detail, EmergencyFacts, Moment, OwedFacts, Part, Purpose, Sink, SlaKind};
pub use notes::Stand;
pub(crate) use notes::Standing;
pub(crate) use relief::Relief;
pub use relief::{Cover, Extension, Suspension};
pub(crate) use track::Track;
pub(crate) use view::{Happening, View, is_terminal};

use crate::time::{Instant, Span};

/// One cycle of an objective on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The objective, as a slot of the plan.
    pub(crate) slot: u16,
    /// From 1.
    pub(crate) cycle: u32,
    pub(crate) started_at: Instant,
    pub(crate) phase: Phase,
    /// Since when it is held: by a pause, or since the stop where that came first.
    pub(crate) held_since: Option<Instant>,
    /// Holds that are over, in order.
    pub(crate) holds: Vec<(Instant, Instant)>,
    /// The judgement; absent while no target matches: dormant.
    pub(crate) judged: Option<Judged>,
    /// `clock_started` was published.
    pub(crate) is_announced: bool,
    /// The breach, once there was one.
    pub(crate) breached_at: Option<Instant>,
    /// Its stop was `resolved` or stood for it: a reopening lets it run on (T9).
    pub(crate) is_resumable: bool,
    /// Reminders that have fired, by the bits that the plan has for their figures.
    pub(crate) reminded: u64,
    /// What it is owed for, where it is no promise of its own.
    pub(crate) owed_for: Option<OwedFor>,
    /// What emergencies have done for it.
    pub(crate) relief: Option<Box<Relief>>,
    /// What is left of the ladder after a breach.
    pub(crate) ladder: Option<Box<Ladder>>,
    /// When it wants to be looked at next.
    pub(crate) next: Instant,
}

/// What a clock is owed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OwedFor {
    /// A breach, as slot and cycle, or the case that it has opened.
    Breach(u16, u32),
    /// An investigation, which has the number of the cycle.
    Investigation,
    /// A corrective action.
    Action(Box<Action>),
}

/// A corrective action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) name: String,
    /// Of which investigation, by its number.
    pub(crate) investigation: u32,
    /// Who has to do it, where that is not the role that the policy names.
    pub(crate) owner: Option<String>,
}

impl OwedFor {
    /// The breach that it is owed for, as slot and cycle.
    pub(crate) fn breach(&self) -> Option<(u16, u32)> {
        match self {
            OwedFor::Breach(slot, cycle) => Some((*slot, *cycle)),
            _ => None,
        }
    }
}

/// How far a cycle has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It runs, or is paused.
    Live,
    /// It was stopped at that instant; a reopening may let it run on.
    Stopped(Instant),
    /// It is over, but for its ladder.
    Over,
}

/// A target in force on a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The stage of the plan whose version the target is of.
    pub(crate) stage: u16,
    /// The row of the table.
    pub(crate) target: u16,
    /// What the duration is counted from.
    pub(crate) base: Instant,
    /// From when on held time moves the deadline: the base, or with `civil` the end of its local day.
    pub(crate) counts_from: Instant,
    /// The deadline, as it stands; [`Instant::MAX`] where the calendar never comes that far.
    pub(crate) due: Instant,
    /// Open time from the base to the unpaused deadline, extensions included, for percentages.
    pub(crate) open: Span,
    /// Open time of the holds that have moved the deadline.
    pub(crate) moved: Span,
    /// No breach before: the change that brought the target.
    pub(crate) not_before: Instant,
}

/// The escalation of one breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    /// The version and target that it counts by, those at the breach.
    pub(crate) stage: u16,
    pub(crate) target: u16,
    /// By step of the objective's ladder.
    pub(crate) steps: Vec<Rung>,
}

/// How far a step of a ladder has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    /// When it fires next; [`Instant::MAX`]: no more.
    pub(crate) next: Instant,
    /// How often it has fired.
    pub(crate) fired: u32,
    /// What `next` is counted from: the breach, or the firing before.
    pub(crate) base: Instant,
}

impl Clock {
    pub(crate) fn new(slot: u16, cycle: u32, started_at: Instant) -> Self {
        Clock {
            slot,
            cycle,
            started_at,
            phase: Phase::Live,
            held_since: None,
            holds: Vec::new(),
            judged: None,
            is_announced: false,
            breached_at: None,
            is_resumable: false,
            reminded: 0,
            owed_for: None,
            relief: None,
            ladder: None,
            next: Instant::MAX,
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.phase, Phase::Stopped(_))
    }

    /// Whether it is judged, and stands still for the time being.
    pub(crate) fn is_held(&self) -> bool {
        self.is_live() && self.judged.is_some() && self.held_since.is_some()
    }

    /// Ends the hold, if there is one, and returns it.
    fn release(&mut self, at: Instant) -> Option<(Instant, Instant)> {
        let hold = (self.held_since.take()?, at);
        if hold.0 < hold.1 {
            self.holds.push(hold);
        }
        Some(hold)
    }
}
