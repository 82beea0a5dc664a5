//! Working days (T4) and what is known of them (T12).

use super::{at, calendar};
use crate::calendar::{Calendar, DayRule};
use crate::time::Instant;

/// A Chinese office around the National Day of 2024: Sunday the 29th of September and Saturday the 12th of October
/// make up for days off.
const OFFICE: &str = "zone Asia/Shanghai; mon-fri 09:00-12:00 13:30-18:00; day 8h
    holiday 2024-10-01 国庆节; holiday 2024-10-02 国庆节; holiday 2024-10-03 国庆节; holiday 2024-10-04 国庆节
    holiday 2024-10-07 国庆节; makeup 2024-09-29 09:00-12:00 13:30-17:00; makeup 2024-10-12 09:00-12:00
    known 2024-12-31";

fn add(rule: DayRule, start: &str, days: u32, expected: &str) {
    let found = calendar(OFFICE).add_days(at(start), days, rule);
    assert_eq!(found, Some(at(expected)), "{start} + {days} days, {rule:?}");
}

#[test]
fn civil_does_not_count_the_day_of_the_start() {
    use DayRule::Civil;
    add(Civil, "2024-09-23 00:00 +08:00", 1, "2024-09-24 18:00 +08:00");
    add(Civil, "2024-09-23 23:59 +08:00", 1, "2024-09-24 18:00 +08:00");
    add(Civil, "2024-09-28 10:00 +08:00", 1, "2024-09-29 17:00 +08:00"); // a make-up Sunday has its own hours
    add(Civil, "2024-09-29 10:00 +08:00", 2, "2024-10-08 18:00 +08:00"); // over the holiday
    add(Civil, "2024-10-02 10:00 +08:00", 5, "2024-10-12 12:00 +08:00"); // a make-up Saturday counts
    add(Civil, "2024-12-31 10:00 +08:00", 1, "2025-01-01 18:00 +08:00"); // what is known ends, arithmetic goes on
}

#[test]
fn same_time_is_clamped_to_the_days_open_hours() {
    use DayRule::SameTime;
    add(SameTime, "2024-09-23 10:15:30 +08:00", 1, "2024-09-24 10:15:30 +08:00");
    add(SameTime, "2024-09-23 07:00 +08:00", 2, "2024-09-25 09:00 +08:00");
    add(SameTime, "2024-09-23 22:00 +08:00", 2, "2024-09-25 18:00 +08:00");
    add(SameTime, "2024-09-28 17:30 +08:00", 1, "2024-09-29 17:00 +08:00");
    add(SameTime, "2024-09-23 12:30 +08:00", 1, "2024-09-24 12:30 +08:00"); // within the day's hours, in its break
    add(SameTime, "2024-09-30 10:00 +08:00", 1, "2024-10-08 10:00 +08:00");
}

#[test]
fn as_hours_are_so_many_times_the_day() {
    add(DayRule::AsHours, "2024-09-23 09:00 +08:00", 1, "2024-09-24 09:30 +08:00"); // 7.5 hours a day, 8 to a day
    assert_eq!(calendar("mon 09:00-17:00").add_days(at("2024-09-23 09:00"), 1, DayRule::AsHours), None, "no `day`");
}

#[test]
fn working_days_are_counted_back() {
    let office = calendar(OFFICE);
    let back = |end: &str, days: u32, expected: &str| {
        assert_eq!(office.sub_days(at(end), days), Some(at(expected)), "{end} - {days} days");
    };
    back("2024-10-08 10:00 +08:00", 1, "2024-09-30 10:00 +08:00");
    back("2024-10-08 17:30 +08:00", 2, "2024-09-29 17:00 +08:00"); // clamped
    back("2024-10-06 08:00 +08:00", 1, "2024-09-30 09:00 +08:00");
    back("2024-01-02 10:00 +08:00", 2, "2023-12-29 10:00 +08:00");
}

#[test]
fn no_working_days_is_no_answer() {
    let once = calendar("open 2026-06-01 09:00-10:00; open 2026-06-03 09:00-10:00; open 2026-06-04");
    let start = at("2026-05-01 00:00");
    assert_eq!(once.add_days(start, 2, DayRule::Civil), Some(at("2026-06-03 10:00")));
    for rule in [DayRule::Civil, DayRule::SameTime, DayRule::AsHours] {
        assert_eq!(once.add_days(start, 3, rule), None);
        assert_eq!(once.add_days(start, u32::MAX, rule), None);
        assert_eq!(once.add_days(start, 0, rule), None);
        assert_eq!(Calendar::round_the_clock().add_days(start, 1, rule), None);
    }
    assert_eq!(once.sub_days(at("2026-06-04 00:00"), 2), Some(at("2026-06-01 09:00")));
    assert_eq!(once.sub_days(at("2026-06-04 00:00"), 3), None);
    assert_eq!(once.sub_days(at("2026-06-04 00:00"), 0), None);
}

#[test]
fn a_clock_change_moves_the_same_time() {
    let berlin = calendar("zone Europe/Berlin; mon-sun 00:00-24:00");
    let same_time = |start: &str| berlin.add_days(at(start), 1, DayRule::SameTime);
    assert_eq!(same_time("2026-03-28 10:00 +01:00"), Some(at("2026-03-29 10:00 +02:00")));
    assert_eq!(same_time("2026-03-28 02:30 +01:00"), Some(at("2026-03-29 03:00 +02:00")), "skipped: the gap's end");
    assert_eq!(same_time("2026-10-24 02:30 +02:00"), Some(at("2026-10-25 02:30 +02:00")), "repeated: the first");
}

#[test]
fn a_night_shift_works_on_the_dates_it_touches() {
    let night = calendar("fri 22:00-24:00; sat 00:00-06:00");
    let thursday = at("2026-06-04 12:00");
    assert_eq!(night.add_days(thursday, 1, DayRule::Civil), Some(at("2026-06-06 00:00")));
    assert_eq!(night.add_days(thursday, 2, DayRule::Civil), Some(at("2026-06-06 06:00")));
}

#[test]
fn what_is_known_ends_with_a_local_day() {
    let office = calendar(OFFICE);
    assert_eq!(office.known_until(), Some(at("2025-01-01 00:00 +08:00")));
    assert_eq!(office.day_end(at("2024-09-23 23:59 +08:00")), at("2024-09-24 00:00 +08:00"));
    assert_eq!(office.closed_as(at("2024-10-01 12:00 +08:00")), Some("国庆节"));
    assert!(office.has_working_days());
    let known = |date: &str| calendar(&format!("mon 09:00-17:00; {date}")).known_until();
    assert_eq!(known(""), None);
    assert_eq!(known("known +262142-12-31"), Some(Instant::MAX));
    assert_eq!(known("known -262143-01-01"), Some(Instant::MIN));
}
