//! Instants as text, as RFC 3339 has it. Every event has one and every SLA event several, so they are written here, and the form that
//! nearly all are in is read here; what other texts mean chrono decides.

use super::SECOND_NS;

const DAY_S: i64 = 86_400;

/// Years all of whose instants nanoseconds reach.
const YEARS: std::ops::Range<u32> = 1678..2262;

/// Reads `2016-03-01T10:00:00`, with a fraction of up to nine digits or none, then `Z` or an offset such as `+08:00`, as nanoseconds since
/// 1970; `None` for whatever else there is, which may be an instant all the same.
pub(super) fn read(text: &str) -> Option<i64> {
    let (to_second, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] = *to_second else {
        return None;
    };
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let (month, day) = (two(m0, m1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(n0, n1)?, two(s0, s1)?);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => fraction(rest)?,
        rest => (0, rest),
    };
    let offset_s = offset_s(rest)?;
    let is_valid = YEARS.contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let since_midnight = i64::from(hour * 3600 + minute * 60 + second);
    is_valid.then(|| (days_until(year, month, day) * DAY_S + since_midnight - offset_s) * SECOND_NS + fraction)
}

/// Appends the instant `ns` nanoseconds since 1970: whole seconds without a fraction, fractions without zeros at their end.
pub(super) fn write(ns: i64, out: &mut Vec<u8>) {
    let (seconds, fraction) = (ns.div_euclid(SECOND_NS), ns.rem_euclid(SECOND_NS));
    let (day, second) = (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S) as u32);
    let (year, month, day) = date_of(day);
    let [y0, y1] = digits(year / 100);
    let ([y2, y3], [m0, m1], [d0, d1]) = (digits(year % 100), digits(month), digits(day));
    let ([h0, h1], [n0, n1], [s0, s1]) = (digits(second / 3600), digits(second / 60 % 60), digits(second % 60));
    out.extend_from_slice(&[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1]);
    if fraction != 0 {
        let (mut text, mut rest) = (*b".000000000", fraction);
        for digit in text[1..].iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        let last = text.iter().rposition(|digit| *digit != b'0').unwrap_or_default();
        out.extend_from_slice(&text[..=last]);
    }
    out.push(b'Z');
}

/// The number that two digits write.
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// A number below 100 in two digits.
fn digits(number: u32) -> [u8; 2] {
    let number = number as u8;
    [b'0' + number / 10, b'0' + number % 10]
}

/// The nanoseconds that the digits at the beginning of `text` are, one to nine of them, and what comes after.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|digit| digit.is_ascii_digit()).count();
    if !(1..=9).contains(&count) {
        return None;
    }
    let (digits, rest) = text.split_at(count);
    let of_digits = digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((of_digits * 10_i64.pow(9 - count as u32), rest))
}

/// By how much an offset is ahead of UTC.
fn offset_s(text: &[u8]) -> Option<i64> {
    match *text {
        [b'Z'] => Some(0),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            let (hours, minutes) = (two(h0, h1)?, two(m0, m1)?);
            let ahead = i64::from(hours * 3600 + minutes * 60);
            (hours < 24 && minutes < 60).then_some(if sign == b'+' { ahead } else { -ahead })
        }
        _ => None,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 });
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// From 1 March of the year 0 to 1970.
const MARCH_0_TO_1970: i64 = 719_468;

/// A period of the Gregorian calendar.
const DAYS_OF_400_YEARS: i64 = 146_097;

/// Days from 1970 to a date. Years are counted from March on, so that a leap day is the last of its year, and the months before
/// any of them have 153 days in every five.
fn days_until(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    i64::from(days) - MARCH_0_TO_1970
}

