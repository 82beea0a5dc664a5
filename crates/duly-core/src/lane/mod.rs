//! A lane: the tickets of one partition, driven from outside (DESIGN §7).
//!
//! [`Lane::step`] takes what was read and what time it is, and returns a [`Turn`]: all that has to be written. The driver
//! writes it in one transaction and says `committed`, or `discarded`. Nothing here knows where records come from or go to;
//! Kafka, SQLite and the replay in memory each have a loop of their own around this.

mod bring_up;
mod census;
mod counts;
mod few;
mod files;
mod kept;
mod notify;
mod queue;
mod read;
mod refusal;
mod restore;
mod retire;
mod sources;
mod stands;
mod take;
mod ticket;
mod timers;
mod turn;
mod undo;
mod view;
mod wake;
mod warm;
mod work;

pub use counts::{Clocks, Counts, Tickets, WITHIN};
pub use few::OTHER;
pub use files::{Asked, FileRank, OpenFiles};
pub use kept::{Kept, Marker};
pub use restore::RestoreError;
pub use sources::{Hindmost, PROGRESS, Progress, Sources};
pub use ticket::Ticket;
pub use turn::{Outcome, Publication, RETRACTED, SOURCE, Turn};
pub use view::{BreachView, ClockState, ClockView, TicketView};
pub use work::{Due, Rank, Waiting, Wanted};

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::control::Controls;
use crate::guard::guarded;
use crate::ticket::{Record, Refusal, TicketEvent};
use crate::time::{Instant, Span};
use census::Census;
use timers::Timers;
use undo::Undo;
use warm::Warm;

/// A record that was read from the log of ticket events.
#[derive(Debug)]
pub struct Input<'a> {
    /// When the log took it, where the log tells that.
    pub appended_at: Option<Instant>,
    /// It was asked for again: a ticket in quarantine is tried once more, and a retired one comes back, provided that this
    /// step has all its events, from the first on, each with this mark.
    pub revives: bool,
    /// What is in it.
    pub content: Content<'a>,
}

/// What a record of the log is.
#[derive(Debug)]
pub enum Content<'a> {
    /// A ticket event.
    Event(TicketEvent<'a>),
    /// A progress mark of a source.
    Progress(Progress),
    /// Neither, and why.
    Refused(Refusal),
}

impl<'a> Content<'a> {
    /// The ticket event, if it is one.
    pub fn event(self) -> Option<TicketEvent<'a>> {
        if let Content::Event(event) = self { Some(event) } else { None }
    }
}

impl<'a> From<Result<TicketEvent<'a>, Refusal>> for Content<'a> {
    fn from(read: Result<TicketEvent<'a>, Refusal>) -> Self {
        read.map_or_else(Content::Refused, Content::Event)
    }
}

/// What time it is, and how much of the past is known (T11).
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The wall clock; [`Instant::MIN`] holds the watermark where it is.
    pub wall: Instant,
    /// Everything that was appended before `wall` has been given to the lane.
    pub is_at_end: bool,
}

impl Now {
    /// When the log took a record, for retention: as the log tells, but not in the future; now where it does not tell.
    fn appended_at(self, told: Option<Instant>) -> Instant {
        told.filter(|at| *at > Instant::MIN).unwrap_or(self.wall).min(self.wall)
    }
}

/// What a lane is told once.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How far the watermark stays behind (T11).
    pub lateness_grace: Span,
    /// Where the watermark stops.
    pub until: Instant,
    /// How many events a ticket may have.
    pub events_max: usize,
    /// How many bytes a ticket's events may take together, as they are kept.
    pub bytes_max: usize,
    /// How long a closed ticket stays after its last event, in append time; `None`: for ever.
    pub retention_closed: Option<Span>,
    /// After how many due tickets a turn ends where it can, if turns may be discarded; the next step does the rest.
    pub due_portion: usize,
    /// Fault injection, for tests of quarantine alone: the core fails on what this says.
    pub fails_on: Option<Fault>,
    /// Whether a turn may be discarded: what it takes to go back is kept until it is committed.
    pub is_durable: bool,
}

/// Whether the core is to fail on a record, under these control events, up to this instant.
pub type Fault = fn(&Record, &Controls, Instant) -> bool;

