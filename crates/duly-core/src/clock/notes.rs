//! What is kept of a ticket's promises for what follows from them: how each stands, and the case that its breach has opened
//! (rules 26, 27, 34 to 38). Where nothing ever follows, nothing is kept.

use super::{Case, ClockFacts, Detail, Moment, Part, Sink, SlaKind};
use crate::control::Plan;
use crate::policy::{Liability, follows};
use crate::time::Span;

/// How a cycle of a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It runs, or is paused.
    Running,
    /// It has breached, and was not stopped since.
    Breached,
    /// It was met, so much open time after its start.
    Met(Span),
    /// It was stopped after its breach, so much open time after its start.
    Late(Span),
    /// It was cancelled without a verdict.
    Cancelled,
}

impl Stand {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Stand::Running => "running",
            Stand::Breached => "breached",
            Stand::Met(_) => "met",
            Stand::Late(_) => "late",
            Stand::Cancelled => "cancelled",
        }
    }
}

/// A cycle of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) slot: u16,
    pub(crate) cycle: u32,
    pub(crate) has_breached: bool,
    pub(crate) stand: Stand,
    /// What its breach costs.
    pub(crate) case: Option<Box<Case>>,
}

/// What is kept, in the order in which the cycles were started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    pub(crate) standings: Vec<Standing>,
    /// Breaches that no remedy has followed from yet, by slot and cycle.
    pub(super) breaches: Vec<(u16, u32)>,
}

/// Hands moments on, and notes what they say of promises. A breach that opens a case is followed by the opening.
pub(super) struct Noting<'a, S> {
    pub(super) notes: &'a mut Notes,
    pub(super) plan: &'a Plan,
    /// The version in force.
    pub(super) stage: u16,
    pub(super) sink: &'a mut S,
}

impl<S: Sink> Sink for Noting<'_, S> {
    fn publish(&mut self, moment: &Moment<'_>) {
        self.sink.publish(moment);
        let Some(clock) = moment.clock.as_ref().filter(|clock| clock.owed.is_none()) else { return };
        if self.plan.has_consequences {
            self.note(moment, clock);
        }
    }
}

impl<S: Sink> Noting<'_, S> {
    fn note(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>) {
        let standing = self.notes.standing(clock);
        match (moment.kind, moment.detail) {
            (SlaKind::ClockMet, Detail::Stopped { open, .. }) => standing.stand = Stand::Met(open),
            (SlaKind::ClockStoppedLate, Detail::Stopped { open, .. }) => standing.stand = Stand::Late(open),
            (SlaKind::ClockCancelled, _) if !standing.has_breached => standing.stand = Stand::Cancelled,
            (SlaKind::ClockPaused | SlaKind::ClockResumed | SlaKind::ClockRetargeted, _) => standing.run(),
            (SlaKind::Breached, _) => {
                standing.has_breached = true;
                standing.run();
                self.notes.breaches.push((clock.slot, clock.cycle));
                self.open_case(moment, clock);
            }
            _ => {}
        }
    }

    /// A breach opens a case where the version in force says so (rule 34).
    fn open_case(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>) {
        let policy = &self.plan.stages[usize::from(self.stage)].policy.policy;
        let Some(liability) = policy.liability.as_deref().filter(|terms| follows(&terms.after, clock.objective)) else {
            return;
        };
        self.notes.standing(clock).case = Some(Box::new(Case::new(self.stage, moment)));
        let detail = Detail::CaseOpened(liability);
        self.sink.publish(&Moment { kind: SlaKind::CaseOpened, part: Part::None, detail, ..*moment });
    }
}

impl Notes {
    /// Of the clock's cycle; from its start on.
    fn standing(&mut self, clock: &ClockFacts<'_>) -> &mut Standing {
        let known = self.standings.iter().rposition(|of| (of.slot, of.cycle) == (clock.slot, clock.cycle));
        let position = known.unwrap_or_else(|| {
            let (slot, cycle) = (clock.slot, clock.cycle);
            self.standings.push(Standing { slot, cycle, has_breached: false, stand: Stand::Running, case: None });
            self.standings.len() - 1
        });
        &mut self.standings[position]
    }

    /// Bytes that it takes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        let cases = self.standings.iter().filter_map(|standing| standing.case.as_deref());
        self.standings.capacity() * size_of::<Standing>() + cases.map(Case::heap_bytes).sum::<usize>()
    }
}

impl Standing {
    /// It runs, be it for the first time or again.
    fn run(&mut self) {
        self.stand = if self.has_breached { Stand::Breached } else { Stand::Running };
    }
}

/// The terms of a case: those of the version that was in force when it was opened.
pub(super) fn terms<'p>(plan: &'p Plan, case: &Case) -> Option<&'p Liability> {
    plan.stages[usize::from(case.stage)].policy.policy.liability.as_deref()
}
