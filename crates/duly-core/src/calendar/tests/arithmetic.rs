//! Adding, taking back and counting open time (T1–T3).

use super::{at, calendar, span};
use crate::calendar::Calendar;
use crate::time::{Instant, Span};

const OFFICE: &str = "zone Asia/Shanghai; mon-fri 09:00-12:00 13:30-18:00";

/// `start + open` is `expected`, and counting from start to there gives `open` back.
fn add(text: &str, start: &str, open: &str, expected: &str) {
    let calendar = calendar(text);
    assert_eq!(calendar.add(at(start), span(open)), Some(at(expected)), "{text}: {start} + {open}");
    assert_eq!(calendar.between(at(start), at(expected)), span(open), "{text}: {start} to {expected}");
}

fn sub(text: &str, end: &str, open: &str, expected: &str) {
    let calendar = calendar(text);
    assert_eq!(calendar.sub(at(end), span(open)), Some(at(expected)), "{text}: {end} - {open}");
    assert_eq!(calendar.between(at(expected), at(end)), span(open), "{text}: {expected} to {end}");
}

#[test]
fn open_time_is_added() {
    // 2026-06-01 is a Monday.
    add(OFFICE, "2026-06-01 09:00 +08:00", "1h", "2026-06-01 10:00 +08:00");
    add(OFFICE, "2026-06-01 11:00 +08:00", "2h", "2026-06-01 14:30 +08:00"); // over lunch
    add(OFFICE, "2026-06-01 07:00 +08:00", "2h", "2026-06-01 11:00 +08:00"); // before opening
    add(OFFICE, "2026-06-01 12:30 +08:00", "2h", "2026-06-01 15:30 +08:00"); // in the break
    add(OFFICE, "2026-06-05 17:00 +08:00", "2h", "2026-06-08 10:00 +08:00"); // over the weekend
    add(OFFICE, "2026-06-06 10:00 +08:00", "4h", "2026-06-08 14:30 +08:00"); // from a Saturday
    add(OFFICE, "2026-06-01 09:00:30 +08:00", "45s", "2026-06-01 09:01:15 +08:00");
    add(OFFICE, "2025-12-31 17:00 +08:00", "90m", "2026-01-01 09:30 +08:00"); // into another year
    add("mon 09:00-10:00", "2020-01-06 09:00", "150h", "2022-11-14 10:00"); // 150 Mondays
}

#[test]
fn the_last_open_second_ends_at_closing_time() {
    add(OFFICE, "2026-06-01 09:00 +08:00", "3h", "2026-06-01 12:00 +08:00");
    add(OFFICE, "2026-06-05 17:00 +08:00", "1h", "2026-06-05 18:00 +08:00");
    add("mon-sun 18:00-24:00", "2026-06-01 18:00", "6h", "2026-06-02 00:00");
    add("wed 18:00-24:00", "2025-12-31 18:00", "6h", "2026-01-01 00:00"); // with the year
}

#[test]
fn nothing_added_gives_the_first_open_instant() {
    add(OFFICE, "2026-06-01 10:00 +08:00", "0", "2026-06-01 10:00 +08:00");
    add(OFFICE, "2026-06-01 09:00 +08:00", "0", "2026-06-01 09:00 +08:00");
    add(OFFICE, "2026-06-01 12:00 +08:00", "0", "2026-06-01 13:30 +08:00"); // closing time is closed
    add(OFFICE, "2026-06-05 18:00 +08:00", "0", "2026-06-08 09:00 +08:00");
}

#[test]
fn open_time_is_taken_back() {
    sub(OFFICE, "2026-06-01 10:00 +08:00", "1h", "2026-06-01 09:00 +08:00"); // the opening, not Friday's closing
    sub(OFFICE, "2026-06-01 14:30 +08:00", "2h", "2026-06-01 11:00 +08:00");
    sub(OFFICE, "2026-06-08 10:00 +08:00", "2h", "2026-06-05 17:00 +08:00");
    sub(OFFICE, "2026-06-07 12:00 +08:00", "30m", "2026-06-05 17:30 +08:00");
    sub(OFFICE, "2026-01-01 09:30 +08:00", "90m", "2025-12-31 17:00 +08:00");
    sub("wed 18:00-24:00", "2026-01-01 00:00", "6h", "2025-12-31 18:00");
}

#[test]
fn nothing_taken_back_gives_the_last_open_or_closing_instant() {
    sub(OFFICE, "2026-06-01 10:00 +08:00", "0", "2026-06-01 10:00 +08:00");
    sub(OFFICE, "2026-06-01 09:00 +08:00", "0", "2026-06-01 09:00 +08:00");
    sub(OFFICE, "2026-06-01 12:00 +08:00", "0", "2026-06-01 12:00 +08:00");
    sub(OFFICE, "2026-06-07 12:00 +08:00", "0", "2026-06-05 18:00 +08:00");
    sub("wed 18:00-24:00", "2026-01-02 09:00", "0", "2026-01-01 00:00");
}

