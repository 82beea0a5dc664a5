//! A lane that a worker drives: how far it is read, and which of its turns are under way.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use duly_core::control::Controls;
use duly_core::lane::{Hindmost, Lane, Now, Outcome, Sources, Turn};
use duly_core::time::{Instant, Span};

use super::breaker::Breaker;
use super::changelog::LaneRecord;
use super::restore::Restored;
use super::tail::Tail;
use crate::handle::{LiveLane, known};

/// How often the watermark moves though nothing happens, and how often at least is asked whether there is more to read.
const HEARTBEAT: Span = Span::from_s(10);

/// How far a source may be behind before that is told.
const LONG: Span = Span::from_s(600);

/// A lane at work.
pub(super) struct Live {
    pub(super) lane: Lane,
    /// Which request it was restored by: it tells this state of the lane from others before and after.
    pub(super) number: u64,
    lineage: u64,
    pub(super) tail: Tail,
    /// Where reading goes on if what is under way comes to nothing, and what readers see.
    committed: Standing,
    in_flight: Layer,
    next: Layer,
    /// When the last turn was made.
    turned_at: Instant,
    pub(super) is_at_end: bool,
    is_sweeping: bool,
    /// All that was appended before was read, as far as that is proved.
    proven_at: Instant,
    breaker: Breaker,
    /// An operator wants the lane to go on though its breaker has tripped.
    may_resume: Cell<bool>,
    /// Nothing is read of it.
    is_held: bool,
    /// Where the reader has still to be sent, since when that is wanted.
    seek: Option<Seek>,
}

/// Where the reader of a lane has to be sent before anything that it gives counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seek {
    pub(super) offset: i64,
    pub(super) since: Stopwatch,
}

/// How far a lane is after a turn.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) offset: i64,
    pub(super) watermark: Instant,
    pub(super) turn: u64,
    /// Whether its breaker has tripped.
    pub(super) is_frozen: bool,
    /// How far its sources have come.
    pub(super) sources: Arc<Sources>,
}

impl Standing {
    fn of(lane: &Lane, offset: i64, is_frozen: bool) -> Self {
        let (watermark, turn, sources) = (lane.watermark(), lane.turn(), Arc::clone(lane.sources()));
        Standing { offset, watermark, turn, is_frozen, sources }
    }
}

/// What a consumer has to do about a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Hold,
    GoOn,
}

/// Turns that are not committed.
#[derive(Default)]
struct Layer {
    turns: u32,
    /// The tickets that they have changed.
    changed: Vec<u32>,
    /// How far the lane is with them, once they are in flight.
    standing: Option<Standing>,
}

impl Live {
    /// A lane as it was restored by request `number`.
    pub(super) fn new(restored: Restored, number: u64) -> Self {
        let Restored { lane, lineage, offset, is_frozen, .. } = restored;
        Live {
            number,
            lineage,
            tail: Tail::new(offset),
            committed: Standing::of(&lane, offset, is_frozen),
            in_flight: Layer::default(),
            next: Layer::default(),
            turned_at: Instant::MIN,
            is_at_end: false,
            proven_at: Instant::MIN,
            // Restored tickets may be derived under earlier control events.
            is_sweeping: !lane.is_empty(),
            breaker: Breaker::restored(is_frozen),
            may_resume: Cell::new(false),
            is_held: true,
            seek: Some(Seek { offset, since: Stopwatch::now() }),
            lane,
        }
    }

    /// Where the reader has to be sent before anything that it gives counts.
    pub(super) fn seek(&self) -> Option<Seek> {
        self.seek
    }

    /// The reader was sent there.
    pub(super) fn sought(&mut self) {
        self.seek = None;
    }

    /// Wants the reader sent back to where the lane is.
    pub(super) fn go_back(&mut self) {
        self.seek = Some(Seek { offset: self.tail.position(), since: Stopwatch::now() });
    }

    /// Puts in force what is published by now.
    pub(super) fn obey(&mut self, controls: &Arc<Controls>) {
        if !Arc::ptr_eq(self.lane.controls(), controls) {
            self.lane.control(Arc::clone(controls));
            self.is_sweeping = true;
        }
    }

    /// Notes that a turn was made by `now`.
    pub(super) fn turned(&mut self, turn: &Turn, now: Now) {
        self.next.turns += 1;
        self.next.changed.extend_from_slice(&turn.changed);
        self.turned_at = self.turned_at.max(now.wall);
        self.is_at_end = now.is_at_end;
        self.is_sweeping = turn.is_sweeping;
    }

    /// Whether a turn is due by the time `wall`, though nothing has arrived.
    pub(super) fn is_due(&self, wall: Instant, grace: Span, until: Instant) -> bool {
        let timer = self.lane.next_timer();
        let is_time = timer <= until && timer <= wall.minus(grace).min(self.lane.sources().reached());
        // Also where time stands still, for a reader that gets nothing any more is noticed by what the brokers say.
        let is_beat = self.turned_at.plus(HEARTBEAT) <= wall;
        !self.is_frozen() && (is_time || is_beat || self.is_sweeping || !self.is_at_end)
    }

    /// What a turn that only time has brought may take for granted; `None` where there is no reason for one.
    pub(super) fn silence(&mut self, control_proven_at: Instant) -> Option<Now> {
        if self.is_frozen() {
            return None;
        }
        match self.tail.proven() {
            Some(at) => self.proven_at = self.proven_at.max(at),
            // The rest of what was due when it was last proved, and what control events have still to reach.
            None if self.is_sweeping => {}
            None => return None,
        }
        Some(Now { wall: self.proven_at.min(control_proven_at), is_at_end: self.proven_at > Instant::MIN })
    }