impl Settings {
    /// Fails where that is wanted.
    fn fail_if_wanted(&self, record: &Record, controls: &Controls, until: Instant) {
        assert!(!self.fails_on.is_some_and(|fails| fails(record, controls, until)), "the core was made to fail");
    }

    /// Since when closed tickets are all kept at `now`: for ever where nothing says otherwise.
    pub fn kept_since(&self, now: Instant) -> Instant {
        self.retention_closed.map_or(Instant::MIN, |retention| now.minus(retention))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            lateness_grace: Span::ZERO,
            until: Instant::MAX,
            events_max: 10_000,
            bytes_max: 16 << 20,
            retention_closed: None,
            due_portion: 10_000,
            fails_on: None,
            is_durable: true,
        }
    }
}

/// The tickets of one partition.
#[derive(Debug)]
pub struct Lane {
    settings: Settings,
    tickets: IndexMap<Arc<str>, Place, foldhash::fast::FixedState>,
    census: Census,
    timers: Timers,
    warm: Warm,
    watermark: Instant,
    /// How far its sources have come.
    sources: Arc<Sources>,
    /// When tickets are to be retired.
    retirements: Timers,
    /// Up to when the log is known to have been appended to: the clock of retention.
    append_clock: Instant,
    turn: u64,
    controls: Arc<Controls>,
    /// Earlier control events that some tickets are still derived under, by their number.
    earlier_controls: Vec<Arc<Controls>>,
    /// How far the sweep has come; all tickets are swept where it is at the end.
    swept: usize,
    /// What it takes to undo the turns that are not committed, oldest first.
    uncommitted: VecDeque<Undo>,
    /// Tickets that were set aside as the lane was restored, which is not stored yet.
    unstored: Vec<u32>,
}

/// Where a ticket stands in the lane.
#[derive(Debug)]
struct Place {
    kept: Kept,
    /// The timer that counts.
    queued: Instant,
    /// Its position in the list of those touched in the current step, plus one; 0 where untouched.
    touched: u32,
}

impl Place {
    /// The ticket, to be changed.
    fn ticket_mut(&mut self) -> &mut Ticket {
        match &mut self.kept {
            Kept::Ticket(ticket) => Arc::make_mut(ticket),
            Kept::Retired(_) => unreachable!("a retired ticket is revived before it changes"),
        }
    }
}

impl Lane {
    /// An empty lane.
    pub fn new(settings: Settings, controls: Arc<Controls>) -> Self {
        Lane {
            settings,
            tickets: IndexMap::default(),
            census: Census::default(),
            timers: Timers::default(),
            warm: Warm::default(),
            watermark: Instant::MIN,
            sources: Arc::default(),
            retirements: Timers::default(),
            append_clock: Instant::MIN,
            turn: 0,
            controls,
            earlier_controls: Vec::new(),
            swept: 0,
            uncommitted: VecDeque::new(),
            unstored: Vec::new(),
        }
    }

    /// Puts new control events in force. Tickets follow as they are touched, and by the sweep of the next steps.
    pub fn control(&mut self, controls: Arc<Controls>) {
        let earlier = std::mem::replace(&mut self.controls, controls);
        if !self.tickets.is_empty() {
            self.earlier_controls.push(earlier);
            self.swept = 0;
        }
    }

