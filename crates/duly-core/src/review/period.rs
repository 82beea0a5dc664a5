//! Periods of a review: the forms people write, the instants they mean in a zone, the one before and the parts.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Days, IsoWeek, Months, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::calendar::day_start;
use crate::time::Instant;

/// A stretch of local days, both the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    form: Form,
    first: NaiveDate,
    last: NaiveDate,
}

/// How the period is written, which says what comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Year,
    Quarter,
    Month,
    Week,
    Days,
}

/// Half open instants, as everywhere (T1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first instant of it.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
}

impl Range {
    /// Whether `at` lies in it.
    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }
}

/// Why a text is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no period: {why}; write {FORMS}")]
pub struct PeriodError {
    text: String,
    why: &'static str,
}

/// The forms there are.
const FORMS: &str = "a month 2026-10, a quarter 2026-Q4, a week 2026-W41, a year 2026, a day 2026-10-01, or days \
                     2026-10-01..2026-10-15, the last one included";

/// How many days a stretch may have to be told day by day.
const DAYS_TOLD: i64 = 14;

impl Period {
    /// The instants that it means in `zone`.
    pub fn range(&self, zone: Tz) -> Range {
        let after = self.last.succ_opt().unwrap_or(self.last);
        Range { from: day_start(zone, self.first), to: day_start(zone, after) }
    }

    /// The period of the same kind just before: last month, the days before, as many.
    #[must_use]
    pub fn before(&self) -> Period {
        let last = self.first.pred_opt().unwrap_or(self.first);
        match self.form {
            Form::Year => Period::months(Form::Year, last, 12),
            Form::Quarter => Period::months(Form::Quarter, last, 3),
            Form::Month => Period::months(Form::Month, last, 1),
            Form::Week | Form::Days => {
                let length = self.last.signed_duration_since(self.first);
                Period { first: last - length, last, ..*self }
            }
        }
    }

    /// The parts that tell its course: the months of a year or a quarter, the weeks of a month or of many days as far as
    /// they lie in it, otherwise its days.
    pub fn parts(&self) -> Vec<Period> {
        let days = self.last.signed_duration_since(self.first).num_days() + 1;
        let part = |first: NaiveDate| match self.form {
            Form::Year | Form::Quarter => Period::months(Form::Month, first, 1),
            Form::Month => Period::week(first.iso_week()),
            Form::Days if days > DAYS_TOLD => Period::week(first.iso_week()),
            Form::Week | Form::Days => Period { form: Form::Days, first, last: first },
        };
        let mut parts = Vec::new();
        let mut next = Some(self.first);
        while let Some(first) = next.filter(|first| *first <= self.last) {
            let whole = part(first);
            let cut = Period { first: whole.first.max(self.first), last: whole.last.min(self.last), ..whole };
            next = cut.last.succ_opt();
            parts.push(cut);
        }
        parts
    }

    /// The first and the last day.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        (self.first, self.last)
    }

    /// The `count` months that end with the one of `last`, or begin with it where there is one.
    fn months(form: Form, last: NaiveDate, count: u32) -> Period {
        let begin = last.with_day(1).unwrap_or(last);
        let first = begin.checked_sub_months(Months::new(count - 1)).unwrap_or(begin);
        let after = begin.checked_add_months(Months::new(1)).unwrap_or(begin);
        Period { form, first, last: after.pred_opt().unwrap_or(begin) }
    }

    fn week(week: IsoWeek) -> Period {
        let first = NaiveDate::from_isoywd_opt(week.year(), week.week(), Weekday::Mon).unwrap_or(NaiveDate::MIN);
        Period { form: Form::Week, first, last: first.checked_add_days(Days::new(6)).unwrap_or(first) }
    }
}

/// Shows it as it is written, a week that was cut as its days.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first, self.last);
        match self.form {
            Form::Year => write!(f, "{}", first.year()),
            Form::Quarter => write!(f, "{}-Q{}", first.year(), first.month0() / 3 + 1),
            Form::Month => write!(f, "{}", first.format("%Y-%m")),
            Form::Week => write!(f, "{}", first.format("%G-W%V")),
            Form::Days if first == last => write!(f, "{first}"),
            Form::Days => write!(f, "{first}..{last}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let wrong = |why| PeriodError { text: text.chars().take(40).collect(), why };
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (date(first).map_err(wrong)?, date(last).map_err(wrong)?);
            if last < first {
                return Err(wrong("it ends before it begins"));
            }
            return Ok(Period { form: Form::Days, first, last });
        }
        let parts: Vec<&str> = text.split('-').collect();
        let parsed = match parts[..] {
            [_, _, _] => date(text).map(|day| Period { form: Form::Days, first: day, last: day }),
            [year] => self::year(year).and_then(|year| months_of(Form::Year, year, 12, 12)),
            [year, part] => self::year(year).and_then(|year| part_of_year(year, part)),
            _ => Err(UNKNOWN),
        };
        parsed.map_err(wrong)
    }
}

const UNKNOWN: &str = "it has none of the forms";

fn part_of_year(year: i32, part: &str) -> Result<Period, &'static str> {
    if let Some(quarter) = part.strip_prefix(['Q', 'q']) {
        let quarter = number(quarter, 1).filter(|quarter| (1..=4).contains(quarter));
        return months_of(Form::Quarter, year, quarter.ok_or("quarters are Q1 to Q4")? * 3, 3);
    }
    if let Some(week) = part.strip_prefix(['W', 'w']) {
        let first = number(week, 2).and_then(|week| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon));
        return first.map(|first| Period::week(first.iso_week())).ok_or("the year has no such week");
    }
    let month = number(part, 2).filter(|month| (1..=12).contains(month));
    months_of(Form::Month, year, month.ok_or("months are 01 to 12")?, 1)
}

