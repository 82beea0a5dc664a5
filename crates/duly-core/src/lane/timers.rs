//! Which ticket wants attention when.
//!
//! Order: by instant, then by position in the lane. An entry may be early, never late: most events push a deadline back, and
//! moving the entry each time would cost more than looking once too often. An entry counts only while the ticket names its
//! instant as the one queued.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Instant;

/// Instants at which a lane looks at a ticket: at most one that counts for each.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(Instant, u32)>>);

impl Timers {
    /// Makes sure that the ticket at `position` is looked at by `next`; `queued` is where it stands in the queue.
    pub(super) fn set(&mut self, position: u32, queued: &mut Instant, next: Instant) {
        if next < *queued {
            *queued = next;
            self.push(position, next);
        }
    }

    /// Has the ticket at `position` looked at by `at`.
    pub(super) fn push(&mut self, position: u32, at: Instant) {
        self.0.push(Reverse((at, position)));
    }

    /// The next entry due by `until`.
    pub(super) fn pop(&mut self, until: Instant) -> Option<(Instant, u32)> {
        let Reverse((at, _)) = self.0.peek()?;
        if *at > until {
            return None;
        }
        self.0.pop().map(|Reverse(entry)| entry)
    }

    /// When the next entry is due.
    pub(super) fn next(&self) -> Instant {
        self.0.peek().map_or(Instant::MAX, |Reverse((at, _))| *at)
    }
}
