//! A part of a source: one partition of a raw topic, how far it is read, and up to when it has told what it knows.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;

use super::super::tail::Tail;

/// A partition that is ours.
pub(super) struct Part {
    /// Which of the sources it belongs to.
    pub(super) source: usize,
    /// What it is called in progress marks.
    pub(super) name: Box<str>,
    pub(super) tail: Tail,
    /// Up to when it has told what it knows.
    reached: Instant,
    /// What was last written of that.
    marked: Option<Instant>,
    /// Messages are gone that were not read: it stands still until somebody decides.
    pub(super) is_held: bool,
    /// It is read from its beginning, and where that is nobody could say yet.
    pub(super) is_unplaced: bool,
    /// When its end was last asked for.
    asked_at: Option<Stopwatch>,
}

/// What is marked of a part of which nothing is known yet: that it is there, and holds back.
pub(super) const NOTHING: Instant = Instant::from_ns(0);

/// What a partition is called in marks.
pub(super) fn name(topic: &str, partition: i32) -> Box<str> {
    format!("{topic}/{partition}").into()
}

impl Part {
    /// A partition that is read from `offset` on, or from its beginning.
    pub(super) fn new(source: usize, topic: &str, partition: i32, offset: Option<i64>) -> Self {
        Part {
            source,
            name: name(topic, partition),
            tail: Tail::new(offset.unwrap_or(0)),
            reached: NOTHING,
            marked: None,
            is_held: false,
            is_unplaced: offset.is_none(),
            asked_at: None,
        }
    }

    /// The record at `offset` was read, and tells what was so at `at`, if it tells of a ticket.
    pub(super) fn read(&mut self, offset: i64, at: Option<Instant>) {
        self.tail.read(offset);
        self.is_unplaced = false;
        self.reached = self.reached.max(at.unwrap_or(NOTHING));
    }

    /// Whether it is time to ask how far it reaches. An end that was told stays until it is reached: a reader would never arrive
    /// at one that is moved away each time.
    pub(super) fn is_to_be_asked(&self, interval: Duration) -> bool {
        !self.is_held && self.asked_at.is_none_or(|at| at.elapsed() >= interval) && !self.tail.is_open()
    }

    /// It was asked, at `asked_at` by the clock, and reaches `end`, open transactions included.
    pub(super) fn reaches(&mut self, asked_at: Instant, end: i64) {
        self.asked_at = Some(Stopwatch::now());
        self.tail.reaches(asked_at, end);
    }

    /// Its first record that is still there is at `low`.
    pub(super) fn begins(&mut self, low: i64) {
        if self.is_unplaced {
            self.tail.passed(low);
            self.is_unplaced = false;
        }
    }

    /// Takes in what is proved by now.
    pub(super) fn prove(&mut self) {
        self.reached = self.reached.max(self.tail.proven().unwrap_or(NOTHING));
    }

    /// What is to be marked of it, if that has changed.
    pub(super) fn news(&self) -> Option<Instant> {
        (self.marked != Some(self.reached)).then_some(self.reached)
    }

    /// Whether it was never marked.
    pub(super) fn is_new(&self) -> bool {
        self.marked.is_none()
    }

    /// What there was to mark is written.
    pub(super) fn mark(&mut self) {
        self.marked = Some(self.reached);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_that_it_is_there_and_then_how_far_it_has_come() {
        let at = Instant::from_s;
        let mut part = Part::new(0, "crm.raw", 3, Some(10));
        assert_eq!((&*part.name, part.is_new(), part.news()), ("crm.raw/3", true, Some(at(0))));
        part.mark();
        assert_eq!((part.is_new(), part.news()), (false, None));
        part.read(10, Some(at(100)));
        part.read(11, Some(at(90)));
        part.read(12, None);
        assert_eq!(part.news(), Some(at(100)), "the latest counts");
        part.reaches(at(200), 14);
        part.prove();
        assert_eq!(part.news(), Some(at(100)), "there is something left to read");
        assert!(!part.is_to_be_asked(Duration::ZERO), "the end that was told stays");
        part.read(13, None);
        part.prove();
        assert_eq!(part.news(), Some(at(200)), "it is read to its end as of when it was asked");
        assert!(part.is_to_be_asked(Duration::ZERO));
    }
}