/// Year, month and day of the date so many days after 1970, which is in the years that nanoseconds reach.
fn date_of(days: i64) -> (u32, u32, u32) {
    let since_march_0 = days + MARCH_0_TO_1970;
    let (period, day) = (since_march_0 / DAYS_OF_400_YEARS, (since_march_0 % DAYS_OF_400_YEARS) as u32);
    // Without the leap days before it, every year has 365.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let year = period as u32 * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, SecondsFormat};
    use proptest::prelude::*;

    use super::{read, write};
    use crate::time::Instant;

    /// Of the right form, and often no instant.
    const LIKE_AN_INSTANT: &str = "(1[67]|20|22)[0-9]{2}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-6][0-9]:[0-6][0-9]\
                                   (\\.[0-9]{1,30})?(Z|z|[+-][0-2][0-9]:[0-6][0-9])";

    fn by_chrono(text: &str) -> Option<i64> {
        DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt()
    }

    #[test]
    fn every_day_that_nanoseconds_reach_is_read_and_written() {
        let first = NaiveDate::from_ymd_opt(1678, 1, 1).expect("a date");
        for date in first.iter_days().take_while(|date| *date < NaiveDate::from_ymd_opt(2262, 1, 1).expect("a date")) {
            let text = format!("{date}T23:59:59Z");
            let ns = read(&text).expect("an instant");
            assert_eq!(Some(ns), by_chrono(&text));
            let mut written = Vec::new();
            write(ns, &mut written);
            assert_eq!(written, text.as_bytes());
        }
    }

    #[test]
    fn fractions_and_offsets_are_read() {
        for text in [
            "2016-03-01T10:00:00.5Z",
            "2016-03-01T10:00:00.000000001Z",
            "2016-03-01T10:00:00.120+08:00",
            "2016-03-01T10:00:00-23:59",
            "1678-01-01T00:00:00+23:59",
            "2261-12-31T23:59:59.999999999-23:59",
        ] {
            assert_eq!(read(text), by_chrono(text), "{text}");
            assert!(read(text).is_some(), "{text}");
        }
    }

    #[test]
    fn the_rest_is_left_to_chrono() {
        for text in [
            "2016-03-01t10:00:00z",
            "2016-12-31T23:59:60Z",
            "1677-12-31T00:00:00Z",
            "2262-01-01T00:00:00Z",
            "2016-03-01T10:00:00.1234567890Z",
            "2016-03-01T10:00:00.99999999999999999999999999999999Z",
        ] {
            assert_eq!(read(text), None, "{text}");
            assert_eq!(text.parse::<Instant>().ok().map(Instant::ns), by_chrono(text), "{text}");
            assert!(by_chrono(text).is_some(), "{text}");
        }
    }

    #[test]
    fn the_first_and_the_last_instant_are_written() {
        for (ns, expected) in [
            (i64::MIN, "1677-09-21T00:12:43.145224192Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (0, "1970-01-01T00:00:00Z"),
            (i64::MAX, "2262-04-11T23:47:16.854775807Z"),
        ] {
            let mut written = Vec::new();
            write(ns, &mut written);
            assert_eq!(written, expected.as_bytes());
        }
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        for text in [
            "2016-02-30T10:00:00Z",
            "2015-02-29T10:00:00Z",
            "1900-02-29T10:00:00Z",
            "2016-00-01T10:00:00Z",
            "2016-13-01T10:00:00Z",
            "2016-01-00T10:00:00Z",
            "2016-03-01T24:00:00Z",
            "2016-03-01T10:60:00Z",
            "2016-03-01T10:00:00+24:00",
            "2016-03-01T10:00:00+08:60",
            "2016-03-01T10:00:00.Z",
            "2016-03-01T10:00:00",
            "2016-03-01T10:00:00ZZ",
            "+016-03-01T10:00:00Z",
        ] {
            assert_eq!((read(text), by_chrono(text)), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_chrono_reads_alike(text in LIKE_AN_INSTANT) {
            if let Some(ns) = read(&text) {
                prop_assert_eq!(Some(ns), by_chrono(&text));
            }
        }

        #[test]
        fn what_is_written_chrono_writes_alike(ns: i64) {
            let mut written = Vec::new();
            write(ns, &mut written);
            let all_digits = DateTime::from_timestamp_nanos(ns).to_rfc3339_opts(SecondsFormat::Nanos, false);
            let all_digits = all_digits.strip_suffix("+00:00").expect("it is UTC");
            let expected = format!("{}Z", all_digits.trim_end_matches('0').trim_end_matches('.'));
            prop_assert_eq!(written, expected.into_bytes());
        }
    }
}
