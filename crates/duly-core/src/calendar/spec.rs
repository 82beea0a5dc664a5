//! What a calendar is made of, resolved: no file, no name of a holiday table is left to look up (I3).

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::mistake::{Mistake, Place};
use crate::time::Span;

/// A calendar in full. This is the form that a published policy carries and that is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// IANA name of the zone that the hours are told in.
    pub zone: String,
    /// Open hours by day of the week, sorted and disjoint; a day that is absent is closed.
    #[serde(default)]
    pub week: BTreeMap<Weekday, Vec<Interval>>,
    /// The length of a working day for the rule `as_hours` (T4).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "span_ns")]
    #[schemars(with = "Option<i64>")]
    pub day: Option<Span>,
    /// Dates that are closed, with what they are called where that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Make-up workdays: dates that are open although the week or a holiday would close them, with their hours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub makeup: BTreeMap<NaiveDate, Vec<Interval>>,
    /// Hours of single dates in place of all other rules; an empty list closes the date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub open: BTreeMap<NaiveDate, Vec<Interval>>,
    /// Intervals taken out of single dates, whatever opened them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<NaiveDate, Vec<Interval>>,
    /// The last date for which holidays are known (T12); absent where nothing has to be published year by year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<NaiveDate>,
}

/// The three readings of `N working_days` (T4).
///
/// A working day is a local date with open time of its own; a make-up workday is one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DayRule {
    /// The local day of the start is not counted; due at the close of business of the Nth working day after it (PRC
    /// Civil Code, arts. 201–203).
    ///
    /// ```
    /// use duly_core::calendar::{Calendar, DayRule, Spec};
    ///
    /// let spec: Spec = serde_json::from_str(
    ///     r#"{"zone": "Asia/Shanghai", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}}"#,
    /// )?;
    /// let calendar = Calendar::compile(&spec).expect("a sound calendar");
    /// let monday = "2026-06-01T10:00:00+08:00".parse()?;
    /// let due = calendar.add_days(monday, 1, DayRule::Civil);
    /// assert_eq!(due, Some("2026-06-02T18:00:00+08:00".parse()?), "Tuesday at closing time");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[default]
    Civil,
    /// The same local time on the Nth working day, clamped to that day's open hours: from its first opening to its close
    /// of business. A time within the day's break stays as it is.
    ///
    /// ```
    /// use duly_core::calendar::{Calendar, DayRule, Spec};
    ///
    /// let spec: Spec = serde_json::from_str(
    ///     r#"{"zone": "Asia/Shanghai", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}}"#,
    /// )?;
    /// let calendar = Calendar::compile(&spec).expect("a sound calendar");
    /// let monday = "2026-06-01T10:00:00+08:00".parse()?;
    /// let due = calendar.add_days(monday, 1, DayRule::SameTime);
    /// assert_eq!(due, Some("2026-06-02T10:00:00+08:00".parse()?), "Tuesday at ten");
    ///
    /// let evening = "2026-06-01T21:00:00+08:00".parse()?;
    /// let due = calendar.add_days(evening, 1, DayRule::SameTime);
    /// assert_eq!(due, Some("2026-06-02T18:00:00+08:00".parse()?), "no later than Tuesday's closing time");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SameTime,
    /// N times the calendar's `day`, as open time.
    ///
    /// ```
    /// use duly_core::calendar::{Calendar, DayRule, Spec};
    ///
    /// let spec: Spec = serde_json::from_str(
    ///     r#"{"zone": "Asia/Shanghai", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]},
    ///         "day": 28800000000000}"#,
    /// )?;
    /// let calendar = Calendar::compile(&spec).expect("a sound calendar");
    /// let monday = "2026-06-01T12:00:00+08:00".parse()?;
    /// let due = calendar.add_days(monday, 1, DayRule::AsHours);
    /// assert_eq!(due, Some("2026-06-02T11:00:00+08:00".parse()?), "eight open hours later");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    AsHours,
}

/// A day of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Weekday::Mon,
            chrono::Weekday::Tue => Weekday::Tue,
            chrono::Weekday::Wed => Weekday::Wed,
            chrono::Weekday::Thu => Weekday::Thu,
            chrono::Weekday::Fri => Weekday::Fri,
            chrono::Weekday::Sat => Weekday::Sat,
            chrono::Weekday::Sun => Weekday::Sun,
        }
    }
}

/// A time of day in seconds since midnight, 00:00 to 24:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// The time `s` seconds after midnight; `None` after 24:00.
    pub const fn from_s(s: u32) -> Option<Self> {
        if s <= 86_400 { Some(TimeOfDay(s)) } else { None }
    }

    /// Seconds since midnight.
    pub const fn s(self) -> u32 {
        self.0
    }

    /// Reads `09:00`, `09:00:30` or `24:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':').map(|part| match part.len() {
            1 | 2 => part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok())?,
            _ => None,
        });
        let (h, m, s) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        if parts.next().is_some() || m > 59 || s > 59 {
            return None;
        }
        Self::from_s(h * 3600 + m * 60 + s)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (h, m, s) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        if s == 0 { write!(f, "{h:02}:{m:02}") } else { write!(f, "{h:02}:{m:02}:{s:02}") }
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Open hours within one local day, half-open; it ends after it begins. Written `09:00-12:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl Interval {
    /// The interval from `from` to `to`; `None` where it would not end after it begins.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Option<Self> {
        (from < to).then_some(Interval { from, to })
    }

    /// Reads `09:00-12:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        Interval::new(TimeOfDay::parse(from.trim())?, TimeOfDay::parse(to.trim())?)
    }

    /// When it opens.
    pub const fn from(self) -> TimeOfDay {
        self.from
    }

    /// When it closes; that instant is closed (T1).
    pub const fn to(self) -> TimeOfDay {
        self.to
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Interval {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Interval::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is not an interval such as 09:00-12:00 that ends after it begins"
            ))
        })
    }
}

impl schemars::JsonSchema for Interval {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Interval".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^\\d{1,2}:\\d{2}(:\\d{2})?-\\d{1,2}:\\d{2}(:\\d{2})?$",
            "description": "Open hours within one local day, such as 09:00-12:00; a night is 18:00-24:00 and 00:00-09:00."
        })
    }
}

/// Spans in the resolved form are whole nanoseconds.
mod span_ns {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::time::Span;

    #[expect(clippy::ref_option, reason = "the signature that serde's `with` calls")]
    pub(super) fn serialize<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
        span.map(Span::ns).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(Span::from_ns))
    }
}
