//! Times as other systems write them.

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use duly_core::time::Instant;
use serde_json::Value;

use super::expr::as_text;
use crate::ingest::local_time::resolve;

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// A date, `T` or a space, a time, perhaps a fraction, perhaps an offset: `Z`, `+08:00`, `-0800`, ` +0800`, `+08`. Without one
    /// it is local. RFC 3339 is such a time.
    Iso8601,
    /// A count since 1970, as a number or as text; of so many nanoseconds each.
    Epoch(i64),
    /// A pattern of strftime, such as `%d/%m/%Y %H:%M`. Without `%z` it is local.
    Pattern(String),
}

/// The names of formats.
pub(super) const NAMES: [&str; 5] = ["iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"];

impl Format {
    /// The format that a file names.
    ///
    /// # Errors
    /// What is wrong, and a hint.
    pub(super) fn parse(written: &str) -> Result<Format, (String, String)> {
        match written {
            "iso8601" | "rfc3339" => Ok(Format::Iso8601),
            "epoch_s" => Ok(Format::Epoch(1_000_000_000)),
            "epoch_ms" => Ok(Format::Epoch(1_000_000)),
            "epoch_us" => Ok(Format::Epoch(1_000)),
            "epoch_ns" => Ok(Format::Epoch(1)),
            pattern if pattern.contains('%') => match StrftimeItems::new(pattern).parse() {
                Ok(_) => Ok(Format::Pattern(pattern.to_owned())),
                Err(_) => Err((
                    format!("`{pattern}` is no pattern of strftime"),
                    "such as `%Y-%m-%d %H:%M:%S` or `%d/%m/%Y %H:%M`; `%z` is an offset".to_owned(),
                )),
            },
            other => Err((
                format!("`{other}` is no format of times"),
                format!(
                    "there are {}, or a pattern such as `%d/%m/%Y %H:%M`",
                    NAMES.map(|name| format!("`{name}`")).join(", ")
                ),
            )),
        }
    }

    /// The instant that `text` names, within the years that an event may name.
    fn read(&self, text: &str, zone: Tz) -> Option<Instant> {
        let (local, offset) = match self {
            Format::Iso8601 => iso8601(text)?,
            Format::Epoch(unit_ns) => return epoch(text, *unit_ns).filter(|at| at.is_sane()),
            Format::Pattern(pattern) => {
                let mut parsed = Parsed::new();
                parse(&mut parsed, text, StrftimeItems::new(pattern)).ok()?;
                // A pattern may leave out what is smaller than the day, or than the minute.
                let time = parsed.to_naive_time().unwrap_or(NaiveTime::MIN);
                (parsed.to_naive_date().ok()?.and_time(time), parsed.to_fixed_offset().ok())
            }
        };
        match offset {
            None => resolve(local, zone).map(|(at, _)| at),
            Some(offset) => {
                let utc = local.checked_sub_signed(TimeDelta::seconds(i64::from(offset.local_minus_utc())))?;
                Instant::from_chrono(utc).filter(|at| at.is_sane())
            }
        }
    }
}

/// The instant that a value names in the first of the formats that it is written in.
pub(super) fn read(value: &Value, formats: &[Format], zone: Tz) -> Option<Instant> {
    let text = as_text(value)?;
    let text = text.trim();
    formats.iter().find_map(|format| format.read(text, zone))
}

/// Reads digits, perhaps with a fraction.
fn epoch(text: &str, unit_ns: i64) -> Option<Instant> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 19 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.parse::<i64>().ok()?.checked_mul(unit_ns)?;
    let (mut ns, mut unit) = (0, unit_ns);
    for digit in fraction.bytes() {
        unit /= 10;
        ns += i64::from(digit - b'0') * unit;
    }
    whole.checked_add(ns).map(Instant::from_ns)
}

