//! Open tickets in the order in which they want to be worked on (L13).

use duly_core::lane::{Lane, Waiting, Wanted};
use duly_core::time::Instant;
use serde::Deserialize;

use super::listed::{Listed, Ranked};

/// The work queue of some lanes.
pub type Work = Listed<Waiting>;

/// What the queue is ordered by, as it can be read out of what a ticket says: see [`Waiting::rank`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "Written")]
pub struct WorkRank(duly_core::lane::Rank);

/// The members of a ticket in the queue that say where it stands.
#[derive(Deserialize)]
struct Written {
    subject: String,
    priority: Option<u16>,
    open_left_ms: Option<i64>,
}

impl From<Written> for WorkRank {
    fn from(written: Written) -> Self {
        let Written { subject, priority, open_left_ms } = written;
        let left = open_left_ms.unwrap_or_default();
        WorkRank((priority.unwrap_or(u16::MAX), open_left_ms.is_none(), left, subject))
    }
}

impl Ranked for Waiting {
    type Rank = WorkRank;

    fn rank(&self) -> WorkRank {
        WorkRank(Waiting::rank(self))
    }
}

impl Work {
    /// The first `limit` tickets of `lane` that are wanted. `watermark` is how far the lane is committed.
    pub(crate) fn of_lane(
        number: i32,
        lane: &Lane,
        watermark: Instant,
        wanted: &Wanted,
        now: Instant,
        limit: usize,
    ) -> Self {
        let (items, total) = lane.work(wanted, now, limit);
        Listed::of(number, watermark, items, total)
    }
}

#[cfg(test)]
mod tests {
    use duly_core::lane::Due;
    use duly_core::policy::StatusClass;

    use super::*;

    /// What another instance reads out of an answer is the place that this one would give.
    #[test]
    fn a_place_is_read_as_it_is_written() {
        let due = |open_left_ms| Due {
            policy: "p".to_owned(),
            objective: "o".to_owned(),
            cycle: 1,
            due_at: Instant::from_ns(0),
            open_left_ms,
        };
        for (priority, due) in [(Some(1), Some(due(5))), (None, Some(due(-5))), (Some(7), None), (None, None)] {
            let waiting = Waiting {
                subject: "acme/T-1".to_owned(),
                priority,
                tier: None,
                team: None,
                status_class: StatusClass::Open,
                due,
            };
            let json = serde_json::to_string(&waiting).expect("plain data");
            assert_eq!(serde_json::from_str::<WorkRank>(&json).expect(&json), Ranked::rank(&waiting), "{json}");
        }
    }
}
