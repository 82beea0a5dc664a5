//! Calendars: their mistakes, and what they are resolved to.

use std::collections::BTreeMap;

use super::{check, check_warnings, good, with_calendar};
use crate::calendar::Spec;

/// The calendar with these keys.
fn spec(keys: &str) -> Spec {
    good(&with_calendar(keys)).policy.calendars.remove("c").expect("the calendar of the frame")
}

/// Dates and hours as a text: `2026-02-14 09:00-17:00`.
fn dated(dates: &BTreeMap<chrono::NaiveDate, Vec<crate::calendar::Interval>>) -> Vec<String> {
    dates.iter().map(|(date, hours)| format!("{date} {hours:?}")).collect()
}

#[test]
fn mistakes() {
    let zone = "zone: UTC\n";
    let week = "zone: UTC\nweek: {mon-fri: ['09:00-18:00']}\n";
    for (head, keys, expected) in [
        ("", "week: {mon: ['09:00-18:00']}", &["4:3: calendar `c` lacks `zone`"][..]),
        ("", "zone: Mars\nweek: {mon: ['09:00-18:00']}", &["5:11: `Mars` is not a time zone"]),
        (
            "",
            "zone: Asia/Shanghia\nweek: {mon: ['09:00-18:00']}",
            &["5:11: `Asia/Shanghia` is not a time zone → did you mean `Asia/Shanghai`?"],
        ),
        (zone, "hours: {}", &["6:5: unknown key `hours` in calendar `c`"]),
        (zone, "day: 8h", &["4:3: the calendar never opens"]),
        (zone, "week: {mon: []}", &["4:3: the calendar never opens"]),
        (zone, "week: {monday: ['09:00-18:00']}", &["6:12: `monday` is not a day of the week → write `mon`"]),
        (zone, "week: {mon-fry: ['09:00-18:00']}", &["6:12: `fry` is not a day of the week → did you mean `fri`?"]),
        (zone, "week: {mon,wed: ['09:00-18:00']}", &["6:12: `mon` has no hours → need quotes"]),
        (zone, "week: {[mon, wed]: ['09:00-18:00']}", &["6:12: a key must be a text → \"mon,wed\""]),
        (zone, "week: {mon-fri: ['09:00-18:00'], fri: ['09:00-12:00']}", &["6:38: `fri` has its hours twice → line 6"]),
        (zone, "week: {mon: ['09:00-12:00', '11:00-18:00']}", &["6:33: `11:00-18:00` overlaps `09:00-12:00`"]),
        (
            zone,
            "week: {mon: ['22:00-06:00']}",
            &[
                "6:18: `22:00-06:00` does not end after it begins → `22:00-24:00` and, on the day after it, `00:00-06:00`",
            ],
        ),
        (zone, "week: {mon: ['18:00-00:00']}", &["6:18: `18:00-00:00` does not end → `18:00-24:00`"]),
        (zone, "week: {mon: ['9 to 5']}", &["6:18: `9 to 5` are not hours → `09:00-12:00`"]),
        (zone, "week: {mon: ['09:00-25:00']}", &["6:18: `09:00-25:00` are not hours"]),
        (zone, "week: mon-fri", &["6:11: `week` takes a map, not a text"]),
        (week, "day: 25h", &["7:10: `25h` is longer than a day"]),
        (week, "day: 8 working_hours", &["7:10: `day` can not be `8 working_hours`"]),
        (week, "day: 8", &["7:10: `8` has no unit"]),
        (week, "holidays: us", &["7:15: there is no holiday table `us` → `cn` is built in"]),
        (week, "holidays: []", &["7:15: `holidays` is empty"]),
        (week, "holidays: [2026-02-30]", &["7:16: `2026-02-30` is not a date"]),
        (week, "holidays: [2026-12-25, 2026-12-25]", &["7:28: the holiday 2026-12-25 is here twice"]),
        (week, "holidays: other.ics", &["7:15: `other.ics` can not be read: no such file → relative"]),
        (week, "holidays: [cn, broken.ics]", &["7:20: `broken.ics` can not be read: "]),
        (
            week,
            "holidays: [2026-12-25]\nmakeup_days: [2026-12-25]",
            &["8:19: 2026-12-25 is a holiday and a make-up workday"],
        ),
        (week, "makeup_days: [2026-02-14, 2026-02-14]", &["7:31: 2026-02-14 is here twice"]),
        (week, "makeup_days: {2026-02-14: []}", &["7:19: the make-up workday 2026-02-14 has no open hours"]),
        (week, "makeup: []", &["7:5: `makeup` names no hours"]),
        (
            zone,
            "holidays: cn\nopen: {2026-01-05: ['09:00-12:00']}",
            &["6:5: make-up workdays have no hours here → add `makeup:"],
        ),
        (
            zone,
            "week: {mon: []}\nmakeup_days: [2026-02-14]\nopen: {2026-01-05: ['09:00-12:00']}",
            &["7:5: make-up workdays have no hours here"],
        ),
        (zone, "week: {mno: ['09:00-12:00']}\nmakeup_days: [2026-02-14]", &["6:12: `mno` is not a day of the week"]),
        (week, "open: {tomorrow: ['09:00-12:00']}", &["7:12: `tomorrow` is not a date"]),
        (week, "open: {2026-01-05: ['09:00-12:00', '11:00-13:00']}", &["7:40: `11:00-13:00` overlaps"]),
        (week, "breaks: {2026-01-05: []}", &["7:26: `breaks` names no hours here"]),
        (week, "known_until: 2026", &["7:18: `2026` is not a date"]),
        (week, "holidays: [2199-12-31, 2200-01-01]", &["7:28: `2200-01-01` is not a date"]),
    ] {
        check(&with_calendar(&format!("{head}{keys}")), expected);
    }
    check(&with_calendar(week).replace("  c:", "  24x7:"), &["4:3: `24x7` is always there and can not be defined"]);
    check(&with_calendar(week).replace("  c:", "  a b:"), &["4:3: `a b` can not be the name of a calendar"]);
}

