//! A lane: the tickets of one partition, driven from outside (DESIGN §7).
//!
//! [`Lane::step`] takes what was read and what time it is, and returns a [`Turn`]: all that has to be written. The driver
//! writes it in one transaction and says `committed`, or `discarded`. Nothing here knows where records come from or go to;
//! Kafka, SQLite and the replay in memory each have a loop of their own around this.

mod bring_up;
mod queue;
mod read;
mod restore;
mod take;
mod ticket;
mod timers;
mod turn;
mod undo;
mod view;
mod wake;

pub use ticket::Ticket;
pub use turn::{Outcome, Publication, RETRACTED, SOURCE, Turn};
pub use view::{ClockState, ClockView, TicketView};

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::control::Controls;
use crate::ticket::{Refusal, TicketEvent};
use crate::time::{Instant, Span};
use timers::Timers;
use undo::Undo;

/// A record that was read from the log of ticket events.
#[derive(Debug)]
pub struct Input<'a> {
    /// When the log took it, where the log tells that.
    pub appended_at: Option<Instant>,
    /// The event in it, or why there is none.
    pub event: Result<TicketEvent<'a>, Refusal>,
}

/// What time it is, and how much of the past is known (T11).
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The wall clock; [`Instant::MIN`] holds the watermark where it is.
    pub wall: Instant,
    /// Everything that was appended before `wall` has been given to the lane.
    pub is_at_end: bool,
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
    /// Whether a turn may be discarded: what it takes to go back is kept until it is committed.
    pub is_durable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { lateness_grace: Span::ZERO, until: Instant::MAX, events_max: 10_000, is_durable: true }
    }
}

/// The tickets of one partition.
#[derive(Debug)]
pub struct Lane {
    settings: Settings,
    tickets: IndexMap<Arc<str>, Place, foldhash::fast::FixedState>,
    timers: Timers,
    watermark: Instant,
    turn: u64,
    controls: Arc<Controls>,
    /// Earlier control events that some tickets are still derived under, by their number.
    earlier_controls: Vec<Arc<Controls>>,
    /// How far the sweep has come; all tickets are swept where it is at the end.
    swept: usize,
    /// What it takes to undo the turns that are not committed, oldest first.
    uncommitted: VecDeque<Undo>,
}

/// Where a ticket stands in the lane.
#[derive(Debug)]
struct Place {
    ticket: Arc<Ticket>,
    /// The timer that counts.
    queued: Instant,
    /// Its position in the list of those touched in the current step, plus one; 0 where untouched.
    touched: u32,
}

impl Lane {
    /// An empty lane.
    pub fn new(settings: Settings, controls: Arc<Controls>) -> Self {
        Lane {
            settings,
            tickets: IndexMap::default(),
            timers: Timers::default(),
            watermark: Instant::MIN,
            turn: 0,
            controls,
            earlier_controls: Vec::new(),
            swept: 0,
            uncommitted: VecDeque::new(),
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
        let mut undo = Undo { watermark: self.watermark, swept: self.swept, touches: Vec::new() };
        let mut turn = Turn { outcomes: Vec::new(), ..Turn::default() };
        let mut read_until = Instant::MIN;
        for input in inputs {
            if let Ok(event) = &input.event {
                read_until = read_until.max(event.time.min(input.appended_at.unwrap_or(event.time)).min(now.wall));
            }
            turn.outcomes.push(self.take(input, &mut undo.touches));
        }
        self.move_watermark(read_until, now);
        self.touch_due(&mut undo.touches);
        self.touch_unswept(&mut undo.touches);
        self.bring_up(&mut undo, &mut turn);
        self.turn += 1;
        turn.number = self.turn;
        turn.watermark = self.watermark;
        turn.controls = self.controls.len();
        turn.next_timer = self.timers.next();
        turn.is_sweeping = self.swept < self.tickets.len();
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

    /// How many tickets it has.
    pub fn len(&self) -> usize {
        self.tickets.len()
    }

    /// Whether it has no tickets.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// Adds a ticket to the lane.
    fn place(&mut self, subject: &str, ticket: Ticket) -> u32 {
        let place = Place { ticket: Arc::new(ticket), queued: Instant::MAX, touched: 0 };
        let (position, _) = self.tickets.insert_full(Arc::from(subject), place);
        position as u32
    }

    /// T11.
    fn move_watermark(&mut self, read_until: Instant, now: Now) {
        let proved = if now.is_at_end { now.wall } else { read_until };
        let reached = proved.minus(self.settings.lateness_grace).min(self.settings.until);
        self.watermark = self.watermark.max(reached);
    }

    /// The control events as they were when there were `count`.
    fn controls_of(&self, count: usize) -> Arc<Controls> {
        if count == self.controls.len() {
            return Arc::clone(&self.controls);
        }
        let known = self.earlier_controls.iter().find(|earlier| earlier.len() == count);
        known.map_or_else(|| Arc::new(self.controls.first(count)), Arc::clone)
    }
}
