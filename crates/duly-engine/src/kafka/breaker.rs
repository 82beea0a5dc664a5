//! The rate breaker: a feed that has begun to send what nobody can read is stopped at its lane, before its whole log is in
//! the dead letters and the watermark has passed over what the records meant to say (DESIGN §7, poison).
//!
//! Pure. It counts what is *unreadable*; what is well formed and refused for another reason, such as a second content for
//! a known id, says nothing about the feed. That it has tripped is stored with the lane; what it has counted is not:
//! after a restart, an aborted turn or a rebalance it counts anew from where reading goes on.

use std::collections::VecDeque;

use duly_core::ticket::{Refusal, RefusalKind};

/// How many of the last records are judged.
const WINDOW: usize = 200;

/// How many have to be seen before any judgement.
const SEEN_MIN: usize = 100;

/// Watches one lane.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// Of each of the last records, whether it was unreadable.
    window: VecDeque<bool>,
    /// How many of them were.
    unreadable: usize,
    is_tripped: bool,
}

impl Breaker {
    /// Counts a record that was read, with why it is no ticket event.
    pub(super) fn count(&mut self, refusal: Option<&Refusal>) {
        let is_unreadable = refusal.is_some_and(|refusal| is_unreadable(refusal.kind));
        if self.window.len() == WINDOW {
            let leaves = self.window.pop_front().unwrap_or_default();
            self.unreadable -= usize::from(leaves);
        }
        self.window.push_back(is_unreadable);
        self.unreadable += usize::from(is_unreadable);
        self.is_tripped |= self.window.len() >= SEEN_MIN && self.unreadable * 2 > self.window.len();
    }

    /// Whether the lane stands still: nothing more is read of it, and its watermark stays, until it is [`reset`](Self::reset).
    pub(super) fn is_tripped(&self) -> bool {
        self.is_tripped
    }

    /// How many of the last records were unreadable, and of how many: what an operator is told.
    pub(super) fn rate(&self) -> (usize, usize) {
        (self.unreadable, self.window.len())
    }

    /// One that tripped before, or one that begins.
    pub(super) fn restored(is_tripped: bool) -> Self {
        Breaker { is_tripped, ..Breaker::default() }
    }

    /// Begins anew: an operator lets the lane go on, or it goes back in the log.
    pub(super) fn reset(&mut self) {
        *self = Breaker::default();
    }
}

/// Whether a refusal says that the record is not what a feed of ticket events sends.
fn is_unreadable(kind: RefusalKind) -> bool {
    match kind {
        RefusalKind::NotJson
        | RefusalKind::NotCloudEvent
        | RefusalKind::UnknownType
        | RefusalKind::UnknownVersion
        | RefusalKind::BadTime
        | RefusalKind::BadSubject
        | RefusalKind::BadData
        | RefusalKind::TooLarge
        | RefusalKind::Misrouted
        | RefusalKind::Failed => true,
        RefusalKind::Conflict | RefusalKind::HistoryFull | RefusalKind::Quarantined | RefusalKind::Retired => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts records written as `60 good 41 not_json`, and says at which record it trips.
    fn trips_at(records: &str) -> Option<usize> {
        let mut breaker = Breaker::default();
        let words: Vec<&str> = records.split_whitespace().collect();
        let runs = words.chunks(2).flat_map(|run| {
            let kind = RefusalKind::ALL.into_iter().find(|kind| kind.name() == run[1]);
            assert!(kind.is_some() || run[1] == "good", "{} is no reason", run[1]);
            std::iter::repeat_n(kind, run[0].parse().expect("a number"))
        });
        for (number, kind) in runs.enumerate() {
            breaker.count(kind.map(|kind| Refusal::new(kind, "")).as_ref());
            if breaker.is_tripped() {
                return Some(number + 1);
            }
        }
        None
    }

    #[test]
    fn it_trips_where_more_than_half_of_the_last_records_are_unreadable() {
        for (records, expected) in [
            ("99 not_json", None),
            ("100 not_json", Some(100)),
            ("1000 good", None),
            ("50 good 50 not_json", None),
            ("50 good 51 not_json", Some(101)),
            ("49 good 51 bad_time", Some(100)),
            // The window moves: of the last 200, 101 are unreadable.
            ("1000 good 100 unknown_type", None),
            ("1000 good 101 unknown_type", Some(1101)),
            ("1000 good 60 bad_data 10 good 60 misrouted", Some(1111)),
            ("1000 good 90 bad_subject 200 good 90 too_large", None),
        ] {
            assert_eq!(trips_at(records), expected, "{records}");
        }
    }

    #[test]
    fn what_can_be_read_and_is_refused_does_not_count() {
        for kind in ["conflict", "history_full", "quarantined", "retired"] {
            assert_eq!(trips_at(&format!("1000 {kind}")), None, "{kind}");
        }
        for kind in ["not_json", "not_cloudevent", "unknown_version", "misrouted", "too_large"] {
            assert_eq!(trips_at(&format!("1000 {kind}")), Some(100), "{kind}");
        }
    }

    #[test]
    fn it_stays_tripped_until_it_is_told_to_go_on() {
        let mut breaker = Breaker::default();
        let refusal = Refusal::new(RefusalKind::NotJson, "");
        (0..100).for_each(|_| breaker.count(Some(&refusal)));
        assert_eq!((breaker.is_tripped(), breaker.rate()), (true, (100, 100)));
        (0..WINDOW).for_each(|_| breaker.count(None));
        assert!(breaker.is_tripped());
        breaker.reset();
        (0..99).for_each(|_| breaker.count(Some(&refusal)));
        assert_eq!((breaker.is_tripped(), breaker.rate()), (false, (99, 99)));
    }
}