/// Reads a date and a time of ISO 8601, and the offset where there is one.
fn iso8601(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let bytes = text.as_bytes();
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let date = NaiveDate::from_ymd_opt(number(0..4)?.cast_signed(), number(5..7)?, number(8..10)?)?;
    let separated = is(4, b"-/") && bytes.get(4) == bytes.get(7);
    if !(separated && is(10, b"Tt ") && is(13, b":")) {
        return None;
    }
    let (second, mut end) = if is(16, b":") { (number(17..19)?, 19) } else { (0, 16) };
    let mut ns = 0;
    if is(end, b".,") {
        end += 1;
        let mut unit = 100_000_000;
        while let Some(digit) = bytes.get(end).filter(|byte| byte.is_ascii_digit()) {
            ns += u32::from(digit - b'0') * unit;
            unit /= 10;
            end += 1;
        }
    }
    let time = NaiveTime::from_hms_nano_opt(number(11..13)?, number(14..16)?, second, ns)?;
    let rest = text.get(end..)?.trim_start();
    let offset = if rest.is_empty() { None } else { Some(offset(rest)?) };
    Some((date.and_time(time), offset))
}

/// Reads `Z`, `+08:00`, `+0800` or `+08`.
fn offset(text: &str) -> Option<FixedOffset> {
    if matches!(text, "Z" | "z" | "UTC") {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text[1..].replacen(':', "", 1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = match digits.len() {
        2 => (digits.parse().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    if minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_systems_write_them() {
        let shanghai = Tz::Asia__Shanghai;
        for (format, text, expected) in [
            ("iso8601", "2025-01-08T10:12:07.672717030Z", Some("2025-01-08T10:12:07.67271703Z")),
            ("iso8601", "2019-02-15T19:01:52.971-0800", Some("2019-02-16T03:01:52.971Z")),
            ("iso8601", "2016-07-28 20:44:08 +0800", Some("2016-07-28T12:44:08Z")),
            ("iso8601", "2016-07-28T20:44:08+08", Some("2016-07-28T12:44:08Z")),
            ("iso8601", "2020-01-31 14:12:44", Some("2020-01-31T06:12:44Z")),
            ("iso8601", "2020/01/31 14:12", Some("2020-01-31T06:12:00Z")),
            ("iso8601", "2020-01-31", None),
            ("iso8601", "2020-02-30 14:12:44", None),
            ("iso8601", "2020-01-31 14:12:44 CET", None),
            ("iso8601", "2020-01-31 14:12:44+25:99", None),
            ("iso8601", "2020-01-31 1４:12", None),
            ("iso8601", "1969-01-31T14:12:44Z", None),
            ("epoch_ms", "1666593118336", Some("2022-10-24T06:31:58.336Z")),
            ("epoch_s", "1640244967.924", Some("2021-12-23T07:36:07.924Z")),
            ("epoch_s", "1666593118336", None),
            ("epoch_us", "1559033904863769", Some("2019-05-28T08:58:24.863769Z")),
            ("epoch_ns", "1559033904863769000", Some("2019-05-28T08:58:24.863769Z")),
            ("epoch_ns", "99999999999999999999", None),
            ("epoch_ms", "-1", None),
            ("epoch_ms", "", None),
            ("%d/%m/%Y %H:%M", "29/2/2016 01:23", Some("2016-02-28T17:23:00Z")),
            ("%d/%m/%Y", "29/2/2016", Some("2016-02-28T16:00:00Z")),
            ("%d/%m/%Y %H:%M %z", "29/2/2016 01:23 +0000", Some("2016-02-29T01:23:00Z")),
        ] {
            let format = Format::parse(format).expect(format);
            let at = format.read(text, shanghai).map(|at| at.to_string());
            assert_eq!(at.as_deref(), expected, "{format:?} {text}");
        }
    }

    #[test]
    fn the_first_format_that_fits_holds() {
        let formats = [Format::Epoch(1_000_000_000), Format::Epoch(1_000_000), Format::Iso8601];
        for value in [serde_json::json!(1_666_593_118), "1666593118000".into(), "2022-10-24T06:31:58Z".into()] {
            assert_eq!(read(&value, &formats, Tz::UTC).unwrap().to_string(), "2022-10-24T06:31:58Z", "{value}");
        }
        assert_eq!(read(&serde_json::json!([1]), &formats, Tz::UTC), None);
    }
}
