//! Instants and spans: UTC, in nanoseconds, within the years that a record may name.
//!
//! There is deliberately no `now` here: time enters as data on a record (I3).

mod text;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Nanoseconds in a second.
pub const SECOND_NS: i64 = 1_000_000_000;

/// A point in time, UTC, in nanoseconds since 1970-01-01T00:00:00Z (T1).
///
/// Written like `2016-03-01T10:00:00Z`, with a fraction only where it is not zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

impl Instant {
    /// Before everything: the watermark of a lane that has read nothing.
    pub const MIN: Instant = Instant(i64::MIN);
    /// After everything: the due time of what never falls due.
    pub const MAX: Instant = Instant(i64::MAX);

    /// The instant `ns` nanoseconds after the epoch.
    pub const fn from_ns(ns: i64) -> Self {
        Instant(ns)
    }

    /// The instant `s` seconds after the epoch.
    pub const fn from_s(s: i64) -> Self {
        Instant(s * SECOND_NS)
    }

    /// Nanoseconds since the epoch.
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// Whether a record may carry this instant: the years 1970 to 2199 (DESIGN §4).
    pub fn is_sane(self) -> bool {
        const END: i64 = 7_258_118_400; // 2200-01-01T00:00:00Z
        (0..END * SECOND_NS).contains(&self.0)
    }

    /// This instant in chrono's terms, for zone arithmetic.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }

    /// The instant that `time` names; `None` outside the years that nanoseconds reach (1677 to 2262).
    pub fn from_chrono(time: NaiveDateTime) -> Option<Self> {
        time.and_utc().timestamp_nanos_opt().map(Instant)
    }

    /// `self + span`, at most [`Instant::MAX`].
    #[must_use]
    pub fn plus(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }

    /// `self - span`, at least [`Instant::MIN`].
    #[must_use]
    pub fn minus(self, span: Span) -> Instant {
        Instant(self.0.saturating_sub(span.0))
    }

    /// The time from `earlier` to `self`; zero where that is reversed (T3).
    pub fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }

    /// Appends the written form to `out`: what `Display` shows, without its machinery, for the paths where it counts.
    pub fn write(self, out: &mut Vec<u8>) {
        text::write(self.0, out);
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Instant::MIN => f.write_str("the beginning of time"),
            Instant::MAX => f.write_str("the end of time"),
            _ => {
                let mut out = Vec::with_capacity(30);
                self.write(&mut out);
                f.write_str(&String::from_utf8_lossy(&out))
            }
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is wrong with a written instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an instant: write RFC 3339 with an offset, such as 2026-03-01T10:00:00Z or 2026-03-01T18:00:00+08:00"
)]
pub struct InstantError(String);

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let by_chrono = || Instant::from_chrono(DateTime::parse_from_rfc3339(text).ok()?.naive_utc());
        text::read(text).map(Instant).or_else(by_chrono).ok_or_else(|| InstantError(text.chars().take(64).collect()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Instant {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "An instant, RFC 3339 with an offset; the years 1970 to 2199."
        })
    }
}

/// A length of time, never negative, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of `ns` nanoseconds; a negative one is none (T3: a reversed interval has no open time).
    pub const fn from_ns(ns: i64) -> Self {
        Span(if ns < 0 { 0 } else { ns })
    }

    /// A span of `s` seconds.
    pub const fn from_s(s: i64) -> Self {
        Span::from_ns(s.saturating_mul(SECOND_NS))
    }

    /// The length in nanoseconds.
    pub const fn ns(self) -> i64 {
        self.0
    }

    /// The length in whole milliseconds, rounded down.
    pub const fn ms(self) -> i64 {
        self.0 / 1_000_000
    }

    /// The length in seconds; exact to the microsecond over centuries, for reports.
    pub fn as_s(self) -> f64 {
        self.0 as f64 / SECOND_NS as f64
    }

    /// `self + other`, at most what an `i64` holds.
    #[must_use]
    pub fn plus(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }

    /// `self - other`, at least zero.
    #[must_use]
    pub fn minus(self, other: Span) -> Span {
        Span((self.0 - other.0).max(0))
    }

    /// `self × count`, at most what an `i64` holds.
    #[must_use]
    pub fn times(self, count: u32) -> Span {
        Span(self.0.saturating_mul(i64::from(count)))
    }

    /// `percent` hundredths of the span, rounded down to the nanosecond.
    #[must_use]
    pub fn percent(self, percent: u32) -> Span {
        Span((i128::from(self.0) * i128::from(percent) / 100) as i64)
    }
}

/// Shows a span as people write one: `3d`, `1h 30m`, `45s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest) = (self.0 / SECOND_NS, self.0 % SECOND_NS);
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m")];
        let mut space = "";
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count != 0) {
            write!(f, "{space}{count}{unit}")?;
            space = " ";
        }
        let seconds = seconds % 60;
        if rest != 0 {
            let fraction = format!("{rest:09}");
            write!(f, "{space}{seconds}.{}s", fraction.trim_end_matches('0'))
        } else if seconds != 0 || space.is_empty() {
            write!(f, "{space}{seconds}s")
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc_with_a_fraction_only_where_there_is_one() {
        for (text, written) in [
            ("2016-03-01T10:00:00Z", "2016-03-01T10:00:00Z"),
            ("2016-03-01T18:00:00+08:00", "2016-03-01T10:00:00Z"),
            ("2016-03-01T10:00:00.500Z", "2016-03-01T10:00:00.5Z"),
            ("2199-12-31T23:59:59.000000001Z", "2199-12-31T23:59:59.000000001Z"),
        ] {
            let instant: Instant = text.parse().expect(text);
            assert_eq!(instant.to_string(), written);
            assert!(instant.is_sane());
        }
        for text in ["9999-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2016-03-01", "", "2016-03-01T10:00:00"] {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_is_shown_as_people_write_one() {
        for (s, text) in [(0, "0s"), (45, "45s"), (5400, "1h 30m"), (7200, "2h"), (90_061, "25h 1m 1s")] {
            assert_eq!(Span::from_s(s).to_string(), text);
        }
    }
}
