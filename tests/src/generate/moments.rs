//! Instants: days and times of day that are worth meeting on.

use proptest::prelude::*;

use crate::minute::{Minute, at};

/// Times of day in half hours since midnight: openings and closings of the calendars, moments in, between and next to them.
const TIMES: [i64; 14] = [18, 20, 19, 24, 27, 28, 36, 17, 25, 35, 37, 40, 0, 48];

/// A moment within the first weeks of March 2026; the earliest is the simplest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    day: i64,
    time: usize,
}

impl Moment {
    /// The instant.
    pub(super) fn at(self) -> Minute {
        at("2026-03-02 00:00") + self.day * 1440 + TIMES[self.time] * 30
    }
}

/// Any moment, the first days more often than later ones.
pub(super) fn any() -> impl Strategy<Value = Moment> {
    let day = prop_oneof![6 => 0..3_i64, 3 => 3..8_i64, 1 => 8..20_i64];
    (day, 0..TIMES.len()).prop_map(|(day, time)| Moment { day, time })
}
