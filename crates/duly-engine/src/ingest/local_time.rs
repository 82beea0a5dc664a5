//! The file's local times, day first and to the minute, as instants.

use chrono::{LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use duly_core::time::Instant;

/// Reads `29/2/2016 01:23`, with seconds where there are some.
pub(super) fn parse(text: &[u8]) -> Option<NaiveDateTime> {
    let space = text.iter().position(|&byte| byte == b' ')?;
    let [day, month, year] = numbers::<3>(&text[..space], b'/')?;
    let clock = &text[space + 1..];
    let [hour, minute, second] = match numbers::<3>(clock, b':') {
        Some(all) => all,
        None => numbers::<2>(clock, b':').map(|[hour, minute]| [hour, minute, 0])?,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(hour, minute, second)
}

/// Exactly `N` numbers of one to four digits, separated by `separator`.
fn numbers<const N: usize>(text: &[u8], separator: u8) -> Option<[u32; N]> {
    let mut found = [0; N];
    let mut parts = text.split(|&byte| byte == separator);
    for number in &mut found {
        let digits = parts.next().filter(|digits| (1..=4).contains(&digits.len()))?;
        for &digit in digits {
            *number = *number * 10 + char::from(digit).to_digit(10)?;
        }
    }
    parts.next().is_none().then_some(found)
}

/// The instant that a clock in `zone` showed as `local`, and the offset in force, in seconds east of UTC.
///
/// Of a repeated hour the first is meant; a time that was skipped takes the offset before the gap. `None` outside the
/// years that an event may name.
pub(super) fn resolve(local: NaiveDateTime, zone: Tz) -> Option<(Instant, i32)> {
    let offset_s = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
        LocalResult::None => offset_before_gap(local, zone)?,
    };
    let at = Instant::from_chrono(local.checked_sub_signed(TimeDelta::seconds(i64::from(offset_s)))?)?;
    at.is_sane().then_some((at, offset_s))
}

/// The offset in force just before the gap that `local` lies in. The longest gap on record is a day (Samoa, 2011).
fn offset_before_gap(local: NaiveDateTime, zone: Tz) -> Option<i32> {
    (1..=25 * 4).find_map(|quarters| {
        let earlier = local.checked_sub_signed(TimeDelta::minutes(15 * quarters))?;
        Some(zone.offset_from_local_datetime(&earlier).latest()?.fix().local_minus_utc())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_read_in_its_zone() {
        for (zone, text, expected) in [
            ("UTC", "29/2/2016 01:23", Some("2016-02-29T01:23:00Z")),
            ("UTC", "29/02/2016 01:23:45", Some("2016-02-29T01:23:45Z")),
            ("Asia/Shanghai", "1/3/2016 09:00", Some("2016-03-01T01:00:00Z")),
            // Lisbon skips 01:00–02:00 on 27 March 2016 and repeats it on 30 October.
            ("Europe/Lisbon", "27/3/2016 00:59", Some("2016-03-27T00:59:00Z")),
            ("Europe/Lisbon", "27/3/2016 01:00", Some("2016-03-27T01:00:00Z")),
            ("Europe/Lisbon", "27/3/2016 01:30", Some("2016-03-27T01:30:00Z")),
            ("Europe/Lisbon", "27/3/2016 02:00", Some("2016-03-27T01:00:00Z")),
            ("Europe/Lisbon", "30/10/2016 01:30", Some("2016-10-30T00:30:00Z")),
            ("Europe/Lisbon", "30/10/2016 02:00", Some("2016-10-30T02:00:00Z")),
            ("America/New_York", "13/3/2016 02:30", Some("2016-03-13T07:30:00Z")),
            // Samoa left out a whole day; Lord Howe moves by half an hour.
            ("Pacific/Apia", "30/12/2011 12:00", Some("2011-12-30T22:00:00Z")),
            ("Australia/Lord_Howe", "2/10/2016 02:15", Some("2016-10-01T15:45:00Z")),
            ("UTC", "30/2/2016 01:23", None),
            ("UTC", "2/30/2016 01:23", None),
            ("UTC", "29/2/2016 24:00", None),
            ("UTC", "29/2/2016", None),
            ("UTC", "29/2/2016 ", None),
            ("UTC", "29/2/2016 1", None),
            ("UTC", "2016-02-29 01:23", None),
            ("UTC", "29/2/2016 01:23 ", None),
            ("UTC", "+9/2/2016 01:23", None),
            ("UTC", "29/2/0000 01:23", None),
            ("UTC", "29/2/9999 01:23", None),
            ("UTC", "1/1/1969 01:23", None),
            ("UTC", "?", None),
            ("UTC", "", None),
        ] {
            let zone: Tz = zone.parse().unwrap();
            let at = parse(text.as_bytes()).and_then(|local| resolve(local, zone)).map(|(at, _)| at.to_string());
            assert_eq!(at.as_deref(), expected, "{zone} {text}");
        }
    }
}