#[test]
fn open_time_between() {
    let office = calendar(OFFICE);
    let between = |from: &str, to: &str| office.between(at(from), at(to));
    assert_eq!(between("2026-06-01 00:00 +08:00", "2026-06-08 00:00 +08:00"), Span::from_s(5 * 27_000));
    assert_eq!(between("2026-06-01 11:59 +08:00", "2026-06-01 13:31 +08:00"), span("2m"));
    assert_eq!(between("2026-06-06 00:00 +08:00", "2026-06-07 00:00 +08:00"), Span::ZERO);
    assert_eq!(between("2026-06-08 00:00 +08:00", "2026-06-01 00:00 +08:00"), Span::ZERO, "reversed");
    assert_eq!(between("2000-01-01 00:00 +08:00", "2100-01-01 00:00 +08:00"), Span::from_s(26_089 * 27_000));
    assert_eq!(office.between(Instant::MAX, Instant::MIN), Span::ZERO);
    assert!(office.between(Instant::MIN, Instant::MAX) > Span::from_s(76_000 * 27_000));
}

#[test]
fn rules_beat_each_other_in_order() {
    let text = "mon-fri 09:00-17:00
        holiday 2026-06-01; holiday 2026-06-02 二; holiday 2026-06-03 三
        makeup 2026-06-02 10:00-12:00; makeup 2026-06-06 10:00-12:00
        open 2026-06-03 20:00-21:00; open 2026-06-04; open 2026-06-06 08:00-09:00
        break 2026-06-05 00:00-10:00 12:00-13:00; break 2026-06-06 08:30-08:40";
    let calendar = calendar(text);
    let periods: Vec<String> = calendar
        .periods(at("2026-06-01 00:00"))
        .take(6)
        .map(|period| format!("{} {}", period.from, period.to).replace("2026-06-", "").replace(":00Z", ""))
        .collect();
    assert_eq!(
        periods,
        [
            "02T10:00 02T12:00", // make-up beats holiday
            "03T20:00 03T21:00", // a stated date beats holiday
            "05T10:00 05T12:00", // breaks
            "05T13:00 05T17:00",
            "06T08:00 06T08:30", // a stated date beats make-up, breaks beat it
            "06T08:40 06T09:00",
        ]
    );
    let closed_as = |text: &str| calendar.closed_as(at(text));
    assert_eq!(closed_as("2026-06-01 12:00"), Some(""));
    assert_eq!(closed_as("2026-06-02 12:00"), None, "open after all");
    assert_eq!(closed_as("2026-06-04 12:00"), None, "closed, but by no holiday");
    assert_eq!(closed_as("2026-06-07 12:00"), None, "a Sunday");
}

#[test]
fn periods_are_united_over_midnight_and_new_year() {
    let night = calendar("mon-sun 00:00-06:00 22:00-24:00");
    let mut periods = night.periods(at("2025-12-31 23:00"));
    let first = periods.next().expect("nights come");
    assert_eq!((first.from, first.to), (at("2025-12-31 23:00"), at("2026-01-01 06:00")));
    assert_eq!(periods.next().map(|period| period.from), Some(at("2026-01-01 22:00")));
    let always = calendar("mon-sun 00:00-24:00");
    assert_eq!(always.periods(at("2026-01-01 00:00")).count(), 1);
}

#[test]
fn a_calendar_open_on_one_date_soon_has_no_more_to_give() {
    let once = calendar("open 2026-06-01 09:00-10:00");
    assert_eq!(once.add(at("1970-01-01 00:00"), span("1h")), Some(at("2026-06-01 10:00")));
    assert_eq!(once.add(at("1970-01-01 00:00"), span("61m")), None);
    assert_eq!(once.add(at("2026-06-01 10:00"), Span::ZERO), None);
    assert_eq!(once.next_open(at("2026-06-02 00:00")), None);
    assert_eq!(once.sub(at("2100-01-01 00:00"), span("1h")), Some(at("2026-06-01 09:00")));
    assert_eq!(once.sub(at("2026-06-01 09:00"), span("1h")), None);
    assert_eq!(once.sub(at("2026-06-01 08:00"), Span::ZERO), None);
    assert_eq!(once.periods(at("2026-06-01 09:30")).count(), 1);
    assert_eq!(once.add(Instant::MIN, Span::from_ns(i64::MAX)), None);
}

#[test]
fn the_ends_of_time_do_no_harm() {
    for calendar in [calendar(OFFICE), calendar("zone Asia/Shanghai; mon-sun 00:00-24:00"), Calendar::round_the_clock()]
    {
        for instant in [Instant::MIN, Instant::MAX, Instant::default()] {
            for open in [Span::ZERO, span("1h"), Span::from_ns(i64::MAX)] {
                calendar.add(instant, open);
                calendar.sub(instant, open);
            }
            calendar.is_open(instant);
            calendar.closed_as(instant);
            calendar.day_end(instant);
            calendar.periods(instant).next();
            assert!(calendar.between(Instant::MIN, instant) <= calendar.between(Instant::MIN, Instant::MAX));
        }
    }
}

#[test]
fn round_the_clock() {
    let always = Calendar::round_the_clock();
    assert_eq!(always.add(at("2026-03-29 00:30"), span("48h")), Some(at("2026-03-31 00:30")));
    assert_eq!(always.add(Instant::MAX, span("1h")), None);
    assert_eq!(always.sub(at("2026-03-31 00:30"), span("48h")), Some(at("2026-03-29 00:30")));
    assert_eq!(always.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")), span("24h"));
    assert_eq!(always.day_end(at("2026-03-29 10:00")), at("2026-03-30 00:00"));
    assert_eq!(always.periods(at("2026-03-29 10:00")).count(), 1);
    assert!(always.is_open(Instant::MIN) && !always.has_working_days() && always.known_until().is_none());
}
