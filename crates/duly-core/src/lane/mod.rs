//! A lane: the tickets of one partition, driven from outside (DESIGN §7).
//!
//! [`Lane::step`] takes what was read and what time it is, and returns a [`Turn`]: all that has to be written. The driver
//! writes it in one transaction and says `committed`, or `discarded`. Nothing here knows where records come from or go to;
//! Kafka, SQLite and the replay in memory each have a loop of their own around this.

mod ticket;
mod timers;
mod turn;
mod view;

pub use ticket::Ticket;
pub use turn::{Outcome, Publication, RETRACTED, SOURCE, Turn};
pub use view::{ClockState, ClockView, TicketView};

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::control::Controls;
use crate::ledger::{Change, Ledger, Object, State, derive, diff, event_id};
use crate::ticket::{Known, Record, RecordError, Refusal, RefusalKind, TicketEvent};
use crate::time::{Instant, Span};
use timers::Timers;
use turn::{Queued, What};

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

/// How many tickets a step brings under new control events, beside those that it touches anyway.
const SWEEP_PORTION: usize = 2_000;

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

/// A ticket that a step has touched.
#[derive(Debug)]
struct Touch {
    position: u32,
    /// How it was before; `None` where it is new.
    before: Option<Arc<Ticket>>,
    /// What was published of it may have to be withdrawn, because of the event named.
    late: Option<Late>,
    is_changed: bool,
}

/// What came late.
#[derive(Debug, Clone)]
enum Late {
    Event { source: String, id: String },
    Control,
}

#[derive(Debug)]
struct Undo {
    watermark: Instant,
    swept: usize,
    touches: Vec<Touch>,
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

