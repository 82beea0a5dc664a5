//! What a worker does about silence: it asks how far the logs of its lanes reach, and makes the turns that only time has brought.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use super::lanes::{Slot, live};
use super::prober::{Asked, Reach};
use super::restore::{cut, overtaken};
use super::tail::position;
use super::worker::{Setup, Worker};

/// How often at most the brokers are asked how far the log reaches, while there is a reason to ask.
const PROBE: Duration = Duration::from_millis(20);

impl Worker {
    /// Asks how far the log reaches where it matters, and makes the turns that only time has brought.
    pub(super) fn judge_silence(&mut self, is_idle: bool) {
        for reach in self.prober.reaches() {
            self.take_reach(&reach);
        }
        let controls = self.follower.in_force().controls;
        let Setup { settings, clock, .. } = &self.setup;
        let wall = clock.now();
        let mut due = Vec::new();
        for (partition, live) in live(&mut self.lanes) {
            live.obey(&controls);
            if let Some(what) = live.waits_long(wall) {
                self.setup.cluster.context.tell_seldom(&what);
            }
            if live.is_due(wall, settings.lateness_grace, settings.until) {
                due.push(partition);
            }
        }
        if due.is_empty() {
            return;
        }
        self.pass_marks(&due);
        if self.next.probed_at.elapsed() >= PROBE {
            self.next.probed_at = Stopwatch::now();
            self.follower.want_proof();
            // A reader that is under way to one end would never arrive if a later one were put in its place each time.
            due.retain(|lane| is_idle || !self.lanes.get(lane).is_some_and(Slot::is_under_way));
            let topic: Arc<str> = self.setup.cluster.topics.tickets.as_str().into();
            let asked = |lane: &i32| match self.lanes.get(lane) {
                Some(Slot::Live(live)) => {
                    Some(Asked { topic: Arc::clone(&topic), partition: *lane, was_read: live.tail.position() })
                }
                _ => None,
            };
            self.prober.ask(due.iter().filter_map(asked).collect());
        }
        self.next.turn_by_time(&self.setup, &self.follower, &mut self.lanes);
    }

    /// Takes in how far the log of a lane reaches.
    fn take_reach(&mut self, reach: &Reach) {
        let Reach { partition, asked_at, low, end, was_read, .. } = *reach;
        let Some(Slot::Live(live)) = self.lanes.get_mut(&partition) else { return };
        let position = live.tail.position();
        let (topic, context) = (&self.setup.cluster.topics.tickets, &self.setup.cluster.context);
        if low > position {
            let why = overtaken(topic, partition, position, low);
            self.refuse(partition, why);
        } else if end < was_read {
            context.tell(&cut(topic, partition, was_read, end));
        } else {
            live.tail.reaches(asked_at, end);
        }
    }

    /// Where reading has come to nothing but marks of transactions, it is behind them.
    fn pass_marks(&mut self, due: &[i32]) {
        let topic = &self.setup.cluster.topics.tickets;
        for partition in due {
            if let Some(Slot::Live(live)) = self.lanes.get_mut(partition)
                && live.seek().is_none()
                && live.tail.is_open()
                && let Some(position) = position(&self.consumer, topic, *partition)
            {
                live.tail.passed(position);
            }
        }
    }
}
