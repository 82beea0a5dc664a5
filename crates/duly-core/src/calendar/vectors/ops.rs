//! The operations of vectors, and their comparison with what is expected. What is null or absent is not asserted.

use serde::{Deserialize, Deserializer};

use super::sla::Sla;
use crate::calendar::{Calendar, DayRule};
use crate::time::{Instant, Span};

/// An operation with its input and what is expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Op {
    Add(Move),
    Sub(Move),
    Between {
        start: Instant,
        end: Instant,
        expected_s: Option<f64>,
        expected_floor_min: Option<i64>,
    },
    NextOpen {
        start: Instant,
        expected: Option<Instant>,
    },
    IsOpen {
        at: Instant,
        expected: Option<bool>,
    },
    OpenPeriods {
        start: Instant,
        take: usize,
        expected: Option<Vec<(Instant, Instant)>>,
    },
    AddDays {
        start: Instant,
        days: i64,
        /// `same_time` where none is given.
        rule: Option<DayRule>,
        end_of_working_day: Option<bool>,
        expected: Option<Instant>,
    },
    Sla(Sla),
}

/// From `start` over `duration_s` of open time.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Move {
    start: Instant,
    #[serde(rename = "duration_s", deserialize_with = "seconds")]
    duration: Span,
    expected: Option<Instant>,
}

impl Op {
    /// Whether the calendar gives what is expected; what differs in words.
    pub(super) fn check(&self, calendar: &Calendar) -> Result<(), String> {
        match self {
            Op::Add(Move { start, duration, expected }) => {
                instant("the sum", *expected, calendar.add(*start, *duration))
            }
            Op::Sub(Move { start, duration, expected }) => {
                instant("the difference", *expected, calendar.sub(*start, *duration))
            }
            Op::Between { start, end, expected_s, expected_floor_min } => {
                let open = calendar.between(*start, *end);
                compare("the open seconds", *expected_s, &open.as_s())?;
                compare("the whole open minutes", *expected_floor_min, &(open.ms() / 60_000))
            }
            Op::NextOpen { start, expected } => instant("the next opening", *expected, calendar.next_open(*start)),
            Op::IsOpen { at, expected } => compare("open", *expected, &calendar.is_open(*at)),
            Op::OpenPeriods { start, take, expected } => {
                let periods = calendar.periods(*start).take(*take).map(|period| (period.from, period.to));
                compare("the open periods", expected.clone(), &periods.collect())
            }
            Op::AddDays { start, days, rule, end_of_working_day, expected } => {
                let due = add_days(calendar, *start, *days, rule.unwrap_or(DayRule::SameTime));
                let due =
                    if *end_of_working_day == Some(true) { due.and_then(|due| closing(calendar, due)) } else { due };
                instant("the sum", *expected, due)
            }
            Op::Sla(sla) => sla.check(calendar),
        }
    }
}

/// Working days forwards, or backwards where there are fewer than none.
fn add_days(calendar: &Calendar, start: Instant, days: i64, rule: DayRule) -> Option<Instant> {
    let count = u32::try_from(days.unsigned_abs()).ok()?;
    if days < 0 { calendar.sub_days(start, count) } else { calendar.add_days(start, count, rule) }
}

/// The close of business of the working day that `at` falls on, or closes.
fn closing(calendar: &Calendar, at: Instant) -> Option<Instant> {
    let date = |at: Instant| at.to_chrono().with_timezone(&calendar.zone()).date_naive();
    // An instant that closes a day at 24:00 is told the next date.
    let day = calendar.working_day(date(at.minus(Span::from_ns(1)))).filter(|day| day.to >= at);
    day.or_else(|| calendar.working_day(date(at))).map(|day| day.to)
}

/// An instant as expected; none at all is a difference too.
pub(super) fn instant(what: &str, expected: Option<Instant>, found: Option<Instant>) -> Result<(), String> {
    match (expected, found) {
        (None, _) => Ok(()),
        (Some(expected), Some(found)) => compare(what, Some(expected), &found),
        (Some(expected), None) => Err(format!("{what}: expected {expected}, found none")),
    }
}

/// Anything as expected.
pub(super) fn compare<T: PartialEq + std::fmt::Debug>(
    what: &str,
    expected: Option<T>,
    found: &T,
) -> Result<(), String> {
    match expected {
        Some(expected) if expected != *found => Err(format!("{what}: expected {expected:?}, found {found:?}")),
        _ => Ok(()),
    }
}

/// A span in seconds, perhaps with a fraction.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    if seconds < 0.0 {
        return Err(serde::de::Error::custom("a duration can not be negative"));
    }
    Ok(Span::from_ns((seconds * 1e9).round() as i64))
}
