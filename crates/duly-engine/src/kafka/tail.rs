//! How far one partition is read, and the proof of having read to its end (T11).
//!
//! The proof: look at the clock, then ask how far the log reaches, open transactions included, then read up to there. Only
//! the last step is not simply counting: the last offsets of a log may be marks of transactions, which no reader is ever
//! given. Then the reader goes back to where it is and reads on, and when it is told that there is no more, there is none.
//! (What librdkafka calls the position is behind the marks as well, but is not known after a seek, before something was read.)

use duly_core::time::Instant;

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
    /// Whether the reader was sent back, so that its next word of an end counts.
    is_sought: bool,
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

    /// The reader was told that there is no more.
    pub(super) fn ended(&mut self) {
        if let Some(target) = self.target.filter(|target| target.is_sought) {
            self.position = self.position.max(target.end);
        }
    }

    /// The log reached `end`, open transactions included, when it was asked after a look at the clock, at `asked_at`.
    pub(super) fn reaches(&mut self, asked_at: Instant, end: i64) {
        self.end = end;
        let is_sought = self.target.is_some_and(|target| target.is_sought && target.end == end);
        self.target = Some(Target { asked_at, end, is_sought });
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

    /// Whether there is something left to prove that reading alone has not proved.
    pub(super) fn is_open(&self) -> bool {
        self.target.is_some_and(|target| self.position < target.end && !target.is_sought)
    }

    /// Whether to send the reader back to [`Tail::position`], now that everything before `stable_end` is settled: then
    /// nothing that an open transaction hides is before the end. Tells once.
    pub(super) fn seek(&mut self, stable_end: i64) -> bool {
        match &mut self.target {
            Some(target) if stable_end >= target.end && self.position < target.end && !target.is_sought => {
                target.is_sought = true;
                true
            }
            _ => false,
        }
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
    fn an_end_that_was_told_before_the_reader_was_sent_back_proves_nothing() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        tail.ended();
        assert_eq!(tail.proven(), None);
        assert!(tail.seek(12));
        assert!(!tail.seek(12), "once is enough");
        tail.ended();
        assert_eq!((tail.proven(), tail.position()), (Some(AT), 12));
    }

    #[test]
    fn an_open_transaction_before_the_end_holds_the_proof() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        assert!(!tail.seek(11));
        tail.ended();
        assert_eq!(tail.proven(), None);
    }

    #[test]
    fn a_later_question_about_the_same_end_needs_no_second_way_back() {
        let mut tail = Tail::new(10);
        tail.reaches(AT, 12);
        assert!(tail.seek(12));
        tail.reaches(Instant::from_ns(2), 12);
        tail.ended();
        assert_eq!(tail.proven(), Some(Instant::from_ns(2)));
    }
}