    /// Whether control events have still to reach some of its tickets.
    pub(super) fn is_sweeping(&self) -> bool {
        self.is_sweeping
    }

    /// Counts what became of records that were read. Returns how many of how many were unreadable, where that is why the lane
    /// stands still from now on.
    pub(super) fn judge(&mut self, outcomes: &[Outcome]) -> Option<(usize, usize)> {
        let was_tripped = self.breaker.is_tripped();
        for outcome in outcomes {
            match outcome {
                Outcome::Applied | Outcome::Duplicate => self.breaker.count(None),
                Outcome::DeadLetter(refusal) => self.breaker.count(Some(refusal)),
                Outcome::Progress => {}
            }
        }
        (self.breaker.is_tripped() && !was_tripped).then(|| self.breaker.rate())
    }

    /// Whether it stands still because so much was unreadable.
    pub(super) fn is_frozen(&self) -> bool {
        self.breaker.is_tripped()
    }

    /// An operator lets it go on, if it stands still. Returns whether it did.
    pub(super) fn resume(&self) -> bool {
        self.may_resume.set(self.is_frozen());
        self.is_frozen()
    }

    /// What has to be done about reading it, to follow the breaker.
    pub(super) fn follow_breaker(&mut self) -> Option<Reading> {
        if self.may_resume.take() {
            self.breaker.reset();
            self.go_back();
        }
        match (self.is_frozen(), self.is_held) {
            (true, false) => {
                self.is_held = true;
                Some(Reading::Hold)
            }
            (false, true) if self.seek.is_none() => {
                self.is_held = false;
                Some(Reading::GoOn)
            }
            _ => None,
        }
    }

    /// Whether it has turns that are not in flight.
    pub(super) fn has_next(&self) -> bool {
        self.next.turns > 0
    }

    /// Whether nothing is under way.
    pub(super) fn is_settled(&self) -> bool {
        self.next.turns == 0 && self.in_flight.turns == 0
    }

    /// The next layer goes in flight: the tickets to be written, and how far the lane is.
    pub(super) fn hand_over(&mut self, partitions: usize) -> (Vec<u32>, LaneRecord) {
        assert_eq!(self.in_flight.turns, 0, "one transaction at a time");
        let lane = &self.lane;
        let (offset, is_frozen) = (self.tail.position(), self.is_frozen());
        let standing = Standing::of(lane, offset, is_frozen);
        let Layer { turns, mut changed, .. } = std::mem::take(&mut self.next);
        changed.sort_unstable();
        changed.dedup();
        self.in_flight = Layer { turns, changed: Vec::new(), standing: Some(standing.clone()) };
        (changed, LaneRecord::new(&standing, lane.controls().len(), partitions, self.lineage))
    }

    /// Whether a transaction is being committed for it.
    pub(super) fn is_in_flight(&self) -> bool {
        self.in_flight.turns > 0
    }

    /// How far it is committed, as a record of the changelog.
    pub(super) fn record(&self, partitions: usize) -> LaneRecord {
        LaneRecord::new(&self.committed, self.lane.controls().len(), partitions, self.lineage)
    }

    /// What was in flight is committed.
    pub(super) fn settle(&mut self) {
        let Layer { turns, standing, .. } = std::mem::take(&mut self.in_flight);
        for _ in 0..turns {
            self.lane.committed();
        }
        if let Some(standing) = standing {
            self.committed = standing;
        }
    }

    /// How far it is committed.
    pub(super) fn committed(&self) -> &Standing {
        &self.committed
    }

    /// How it stands, for those who ask from outside.
    pub(super) fn status(&self) -> LiveLane {
        LiveLane {
            offset: Some(self.committed.offset),
            lag: Some(self.tail.lag()),
            watermark: known(self.committed.watermark),
            waits_for: self.waits_for(),
            sources: Arc::clone(&self.committed.sources),
            is_at_end: self.is_at_end,
            tickets: self.lane.len(),
            quarantined: self.lane.quarantined(),
            retired: self.lane.retired(),
            files: self.lane.open_files(),
            turn: self.committed.turn,
            next_timer: self.lane.next_timer(),
        }
    }

    /// What is told of a source that has held the watermark back for long.
    pub(super) fn waits_long(&self, wall: Instant) -> Option<String> {
        let sources = self.lane.sources();
        if sources.reached() >= wall.minus(LONG) {
            return None;
        }
        let Hindmost { source, part, .. } = sources.hindmost()?;
        Some(format!(
            "judgement waits for the source {source}, of which {part} has told nothing for long: nobody reads it, or much is left to \
             read. If it is no more: duly sources forget {source}"
        ))
    }

    /// The part of a source that holds the watermark back, if any does.
    fn waits_for(&self) -> Option<Hindmost> {
        self.committed.sources.hindmost().filter(|hindmost| hindmost.reached <= self.committed.watermark)
    }

    /// Nothing that is not committed has happened: wants the reader sent back.
    pub(super) fn discarded(&mut self) {
        self.in_flight = Layer::default();
        self.next = Layer::default();
        self.lane.discarded();
        self.tail.rewind(self.committed.offset);
        self.is_at_end = false;
        self.proven_at = Instant::MIN;
        self.is_sweeping = !self.lane.is_empty();
        self.breaker = Breaker::restored(self.committed.is_frozen);
        self.go_back();
    }
}
