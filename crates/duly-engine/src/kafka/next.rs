//! The next layer: the turns that lanes make while the transaction before is in flight, held back until that is settled.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant as Stopwatch;

use duly_core::lane::{Lane, Now, Outcome, Turn};
use duly_core::time::Instant;
use rdkafka::message::{BorrowedMessage, Message as _};

use super::control::Follower;
use super::envelope;
use super::lanes::{Lanes, Slot, live};
use super::live::Live;
use super::outgoing::Outgoing;
use super::worker::Setup;
use crate::counters::Tally;

/// What a changed ticket is counted for before it is written out.
const TICKET_BYTES: usize = 512;

/// What is held back until the transaction in flight is settled.
pub(super) struct Next {
    pub(super) outgoing: Outgoing,
    /// Memory of what was written, for what comes after the next.
    spare: Outgoing,
    /// Memory of the last turn, for the next one.
    turn: Turn,
    /// How many tickets turns have changed, each turn's counted by itself.
    changed: usize,
    pub(super) tally: Tally,
    /// The tally of what is in flight.
    pub(super) in_flight: Tally,
    /// When something was last handed over.
    pub(super) handed_at: Stopwatch,
    /// When the brokers were last asked how far the log reaches.
    pub(super) probed_at: Stopwatch,
}

impl Default for Next {
    fn default() -> Self {
        let now = Stopwatch::now();
        Next {
            outgoing: Outgoing::default(),
            spare: Outgoing::default(),
            turn: Turn::default(),
            changed: 0,
            tally: Tally::default(),
            in_flight: Tally::default(),
            handed_at: now,
            probed_at: now,
        }
    }
}

impl Next {
    /// Lets the lanes make turns of what was read.
    pub(super) fn step(
        &mut self,
        setup: &Setup,
        follower: &Follower,
        lanes: &mut Lanes,
        batch: &mut [BorrowedMessage<'_>],
        wall: Instant,
    ) {
        let (in_force, counted) = (follower.in_force(), &setup.kafka_counters);
        if !batch.is_empty() {
            counted.batches.observe(batch.len() as u64);
        }
        batch.sort_by_key(rdkafka::message::Message::partition);
        for messages in batch.chunk_by(|a, b| a.partition() == b.partition()) {
            let partition = messages[0].partition();
            let Some(Slot::Live(live)) = lanes.get_mut(&partition) else { continue };
            if live.seek().is_some() || live.is_frozen() {
                continue;
            }
            live.obey(&in_force.controls);
            let watermark = live.lane.watermark();
            let position = live.tail.position();
            let unread = messages.partition_point(|message| message.offset() < position);
            let messages = &messages[unread..];
            let inputs = messages.iter().map(|message| envelope::input(message, setup.partitions));
            let now = Now { wall, is_at_end: false };
            let memory = std::mem::take(&mut self.turn);
            let turn = counted.step(|| live.lane.step_in(memory, inputs, now));
            if let Some(last) = messages.last() {
                live.tail.read(last.offset());
            }
            self.take_turn(setup, &live.lane, &turn, wall);
            for (message, outcome) in messages.iter().zip(&turn.outcomes) {
                if let Outcome::DeadLetter(refusal) = outcome
                    && !envelope::is_copy(message)
                {
                    self.outgoing.add_dead_letter(message, refusal);
                }
            }
            self.tally.add_each(&turn, |kind, at| counted.notice(kind, at, watermark, wall));
            live.turned(&turn, now);
            if let Some((unreadable, of)) = live.judge(&turn.outcomes) {
                setup.cluster.context.tell(&format!(
                    "lane {partition} stands still: {unreadable} of the last {of} records can not be read. What was read is \
                     with the dead letters; mend what sends them, then POST /api/v1/lanes/{partition}/resume"
                ));
            }
            self.turn = turn;
        }
    }

    /// Makes the turns that time has brought: for lanes that are proved to be read to their end, and sweeps.
    pub(super) fn turn_by_time(&mut self, setup: &Setup, follower: &Follower, lanes: &mut Lanes) {
        let in_force = follower.in_force();
        let (counted, wall) = (&setup.kafka_counters, setup.clock.now());
        for (_, live) in live(lanes) {
            live.obey(&in_force.controls);
            let watermark = live.lane.watermark();
            let Some(now) = live.silence(in_force.proven_at) else { continue };
            let turn = counted.step(|| live.lane.step(std::iter::empty(), now));
            self.take_turn(setup, &live.lane, &turn, wall);
            self.tally.add_each(&turn, |kind, at| counted.notice(kind, at, watermark, wall));
            live.turned(&turn, now);
            setup.counters.is_at_end.store(u64::from(now.is_at_end), Relaxed);
        }
    }

    /// Makes a turn in which nothing has happened, to see whether the lane is still ours.
    pub(super) fn beat(&mut self, live: &mut Live) {
        let now = Now { wall: Instant::MIN, is_at_end: false };
        let turn = live.lane.step(std::iter::empty(), now);
        self.outgoing.add_turn(&turn);
        self.changed += turn.changed.len();
        self.tally.add_each(&turn, |_, _| {});
        live.turned(&turn, now);
    }

    /// About how many bytes wait to be handed over.
    pub(super) fn bytes(&self) -> usize {
        self.outgoing.bytes() + self.changed * TICKET_BYTES
    }

    /// Everything that has waited, to be handed over.
    pub(super) fn take(&mut self) -> Outgoing {
        self.in_flight = std::mem::take(&mut self.tally);
        self.handed_at = Stopwatch::now();
        self.changed = 0;
        std::mem::replace(&mut self.outgoing, std::mem::take(&mut self.spare))
    }

    /// Takes back the memory of what was handed over, now that it is written.
    pub(super) fn reuse(&mut self, written: Outgoing) {
        self.spare = written;
    }

    /// Takes what a turn wants written, and what people are told because of it.
    fn take_turn(&mut self, setup: &Setup, lane: &Lane, turn: &Turn, wall: Instant) {
        self.outgoing.add_turn(turn);
        self.changed += turn.changed.len();
        for notice in setup.notifier.iter().flat_map(|notifier| notifier.notices(lane, turn, wall)) {
            self.outgoing.add_notice(&notice);
            self.tally.add_notice(notice.occasion);
        }
    }

    pub(super) fn forget(&mut self) {
        self.changed = 0;
        self.outgoing.clear();
        self.tally = Tally::default();
        self.in_flight = Tally::default();
    }
}