    /// Takes what was read, moves the watermark as far as `now` allows, and says what has to be written.
    ///
    /// The turn counts at once for the next step, and for readers once it is [committed](Self::committed).
    pub fn step<'a>(&mut self, inputs: impl IntoIterator<Item = Input<'a>>, now: Now) -> Turn {
        self.step_in(Turn::default(), inputs, now)
    }

    /// As [`Self::step`], in the memory of an earlier turn.
    pub fn step_in<'a>(&mut self, memory: Turn, inputs: impl IntoIterator<Item = Input<'a>>, now: Now) -> Turn {
        self.forget_earlier_controls();
        let mut undo = Undo {
            watermark: self.watermark,
            sources: Arc::clone(&self.sources),
            append_clock: self.append_clock,
            swept: self.swept,
            touches: Vec::new(),
            unstored: Vec::new(),
        };
        let mut turn = memory.cleared();
        undo.unstored = self.touch_unstored(&mut undo.touches);
        let (taken_for, read_until) = self.take_all(inputs, now, &mut undo.touches, &mut turn.outcomes);
        self.move_watermark(read_until, now);
        let is_cut = self.touch_due(undo.watermark, &mut undo.touches);
        self.touch_unswept(&mut undo.touches);
        self.retire_due(&mut undo);
        self.bring_up(&mut undo, &mut turn);
        self.refuse_failed(&undo.touches, &taken_for, &mut turn.outcomes);
        self.turn += 1;
        turn.number = self.turn;
        turn.watermark = self.watermark;
        turn.controls = self.controls.len();
        turn.next_timer = self.timers.next();
        turn.is_sweeping = is_cut || self.swept < self.tickets.len() || self.is_retiring();
        if self.settings.is_durable {
            self.uncommitted.push_back(undo);
        }
        turn
    }

    /// The watermark of the last step.
    pub fn watermark(&self) -> Instant {
        self.watermark
    }

    /// The number of the last turn.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// What is in force.
    pub fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// When the lane wants the next step, though nothing arrives.
    pub fn next_timer(&self) -> Instant {
        self.timers.next()
    }

    /// How many tickets it has, those in quarantine included, those that were retired not.
    pub fn len(&self) -> usize {
        self.tickets.len() - self.census.retired
    }

    /// Whether it has no tickets.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many tickets were retired, and have only a marker left.
    pub fn retired(&self) -> usize {
        self.census.retired
    }

    /// How many tickets are set aside, because the core failed on them.
    pub fn quarantined(&self) -> usize {
        self.census.quarantined
    }

    /// How its tickets and clocks stand at `now`, after the last step.
    pub fn counts(&self, now: Instant) -> Counts {
        self.census.counts(now)
    }

    /// Gives a ticket its place in the lane, or keeps the place that it has.
    fn place(&mut self, subject: &str, kept: Kept) -> u32 {
        if let Some(position) = self.tickets.get_index_of(subject) {
            self.replace(position as u32, kept);
            return position as u32;
        }
        self.census.count(&kept);
        let place = Place { kept, queued: Instant::MAX, touched: 0 };
        let (position, _) = self.tickets.insert_full(Arc::from(subject), place);
        position as u32
    }

    /// Keeps something else of a ticket than before.
    fn replace(&mut self, position: u32, kept: Kept) {
        self.warm.take(position);
        self.forget(position);
        self.tickets[position as usize].kept = kept;
        self.count(position);
    }

    /// Counts what is kept of a ticket.
    fn count(&mut self, position: u32) {
        self.census.count(&self.tickets[position as usize].kept);
        self.recount_clocks(position, 1);
    }

    /// No longer counts what is kept of a ticket.
    fn forget(&mut self, position: u32) {
        self.census.forget(&self.tickets[position as usize].kept);
        self.recount_clocks(position, -1);
    }

    /// Counts the clocks of a ticket that is put in or taken out as a whole. How they stand is not kept: that is seldom asked.
    fn recount_clocks(&mut self, position: u32, by: isize) {
        let ticket = self.tickets[position as usize].kept.ticket();
        let Some(ticket) = ticket.filter(|ticket| ticket.has_clocks) else { return };
        let controls = self.controls_of(ticket.controls as usize);
        // It came here by the same simulation, which does not fail now.
        if let Ok(state) = guarded(|| ticket.simulated(&controls)) {
            self.census.add_clocks(&state, &state.stands(), by);
        }
    }

    /// T11.
    fn move_watermark(&mut self, read_until: Instant, now: Now) {
        let proved = if now.is_at_end { now.wall } else { read_until };
        let reached = proved.minus(self.settings.lateness_grace).min(self.settings.until).min(self.sources.reached());
        self.watermark = self.watermark.max(reached);
    }
}

#[cfg(test)]
mod tests {
    use super::{Marker, Place, Ticket};

    /// A million tickets, and the markers of many years, are to fit into the memory that was promised.
    #[test]
    fn what_is_kept_of_a_ticket_is_small() {
        assert!(size_of::<Ticket>() <= 144, "a ticket has {} bytes", size_of::<Ticket>());
        let marker = size_of::<Place>() + size_of::<Marker>();
        assert!(marker <= 72, "a marker has {marker} bytes");
    }
}
