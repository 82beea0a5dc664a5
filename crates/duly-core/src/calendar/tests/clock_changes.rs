//! T7: local times that a change of the clock skips or repeats. Expected periods are in UTC.

use super::{at, calendar};
use crate::calendar::DayRule;
use crate::time::Span;

/// The periods of `calendar_text` from the first instant on, up to those that begin before the second.
fn check(calendar_text: &str, from: &str, to: &str, expected: &[&str]) {
    let calendar = calendar(calendar_text);
    let found: Vec<String> = calendar
        .periods(at(from))
        .take_while(|period| period.from < at(to))
        .map(|period| format!("{} {}", period.from, period.to).replace('T', " ").replace(":00Z", ""))
        .collect();
    assert_eq!(found, expected, "{calendar_text} from {from}");
    let sum = expected.iter().map(|text| {
        let words: Vec<&str> = text.split(' ').collect();
        at(&format!("{} {}", words[2], words[3])).since(at(&format!("{} {}", words[0], words[1])))
    });
    let sum = sum.fold(Span::ZERO, Span::plus);
    let end = calendar.add(at(from), sum).expect("there is that much open time");
    assert_eq!(calendar.between(at(from), end), sum, "{calendar_text}: the periods add up");
}

#[test]
fn a_skipped_hour() {
    // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    let berlin = |hours: &str| format!("zone Europe/Berlin; sun {hours}");
    let on_the_day = |hours: &str, expected: &[&str]| {
        check(&berlin(hours), "2026-03-28 12:00", "2026-03-30 00:00", expected);
    };
    on_the_day("00:00-24:00", &["2026-03-28 23:00 2026-03-29 22:00"]); // 23 hours
    on_the_day("02:30-04:00", &["2026-03-29 01:00 2026-03-29 02:00"]); // opens at the gap's end
    on_the_day("01:00-02:30", &["2026-03-29 00:00 2026-03-29 01:00"]); // closes with the gap
    on_the_day("02:00-03:00", &[]); // not at all
    on_the_day("02:10-02:20", &[]);
    on_the_day("01:30-02:10 02:20-03:30", &["2026-03-29 00:30 2026-03-29 01:30"]); // united over the gap
    on_the_day("03:00-04:00", &["2026-03-29 01:00 2026-03-29 02:00"]);
}

#[test]
fn a_repeated_hour() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
    let berlin = |hours: &str| format!("zone Europe/Berlin; sun {hours}");
    let on_the_day = |hours: &str, expected: &[&str]| {
        check(&berlin(hours), "2026-10-24 12:00", "2026-10-26 00:00", expected);
    };
    on_the_day("00:00-24:00", &["2026-10-24 22:00 2026-10-25 23:00"]); // 25 hours
    on_the_day("02:30-04:00", &["2026-10-25 00:30 2026-10-25 03:00"]); // opens at the first 02:30
    on_the_day("01:00-02:30", &["2026-10-24 23:00 2026-10-25 01:30"]); // closes at the last 02:30
    on_the_day("01:00-02:00", &["2026-10-24 23:00 2026-10-25 01:00"]); // and at the last 02:00
    on_the_day("02:10-02:20", &["2026-10-25 00:10 2026-10-25 01:20"]);
    on_the_day("02:00-02:20 02:40-03:00", &["2026-10-25 00:00 2026-10-25 02:00"]); // what overlaps is united
    on_the_day("03:00-04:00", &["2026-10-25 02:00 2026-10-25 03:00"]);
}

#[test]
fn half_an_hour_on_lord_howe() {
    // 2026-04-05: 02:00 (+11) becomes 01:30 (+10:30). 2026-10-04: 02:00 becomes 02:30.
    let island = |hours: &str| format!("zone Australia/Lord_Howe; sun {hours}");
    check(&island("01:00-03:00"), "2026-04-04 00:00", "2026-04-05 12:00", &["2026-04-04 14:00 2026-04-04 16:30"]);
    check(&island("01:40-03:00"), "2026-04-04 00:00", "2026-04-05 12:00", &["2026-04-04 14:40 2026-04-04 16:30"]);
    check(&island("02:10-03:00"), "2026-10-03 00:00", "2026-10-04 12:00", &["2026-10-03 15:30 2026-10-03 16:00"]);
}

