//! Instants on the command line: with an offset, or local time of the calendar that is asked; and how they are shown.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use duly_core::time::Instant;
use miette::Diagnostic;
use thiserror::Error;

/// An argument that is no instant.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::commands) enum Failure {
    #[error("`{0}` is not an instant")]
    #[diagnostic(help(
        "write 2026-09-30T17:00 for local time of the calendar, or with an offset 2026-09-30T17:00:00+08:00"
    ))]
    NoInstant(String),
    #[error("`{0}` is out of range")]
    #[diagnostic(help("the years are 1970 to 2199"))]
    OutOfRange(String),
    #[error("the local time {local} does not exist in {zone}: the clock skips it")]
    #[diagnostic(help("write the instant with its offset, such as {local}Z"))]
    Skipped { local: String, zone: Tz },
}

/// Reads an instant; what has no offset is local time in `zone`, of a repeated hour the first occurrence.
pub(in crate::commands) fn parse(text: &str, zone: Tz) -> Result<Instant, Failure> {
    let instant = match text.parse::<Instant>() {
        Ok(instant) => instant,
        Err(_) if DateTime::parse_from_rfc3339(text).is_ok() => return Err(Failure::OutOfRange(text.to_owned())),
        Err(_) => local(text, zone)?,
    };
    if instant.is_sane() { Ok(instant) } else { Err(Failure::OutOfRange(text.to_owned())) }
}

fn local(text: &str, zone: Tz) -> Result<Instant, Failure> {
    const FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let midnight = || text.parse::<NaiveDate>().ok().map(|date| date.and_time(NaiveTime::MIN));
    let local = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).or_else(midnight);
    let local = local.ok_or_else(|| Failure::NoInstant(text.to_owned()))?;
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => {
            Instant::from_chrono(at.naive_utc()).ok_or_else(|| Failure::OutOfRange(text.to_owned()))
        }
        MappedLocalTime::None => Err(Failure::Skipped { local: local.format("%Y-%m-%dT%H:%M:%S").to_string(), zone }),
    }
}

/// `Wed 2026-09-30 17:00 +08:00`, with seconds only where they are not zero.
pub(in crate::commands) fn shown(at: Instant, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format(&format!("%a %Y-%m-%d {} %:z", clock(at))).to_string()
}

/// `17:00` of the local day.
pub(super) fn time(at: Instant, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format(clock(at)).to_string()
}

/// The local date at `at`.
pub(super) fn date(at: Instant, zone: Tz) -> NaiveDate {
    at.to_chrono().with_timezone(&zone).date_naive()
}

fn clock(at: Instant) -> &'static str {
    match at.ns() {
        ns if ns % 1_000_000_000 != 0 => "%H:%M:%S%.f",
        ns if ns % 60_000_000_000 != 0 => "%H:%M:%S",
        _ => "%H:%M",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_may_be_local_time_of_the_calendar() {
        for (text, zone, expected) in [
            ("2026-09-30T17:00", "Asia/Shanghai", "2026-09-30T09:00:00Z"),
            ("2026-09-30 17:00:30", "Asia/Shanghai", "2026-09-30T09:00:30Z"),
            ("2026-09-30", "Asia/Shanghai", "2026-09-29T16:00:00Z"),
            ("2026-09-30T17:00:00+08:00", "Europe/Lisbon", "2026-09-30T09:00:00Z"),
            ("2026-10-25T01:30", "Europe/Lisbon", "2026-10-25T00:30:00Z"),
            ("2026-03-29T01:30", "Europe/Lisbon", "does not exist"),
            ("tomorrow", "UTC", "is not an instant"),
            ("1969-12-31T23:59:59Z", "UTC", "is out of range"),
            ("9999-12-31T23:59:59Z", "UTC", "is out of range"),
            ("9999-12-31", "UTC", "is out of range"),
        ] {
            let found = match parse(text, zone.parse().expect("a zone")) {
                Ok(instant) => instant.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(found.contains(expected), "{text} in {zone}: {found}");
        }
    }
}
