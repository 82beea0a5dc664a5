//! What became of the clocks of one ticket, as the simulation tells it: a short list of marks a cycle.

use std::sync::Arc;

use smallvec::SmallVec;

use super::catalog::Catalog;
use super::period::Range;
use crate::calendar::Calendar;
use crate::clock::{ClockFacts, Detail, Moment, Sink, SlaKind, Suspension};
use crate::dossier::Gatherer;
use crate::policy;
use crate::time::{Instant, Span};

/// Listens to the derivation of one ticket after the other.
#[derive(Debug, Default)]
pub struct Listener {
    pub(super) catalog: Catalog,
    /// The cycles of the current ticket.
    pub(super) cycles: Vec<Cycle>,
    /// Its cases and investigations.
    pub(super) files: Gatherer,
    /// What the latest version that says so has follow from feedback.
    pub(super) feedback: Option<policy::Feedback>,
    /// The emergencies that the current ticket's customer was told of, and when first.
    pub(super) told: Vec<(String, Instant)>,
}

/// A cycle of the current ticket.
#[derive(Debug)]
pub(super) struct Cycle {
    pub(super) objective: u32,
    pub(super) cycle: u32,
    pub(super) started_at: Instant,
    marks: SmallVec<[Mark; 3]>,
    pub(super) breach: Option<Box<Breach>>,
}

/// A step of a cycle.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: Instant,
    /// The row in force.
    row: u32,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It runs, from its start or again.
    Runs,
    /// It was stopped in time, so much open time after its start, and so much before its deadline.
    Met {
        open: Span,
        left: Span,
    },
    Breached,
    /// It was stopped after its breach.
    Late {
        open: Span,
    },
    /// It was cancelled, or the next cycle began in its place.
    Ends,
}

/// What a breach rests on.
#[derive(Debug)]
pub(super) struct Breach {
    pub(super) at: Instant,
    /// The deadline that was broken.
    pub(super) due_at: Instant,
    /// What the deadline was counted on.
    pub(super) measure: Arc<Calendar>,
    /// What held the clock, before the breach and after.
    pub(super) holds: Vec<(Instant, Instant)>,
    /// Of what is no promise of its own: who owes it.
    pub(super) owner: Option<String>,
    /// When an emergency alone was what held it.
    pub(super) suspensions: Vec<Suspension>,
    /// The emergencies that lay over it before.
    pub(super) emergencies: Vec<String>,
}

/// How a cycle stood at the end of a window, and what of it falls into the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The row that was in force when it was decided or stopped, or else is.
    pub(super) row: u32,
    /// Its verdict, where it was decided in the window, and when.
    pub(super) verdict: Option<(Verdict, Instant)>,
    /// Open time from start to stop, where it was stopped in the window, and when.
    pub(super) response: Option<(Span, Instant)>,
    /// The stop that stands at the end of the window.
    pub(super) stopped_at: Option<Instant>,
    /// When it was over, by a stop or otherwise.
    pub(super) over_at: Option<Instant>,
    pub(super) standing: Standing,
}

/// How a clock was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// In time; with how much open time left of how much.
    Met {
        left: Span,
        of: Span,
    },
    Breached,
}

/// How a clock stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Running,
    /// It has breached, and nobody has stopped it.
    Overdue,
    Over,
}

impl Sink for Listener {
    fn publish(&mut self, moment: &Moment<'_>) {
        self.files.publish(moment);
        if let Detail::Emergency(facts) = moment.detail
            && !self.told.iter().any(|(known, _)| known == facts.emergency)
        {
            self.told.push((facts.emergency.to_owned(), moment.at));
        }
        let Some(clock) = &moment.clock else { return };
        let Some(what) = what(moment, clock) else { return };
        let objective = self.catalog.objective(clock);
        let of_cycle = |known: &Cycle| known.cycle == clock.cycle && known.objective == objective;
        let position =
            self.cycles.iter().rposition(of_cycle).unwrap_or_else(|| self.begin(objective, clock, moment.at));
        let cycle = &mut self.cycles[position];
        if what == What::Runs && cycle.marks.last().is_some_and(|last| last.what.is_live()) {
            // A pause or another target: it ran before, and runs.
        } else {
            cycle.marks.push(Mark { at: moment.at, row: self.catalog.row(clock), what });
        }
        cycle.note_breach(moment, clock);
    }
}