#[test]
fn a_change_a_minute_past_midnight_in_newfoundland() {
    // 2006-10-29: 00:01 (-02:30) becomes 23:01 of the 28th (-03:30). The Saturday comes back for 59 minutes.
    let saturday = "zone America/St_Johns; sat 18:00-24:00";
    check(saturday, "2006-10-28 00:00", "2006-10-30 00:00", &["2006-10-28 20:30 2006-10-29 03:30"]);
    let night = "zone America/St_Johns; sat 18:00-24:00; sun 00:00-02:00";
    check(night, "2006-10-28 00:00", "2006-10-30 00:00", &["2006-10-28 20:30 2006-10-29 05:30"]);
    let calendar = calendar(saturday);
    assert_eq!(calendar.day_end(at("2006-10-28 22:00")), at("2006-10-29 03:30"), "the Saturday is over for good");
    assert_eq!(calendar.day_end(at("2006-10-29 03:10")), at("2006-10-29 03:30"), "also from its second end");
    assert_eq!(calendar.day_end(at("2006-10-29 12:00")), at("2006-10-30 03:30"));
    // 2006-04-02: 00:01 becomes 01:01.
    let sunday = "zone America/St_Johns; sun 00:00-01:30";
    check(sunday, "2006-04-02 00:00", "2006-04-03 00:00", &["2006-04-02 03:30 2006-04-02 04:00"]);
    check(
        "zone America/St_Johns; sun 00:30-01:30",
        "2006-04-02 00:00",
        "2006-04-03 00:00",
        &["2006-04-02 03:31 2006-04-02 04:00"],
    );
}

#[test]
fn a_repeated_midnight_belongs_to_the_day_it_begins() {
    // Havana, 2026-11-01: 01:00 becomes 00:00. The Saturday before has its 24 hours, the Sunday 25 (T2).
    let cuba = |hours: &str| format!("zone America/Havana; {hours}");
    check(&cuba("sat 00:00-24:00"), "2026-10-31 00:00", "2026-11-02 00:00", &["2026-10-31 04:00 2026-11-01 04:00"]);
    check(&cuba("sun 00:00-24:00"), "2026-10-31 00:00", "2026-11-02 00:00", &["2026-11-01 04:00 2026-11-02 05:00"]);
    check(&cuba("sat-sun 00:00-24:00"), "2026-10-31 00:00", "2026-11-02 00:00", &["2026-10-31 04:00 2026-11-02 05:00"]);
    assert_eq!(calendar(&cuba("sun 09:00-10:00")).day_end(at("2026-10-31 20:00")), at("2026-11-01 04:00"));
}

#[test]
fn a_day_that_samoa_skipped() {
    // Friday 2011-12-30 did not happen: Thursday ended at 10:00 UTC, and Saturday began.
    let apia = "zone Pacific/Apia; mon-sat 09:00-17:00";
    check(
        apia,
        "2011-12-29 12:00",
        "2012-01-01 00:00",
        &[
            "2011-12-29 19:00 2011-12-30 03:00", // Thursday the 29th, -10
            "2011-12-30 19:00 2011-12-31 03:00", // Saturday the 31st, +14
        ],
    );
    let calendar = calendar(apia);
    let thursday = at("2011-12-29 20:00");
    assert_eq!(calendar.day_end(thursday), at("2011-12-30 10:00"));
    assert_eq!(calendar.working_day("2011-12-30".parse().expect("a date")), None);
    // Saturday the 31st is the next working day.
    assert_eq!(calendar.add_days(thursday, 1, DayRule::Civil), Some(at("2011-12-31 03:00")));
    assert_eq!(calendar.add_days(thursday, 1, DayRule::SameTime), Some(at("2011-12-30 20:00")));
    assert_eq!(calendar.sub_days(at("2011-12-30 20:00"), 1), Some(thursday));
    let all = "zone Pacific/Apia; mon-sun 00:00-24:00; break 2011-12-28 00:00-24:00; break 2012-01-01 00:00-24:00";
    check(all, "2011-12-28 10:00", "2012-01-01 00:00", &["2011-12-29 10:00 2011-12-31 10:00"]);
}

#[test]
fn offsets_of_a_quarter_of_an_hour() {
    check(
        "zone Asia/Kathmandu; mon 09:00-10:00",
        "2026-06-01 00:00",
        "2026-06-02 00:00",
        &["2026-06-01 03:15 2026-06-01 04:15"],
    );
    check(
        "zone Pacific/Chatham; mon 09:00-10:00",
        "2026-05-31 00:00",
        "2026-06-01 12:00",
        &["2026-05-31 20:15 2026-05-31 21:15"],
    );
}
