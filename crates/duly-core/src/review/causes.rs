//! Where the time of a broken promise went: the intervals of its explanation (I8), by who had the ticket meanwhile.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::listener::Breach;
use super::timeline::Timeline;
use crate::explain::{IntervalKind, intervals};
use crate::policy::StatusClass;
use crate::time::Instant;

/// Elapsed time by where it went, in milliseconds; the parts add up to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Causes {
    /// It was open and the clock ran: it waited for us.
    pub us_ms: i64,
    /// The clock was paused while it waited for the customer: pending, or on hold with the reason `customer`.
    pub customer_ms: i64,
    /// The clock was held for another reason, such as on hold for a vendor.
    pub held_ms: i64,
    /// An emergency alone held it.
    pub emergency_ms: i64,
    /// It was resolved or closed, and reopened later.
    pub resolved_ms: i64,
    /// The calendar was closed and nothing held the clock: nights, weekends, holidays.
    pub closed_ms: i64,
    /// From the start to the stop; where there was none, to the end of what is looked at.
    pub total_ms: i64,
}

impl Causes {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Causes) -> Causes {
        Causes {
            us_ms: self.us_ms + other.us_ms,
            customer_ms: self.customer_ms + other.customer_ms,
            held_ms: self.held_ms + other.held_ms,
            emergency_ms: self.emergency_ms + other.emergency_ms,
            resolved_ms: self.resolved_ms + other.resolved_ms,
            closed_ms: self.closed_ms + other.closed_ms,
            total_ms: self.total_ms + other.total_ms,
        }
    }

    /// Where the time from `from` to `to` went.
    pub(super) fn of(breach: &Breach, from: Instant, to: Instant, line: &Timeline) -> Causes {
        let mut causes = Causes { total_ms: ms(from, to), ..Causes::default() };
        for interval in intervals(&breach.measure, from, to, &breach.holds, &breach.suspensions) {
            match interval.kind {
                IntervalKind::Open => causes.us_ms += ms(interval.from, interval.to),
                IntervalKind::Closed | IntervalKind::Holiday => causes.closed_ms += ms(interval.from, interval.to),
                IntervalKind::Emergency => causes.emergency_ms += ms(interval.from, interval.to),
                IntervalKind::Paused => causes.hold(interval.from, interval.to, line),
            }
        }
        causes
    }

    /// A hold, told apart by the classes that the ticket was in.
    fn hold(&mut self, from: Instant, to: Instant, line: &Timeline) {
        let mut at = from;
        while at < to {
            let (class, waits_for_customer, until) = line.class_at(at);
            let end = until.min(to);
            *match class {
                Some(StatusClass::Pending) => &mut self.customer_ms,
                Some(StatusClass::OnHold) if waits_for_customer => &mut self.customer_ms,
                Some(StatusClass::Resolved | StatusClass::Closed) => &mut self.resolved_ms,
                _ => &mut self.held_ms,
            } += ms(at, end);
            at = end;
        }
    }
}

/// Open time from `from` to `to` in which nothing held the clock.
pub(super) fn open_ms(breach: &Breach, from: Instant, to: Instant) -> i64 {
    let intervals = intervals(&breach.measure, from, to, &breach.holds, &breach.suspensions);
    let open = intervals.iter().filter(|interval| interval.kind == IntervalKind::Open);
    open.map(|interval| ms(interval.from, interval.to)).sum()
}

/// The time between in milliseconds, of instants cut to whole ones: so that parts add up to their sum.
pub(super) fn ms(from: Instant, to: Instant) -> i64 {
    let cut = |at: Instant| at.ns().div_euclid(1_000_000);
    (cut(to) - cut(from)).max(0)
}