/// What a moment means to a cycle.
fn what(moment: &Moment<'_>, clock: &ClockFacts<'_>) -> Option<What> {
    Some(match (moment.kind, moment.detail) {
        (SlaKind::ClockMet, Detail::Stopped { stopped_at, open, .. }) => {
            let has_deadline = clock.due_at != Instant::MAX;
            let left = if has_deadline {
                clock.target.measure.between(stopped_at, clock.due_at)
            } else {
                Span::from_ns(i64::MAX)
            };
            What::Met { open, left }
        }
        (SlaKind::ClockStoppedLate, Detail::Stopped { open, .. }) => What::Late { open },
        (SlaKind::Breached, _) => What::Breached,
        (SlaKind::ClockCancelled, _) => What::Ends,
        // A clock that is only reminded of or escalated was started before: nothing is marked.
        (
            SlaKind::ClockStarted
            | SlaKind::ClockRetargeted
            | SlaKind::ClockExtended
            | SlaKind::ClockPaused
            | SlaKind::ClockResumed,
            _,
        ) => What::Runs,
        _ => return None,
    })
}

impl What {
    fn is_live(self) -> bool {
        matches!(self, What::Runs | What::Breached)
    }
}

impl Listener {
    /// The cycles of the current ticket that are not remedies'.
    pub(super) fn promises(&self) -> impl Iterator<Item = &Cycle> {
        self.cycles.iter().filter(|cycle| !self.catalog.is_remedy(cycle.objective))
    }

    /// What comes is another ticket's.
    pub(super) fn end_ticket(&mut self) {
        self.cycles.clear();
        self.files.turn_to("");
        self.told.clear();
    }

    /// A new cycle; the one before is over, where it ended at its deadline without a word. Remedies are owed side by side.
    fn begin(&mut self, objective: u32, clock: &ClockFacts<'_>, at: Instant) -> usize {
        let row = self.catalog.row(clock);
        let is_remedy = clock.owed.is_some();
        for before in self.cycles.iter_mut().filter(|cycle| !is_remedy && cycle.objective == objective) {
            if before.marks.last().is_some_and(|last| last.what.is_live()) {
                before.marks.push(Mark { at, row, what: What::Ends });
            }
        }
        let (cycle, started_at) = (clock.cycle, clock.started_at);
        self.cycles.push(Cycle { objective, cycle, started_at, marks: SmallVec::new(), breach: None });
        self.cycles.len() - 1
    }
}

impl Cycle {
    /// Keeps what a breach rests on, and what holds the clock afterwards.
    fn note_breach(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>) {
        let holds = || clock.holds.iter().copied().chain(clock.held_since.map(|since| (since, Instant::MAX)));
        if let Some(breach) = &mut self.breach {
            breach.holds.clear();
            breach.holds.extend(holds());
            breach.suspensions = clock.suspensions.to_vec();
        } else if moment.kind == SlaKind::Breached {
            self.breach = Some(Box::new(Breach {
                at: moment.at,
                due_at: clock.due_at,
                measure: Arc::clone(&clock.target.measure),
                holds: holds().collect(),
                owner: clock.owed.map(|owed| owed.owner.to_owned()),
                suspensions: clock.suspensions.to_vec(),
                emergencies: moment.emergencies().map(ToString::to_string).collect(),
            }));
        }
    }

    /// How it stood when `window` ended; `None` where nothing of it concerns the window.
    ///
    /// A clock is decided by its breach, otherwise by its stop, unless it runs on after that (a reopening) by then.
    pub(super) fn seen(&self, window: Range) -> Option<Seen> {
        let marks: SmallVec<[&Mark; 4]> = self.marks.iter().filter(|mark| mark.at < window.to).collect();
        let last = marks.last()?;
        let breach = marks.iter().find(|mark| mark.what == What::Breached);
        let (verdict, row) = match (breach, last.what) {
            (Some(mark), _) => (Some((Verdict::Breached, mark.at)), mark.row),
            (None, What::Met { open, left }) => (Some((Verdict::Met { left, of: open.plus(left) }, last.at)), last.row),
            _ => (None, last.row),
        };
        let response = match last.what {
            What::Met { open, .. } | What::Late { open } => Some((open, last.at)),
            What::Runs | What::Breached | What::Ends => None,
        };
        let standing = match (last.what.is_live(), breach) {
            (false, _) => Standing::Over,
            (true, Some(_)) => Standing::Overdue,
            (true, None) => Standing::Running,
        };
        let seen = Seen {
            row,
            verdict: verdict.filter(|(_, at)| window.contains(*at)),
            response: response.filter(|(_, at)| window.contains(*at)),
            stopped_at: response.map(|(_, at)| at),
            over_at: (!last.what.is_live()).then_some(last.at),
            standing,
        };
        let concerns = seen.verdict.is_some() || seen.response.is_some() || standing != Standing::Over;
        concerns.then_some(seen)
    }
}
