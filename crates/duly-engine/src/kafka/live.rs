//! A lane that a worker drives: how far it is read, and which of its turns are under way.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use duly_core::control::Controls;
use duly_core::lane::{Lane, Now, Turn};
use duly_core::time::{Instant, Span};

use super::changelog::LaneRecord;
use super::tail::Tail;

/// How often the watermark moves though nothing happens.
const HEARTBEAT: Span = Span::from_s(10);

/// A lane at work.
pub(super) struct Live {
    pub(super) lane: Lane,
    pub(super) tail: Tail,
    /// Where reading goes on if what is under way comes to nothing.
    committed_offset: i64,
    in_flight: Layer,
    next: Layer,
    /// When the last turn was made.
    turned_at: Instant,
    pub(super) is_at_end: bool,
    is_sweeping: bool,
    /// Where the reader has still to be sent, since when that is wanted.
    seek: Option<Seek>,
}

/// Where the reader of a lane has to be sent before anything that it gives counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seek {
    pub(super) offset: i64,
    /// Whether it stands still until then.
    pub(super) is_held: bool,
    pub(super) since: Stopwatch,
}

/// Turns that are not committed.
#[derive(Default, Clone, Copy)]
struct Layer {
    turns: u32,
    offset: i64,
}

impl Live {
    /// A lane as it was restored, to be read from `offset` on.
    pub(super) fn new(lane: Lane, offset: i64) -> Self {
        Live {
            tail: Tail::new(offset),
            committed_offset: offset,
            in_flight: Layer::default(),
            next: Layer::default(),
            turned_at: Instant::MIN,
            is_at_end: false,
            // Restored tickets may be derived under earlier control events.
            is_sweeping: !lane.is_empty(),
            seek: Some(Seek { offset, is_held: true, since: Stopwatch::now() }),
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
        let is_held = self.seek.is_some_and(|seek| seek.is_held);
        self.seek = Some(Seek { offset: self.tail.position(), is_held, since: Stopwatch::now() });
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
        self.turned_at = self.turned_at.max(now.wall);
        self.is_at_end = now.is_at_end;
        self.is_sweeping = turn.is_sweeping;
    }

    /// Whether a turn is due by the time `wall`, though nothing has arrived.
    pub(super) fn is_due(&self, wall: Instant, grace: Span, until: Instant) -> bool {
        let timer = self.lane.next_timer();
        let is_time = timer <= until && timer <= wall.minus(grace);
        let is_beat = self.lane.watermark() < until && self.turned_at.plus(HEARTBEAT) <= wall;
        is_time || is_beat || self.is_sweeping || !self.is_at_end
    }

    /// Whether control events have still to reach some of its tickets.
    pub(super) fn is_sweeping(&self) -> bool {
        self.is_sweeping
    }

    /// Whether it has turns that are not in flight.
    pub(super) fn has_next(&self) -> bool {
        self.next.turns > 0
    }

    /// Whether nothing is under way.
    pub(super) fn is_settled(&self) -> bool {
        self.next.turns == 0 && self.in_flight.turns == 0
    }

    /// The next layer goes in flight: what is to be written of the lane.
    pub(super) fn hand_over(&mut self, partitions: usize) -> LaneRecord {
        assert_eq!(self.in_flight.turns, 0, "one transaction at a time");
        self.in_flight = Layer { turns: self.next.turns, offset: self.tail.position() };
        self.next = Layer::default();
        let lane = &self.lane;
        LaneRecord::new(lane.turn(), self.in_flight.offset, lane.watermark(), lane.controls().len(), partitions)
    }

    /// What was in flight is committed.
    pub(super) fn committed(&mut self) {
        let Layer { turns, offset } = std::mem::take(&mut self.in_flight);
        for _ in 0..turns {
            self.lane.committed();
        }
        if turns > 0 {
            self.committed_offset = offset;
        }
    }

    /// Nothing that is not committed has happened: wants the reader sent back.
    pub(super) fn discarded(&mut self) {
        self.in_flight = Layer::default();
        self.next = Layer::default();
        self.lane.discarded();
        self.tail.rewind(self.committed_offset);
        self.is_at_end = false;
        self.is_sweeping = !self.lane.is_empty();
        self.go_back();
    }
}
