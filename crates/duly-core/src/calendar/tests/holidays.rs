//! Tables of holidays: China's, and those of iCalendar files.

use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

use super::{at, shared, spec};
use crate::calendar::holidays::{Table, cn, from_ics};
use crate::calendar::{Calendar, DayKind};

#[test]
fn the_shipped_table_of_china_is_the_announced_one() {
    let facts: Value = serde_json::from_str(&shared::read("vectors/cn-statutory.json")).expect("JSON");
    let years = facts["years"].as_object().expect("years");
    assert_eq!(years.len(), 3);
    let dates = |key: &str| -> Vec<NaiveDate> {
        let texts = years.values().flat_map(|year| year[key].as_array().expect("a list of dates"));
        texts.map(|text| text.as_str().expect("a date").parse().expect("a date")).collect()
    };
    let table = cn();
    assert_eq!(table.off.keys().copied().collect::<Vec<_>>(), dates("holidays"));
    assert_eq!(table.makeup.iter().copied().collect::<Vec<_>>(), dates("makeup_workdays"));
    assert_eq!(table.known_until, NaiveDate::from_ymd_opt(2026, 12, 31));
}

#[test]
fn the_holidays_of_china_have_their_names() {
    let table = cn();
    let mut named = 0;
    for year in 2024..=2026 {
        let path = format!("fixtures/holiday-cn/holiday-cn-{year}.json");
        let facts: Value = serde_json::from_str(&shared::read(&path)).expect("JSON");
        for day in facts["days"].as_array().expect("a list of days") {
            let date: NaiveDate = day["date"].as_str().expect("a date").parse().expect("a date");
            match day["isOffDay"].as_bool() {
                Some(true) => assert_eq!(table.off[&date], day["name"].as_str().expect("a name"), "{date}"),
                _ => assert!(table.makeup.contains(&date), "{date}"),
            }
            named += 1;
        }
    }
    assert_eq!(named, table.off.len() + table.makeup.len());
}

#[test]
fn an_office_in_china_is_open_on_make_up_workdays_and_closed_on_holidays() {
    let table = cn();
    let mut spec = spec("zone Asia/Shanghai; mon-fri 09:00-12:00 13:30-18:00");
    spec.makeup = table.makeup.iter().map(|date| (*date, spec.week[&crate::calendar::Weekday::Mon].clone())).collect();
    spec.holidays = table.off.clone();
    let office = Calendar::compile(&spec).expect("a sound calendar");
    let noon = |date: NaiveDate| {
        let ten = date.and_time(NaiveTime::MIN) + chrono::Duration::hours(2);
        crate::time::Instant::from_chrono(ten).expect("a year within reach")
    };
    for (date, name) in &table.off {
        assert!(!office.is_open(noon(*date)), "{date} is off");
        assert_eq!(office.closed_as(noon(*date)), Some(name.as_str()));
    }
    for date in &table.makeup {
        assert!(office.is_open(noon(*date)), "{date} makes up");
        assert_eq!(office.day(*date).map(|day| day.kind), Some(DayKind::Makeup));
    }
    assert!(office.is_open(at("2026-06-18 10:00 +08:00")), "an ordinary Thursday");
    assert!(!office.is_open(at("2026-06-28 10:00 +08:00")), "an ordinary Sunday");
}

