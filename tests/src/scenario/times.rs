//! Local times of a story, read and written.

use chrono::{DateTime, Datelike as _, FixedOffset, MappedLocalTime, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use duly_core::policy::Duration;
use duly_core::time::{Instant, Span};

/// Reads `2026-03-02`.
pub(super) fn date(word: &str) -> Option<NaiveDate> {
    (word.len() == 10).then(|| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok()).flatten()
}

/// Whether a word is a time of day, whatever its value.
pub(super) fn is_time(word: &str) -> bool {
    word.len() >= 5 && word.as_bytes()[2] == b':' && word.as_bytes()[0].is_ascii_digit()
}

/// Whether the word names the weekday of `date`; `None` where it names none.
pub(super) fn is_weekday_of(word: &str, date: NaiveDate) -> Option<bool> {
    let named: chrono::Weekday = word.parse().ok()?;
    Some(named == date.weekday())
}

/// The instant of `10:00`, `10:00:30` or, where that happens twice, `02:30+01:00` on a day.
pub(super) fn instant(zone: Tz, date: NaiveDate, word: &str) -> Result<Instant, String> {
    let (time, offset) = word.find(['+', '-']).map_or((word, None), |at| (&word[..at], Some(&word[at..])));
    let no_time = || format!("`{word}` is not a time such as 09:30");
    let form = match time.len() {
        5 => "%H:%M",
        8 => "%H:%M:%S",
        _ => return Err(no_time()),
    };
    let time = NaiveTime::parse_from_str(time, form).map_err(|_| no_time())?;
    let local = date.and_time(time);
    let utc = match offset {
        Some(offset) => {
            let offset: FixedOffset =
                offset.parse().map_err(|_| format!("`{offset}` is not an offset such as +01:00"))?;
            offset.from_local_datetime(&local).single().expect("an offset is never in doubt").naive_utc()
        }
        None => match zone.from_local_datetime(&local) {
            MappedLocalTime::Single(found) => found.naive_utc(),
            MappedLocalTime::None => return Err(format!("{local} does not exist in {zone}: the clock is set forward")),
            MappedLocalTime::Ambiguous(a, b) => {
                let offset = |time: DateTime<Tz>| time.format("%:z").to_string();
                return Err(format!(
                    "{local} happens twice in {zone}: write {word}{} or {word}{}",
                    offset(a),
                    offset(b)
                ));
            }
        },
    };
    Instant::from_chrono(utc).ok_or_else(|| format!("{local} is out of range"))
}

/// The local day of an instant.
pub(super) fn day(zone: Tz, at: Instant) -> NaiveDate {
    at.to_chrono().with_timezone(&zone).date_naive()
}

/// Writes an instant as [`instant`] reads it, with its day where that is not `today`.
pub(super) fn written(zone: Tz, at: Instant, today: NaiveDate) -> String {
    let local = at.to_chrono().with_timezone(&zone);
    let seconds = if at.ns() % 60_000_000_000 == 0 { "%H:%M" } else { "%H:%M:%S" };
    let mut time = local.format(seconds).to_string();
    if instant(zone, local.date_naive(), &time).is_err() {
        time += &local.format("%:z").to_string();
    }
    if local.date_naive() == today { time } else { format!("{} {time}", local.date_naive()) }
}

/// Reads `3h30m`, `0s`.
pub(super) fn span(word: &str) -> Result<Span, String> {
    if word == "0s" {
        return Ok(Span::ZERO);
    }
    let read: Duration = word.parse().map_err(|_| format!("`{word}` is not a time such as 2h30m"))?;
    match read {
        Duration::Elapsed(s) => Ok(Span::from_s(i64::from(s))),
        _ => Err(format!("`{word}` is not a time such as 2h30m")),
    }
}

/// Writes milliseconds as [`span`] reads them.
pub(super) fn written_ms(ms: i64) -> String {
    match u32::try_from(ms / 1000) {
        Ok(0) | Err(_) => "0s".to_owned(),
        // Hours are read more easily than days of 24 hours, of which few are working time.
        Ok(s) if s >= 86_400 => {
            let rest = if s % 3_600 == 0 { String::new() } else { Duration::Elapsed(s % 3_600).to_string() };
            format!("{}h{rest}", s / 3_600)
        }
        Ok(s) => Duration::Elapsed(s).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: Tz, text: &str, expected: Result<&str, &str>) {
        let (day, time) = text.split_once(' ').expect("a day and a time");
        let found = instant(zone, date(day).expect("a day"), time);
        let found = found.map(|at| at.to_string());
        match expected {
            Ok(expected) => assert_eq!(found.as_deref(), Ok(expected)),
            Err(part) => assert!(found.as_ref().is_err_and(|why| why.contains(part)), "{found:?}"),
        }
    }

    #[test]
    fn local_times_are_read() {
        check(Tz::Asia__Shanghai, "2026-03-02 09:30", Ok("2026-03-02T01:30:00Z"));
        check(Tz::Europe__Berlin, "2026-03-29 02:30", Err("set forward"));
        check(Tz::Europe__Berlin, "2026-10-25 02:30", Err("write 02:30+02:00 or 02:30+01:00"));
        check(Tz::Europe__Berlin, "2026-10-25 02:30+01:00", Ok("2026-10-25T01:30:00Z"));
        check(Tz::Europe__Berlin, "2026-10-25 9:30", Err("not a time"));
    }

    #[test]
    fn what_is_written_can_be_read() {
        for (zone, text) in [
            (Tz::Asia__Shanghai, "2026-03-02T01:30:05Z"),
            (Tz::Europe__Berlin, "2026-10-25T00:30:00Z"),
            (Tz::Europe__Berlin, "2026-10-25T01:30:00Z"),
        ] {
            let at: Instant = text.parse().expect(text);
            let today = day(zone, at);
            assert_eq!(instant(zone, today, &written(zone, at, today)), Ok(at));
        }
        for ms in [0, 45_000, 5_400_000, 97_200_000, 100_845_000] {
            assert_eq!(span(&written_ms(ms)).map(Span::ms), Ok(ms), "{}", written_ms(ms));
        }
    }
}
