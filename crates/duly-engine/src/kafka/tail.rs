//! How far one partition is read, and the proof of having read to its end (T11).
//!
//! The proof: look at the clock, then ask how far the log reaches, open transactions included, then read up to there. The
//! last offsets of a log may be marks of transactions, which no reader is ever given: the position that a reader has when it
//! is told that there is no more is behind them, and never behind an open transaction.

use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::topic_partition_list::Offset;

/// Where a reader is that was just told that there is no more: behind all marks.
pub(super) fn position<C: ConsumerContext>(consumer: &BaseConsumer<C>, topic: &str, partition: i32) -> Option<i64> {
    let positions = consumer.position().ok()?;
    match positions.find_partition(topic, partition)?.offset() {
        Offset::Offset(position) => Some(position),
        _ => None,
    }
}

/// A partition that is read.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    /// Everything before this offset was read.
    position: i64,
    /// How far it was known to reach when it was last asked.
    end: i64,
    target: Option<Target>,
}

/// What is to be proved.
#[derive(Debug, Clone, Copy)]
struct Target {
    asked_at: Instant,
    end: i64,
}

impl Tail {
    /// A partition that is read from `position` on.
    pub(super) fn new(position: i64) -> Self {
        Tail { position, end: position, target: None }
    }

    /// The offset that is read next.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// How many offsets were not read yet when the end was last asked for.
    pub(super) fn lag(&self) -> i64 {
        (self.end - self.position).max(0)
    }

    /// The record at `offset` was read.
    pub(super) fn read(&mut self, offset: i64) {
        self.position = self.position.max(offset + 1);
        self.end = self.end.max(self.position);
    }

    /// The reader was told that there is no more before `position`.
    pub(super) fn ended(&mut self, position: i64) {
        self.position = self.position.max(position);
        self.end = self.end.max(self.position);
    }

    /// The log reached `end`, open transactions included, when it was asked after a look at the clock, at `asked_at`.
    pub(super) fn reaches(&mut self, asked_at: Instant, end: i64) {
        self.end = end.max(self.position);
        self.target = Some(Target { asked_at, end });
    }

    /// The latest instant of which it is proved that all that was appended before was read; tells each once.
    pub(super) fn proven(&mut self) -> Option<Instant> {
        let target = self.target?;
        if self.position < target.end {
            return None;
        }
        self.target = None;
        Some(target.asked_at)
    }

    /// Reading starts over at `position`.
    pub(super) fn rewind(&mut self, position: i64) {
        *self = Tail { position, end: self.end.max(position), target: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant::from_ns(1);

    #[test]
    fn what_was_read_up_to_the_end_is_proved() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        assert_eq!((tail.proven(), tail.lag()), (None, 2));
        tail.read(10);
        tail.read(11);
        assert_eq!((tail.proven(), tail.proven(), tail.lag()), (Some(AT), None, 0));
    }

    #[test]
    fn an_end_before_the_one_asked_for_proves_nothing() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        tail.ended(11);
        assert_eq!((tail.proven(), tail.lag()), (None, 1));
        tail.ended(12);
        assert_eq!((tail.proven(), tail.position()), (Some(AT), 12));
    }
}
