//! Days, dates and hours of calendars.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::fields::{list, map, parsed, shown, text};
use super::mistake::{Place, Report, did_you_mean};
use super::tree::{Node, Value};
use crate::calendar::{Interval, TimeOfDay, Weekday};

/// Dates with their hours.
pub(super) type Dated = BTreeMap<NaiveDate, Vec<Interval>>;

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// Reads the hours of a week: `{mon-fri: ["09:00-18:00"], "sat,sun": []}`. A day is named once.
pub(super) fn week(node: &Node, report: &mut Report) -> Option<BTreeMap<Weekday, Vec<Interval>>> {
    let mut seen = BTreeMap::<Weekday, usize>::new();
    let mut week = BTreeMap::new();
    for (key, node) in map(node, "`week`", report)? {
        if node.is_null() {
            report
                .mistake(key.at, format!("`{}` has no hours", shown(&key.name)))
                .hint("write `mon-fri: [\"09:00-18:00\"]`; several days within braces need quotes: `\"mon,wed\"`");
            continue;
        }
        let hours = hours(node, report);
        for day in days(&key.name, key.at, report) {
            if let Some(line) = seen.insert(day, key.at.line) {
                let day = DAYS[day as usize].0;
                report
                    .mistake(key.at, format!("`{day}` has its hours twice"))
                    .hint(format!("the first are in line {line}; name each day once"));
            }
            if let Some(hours) = hours.as_ref().filter(|hours| !hours.is_empty()) {
                week.insert(day, hours.clone());
            }
        }
    }
    Some(week)
}

/// Reads `mon`, `mon-fri`, `sat-mon` or `mon,wed-fri`.
fn days(written: &str, at: Place, report: &mut Report) -> Vec<Weekday> {
    let mut days = Vec::new();
    for part in written.split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (Some(first), Some(last)) = (day(first, at, report), day(last, at, report)) else { continue };
        let count = (last + 7 - first) % 7 + 1;
        days.extend((first..first + count).map(|day| DAYS[day % 7].1));
    }
    days
}

fn day(written: &str, at: Place, report: &mut Report) -> Option<usize> {
    let found = DAYS.iter().position(|(name, _)| *name == written.trim());
    if found.is_none() {
        let short: String = written.trim().to_lowercase().chars().take(3).collect();
        let names = DAYS.map(|(name, _)| name);
        let hint = if names.contains(&short.as_str()) {
            format!("write `{short}`")
        } else {
            did_you_mean(written, names).unwrap_or_else(|| "days are mon, tue, wed, thu, fri, sat, sun".to_owned())
        };
        report.mistake(at, format!("`{}` is not a day of the week", shown(written))).hint(hint);
    }
    found
}

/// Reads `["09:00-12:00", "13:30-18:00"]` or one interval without the brackets; sorted and disjoint.
pub(super) fn hours(node: &Node, report: &mut Report) -> Option<Vec<Interval>> {
    let items = match &node.value {
        Value::Scalar { .. } => vec![node],
        _ => list(node, "hours", "write `[\"09:00-12:00\", \"13:30-18:00\"]`", report)?,
    };
    let mut good = true;
    let mut intervals: Vec<Interval> = Vec::new();
    for item in items {
        let Some(interval) = parsed(item, "hours", interval, report) else {
            good = false;
            continue;
        };
        if let Some(other) = intervals.iter().find(|other| interval.from() < other.to() && other.from() < interval.to())
        {
            report
                .mistake(item.at, format!("`{interval}` overlaps `{other}`"))
                .hint("hours of a day are disjoint; write one interval for both");
            good = false;
        } else {
            intervals.push(interval);
        }
    }
    intervals.sort();
    good.then_some(intervals)
}

fn interval(text: &str) -> Result<Interval, (String, String)> {
    let form = || (format!("`{}` are not hours", shown(text)), "write `09:00-12:00`".to_owned());
    let (from, to) = text.split_once(['-', '–']).ok_or_else(form)?;
    let time = |text: &str| TimeOfDay::parse(text.trim()).ok_or_else(form);
    let (from, to) = (time(from)?, time(to)?);
    Interval::new(from, to).ok_or_else(|| {
        let hint = if to < from && to.s() > 0 {
            format!("a night is `{from}-24:00` and, on the day after it, `00:00-{to}`")
        } else {
            format!("midnight at the end of a day is `{from}-24:00`")
        };
        (format!("`{}` does not end after it begins", shown(text)), hint)
    })
}

/// Reads `{"2026-12-24": ["09:00-12:00"]}`; `closes` says whether no hours at all make sense.
pub(super) fn dated(node: &Node, what: &str, closes: bool, report: &mut Report) -> Option<Dated> {
    let mut dates = Dated::new();
    for (key, node) in map(node, &format!("`{what}`"), report)? {
        let date = date(&key.name, key.at, report);
        let hours = hours(node, report);
        if !closes && hours.as_ref().is_some_and(Vec::is_empty) {
            report.mistake(node.at, format!("`{what}` names no hours here")).hint("write `[\"09:00-12:00\"]`");
        }
        if let (Some(date), Some(hours)) = (date, hours) {
            dates.insert(date, hours);
        }
    }
    Some(dates)
}

/// Reads a single date as a value.
pub(super) fn date_of(node: &Node, what: &str, report: &mut Report) -> Option<NaiveDate> {
    let written = text(node, what, report)?;
    date(written, node.at, report)
}

/// Reads `2026-12-25`.
pub(super) fn date(written: &str, at: Place, report: &mut Report) -> Option<NaiveDate> {
    let date = parse_date(written);
    if date.is_none() {
        report
            .mistake(at, format!("`{}` is not a date", shown(written)))
            .hint("write year, month and day: `2026-12-25`");
    }
    date
}

/// The date that `written` is, in the years that instants may have.
pub(super) fn parse_date(written: &str) -> Option<NaiveDate> {
    let shape = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    let shaped = written.len() == 10 && written.bytes().enumerate().all(shape);
    let date = shaped.then(|| NaiveDate::parse_from_str(written, "%Y-%m-%d").ok())??;
    (1970..=2199).contains(&date.year()).then_some(date)
}
