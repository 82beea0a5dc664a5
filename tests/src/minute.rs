//! Instants of the tests: whole minutes, shown in the local time of Shanghai (UTC+8 all year round).

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use duly_core::time::Instant;

/// Minutes since 1970-01-01T00:00:00Z.
pub type Minute = i64;

/// Minutes of a day.
pub const DAY: Minute = 1440;

/// Minutes by which the clocks of Shanghai are ahead of UTC.
pub const SHANGHAI: Minute = 480;

const NS: i64 = 60_000_000_000;

/// Reads `2026-03-02 09:00`, local time of Shanghai.
pub fn parse(text: &str) -> Option<Minute> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").ok()?;
    Some(local.and_utc().timestamp() / 60 - SHANGHAI)
}

/// Reads `2026-03-02 09:00`; for tests, where a slip of the pen is a failure.
pub fn at(text: &str) -> Minute {
    parse(text).unwrap_or_else(|| panic!("`{text}` is not a local time such as 2026-03-02 09:00"))
}

/// Writes `2026-03-02 09:00`, local time of Shanghai.
pub fn local(minute: Minute) -> String {
    utc_time(minute + SHANGHAI).format("%Y-%m-%d %H:%M").to_string()
}

/// Writes `2026-03-02T01:00:00Z`, as SLA events do.
pub fn utc(minute: Minute) -> String {
    utc_time(minute).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The core's instant.
pub fn to_instant(minute: Minute) -> Instant {
    Instant::from_ns(minute * NS)
}

/// The minute of an instant; what the generators make lies on whole minutes.
pub fn from_instant(instant: Instant) -> Minute {
    assert_eq!(instant.ns() % NS, 0, "{instant} does not lie on a whole minute");
    instant.ns() / NS
}

/// The date that begins `days` days after 1970-01-01.
pub fn date(days: i64) -> NaiveDate {
    NaiveDate::default() + TimeDelta::days(days)
}

fn utc_time(minute: Minute) -> NaiveDateTime {
    DateTime::from_timestamp(minute * 60, 0).expect("the tests stay within the years that chrono knows").naive_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_and_written() {
        assert_eq!(local(at("2026-03-02 09:00")), "2026-03-02 09:00");
        assert_eq!(utc(at("2026-03-02 00:30")), "2026-03-01T16:30:00Z");
        assert_eq!(from_instant(to_instant(at("2026-03-02 09:00"))), at("2026-03-02 09:00"));
    }
}
