//! How far a stream of records is delivered: up to where all of it is, and what is open between there and the end of what was
//! read.
//!
//! Records end out of order, for tickets do not wait for each other. What is remembered is therefore a mark: where to begin
//! reading again, up to where it was read, and what of that is still open, so that a restart repeats only what is open.

use std::collections::BTreeSet;

/// How many open positions a mark names. What is behind the last of them is read again: Kafka takes 4 KiB beside an offset.
const NAMED: usize = 256;

/// How far one stream (a partition, or the table of a store) is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// What was read and has not ended.
    open: BTreeSet<i64>,
    /// Behind what was read last.
    next: i64,
    /// Before this, only `again` was open when the stream was left.
    known_to: i64,
    again: BTreeSet<i64>,
}

/// What is remembered of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where to begin reading.
    pub(crate) position: i64,
    /// The rest, as a text to be kept beside it: `120:3,17` says that up to 120 further on all but the third and the
    /// seventeenth further on is done. Empty where there is nothing to say.
    pub(crate) beyond: String,
}

impl Progress {
    /// A stream that goes on where it was left.
    pub(crate) fn resume(mark: &Mark) -> Self {
        let position = mark.position;
        let (known_to, again) = mark.read().unwrap_or((position, BTreeSet::new()));
        Progress { open: BTreeSet::new(), next: position, known_to, again }
    }

    /// A record was read. Says whether it is still to be delivered; then it is open until it [ends](Self::end).
    pub(crate) fn read(&mut self, position: i64, is_wanted: bool) -> bool {
        let is_new = position >= self.next;
        self.next = self.next.max(position + 1);
        let is_done = position < self.known_to && !self.again.contains(&position);
        let is_open = is_new && is_wanted && !is_done;
        if is_open {
            self.open.insert(position);
        }
        is_open
    }

    /// Behind what was read last.
    pub(crate) fn next(&self) -> i64 {
        self.next
    }

    /// A record was delivered, or is a dead letter.
    pub(crate) fn end(&mut self, position: i64) {
        self.open.remove(&position);
    }

    /// What is to be remembered.
    pub(crate) fn mark(&self) -> Mark {
        let Some(&first) = self.open.first() else {
            // Everything up to here is done; what was done beyond it before stays so.
            let again = self.again.range(self.next..).copied();
            return Mark::new(self.next, self.known_to.max(self.next), again);
        };
        let beyond = self.open.iter().copied().chain(self.again.range(self.next..).copied());
        Mark::new(first, self.known_to.max(self.next), beyond)
    }
}

impl Mark {
    fn new(position: i64, known_to: i64, open: impl Iterator<Item = i64>) -> Self {
        let mut open: Vec<i64> = open.take(NAMED + 1).collect();
        let known_to = if open.len() > NAMED { open.pop().unwrap_or(known_to) } else { known_to };
        let beyond = if known_to <= position {
            String::new()
        } else {
            let open: Vec<String> = open.iter().map(|at| (at - position).to_string()).collect();
            format!("{}:{}", known_to - position, open.join(","))
        };
        Mark { position, beyond }
    }

    /// Up to where it was read, and what was open of that.
    fn read(&self) -> Option<(i64, BTreeSet<i64>)> {
        let (known_to, open) = self.beyond.split_once(':')?;
        let at = |text: &str| Some(self.position + text.parse::<i64>().ok()?);
        let open = open.split(',').filter(|text| !text.is_empty()).map(at).collect::<Option<_>>()?;
        Some((at(known_to)?, open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(position: i64, beyond: &str) -> Mark {
        Mark { position, beyond: beyond.to_owned() }
    }

    #[test]
    fn a_mark_says_what_is_open() {
        let mut progress = Progress::resume(&mark(10, ""));
        assert_eq!(progress.mark(), mark(10, ""));
        assert_eq!([10, 11, 12, 13].map(|at| progress.read(at, at != 11)), [true, false, true, true]);
        assert_eq!(progress.mark(), mark(10, "4:0,2,3"));
        progress.end(10);
        assert_eq!(progress.mark(), mark(12, "2:0,1"));
        progress.end(13);
        assert_eq!(progress.mark(), mark(12, "2:0"));
        progress.end(12);
        assert_eq!(progress.mark(), mark(14, ""));
    }

    #[test]
    fn a_restart_repeats_only_what_was_open() {
        let mut progress = Progress::resume(&mark(12, "6:0,4"));
        assert_eq!([12, 13].map(|at| progress.read(at, true)), [true, false]);
        progress.end(12);
        // What was done beyond is not forgotten by a second restart.
        let mut progress = Progress::resume(&progress.mark());
        assert_eq!([14, 15, 16, 17, 18].map(|at| progress.read(at, true)), [false, false, true, false, true]);
    }

    #[test]
    fn gaps_are_no_records_and_a_record_is_read_once() {
        let mut progress = Progress::resume(&mark(0, ""));
        assert!(progress.read(5, true) && !progress.read(5, true));
        progress.end(5);
        assert_eq!(progress.mark(), mark(6, ""));
        assert_eq!(Progress::resume(&mark(3, "nonsense")).mark(), mark(3, ""));
    }

    #[test]
    fn a_mark_is_bounded() {
        let mut progress = Progress::resume(&mark(0, ""));
        for at in 0..10_000 {
            progress.read(at, true);
        }
        (0..10_000).filter(|at| at % 2 == 1).for_each(|at| progress.end(at));
        let mark = progress.mark();
        assert!(mark.beyond.len() < 4_000, "{}", mark.beyond.len());
        let mut again = Progress::resume(&mark);
        let open: Vec<i64> = (0..10_000).filter(|at| again.read(*at, true)).collect();
        assert!((0..10_000).step_by(2).all(|at| open.contains(&at)), "what is open is read again");
        assert_eq!(open.iter().filter(|at| **at < 512).count(), 256, "what was done before is not");
    }
}
