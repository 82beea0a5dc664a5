//! One ticket as a lane keeps it: its events, how far it has been simulated, and what was withdrawn.

use super::census::Standing;
use super::stands::Stands;
use crate::control::Controls;
use crate::ledger::State;
use crate::ticket::{self, Record};
use crate::time::{Instant, Span};

/// A ticket. The record is the truth; everything else follows from it.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub(crate) record: Record,
    /// The last instant at which anything happened: an event at or before it comes late. In quarantine the instant up to
    /// which its ledger was published.
    pub(crate) judged_until: Instant,
    /// When something happens next.
    pub(crate) next: Instant,
    /// When the first of its running clocks falls due, or fell due where it has breached and runs on.
    pub(crate) due_at: Instant,
    /// When the log took the last of its events; [`Instant::MIN`] where that was never told.
    pub(super) appended_at: Instant,
    /// The simulation at `judged_until`, kept only where it would take long to get there again.
    state: Option<Box<State>>,
    /// How many control events it was derived under.
    pub(crate) controls: u32,
    /// [`State::place`] in the work queue.
    pub(crate) place: u16,
    /// How the census counts it.
    pub(super) standing: Standing,
    /// Clocks of it are counted.
    pub(super) has_clocks: bool,
    /// It is closed, and nothing more comes of it by itself.
    is_over: bool,
    /// The core failed on it: it is not simulated, and takes no events, until one revives it.
    is_quarantined: bool,
    /// How often an SLA event was withdrawn, by the id of its first publication.
    pub(crate) withdrawn: Withdrawn,
}

/// How far a ticket was, which is all that is needed to go back there, as long as it only gets events at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    record: ticket::Mark,
    judged_until: Instant,
    next: Instant,
    due_at: Instant,
    appended_at: Instant,
    controls: u32,
    place: u16,
    standing: Standing,
    has_clocks: bool,
    is_over: bool,
}

/// How often SLA events were withdrawn, by the id of their first publication.
pub(crate) type Withdrawn = Box<[(u128, u32)]>;

/// From how many events on the simulation is kept. Below that, running through a ticket's few events again costs a
/// microsecond or two, and the clocks of a million tickets would take more memory than all their events.
const EVENTS_KEPT_WARM: usize = 24;

impl Ticket {
    /// Its events.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Whether the core failed on it, so that it is set aside.
    pub fn is_quarantined(&self) -> bool {
        self.is_quarantined
    }

    /// When the first of its running clocks falls due, or fell due where it has breached and runs on;
    /// [`Instant::MAX`] where none does.
    pub fn due_at(&self) -> Instant {
        self.due_at
    }

    /// A ticket of which nothing is judged yet, under `controls` control events.
    pub(crate) fn new(record: Record, controls: u32, withdrawn: Withdrawn) -> Self {
        Ticket {
            record,
            judged_until: Instant::MIN,
            next: Instant::MAX,
            due_at: Instant::MAX,
            appended_at: Instant::MIN,
            state: None,
            controls,
            place: 0,
            standing: Standing::default(),
            has_clocks: false,
            is_over: false,
            is_quarantined: false,
            withdrawn,
        }
    }

    /// How far it is.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            record: self.record.mark(),
            judged_until: self.judged_until,
            next: self.next,
            due_at: self.due_at,
            appended_at: self.appended_at,
            controls: self.controls,
            place: self.place,
            standing: self.standing,
            has_clocks: self.has_clocks,
            is_over: self.is_over,
        }
    }

    /// Goes back to where it was: it has only got events at the end since, and was simulated further.
    pub(super) fn go_back(&mut self, mark: &Mark) {
        self.record.go_back(&mark.record);
        Mark {
            judged_until: self.judged_until,
            next: self.next,
            due_at: self.due_at,
            appended_at: self.appended_at,
            controls: self.controls,
            place: self.place,
            standing: self.standing,
            has_clocks: self.has_clocks,
            is_over: self.is_over,
            ..
        } = *mark;
        self.state = None;
    }

    /// Bytes that it takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let state = self.state.as_ref().map_or(0, |state| size_of::<State>() + state.heap_bytes());
        self.record.heap_bytes() + self.withdrawn.len() * size_of::<(u128, u32)>() + state
    }

    /// When it leaves memory unless something arrives for it; [`Instant::MAX`] where it does not.
    pub(super) fn retires_at(&self, retention: Option<Span>) -> Instant {
        retention.filter(|_| self.is_over).map_or(Instant::MAX, |retention| self.appended_at.plus(retention))
    }

    /// Sets it aside: nothing is simulated until it is revived. Its ledger was published up to `published_until`.
    #[must_use]
    pub(super) fn quarantined(&self, published_until: Instant) -> Ticket {
        if self.is_quarantined {
            return self.clone();
        }
        Ticket {
            judged_until: published_until,
            appended_at: self.appended_at,
            is_quarantined: true,
            ..Ticket::new(self.record.clone(), self.controls, self.withdrawn.clone())
        }
    }

    /// Out of quarantine, to be tried again.
    #[must_use]
    pub(super) fn released(&self) -> Ticket {
        Ticket { is_quarantined: false, ..self.clone() }
    }

    /// The simulation at `judged_until`, taken out.
    pub(crate) fn take_state(&mut self, controls: &Controls) -> Box<State> {
        self.state.take().unwrap_or_else(|| Box::new(self.simulated(controls)))
    }

    /// The simulation at `judged_until`.
    pub(crate) fn simulated(&self, controls: &Controls) -> State {
        if let Some(state) = &self.state {
            return (**state).clone();
        }
        let mut state = State::default();
        state.advance(&self.record, controls, self.judged_until, &mut ());
        state
    }

    /// Notes how far it is simulated, and when something happens `next`.
    pub(crate) fn settle(&mut self, state: &State, next: Instant) {
        self.judged_until = state.judged_until;
        self.next = next;
        self.due_at = state.due_at();
        self.place = state.place();
        self.is_over = state.is_over(&self.record);
    }

    /// Keeps the simulation where it would take long to get there again; otherwise it is returned.
    pub(crate) fn keep(&mut self, state: Box<State>) -> Option<Box<State>> {
        if self.record.len() < EVENTS_KEPT_WARM {
            return Some(state);
        }
        self.state = Some(state);
        None
    }

    /// Those of its clocks that are counted, as `state` has them.
    pub(super) fn counted(&self, state: &State) -> Stands {
        if self.has_clocks { state.stands() } else { Stands::new() }
    }

    /// How often the SLA event with this first id was withdrawn.
    pub(crate) fn incarnation(&self, id: u128) -> u32 {
        self.withdrawn.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count)
    }

    /// Counts a withdrawal of the SLA event with this first id.
    pub(crate) fn withdraw(&mut self, id: u128) {
        match self.withdrawn.iter_mut().find(|(known, _)| *known == id) {
            Some((_, count)) => *count += 1,
            None => self.withdrawn = self.withdrawn.iter().copied().chain([(id, 1)]).collect(),
        }
    }
}