fn months_of(form: Form, year: i32, last: u32, count: u32) -> Result<Period, &'static str> {
    NaiveDate::from_ymd_opt(year, last, 1).map(|last| Period::months(form, last, count)).ok_or(UNKNOWN)
}

/// A number of just so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A year that events may be in (DESIGN §4).
fn year(text: &str) -> Result<i32, &'static str> {
    let year = number(text, 4).ok_or(UNKNOWN)?;
    if (1970..2200).contains(&year) { Ok(year as i32) } else { Err("years are 1970 to 2199") }
}

fn date(text: &str) -> Result<NaiveDate, &'static str> {
    let [year, month, day] = text.splitn(3, '-').collect::<Vec<_>>()[..] else { return Err(UNKNOWN) };
    let year = self::year(year)?;
    let (month, day) = (number(month, 2).ok_or(UNKNOWN)?, number(day, 2).ok_or(UNKNOWN)?);
    NaiveDate::from_ymd_opt(year, month, day).ok_or("there is no such day")
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Asia::Shanghai, Europe::Lisbon, Tz};

    use super::*;

    #[track_caller]
    fn check(text: &str, zone: Tz, from: &str, to: &str, before: &str, parts: &[&str]) {
        let period: Period = text.parse().unwrap();
        let range = period.range(zone);
        assert_eq!((range.from.to_string(), range.to.to_string()), (from.to_owned(), to.to_owned()), "{text}");
        assert_eq!((period.to_string(), period.before().to_string()), (text.to_owned(), before.to_owned()));
        assert_eq!(period.parts().iter().map(ToString::to_string).collect::<Vec<_>>(), parts, "{text}");
        assert_eq!(period.before().range(zone).to, range.from, "{text}: the one before ends where it begins");
        let ranges: Vec<Range> = period.parts().iter().map(|part| part.range(zone)).collect();
        assert!(ranges.windows(2).all(|pair| pair[0].to == pair[1].from), "{text}: parts without gaps");
        assert_eq!((ranges[0].from, ranges[ranges.len() - 1].to), (range.from, range.to), "{text}: parts that are all");
    }

    #[test]
    fn a_period_means_local_days() {
        let weeks = ["2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44"];
        check("2026-10", Shanghai, "2026-09-30T16:00:00Z", "2026-10-31T16:00:00Z", "2026-09", &weeks);
        let months = ["2026-10", "2026-11", "2026-12"];
        check("2026-Q4", Shanghai, "2026-09-30T16:00:00Z", "2026-12-31T16:00:00Z", "2026-Q3", &months);
        let months: Vec<String> = (1..=12).map(|month| format!("2026-{month:02}")).collect();
        let months: Vec<&str> = months.iter().map(String::as_str).collect();
        check("2026", Tz::UTC, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2025", &months);
        let days: Vec<String> = (5..=11).map(|day| format!("2026-10-{day:02}")).collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        check("2026-W41", Tz::UTC, "2026-10-05T00:00:00Z", "2026-10-12T00:00:00Z", "2026-W40", &days);
        let (from, to) = ("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
        check("2026-10-01", Tz::UTC, from, to, "2026-09-30", &["2026-10-01"]);
    }

    #[test]
    fn a_month_has_the_hour_that_a_change_of_the_clock_takes_or_gives() {
        let hours = |text: &str| {
            let range = text.parse::<Period>().unwrap().range(Lisbon);
            range.to.since(range.from).ms() / 3_600_000
        };
        assert_eq!((hours("2016-03"), hours("2016-10"), hours("2016-11")), (31 * 24 - 1, 31 * 24 + 1, 30 * 24));
    }

    #[test]
    fn days_include_the_last_and_step_back_by_as_many() {
        let days: Period = "2026-10-01..2026-10-15".parse().unwrap();
        assert_eq!(days.range(Tz::UTC).to.to_string(), "2026-10-16T00:00:00Z");
        assert_eq!(days.before().to_string(), "2026-09-16..2026-09-30");
        assert_eq!(days.parts().len(), 3, "weeks, the first and the last of them cut");
        assert_eq!("2026-W01".parse::<Period>().unwrap().before().to_string(), "2025-W52");
        assert_eq!("2026-Q1".parse::<Period>().unwrap().before().to_string(), "2025-Q4");
    }

    #[test]
    fn a_period_that_does_not_exist_is_told_with_the_forms_there_are() {
        for (text, why) in [
            ("2026-13", "months are 01 to 12"),
            ("2026-00", "months are 01 to 12"),
            ("2026-1", "months are 01 to 12"),
            ("2026-Q5", "quarters are Q1 to Q4"),
            ("2026-W54", "the year has no such week"),
            ("2025-W53", "the year has no such week"),
            ("2026-02-30", "there is no such day"),
            ("2026-10-15..2026-10-01", "it ends before it begins"),
            ("1969", "years are 1970 to 2199"),
            ("2200-01", "years are 1970 to 2199"),
            ("october", UNKNOWN),
            ("2026-10-01..", UNKNOWN),
            ("2026-10-01-01", UNKNOWN),
            ("+026-10", UNKNOWN),
            ("", UNKNOWN),
        ] {
            let told = text.parse::<Period>().unwrap_err().to_string();
            assert!(told.starts_with(&format!("`{text}` is no period: {why}; write a month 2026-10")), "{told}");
        }
    }
}
