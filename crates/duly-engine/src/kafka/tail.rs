//! How far one partition is read, and the proof of having read to its end (T11).
//!
//! The proof: look at the clock, then ask how far the log reaches, open transactions included, then read up to there. The
//! last offsets of a log may be marks of transactions, which no reader is ever given: librdkafka's position is behind them
//! once it has passed them, and behind nothing that it has not handed out. (To be told that there is no more proves nothing:
//! a broker that has just become leader may say so too early.)

use duly_core::time::{Instant, Span};
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::topic_partition_list::Offset;

/// A partition that is read.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    /// Everything before this offset was read.
    position: i64,
    /// How far it was known to reach when it was last asked.
    end: i64,
    target: Option<Target>,
    /// Since when nothing was read although there was more.
    stuck_since: Option<Instant>,
}

/// What is to be proved.
#[derive(Debug, Clone, Copy)]
struct Target {
    asked_at: Instant,
    end: i64,
}

/// Where the consumer is in a partition: all before was handed out, or is marks. `None` as long as it has passed nothing since
/// it was last sent somewhere.
pub(super) fn position<C: ConsumerContext>(consumer: &BaseConsumer<C>, topic: &str, partition: i32) -> Option<i64> {
    let positions = consumer.position().ok()?;
    match positions.find_partition(topic, partition)?.offset() {
        Offset::Offset(position) => Some(position),
        _ => None,
    }
}

impl Tail {
    /// A partition that is read from `position` on.
    pub(super) fn new(position: i64) -> Self {
        Tail { position, end: position, target: None, stuck_since: None }
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
        self.passed(offset + 1);
    }

    /// All before `position` was read, or is marks.
    pub(super) fn passed(&mut self, position: i64) {
        if position > self.position {
            self.stuck_since = None;
        }
        self.position = self.position.max(position);
        self.end = self.end.max(self.position);
    }

    /// The log reached `end`, open transactions included, when it was asked after a look at the clock, at `asked_at`. More than
    /// that may have been read before the answer came.
    pub(super) fn reaches(&mut self, asked_at: Instant, end: i64) {
        self.target = Some(Target { asked_at, end });
        self.end = self.end.max(end);
        if end > self.position {
            self.stuck_since.get_or_insert(asked_at);
        } else {
            self.stuck_since = None;
        }
    }

    /// Whether nothing was read for longer than `patience` before `now`, although there was more.
    pub(super) fn is_stuck(&self, now: Instant, patience: Span) -> bool {
        self.stuck_since.is_some_and(|since| since.plus(patience) < now)
    }

    /// Nobody has tried to read: that there is more says nothing yet.
    pub(super) fn wait_anew(&mut self) {
        self.stuck_since = None;
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

    /// Whether there is something left to prove that was not read yet.
    pub(super) fn is_open(&self) -> bool {
        self.target.is_some_and(|target| self.position < target.end)
    }

    /// Reading starts over at `position`.
    pub(super) fn rewind(&mut self, position: i64) {
        *self = Tail { position, end: self.end.max(position), target: None, stuck_since: None };
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
        assert_eq!((tail.proven(), tail.lag(), tail.is_open()), (None, 2, true));
        tail.read(10);
        tail.read(11);
        assert_eq!((tail.proven(), tail.proven(), tail.lag()), (Some(AT), None, 0));
    }

    #[test]
    fn marks_are_passed_and_not_read() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        tail.read(10);
        tail.passed(11);
        assert_eq!(tail.proven(), None, "a mark is left, or an open transaction");
        tail.passed(12);
        assert_eq!((tail.proven(), tail.position()), (Some(AT), 12));
        tail.passed(11);
        assert_eq!(tail.position(), 12, "it does not go back by itself");
    }

    #[test]
    fn an_answer_that_comes_late_still_proves_what_it_was_asked_for() {
        let mut tail = Tail::new(10);
        tail.read(14);
        tail.reaches(AT, 12);
        assert_eq!((tail.proven(), tail.is_open(), tail.position(), tail.lag()), (Some(AT), false, 15, 0));
    }

    #[test]
    fn a_reader_that_gets_nothing_although_there_is_more_is_stuck() {
        let at = Instant::from_s;
        let mut tail = Tail::new(10);
        tail.reaches(at(0), 12);
        tail.reaches(at(20), 13);
        assert!(!tail.is_stuck(at(30), Span::from_s(30)));
        assert!(tail.is_stuck(at(31), Span::from_s(30)));
        tail.passed(10);
        assert!(tail.is_stuck(at(31), Span::from_s(30)), "it has not moved");
        tail.read(10);
        assert!(!tail.is_stuck(at(31), Span::from_s(30)));
        tail.reaches(at(40), 13);
        tail.wait_anew();
        assert!(!tail.is_stuck(at(99), Span::from_s(30)));
        tail.reaches(at(100), 13);
        tail.read(12);
        tail.reaches(at(200), 13);
        assert!(!tail.is_stuck(at(999), Span::from_s(30)), "it has read all");
    }

    #[test]
    fn reading_that_starts_over_has_proved_nothing() {
        let mut tail = Tail::new(10);
        tail.read(11);
        tail.reaches(AT, 12);
        tail.rewind(10);
        assert_eq!((tail.proven(), tail.position(), tail.lag()), (None, 10, 2));
    }
}