#[test]
fn weeks() {
    let days = |keys: &str| {
        spec(&format!("zone: UTC\nweek: {keys}")).week.keys().map(|day| format!("{day:?}")).collect::<Vec<_>>().concat()
    };
    for (week, expected) in [
        ("{mon-fri: 09:00-18:00}", "MonTueWedThuFri"),
        ("{\"mon,wed\": ['09:00-18:00'], sat: ['10:00-12:00']}", "MonWedSat"),
        ("{sat-mon: ['09:00-18:00']}", "MonSatSun"),
        ("{mon-sun: ['00:00-24:00']}", "MonTueWedThuFriSatSun"),
        ("{mon: ['09:00-18:00'], tue: []}", "Mon"),
        ("\n      mon,wed-fri: ['09:00-18:00']", "MonWedThuFri"),
    ] {
        assert_eq!(days(week), expected, "{week}");
    }
    let hours = spec("zone: UTC\nweek: {mon: ['13:30-18:00', '09:00-12:00']}");
    assert_eq!(format!("{:?}", hours.week.values().next()), "Some([09:00-12:00, 13:30-18:00])");
}

#[test]
fn holidays_and_makeup_workdays() {
    let week = "zone: Asia/Shanghai\nweek: {mon-fri: ['09:00-18:00']}\n";
    let own = spec(&format!("{week}holidays: [2026-12-25, {{2026-12-26: Boxing Day}}, company.ics]"));
    let names: Vec<_> = own.holidays.iter().map(|(date, name)| format!("{date} {name}")).collect();
    assert_eq!(names, ["2026-05-12 Founding day", "2026-12-25 ", "2026-12-26 Boxing Day"]);

    let cn = spec(&format!("{week}holidays: cn"));
    assert!(cn.holidays.contains_key(&day("2026-10-01")), "{:?}", cn.holidays);
    assert!(dated(&cn.makeup).contains(&"2026-10-10 [09:00-18:00]".to_owned()), "{:?}", cn.makeup);
    assert_eq!(cn.known_until, Some(day("2026-12-31")));

    let hours =
        spec(&format!("{week}holidays: cn\nmakeup: ['10:00-16:00']\nmakeup_days: {{2026-10-10: ['08:00-09:00']}}"));
    assert!(dated(&hours.makeup).contains(&"2026-10-10 [08:00-09:00]".to_owned()));
    assert!(dated(&hours.makeup).contains(&"2026-09-20 [10:00-16:00]".to_owned()), "{:?}", hours.makeup);
}

#[test]
fn own_dates_beat_tables() {
    let week = "zone: Asia/Shanghai\nweek: {mon-fri: ['09:00-18:00']}\n";
    for order in ["[cn, 2026-10-10]", "[2026-10-10, cn]"] {
        let spec = spec(&format!("{week}holidays: {order}\nmakeup_days: [2026-10-01]"));
        assert!(spec.holidays.contains_key(&day("2026-10-10")) && !spec.makeup.contains_key(&day("2026-10-10")));
        assert!(spec.makeup.contains_key(&day("2026-10-01")) && !spec.holidays.contains_key(&day("2026-10-01")));
    }
}

#[test]
fn single_dates() {
    let spec = spec(
        "zone: UTC\nweek: {mon-fri: ['09:00-18:00']}\nday: 7h30m\nopen: {2026-12-24: ['09:00-12:00'], 2026-12-31: []}\n\
         breaks: {2026-12-23: 12:00-13:00}\nknown_until: 2027-12-31",
    );
    assert_eq!(dated(&spec.open), ["2026-12-24 [09:00-12:00]", "2026-12-31 []"]);
    assert_eq!(dated(&spec.breaks), ["2026-12-23 [12:00-13:00]"]);
    assert_eq!(spec.known_until, Some(day("2027-12-31")));
    assert_eq!(spec.day.map(crate::time::Span::ms), Some(27_000_000));
}

#[test]
fn a_near_horizon_is_warned_of() {
    let calendar =
        |until: &str| with_calendar(&format!("zone: UTC\nweek: {{mon: ['09:00-18:00']}}\nknown_until: {until}"));
    for (until, expected) in [
        ("2025-12-31", &["4:3: the holidays of calendar `c` are known until 2025-12-31, before"][..]),
        ("2026-02-28", &["4:3: the holidays of calendar `c` are known until 2026-02-28, soon after"]),
        ("2026-12-31", &[]),
    ] {
        check_warnings(&calendar(until), expected);
    }
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect(text)
}
