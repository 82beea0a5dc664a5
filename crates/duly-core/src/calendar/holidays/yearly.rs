//! Rules that repeat a holiday every year (RFC 5545, section 3.3.10, `FREQ=YEARLY`).
//!
//! Dates by month, day of the month and weekday are all that holidays need. Rules by week number, day of the year or
//! position are refused rather than guessed at. An expansion ends with 2100.

use chrono::{Datelike, NaiveDate, Weekday};

/// The last year that a rule is worked out for.
const LAST_YEAR: i32 = 2100;

/// A rule as it is written in `RRULE`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Yearly {
    interval: usize,
    count: Option<usize>,
    until: Option<NaiveDate>,
    months: Vec<u32>,
    days: Vec<i32>,
    /// Weekdays, each with the number of its kind in the month (-1 the last) where one is asked for.
    weekdays: Vec<(Option<i32>, Weekday)>,
}

impl Yearly {
    /// Reads a rule; on failure the part that can not be read.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rule = Yearly { interval: 1, ..Yearly::default() };
        let mut yearly = false;
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            yearly |= part.eq_ignore_ascii_case("FREQ=YEARLY");
            let read = part.split_once('=').and_then(|(key, value)| rule.set(&key.to_uppercase(), value));
            read.ok_or_else(|| part.chars().take(40).collect::<String>())?;
        }
        let of_the_year = rule.months.is_empty() && rule.weekdays.iter().any(|(number, _)| number.is_some());
        match (yearly, of_the_year) {
            (true, false) => Ok(rule),
            (false, _) => Err("no FREQ".to_owned()),
            (true, true) => Err("BYDAY with a number but without BYMONTH".to_owned()),
        }
    }

    /// Takes one part of a rule; `None` where it can not be read or is not supported.
    fn set(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "FREQ" => value.eq_ignore_ascii_case("YEARLY").then_some(())?,
            "INTERVAL" => self.interval = value.parse().ok().filter(|n| *n > 0)?,
            "COUNT" => self.count = Some(value.parse().ok()?),
            "UNTIL" => self.until = Some(super::ics::date(value)?),
            "BYMONTH" => self.months = list(value, |n| n.parse().ok().filter(|n| (1..=12).contains(n)))?,
            "BYMONTHDAY" => self.days = list(value, |n| number(n, 31))?,
            "BYDAY" => self.weekdays = list(value, weekday)?,
            "WKST" => {} // only counts for week numbers
            _ => return None,
        }
        Some(())
    }

    /// The dates on which an event that begins on `start` falls.
    pub(super) fn dates(&self, start: NaiveDate) -> Vec<NaiveDate> {
        let years = (start.year()..=LAST_YEAR).step_by(self.interval);
        let dates = years.flat_map(|year| (1..=366).filter_map(move |day| NaiveDate::from_yo_opt(year, day)));
        dates
            .filter(|date| *date >= start && self.matches(*date, start))
            .take_while(|date| self.until.is_none_or(|until| *date <= until))
            .take(self.count.unwrap_or(usize::MAX))
            .collect()
    }

    fn matches(&self, date: NaiveDate, start: NaiveDate) -> bool {
        let month = match self.months.as_slice() {
            [] => !self.days.is_empty() || !self.weekdays.is_empty() || date.month() == start.month(),
            months => months.contains(&date.month()),
        };
        let from_end = i32::try_from(date.day()).unwrap_or(0) - i32::from(date.num_days_in_month()) - 1;
        let day = match self.days.as_slice() {
            [] => !self.weekdays.is_empty() || date.day() == start.day(),
            days => days.iter().any(|day| *day == date.day() as i32 || *day == from_end),
        };
        let number = (date.day0() / 7 + 1) as i32;
        let number_from_end = (from_end + 1) / 7 - 1;
        let weekday = self.weekdays.is_empty()
            || self.weekdays.iter().any(|(wanted, weekday)| {
                *weekday == date.weekday() && wanted.is_none_or(|n| n == number || n == number_from_end)
            });
        month && day && weekday
    }
}

/// A comma-separated list; `None` where a member can not be read.
fn list<T>(text: &str, member: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|part| member(part.trim())).collect()
}

/// `MO`, `1MO` or `-1MO`.
fn weekday(text: &str) -> Option<(Option<i32>, Weekday)> {
    let (count, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match name.to_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    match count {
        "" => Some((None, weekday)),
        _ => Some((Some(number(count, 5)?), weekday)),
    }
}

/// A number from 1 to `max`, or from the end as a negative one.
fn number(text: &str, max: u32) -> Option<i32> {
    text.parse().ok().filter(|n: &i32| (1..=max).contains(&n.unsigned_abs()))
}
