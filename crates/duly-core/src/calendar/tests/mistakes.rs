//! Every mistake in a spec is found, and says what to do.

use super::spec;
use crate::calendar::Calendar;

/// The mistakes of a spec, each with its hint, are those expected.
fn check(text: &str, expected: &[&str]) {
    let found = Calendar::compile(&spec(text)).map_or_else(
        |mistakes| mistakes.iter().map(|mistake| format!("{mistake}: {}", mistake.hint())).collect(),
        |_| Vec::new(),
    );
    assert_eq!(found, expected, "{text}");
}

#[test]
fn zones() {
    let zone = |name: &str, expected: &[&str]| check(&format!("zone {name}; mon 09:00-17:00"), expected);
    zone("Asia/Shanghai", &[]);
    zone("Etc/GMT-6", &[]);
    zone("Asia/Shangai", &["`Asia/Shangai` is not a time zone: did you mean `Asia/Shanghai`?"]);
    zone("shanghai", &["`shanghai` is not a time zone: did you mean `Asia/Shanghai`?"]);
    zone("asia/shanghai", &["`asia/shanghai` is not a time zone: did you mean `Asia/Shanghai`?"]);
    zone(
        "Lisboa/Europe",
        &["`Lisboa/Europe` is not a time zone: write an IANA name such as Asia/Shanghai, Europe/Lisbon or UTC"],
    );
}

#[test]
fn overlaps() {
    check("mon 09:00-12:00 12:00-17:00", &[]);
    check(
        "mon 09:00-12:00 11:30-17:00",
        &["09:00-12:00 and 11:30-17:00 overlap on mon: write one interval, 09:00-17:00, or correct where one ends"],
    );
    check(
        "mon 11:00-12:00 09:00-17:00",
        &["09:00-17:00 and 11:00-12:00 overlap on mon: write one interval, 09:00-17:00, or correct where one ends"],
    );
    check(
        "open 2026-06-01 09:00-10:00 09:00-10:00; makeup 2026-06-06 08:00-09:00 08:30-09:00",
        &[
            "08:00-09:00 and 08:30-09:00 overlap on the make-up workday 2026-06-06: write one interval, 08:00-09:00, or \
         correct where one ends",
            "09:00-10:00 and 09:00-10:00 overlap in `open` on 2026-06-01: write one interval, 09:00-10:00, or correct \
         where one ends",
        ],
    );
}

#[test]
fn calendars_that_never_open() {
    let never =
        "the calendar never opens: give at least one weekday or date hours, such as `mon-fri: [\"09:00-18:00\"]`";
    check("zone UTC", &[never]);
    check("mon", &[never]);
    check("holiday 2026-01-01; open 2026-01-02", &[never]);
    check("open 2026-01-02 09:00-10:00; break 2026-01-02 08:00-11:00", &[never]);
    check("open 2026-01-02 09:00-10:00; break 2026-01-02 09:00-09:59", &[]);
    check(
        "zone Nowhere; mon",
        &["`Nowhere` is not a time zone: write an IANA name such as Asia/Shanghai, Europe/Lisbon or UTC", never],
    );
}

#[test]
fn make_up_days_and_the_length_of_a_day() {
    check(
        "mon 09:00-17:00; makeup 2026-06-06; day 25h",
        &[
            "the make-up workday 2026-06-06 has no open hours: give it hours with `makeup:`, or give some weekday hours \
         that it can take over",
            "a working `day` of 25h is not possible: write how long a working day is, such as 8h: more than nothing, at \
         most 24h",
        ],
    );
    check("mon 09:00-17:00; day 24h", &[]);
}
