//! When the people of the story work: Shanghai, 09:00–12:00 and 13:30–18:00, the holidays of autumn 2026.
//!
//! This only makes stories plausible. Promises are judged by the policy's calendar, which knows nothing of this file.

use std::iter;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use duly_core::time::{Instant, Span};

const OFFSET_S: i32 = 8 * 3600;

/// Month and day of the weekdays off in autumn 2026: Mid-Autumn, then National Day.
const OFF: [(u32, u32); 6] = [(9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7)];

/// Month and day of the weekend days worked to make up for them.
const MADE_UP: [(u32, u32); 2] = [(9, 20), (10, 10)];

/// Seconds after midnight.
const OPEN_S: [(i64, i64); 2] = [(9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600)];

/// `at` as a clock in Shanghai shows it.
pub(super) fn local(at: Instant) -> NaiveDateTime {
    let offset = FixedOffset::east_opt(OFFSET_S).expect("eight hours are an offset");
    DateTime::from_timestamp_nanos(at.ns()).with_timezone(&offset).naive_local()
}

/// Whether the desk is staffed on the local day of `at`.
pub(super) fn is_working_day(at: Instant) -> bool {
    works(local(at).date())
}

/// The instant at which `open` working time has passed since `at`.
pub(super) fn add(at: Instant, open: Span) -> Instant {
    let mut rest = open;
    for (from, to) in periods(at) {
        let length = to.since(from);
        if rest <= length {
            return from.plus(rest);
        }
        rest = rest.minus(length);
    }
    unreachable!("there is always another working day")
}

/// The working time from `from` to `to`.
pub(super) fn between(from: Instant, to: Instant) -> Span {
    periods(from)
        .take_while(|(opens, _)| *opens < to)
        .fold(Span::ZERO, |sum, (opens, closes)| sum.plus(closes.min(to).since(opens)))
}

/// The close of business of the `days`th working day after the one of `at`.
pub(super) fn close_of_day(at: Instant, days: usize) -> Instant {
    let date = days_from(local(at).date()).skip(1).filter(|date| works(*date)).nth(days - 1);
    instant(date.expect("there is always another working day"), OPEN_S[1].1)
}

/// The periods of work from `at`, the one that holds cut to what is left of it.
fn periods(at: Instant) -> impl Iterator<Item = (Instant, Instant)> {
    days_from(local(at).date())
        .filter(|date| works(*date))
        .flat_map(|date| OPEN_S.map(|(from_s, to_s)| (instant(date, from_s), instant(date, to_s))))
        .filter(move |(_, to)| *to > at)
        .map(move |(from, to)| (from.max(at), to))
}

fn days_from(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    iter::successors(Some(date), NaiveDate::succ_opt)
}

fn works(date: NaiveDate) -> bool {
    let day = (date.month(), date.day());
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    if weekend { MADE_UP.contains(&day) } else { !OFF.contains(&day) }
}

fn instant(date: NaiveDate, s: i64) -> Instant {
    let local = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(s - i64::from(OFFSET_S));
    Instant::from_chrono(local).expect("the demo plays in this century")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        format!("2026-{text}:00+08:00").parse().unwrap()
    }

    #[test]
    fn work_rests_at_noon_at_night_and_on_holidays() {
        for (from, minutes, expected) in [
            ("09-21T10:00", 30, "09-21T10:30"),
            ("09-21T11:50", 20, "09-21T13:40"),
            ("09-21T07:00", 5, "09-21T09:05"),
            ("09-24T17:50", 20, "09-28T09:10"),
            ("09-20T17:50", 20, "09-21T09:10"),
            ("09-30T18:00", 5, "10-08T09:05"),
        ] {
            let span = Span::from_s(minutes * 60);
            assert_eq!(add(at(from), span), at(expected), "{from} + {minutes} min");
            assert_eq!(between(at(from), at(expected)), span, "{from} to {expected}");
        }
        assert_eq!(close_of_day(at("09-20T10:00"), 1), at("09-21T18:00"));
        assert_eq!(close_of_day(at("09-24T10:00"), 2), at("09-29T18:00"));
        assert_eq!(close_of_day(at("10-09T10:00"), 1), at("10-10T18:00"));
    }
}