    /// The lane as it was after turn `turn` at `watermark`, from the changelog's last record of every ticket.
    pub fn restore<'b>(
        settings: Settings,
        controls: Arc<Controls>,
        turn: u64,
        watermark: Instant,
        tickets: impl IntoIterator<Item = (&'b str, &'b [u8])>,
    ) -> Result<Self, RecordError> {
        let mut lane = Lane { turn, watermark, ..Lane::new(settings, controls) };
        for (subject, bytes) in tickets {
            lane.restore_ticket(subject, bytes)?;
        }
        Ok(lane)
    }

    /// Takes in the last record of one ticket.
    pub fn restore_ticket(&mut self, subject: &str, bytes: &[u8]) -> Result<(), RecordError> {
        let mut ticket = Ticket::read(bytes)?;
        let controls = self.controls_of(ticket.controls as usize);
        ticket.simulate(&controls, self.watermark);
        let next = ticket.next;
        let position = self.place(subject, ticket);
        let place = &mut self.tickets[position as usize];
        self.timers.set(position, &mut place.queued, next);
        Ok(())
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

    /// The oldest turn that was not settled is durable.
    pub fn committed(&mut self) {
        self.uncommitted.pop_front();
    }

    /// No turn that is not committed has happened: the lane is as it was after the last committed one.
    pub fn discarded(&mut self) {
        while let Some(undo) = self.uncommitted.pop_back() {
            self.watermark = undo.watermark;
            self.swept = undo.swept;
            self.turn -= 1;
            for touch in undo.touches.into_iter().rev() {
                match touch.before {
                    Some(before) => {
                        let place = &mut self.tickets[touch.position as usize];
                        place.ticket = before;
                        self.timers.set(touch.position, &mut place.queued, place.ticket.next);
                    }
                    None => {
                        self.tickets.pop();
                    }
                }
            }
        }
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

    /// The ticket at a position that a [`Turn`] names, as it is after the last step.
    pub fn ticket(&self, position: u32) -> Option<(&str, &Ticket)> {
        self.tickets.get_index(position as usize).map(|(subject, place)| (&**subject, &*place.ticket))
    }

    /// The ticket `subject` as it was after the last committed turn.
    pub fn find(&self, subject: &str) -> Option<&Ticket> {
        let position = self.tickets.get_index_of(subject)? as u32;
        self.committed_ticket(position)
    }

    /// What the outside may see of the ticket `subject`, as it was after the last committed turn.
    pub fn view(&self, subject: &str) -> Option<TicketView> {
        let ticket = self.find(subject)?;
        Some(ticket.view(subject, &self.controls_of(ticket.controls as usize)))
    }

    /// All tickets as they were after the last committed turn, in the order of their arrival.
    pub fn tickets(&self) -> impl Iterator<Item = (&str, &Ticket)> {
        let of = |position| self.committed_ticket(position as u32);
        (0..self.tickets.len()).filter_map(move |position| Some((self.ticket(position as u32)?.0, of(position)?)))
    }

    /// Publishes the ledger of `ticket` at `until` into `sink`, derived afresh.
    pub fn derive(&self, ticket: &Ticket, until: Instant, sink: &mut impl crate::clock::Sink) {
        derive(&ticket.record, &self.controls, until, sink);
    }

    fn committed_ticket(&self, position: u32) -> Option<&Ticket> {
        let touched = self.uncommitted.iter().flat_map(|undo| &undo.touches).find(|touch| touch.position == position);
        match touched {
            Some(touch) => touch.before.as_deref(),
            None => self.tickets.get_index(position as usize).map(|(_, place)| &*place.ticket),
        }
    }

    /// Takes one input into the history of its ticket.
    fn take(&mut self, input: Input<'_>, touches: &mut Vec<Touch>) -> Outcome {
        let event = match input.event {
            Ok(event) => event,
            Err(refusal) => return Outcome::DeadLetter(refusal),
        };
        let position = match self.tickets.get_index_of(&*event.subject) {
            Some(position) => {
                let ticket = &self.tickets[position].ticket;
                match ticket.record.find(&event) {
                    Some(Known::Conflict) => return Outcome::DeadLetter(conflict(&event)),
                    Some(_) => return Outcome::Duplicate,
                    None => {}
                }
                if ticket.record.len() >= self.settings.events_max {
                    return Outcome::DeadLetter(history_full(&event, self.settings.events_max));
                }
                position as u32
            }
            None => {
                let ticket = Ticket::new(Record::default(), self.controls.len() as u32, Box::default());
                let position = self.place(&event.subject, ticket);
                self.touch(position, touches, true);
                position
            }
        };
        let touch = self.touch(position, touches, false);
        let place = &mut self.tickets[position as usize];
        let ticket = Arc::make_mut(&mut place.ticket);
        if ticket.is_late(&event) && touch.late.is_none() {
            touch.late = Some(Late::Event { source: event.source.to_string(), id: event.id.to_string() });
        }
        touch.is_changed = true;
        ticket.record.insert(&event);
        Outcome::Applied
    }

    /// Adds a ticket to the lane.
    fn place(&mut self, subject: &str, ticket: Ticket) -> u32 {
        let place = Place { ticket: Arc::new(ticket), queued: Instant::MAX, touched: 0 };
        let (position, _) = self.tickets.insert_full(Arc::from(subject), place);
        position as u32
    }

    /// Notes that the current step touches a ticket, and how it was before.
    fn touch<'t>(&mut self, position: u32, touches: &'t mut Vec<Touch>, is_new: bool) -> &'t mut Touch {
        let place = &mut self.tickets[position as usize];
        if place.touched == 0 {
            // Before anything was judged there is nothing to go back to, unless a turn may be discarded.
            let is_kept = !is_new && (self.settings.is_durable || self.watermark > Instant::MIN);
            let before = is_kept.then(|| Arc::clone(&place.ticket));
            touches.push(Touch { position, before, late: None, is_changed: false });
            place.touched = touches.len() as u32;
        }
        &mut touches[place.touched as usize - 1]
    }

    /// T11.
    fn move_watermark(&mut self, read_until: Instant, now: Now) {
        let proved = if now.is_at_end { now.wall } else { read_until };
        let reached = proved.minus(self.settings.lateness_grace).min(self.settings.until);
        self.watermark = self.watermark.max(reached);
    }

    /// Touches the tickets whose timers have come.
    fn touch_due(&mut self, touches: &mut Vec<Touch>) {
        while let Some((at, position)) = self.timers.pop(self.watermark) {
            let Some((_, place)) = self.tickets.get_index_mut(position as usize) else { continue };
            if place.queued != at {
                continue;
            }
            place.queued = Instant::MAX;
            if place.ticket.next <= self.watermark {
                self.touch(position, touches, false);
            } else {
                let next = place.ticket.next;
                self.timers.set(position, &mut place.queued, next);
            }
        }
    }

    /// Touches a portion of the tickets that new control events have not reached.
    fn touch_unswept(&mut self, touches: &mut Vec<Touch>) {
        let until = self.tickets.len().min(self.swept + SWEEP_PORTION);
        for position in self.swept..until {
            if self.tickets[position].ticket.controls as usize != self.controls.len() {
                self.touch(position as u32, touches, false);
            }
        }
        self.swept = until;
        if self.swept == self.tickets.len() && self.uncommitted.is_empty() {
            self.earlier_controls.clear();
        }
    }

    /// Simulates what was touched up to the watermark, and queues what that publishes.
    fn bring_up(&mut self, undo: &mut Undo, turn: &mut Turn) {
        let was = undo.watermark;
        let in_force = Arc::clone(&self.controls);
        for touch in &mut undo.touches {
            let count = self.tickets[touch.position as usize].ticket.controls as usize;
            let is_swept = count != in_force.len();
            if is_swept {
                touch.late.get_or_insert(Late::Control);
            }
            let before = touch.before.as_ref().filter(|_| touch.late.is_some());
            let before = before.map(|before| (Arc::clone(before), self.controls_of(count)));
            let (subject, place) = self.tickets.get_index_mut(touch.position as usize).expect("it was touched");
            let ticket = Arc::make_mut(&mut place.ticket);
            ticket.controls = in_force.len() as u32;
            turn.ledger.turn_to(subject);
            match touch.late.take() {
                Some(late) => {
                    let mut old = Ledger::of(subject);
                    if let Some((before, controls)) = before {
                        derive(&before.record, &controls, was, &mut old);
                    }
                    let (mut new, mut state) = (Ledger::of(subject), State::default());
                    state.advance(&ticket.record, &in_force, self.watermark, &mut new);
                    ticket.settle(state);
                    queue_changes(turn, subject, ticket, (&old, &new), &late);
                }
                None => {
                    let from = turn.ledger.entries().len();
                    let mut state = ticket.take_state(&in_force);
                    state.advance(&ticket.record, &in_force, self.watermark, &mut turn.ledger);
                    ticket.settle(state);
                    for position in from..turn.ledger.entries().len() {
                        queue_entry(turn, subject, ticket, position);
                    }
                }
            }
            if touch.is_changed || is_swept {
                turn.changed.push(touch.position);
            }
            place.touched = 0;
            let next = place.ticket.next;
            self.timers.set(touch.position, &mut place.queued, next);
        }
        turn.publications.sort_by_key(|queued| (matches!(queued.what, What::Entry { .. }), queued.at));
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

impl Ticket {
    /// Whether the event rewrites what was judged already: it is no later than that, or it voids, or may be voided.
    fn is_late(&self, event: &TicketEvent<'_>) -> bool {
        let has_voids = self.record.has_voids() || event.kind == crate::ticket::Kind::EventVoided;
        self.judged_until > Instant::MIN && (event.time <= self.judged_until || has_voids)
    }
}

/// Queues the entry of the turn's ledger at `position`.
fn queue_entry(turn: &mut Turn, subject: &Arc<str>, ticket: &Ticket, position: usize) {
    let entry = &turn.ledger.entries()[position];
    let incarnation = if ticket.withdrawn.is_empty() {
        0
    } else {
        ticket.incarnation(event_id(turn.ledger.body(entry), 0).as_u128())
    };
    let what = What::Entry { position, incarnation };
    turn.publications.push(Queued { subject: Arc::clone(subject), at: entry.at, what });
}

/// Queues what leads from one ledger of a ticket to another.
fn queue_changes(
    turn: &mut Turn,
    subject: &Arc<str>,
    ticket: &mut Ticket,
    (old, new): (&Ledger, &Ledger),
    late: &Late,
) {
    for change in diff(old, new) {
        match change {
            Change::Withdraw { entry, is_replaced } => {
                let body = old.body(entry);
                let first = event_id(body, 0).as_u128();
                let id = event_id(body, ticket.incarnation(first));
                ticket.withdraw(first);
                let from = turn.retractions.len();
                let reason = if is_replaced { "changed" } else { "does_not_follow" };
                write_retraction(&mut turn.retractions, &id.to_string(), body, reason, late);
                let what = What::Retraction { data: from..turn.retractions.len() };
                turn.publications.push(Queued { subject: Arc::clone(subject), at: entry.at, what });
            }
            Change::Publish(entry) => {
                let position = turn.ledger.adopt(new, entry);
                queue_entry(turn, subject, ticket, position);
            }
        }
    }
}

/// The data of a retraction: what is withdrawn, whole, and why.
fn write_retraction(out: &mut Vec<u8>, id: &str, body: &[u8], reason: &str, late: &Late) {
    let mut data = Object::open(out);
    data.text("retracts", id).text("reason", reason);
    match late {
        Late::Event { source, id } => {
            data.object("cause", |cause| {
                cause.text("source", source).text("id", id);
            });
        }
        Late::Control => {
            data.text("cause", "control");
        }
    }
    data.raw("event", body);
    data.close();
}

fn conflict(event: &TicketEvent<'_>) -> Refusal {
    let what = format!(
        "source `{}` and id `{}` were given to another event of {} before: the first stands; give a changed event an id of its own",
        event.source, event.id, event.subject
    );
    Refusal::new(RefusalKind::Conflict, what)
}

fn history_full(event: &TicketEvent<'_>, events_max: usize) -> Refusal {
    let what = format!("{} has {events_max} events already, the most that one ticket may have", event.subject);
    Refusal::new(RefusalKind::HistoryFull, what)
}