/// An iCalendar file of events, each given by its properties separated by `|`.
fn file(events: &[&str]) -> String {
    let event = |text: &&str| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", text.replace('|', "\r\n"));
    let events: String = events.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

/// The closed dates of a file, with names, in order.
fn check(events: &[&str], expected: &[&str]) -> Table {
    let table = from_ics(&file(events)).expect("a sound file");
    let found: Vec<String> = table.off.iter().map(|(date, name)| format!("{date} {name}").trim().to_owned()).collect();
    assert_eq!(found, expected, "{events:?}");
    table
}

/// A repetition from `start` by `rule`: its first dates.
fn repeats(start: &str, rule: &str, expected: &[&str]) {
    let table = from_ics(&file(&[&format!("DTSTART;VALUE=DATE:{start}|RRULE:{rule}")])).expect(rule);
    let found: Vec<String> = table.off.keys().take(expected.len()).map(NaiveDate::to_string).collect();
    assert_eq!(found, expected, "{rule}");
    assert!(table.off.len() < 2000 && table.known_until.is_none());
}

#[test]
fn events_of_whole_days_close_them() {
    let table = check(&["DTSTART;VALUE=DATE:20260101|SUMMARY:New Year"], &["2026-01-01 New Year"]);
    assert_eq!(table.known_until, NaiveDate::from_ymd_opt(2026, 12, 31));
    check(
        &["DTSTART;VALUE=DATE:20260501|DTEND;VALUE=DATE:20260504|SUMMARY:劳动节"],
        &["2026-05-01 劳动节", "2026-05-02 劳动节", "2026-05-03 劳动节"],
    );
    check(&["DTSTART;VALUE=DATE:20260501|DURATION:P2D"], &["2026-05-01", "2026-05-02"]);
    check(&["DTSTART;VALUE=DATE:20260501|DTEND;VALUE=DATE:20260501"], &["2026-05-01"]);
    check(
        &["DTSTART:20260501T000000|DTEND:20260502T000000|SUMMARY:as Outlook writes it"],
        &["2026-05-01 as Outlook writes it"],
    );
    check(&["DTSTART;VALUE=DATE:20260501|SUMMARY:a\\, b\\nc|STATUS:CONFIRMED"], &["2026-05-01 a, b c"]);
    check(
        &["DTSTART;VALUE=DATE:20260501|STATUS:CANCELLED", "DTSTART;VALUE=DATE:20260502|SUMMARY:a very\r\n  long name"],
        &["2026-05-02 a very long name"],
    );
    check(
        &["DTSTART;X-A=\"b:c\";VALUE=DATE:20260501|SUMMARY:A", "DTSTART;VALUE=DATE:20260501|SUMMARY:B"],
        &["2026-05-01 A, B"],
    );
    check(&["DTSTART;VALUE=DATE:20260501|BEGIN:VALARM|DTSTART:19700101T010101|END:VALARM"], &["2026-05-01"]);
    check(&[], &[]);
}

#[test]
fn make_up_workdays_are_no_holidays() {
    let table = check(
        &[
            "DTSTART;VALUE=DATE:20260101|SUMMARY:元旦（休）|X-APPLE-SPECIAL-DAY:WORK-HOLIDAY",
            "DTSTART;VALUE=DATE:20260104|SUMMARY:元旦|X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
            "DTSTART;VALUE=DATE:20260214|SUMMARY:春节（班）",
            "DTSTART;VALUE=DATE:20260228|SUMMARY:春节补班",
        ],
        &["2026-01-01 元旦（休）"],
    );
    let makeup: Vec<String> = table.makeup.iter().map(NaiveDate::to_string).collect();
    assert_eq!(makeup, ["2026-01-04", "2026-02-14", "2026-02-28"]);
}

#[test]
fn holidays_repeat_every_year() {
    repeats("20240501", "FREQ=YEARLY", &["2024-05-01", "2025-05-01", "2026-05-01"]);
    repeats("19000101", "FREQ=YEARLY", &["1970-01-01", "1971-01-01"]);
    repeats("20240229", "FREQ=YEARLY", &["2024-02-29", "2028-02-29"]);
    repeats("20240501", "FREQ=YEARLY;INTERVAL=2", &["2024-05-01", "2026-05-01"]);
    // Thanksgiving, Memorial Day, Victoria Day, election day, the second day of two months.
    repeats("20241128", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", &["2024-11-28", "2025-11-27", "2026-11-26"]);
    repeats("20240527", "FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5", &["2024-05-27", "2025-05-26", "2026-05-25"]);
    repeats(
        "20240520",
        "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=18,19,20,21,22,23,24;BYDAY=MO",
        &["2024-05-20", "2025-05-19"],
    );
    repeats(
        "20241105",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        &["2024-11-05", "2026-11-03"],
    );
    repeats("20240102", "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=2", &["2024-01-02", "2024-07-02", "2025-01-02"]);
    repeats("20241231", "freq=yearly;BYMONTH=12;BYMONTHDAY=-1;WKST=MO", &["2024-12-31", "2025-12-31"]);
    let rest = ["UNTIL=20260430", "UNTIL=20260430T235959Z", "COUNT=2"];
    for rest in rest {
        check(&[&format!("DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;{rest}")], &["2024-05-01", "2025-05-01"]);
    }
}

#[test]
fn single_occurrences_are_left_out_moved_and_added() {
    check(
        &[
            "UID:1|DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;COUNT=4|EXDATE;VALUE=DATE:20250501|RDATE;VALUE=DATE:20240601,20240701",
            "UID:1|RECURRENCE-ID;VALUE=DATE:20260501|DTSTART;VALUE=DATE:20260504|SUMMARY:moved",
        ],
        &["2024-05-01", "2024-06-01", "2024-07-01", "2026-05-04 moved", "2027-05-01"],
    );
}

/// The mistake in a file.
fn mistake(text: &str, expected: &str) {
    let error = from_ics(text).expect_err(text).to_string();
    assert!(error.starts_with(expected), "{text}: {error}");
}

#[test]
fn mistakes_in_a_file_have_their_line() {
    mistake("", "line 1: this is no iCalendar file");
    mistake("date,name\n2026-01-01,New Year\n", "line 1: `date,name` is not a property");
    mistake("\n\nSUMMARY:x\n", "line 3: this is no iCalendar file");
    mistake("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\n", "line 2: BEGIN:VEVENT has no END:VEVENT");
    mistake("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "line 2: BEGIN:VEVENT has no END:VEVENT");
    mistake("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", "line 3: END:VCALENDAR without");
    mistake("BEGIN:VCALENDAR\nwhat is this\nEND:VCALENDAR\n", "line 2: `what is this` is not a property");
    mistake("BEGIN:VCALENDAR\n\0\0\u{1}\n", "line 2:");
    let event = |properties: &str, expected: &str| mistake(&file(&[properties]), expected);
    event("SUMMARY:x", "line 3: the event has no DTSTART");
    event("SUMMARY:x|DTSTART;VALUE=DATE:20260231", "line 5: `20260231` is not a date");
    event("DTSTART;VALUE=DATE:2026-01-01", "line 4: `2026-01-01` is not a date");
    event("DTSTART:20260101T090000Z", "line 4: the event begins or ends at a time of day");
    event("DTSTART;VALUE=DATE:20260105|DTEND;VALUE=DATE:20260101", "line 5: the event has -4 days");
    event("DTSTART;VALUE=DATE:20260105|DTEND;VALUE=DATE:99990101", "line 5: the event has 2912");
    event("DTSTART;VALUE=DATE:20260105|DURATION:PT8H", "line 5: `PT8H` is not a length in days");
    event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=WEEKLY", "line 5: `FREQ=WEEKLY` in a repetition is not supported");
    event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY;BYWEEKNO=20", "line 5: `BYWEEKNO=20` in a repetition");
    event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY;INTERVAL=0", "line 5: `INTERVAL=0` in a repetition");
    event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY;BYDAY=20MO", "line 5: `BYDAY=20MO` in a repetition");
    event("DTSTART;VALUE=DATE:20260105|RRULE:FREQ=YEARLY;BYDAY=2MO", "line 5: `BYDAY with a number but");
    event("DTSTART;VALUE=DATE:20260105|RRULE:COUNT=2", "line 5: `no FREQ` in a repetition");
    event("DTSTART;VALUE=DATE:20260105|EXDATE:tomorrow", "line 5: `tomorrow` is not a date");
}
