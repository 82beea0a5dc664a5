//! The loop: takes what has arrived, lets the lane make a turn of it, answers.
//!
//! The lane is at its end (T11) when the feeds are, and the queue was found empty after the clock was looked at: what is
//! accepted later gets a later append time, for that is given out here. While feeds lag behind, what comes through the
//! handle does not move the watermark: the feeds may have older things to tell.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use duly_core::lane::{Lane, Now, Settings};
use duly_core::time::{Instant, Span};

use super::batch::Batch;
use super::command::{Command, Inside};
use super::options::{OnCommit, Tell};
use super::progress::Feeds;
use super::{Clock, Counters, End, RunError, Status};
use crate::feeds::Chunk;
use crate::notify::Notifier;
use crate::sqlite::{LaneRow, Store};

/// How long a turn that could not be stored waits.
const RETRY: Duration = Duration::from_secs(1);

/// How often the watermark moves though nothing happens.
const HEARTBEAT: Span = Span::from_s(10);

/// All that the loop owns.
pub(super) struct Engine {
    pub(super) lane: Lane,
    pub(super) store: Store,
    pub(super) settings: Settings,
    pub(super) end: End,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) queue: Receiver<Command>,
    pub(super) feeds: Feeds,
    pub(super) counters: Arc<Counters>,
    pub(super) notifier: Option<Notifier>,
    pub(super) on_commit: Option<OnCommit>,
    pub(super) tell: Tell,
    pub(super) status: Status,
    /// Lines whose turn could not be stored.
    pub(super) again: Vec<Chunk>,
    /// Whether the store may be further than the lane: a commit failed, and the store could not be asked.
    pub(super) is_in_doubt: bool,
    /// Whether control events have still to reach some tickets.
    pub(super) is_sweeping: bool,
    /// When the last turn was made.
    pub(super) turned_at: Instant,
}

/// What the time is for a turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// What the clock said, before the queue was found empty.
    pub(super) wall: Instant,
    /// What the lane may take for granted.
    pub(super) now: Now,
}

impl Engine {
    /// Works until told to stop, or settled where that is the end.
    pub(super) fn run(mut self) -> Result<LaneRow, RunError> {
        loop {
            let (mut batch, moment) = self.gather();
            for (order, reply) in std::mem::take(&mut batch.told) {
                // Whoever told it may have gone meanwhile; it holds all the same.
                let _ = reply.send(self.obey(order, moment.wall));
            }
            for (letter, reply) in std::mem::take(&mut batch.letters) {
                // The same here: it is kept all the same.
                let _ = reply.send(self.keep(&letter, moment.wall));
            }
            if self.is_due(&batch, moment.now) {
                self.turn(&mut batch, moment);
            }
            self.status.wall = moment.wall;
            self.status.feeds.clone_from(&self.feeds.statuses);
            for question in batch.questions {
                question(&Inside { lane: &self.lane, status: &self.status });
            }
            for tick in batch.ticks {
                // Whoever asked may have gone meanwhile.
                let _ = tick.send(Ok(()));
            }
            if batch.is_stopping {
                return Ok(self.store.lane_row()?);
            }
            if self.end == End::Settled && self.feeds.is_over() && self.again.is_empty() {
                if let Some((name, why)) = self.feeds.failure() {
                    return Err(RunError::Feed { name, why });
                }
                if self.status.is_at_end && !self.is_sweeping && self.status.is_ready {
                    return Ok(self.store.lane_row()?);
                }
            }
        }
    }

    /// Waits until there is something to do, and takes what there is.
    fn gather(&mut self) -> (Batch, Moment) {
        let again = std::mem::take(&mut self.again);
        let wait = self.wait(again.is_empty());
        let mut batch = Batch::again(again);
        let first = match wait {
            Some(Duration::ZERO) => Err(RecvTimeoutError::Timeout),
            Some(wait) => self.queue.recv_timeout(wait),
            None => self.queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match first {
            Ok(command) => batch.add(command),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => batch.is_stopping = true,
        }
        let wall = self.clock.now();
        let mut is_drained = false;
        while !is_drained && !batch.is_full() {
            match self.queue.try_recv() {
                Ok(command) => batch.add(command),
                Err(TryRecvError::Empty) => is_drained = true,
                // Nobody is left who could want anything.
                Err(TryRecvError::Disconnected) => batch.is_stopping = true,
            }
        }
        for line in self.feeds.hear(&mut batch) {
            (self.tell)(&line);
        }
        let read_up_to = self.feeds.read_up_to();
        let is_at_end = is_drained && read_up_to.is_some();
        let now = Now { wall: wall.min(read_up_to.unwrap_or(wall)), is_at_end };
        (batch, Moment { wall, now })
    }

    /// How long to wait for a command; `None` as long as it takes.
    fn wait(&self, is_stored: bool) -> Option<Duration> {
        if !is_stored || !self.status.is_ready {
            return Some(RETRY);
        }
        if self.is_sweeping {
            return Some(Duration::ZERO);
        }
        // While feeds are read, their news is what time waits for.
        if self.feeds.read_up_to() != Some(Instant::MAX) {
            return None;
        }
        if !self.status.is_at_end {
            return Some(Duration::ZERO);
        }
        let heartbeat =
            if self.lane.watermark() < self.settings.until { self.turned_at.plus(HEARTBEAT) } else { Instant::MAX };
        self.clock.wait_until(self.next_timer().plus(self.settings.lateness_grace).min(heartbeat))
    }

    /// When the next timer is due that this lane will ever reach.
    fn next_timer(&self) -> Instant {
        let next = self.lane.next_timer();
        if next <= self.settings.until { next } else { Instant::MAX }
    }

    fn is_due(&self, batch: &Batch, now: Now) -> bool {
        let has_work = batch.len() > 0 || !batch.ticks.is_empty() || self.is_sweeping || self.is_in_doubt;
        let reached = now.wall.minus(self.settings.lateness_grace);
        let is_time = self.next_timer() <= reached || self.turned_at.plus(HEARTBEAT) <= now.wall;
        has_work || now.is_at_end && (is_time || !self.status.is_at_end)
    }
}
