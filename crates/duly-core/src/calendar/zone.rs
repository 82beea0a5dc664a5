//! From local times to instants, through gaps, repeated hours and skipped days (T7).
//!
//! A zone is described to 2100 by the time-zone data; after that its last offset stays.

use chrono::{DateTime, Datelike, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::{GapInfo, Tz};

use super::spec::TimeOfDay;
use crate::time::{Instant, SECOND_NS, Span};

/// A time zone, asked for the instants at which periods and days begin and end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Zone(Tz);

impl Zone {
    pub(super) const fn new(tz: Tz) -> Self {
        Zone(tz)
    }

    pub(super) const fn tz(self) -> Tz {
        self.0
    }

    /// The local time at `at`.
    pub(super) fn local(self, at: Instant) -> NaiveDateTime {
        at.to_chrono().with_timezone(&self.0).naive_local()
    }

    /// The local date at `at`.
    pub(super) fn date(self, at: Instant) -> NaiveDate {
        self.local(at).date()
    }

    /// When a period opens that opens at `time` on `date`: a repeated time is its first occurrence.
    pub(super) fn opening(self, date: NaiveDate, time: TimeOfDay) -> Instant {
        self.first(at(date, time))
    }

    /// When a period closes that closes at `time` on `date`: a repeated time is its last occurrence. 24:00 is the end
    /// of the day rather than a time of the next one, so that a day of 24 hours has no more than 24 (T2).
    pub(super) fn closing(self, date: NaiveDate, time: TimeOfDay) -> Instant {
        let local = at(date, time);
        if local.date() != date {
            return self.day_end(date);
        }
        let (_, last) = self.occurrences(local);
        instant(last)
    }

    /// The first occurrence of a local time; where it is skipped, the instant of the change.
    pub(super) fn first(self, local: NaiveDateTime) -> Instant {
        let (first, _) = self.occurrences(local);
        instant(first).plus(Span::from_ns(i64::from(local.and_utc().timestamp_subsec_nanos())))
    }

    /// The end of a local date, for good: no later instant is told that date.
    pub(super) fn day_end(self, date: NaiveDate) -> Instant {
        match date.year() {
            ..1677 => return Instant::MIN,
            2262.. => return Instant::MAX, // what nanoseconds do not reach
            _ => {}
        }
        let midnight = date.succ_opt().unwrap_or(date).and_time(NaiveTime::MIN);
        let (first, last) = self.occurrences(midnight);
        // Where the clock goes back over midnight, this date comes back before its second end. Where it goes back just
        // to midnight, what is repeated is of the next date alone.
        let before_last = DateTime::from_timestamp(last - 1, 0).map(|t| t.with_timezone(&self.0).date_naive());
        instant(if before_last <= Some(date) { last } else { first })
    }

    /// The first and the last instant (seconds since the epoch) that is told `local`, to the second; for a skipped
    /// time, twice the instant of the change.
    fn occurrences(self, local: NaiveDateTime) -> (i64, i64) {
        let told = |offset: chrono::FixedOffset| local.and_utc().timestamp() - i64::from(offset.local_minus_utc());
        match self.0.offset_from_local_datetime(&local) {
            MappedLocalTime::Single(only) => (told(only.fix()), told(only.fix())),
            MappedLocalTime::Ambiguous(first, last) => (told(first.fix()), told(last.fix())),
            MappedLocalTime::None => {
                let change = GapInfo::new(&local, &self.0)
                    .and_then(|gap| gap.begin)
                    .map(|(begin, offset)| begin.and_utc().timestamp() - i64::from(offset.fix().local_minus_utc()));
                // A gap always follows some time; without one there would be nothing to skip from.
                let change = change.unwrap_or_else(|| local.and_utc().timestamp());
                (change, change)
            }
        }
    }
}

/// The local time `time` on `date`; 24:00 is 00:00 of the next date.
fn at(date: NaiveDate, time: TimeOfDay) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN) + Duration::seconds(i64::from(time.s()))
}

fn instant(seconds: i64) -> Instant {
    Instant::from_ns(seconds.saturating_mul(SECOND_NS))
}
