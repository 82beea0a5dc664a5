//! Holidays out of an iCalendar file (RFC 5545), as governments, Google, Apple and Outlook publish them.
//!
//! Every all-day event closes its dates; cancelled ones and single occurrences that were moved are left out. A make-up
//! workday is an event marked `X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY` or named as one (补班, 班). An event at a time of
//! day is a mistake: it would otherwise close a whole day that nobody meant to close, or silently none.

use chrono::{Datelike, Days, NaiveDate};

use super::Table;
use super::lines::{self, Line};
use super::yearly::Yearly;

/// The longest event that is taken for a holiday.
const DAYS_MAX: i64 = 366;
/// A table of dated events does not speak of what lies before.
const FIRST_YEAR: i32 = 1970;

/// What is wrong with an iCalendar file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct Error {
    /// The line in the file, from 1.
    pub line: usize,
    /// What is wrong there, and what to do.
    pub problem: Problem,
}

/// What can be wrong with an iCalendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file does not begin like an iCalendar file.
    #[error("this is no iCalendar file: it has to begin with BEGIN:VCALENDAR")]
    NotACalendar,
    /// A line without name and value.
    #[error("`{0}` is not a property such as SUMMARY:New Year; a continued line begins with a space")]
    NotAProperty(String),
    /// What began has no end, or another one.
    #[error("BEGIN:{0} has no END:{0}; is the file complete?")]
    Unclosed(String),
    /// An `END` of what did not begin.
    #[error("END:{0} without BEGIN:{0}")]
    NotBegun(String),
    /// An event without a date.
    #[error("the event has no DTSTART; give it one such as DTSTART;VALUE=DATE:20260101")]
    NoStart,
    /// A date that does not exist or is written in another way.
    #[error("`{0}` is not a date; write it like 20260101")]
    Date(String),
    /// An event at a time of day.
    #[error(
        "the event begins or ends at a time of day, and only whole days can be holidays; remove it, or write DTSTART;VALUE=DATE:20260101"
    )]
    TimeOfDay,
    /// An event that ends before it begins, or goes on for more than a year.
    #[error("the event has {0} days, and a holiday has 1 to 366; DTEND is the day after the last one")]
    Length(i64),
    /// A length that is not in days.
    #[error("`{0}` is not a length in days such as P1D")]
    Duration(String),
    /// A rule of repetition that is not yearly by date or weekday.
    #[error(
        "`{0}` in a repetition is not supported, only FREQ=YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY and BYDAY; list the dates as events of their own"
    )]
    Rule(String),
}

impl Problem {
    fn on(self, line: usize) -> Error {
        Error { line, problem: self }
    }
}

/// Reads the all-day events of an iCalendar file; yearly repetitions are worked out up to 2100.
///
/// Where no event repeats, the file is taken to be published year by year: it is known until the end of the year of
/// its last event (T12).
///
/// # Errors
/// The first mistake in the file.
pub fn from_ics(text: &str) -> Result<Table, Error> {
    let lines = lines::read(text)?;
    if !lines.first().is_some_and(|line| line.name == "BEGIN" && line.value.eq_ignore_ascii_case("VCALENDAR")) {
        return Err(Problem::NotACalendar.on(lines.first().map_or(1, |line| line.number)));
    }
    let events = events(&lines)?.into_iter().filter(|event| !event.is("STATUS", "CANCELLED")).collect::<Vec<_>>();
    let moved = events.iter().filter_map(Event::moved).collect::<Result<Vec<_>, _>>()?;
    let mut table = Table::default();
    for event in &events {
        event.enter(&mut table, &moved)?;
    }
    let repeats = events.iter().any(|event| event.find("RRULE").is_some());
    let last = table.off.keys().chain(&table.makeup).max().filter(|_| !repeats);
    table.known_until = last.and_then(|last| NaiveDate::from_ymd_opt(last.year(), 12, 31));
    Ok(table)
}

/// Reads `20260101`, or the date of `20260101T000000Z`.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let digits = text.trim().split('T').next().filter(|digits| digits.len() == 8)?;
    NaiveDate::parse_from_str(digits, "%Y%m%d").ok()
}

/// The properties of one event, less those of what is nested in it.
#[derive(Debug)]
struct Event<'a> {
    line: usize,
    properties: Vec<&'a Line>,
}

/// The events of a file, which is checked to be complete.
fn events(lines: &[Line]) -> Result<Vec<Event<'_>>, Error> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut begun: Vec<(String, usize)> = Vec::new();
    for line in lines {
        let value = line.value.to_uppercase();
        match (line.name.as_str(), begun.last()) {
            ("BEGIN", _) => {
                if value == "VEVENT" {
                    events.push(Event { line: line.number, properties: Vec::new() });
                }
                begun.push((value, line.number));
            }
            ("END", Some((open, _))) if *open == value => drop(begun.pop()),
            ("END", Some((open, number))) => return Err(Problem::Unclosed(open.clone()).on(*number)),
            ("END", None) => return Err(Problem::NotBegun(value).on(line.number)),
            (_, Some((open, _))) if open == "VEVENT" => {
                events.last_mut().into_iter().for_each(|event| event.properties.push(line));
            }
            _ => {}
        }
    }
    match begun.pop() {
        Some((open, number)) => Err(Problem::Unclosed(open).on(number)),
        None => Ok(events),
    }
}

impl<'a> Event<'a> {
    fn find(&self, name: &str) -> Option<&'a Line> {
        self.properties.iter().copied().find(|line| line.name == name)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.find(name).is_some_and(|line| line.value.eq_ignore_ascii_case(value))
    }

    /// The occurrence of another event that this one stands for.
    fn moved(&self) -> Option<Result<(&'a str, NaiveDate), Error>> {
        let line = self.find("RECURRENCE-ID")?;
        let uid = self.find("UID").map_or("", |uid| uid.value.as_str());
        Some(day(line, &line.value).map(|date| (uid, date)))
    }

    /// Enters the dates of the event into `table`, all but those `moved` to another event.
    fn enter(&self, table: &mut Table, moved: &[(&str, NaiveDate)]) -> Result<(), Error> {
        let start = self.find("DTSTART").ok_or_else(|| Problem::NoStart.on(self.line))?;
        let first = day(start, &start.value)?;
        let length = self.length(first)?;
        let name = self.find("SUMMARY").map(|line| unescape(&line.value)).unwrap_or_default();
        let uid = self.find("UID").map_or("", |uid| uid.value.as_str());
        let left_out = self.listed("EXDATE")?;
        let of_the_series = |date: &NaiveDate| {
            !left_out.contains(date) && (self.find("RECURRENCE-ID").is_some() || !moved.contains(&(uid, *date)))
        };
        for begin in self.occurrences(first)?.into_iter().filter(of_the_series) {
            for date in begin.iter_days().take(length).filter(|date| date.year() >= FIRST_YEAR) {
                if self.is_makeup(&name) {
                    table.makeup.insert(date);
                } else {
                    table.close(date, &name);
                }
            }
        }
        Ok(())
    }

    /// The dates on which the event begins.
    fn occurrences(&self, first: NaiveDate) -> Result<Vec<NaiveDate>, Error> {
        let mut dates = match self.find("RRULE") {
            Some(rule) => Yearly::parse(&rule.value).map_err(|part| Problem::Rule(part).on(rule.number))?.dates(first),
            None => vec![first],
        };
        dates.extend(self.listed("RDATE")?);
        Ok(dates)
    }

    /// The dates of all properties `name`, each of which may list several.
    fn listed(&self, name: &str) -> Result<Vec<NaiveDate>, Error> {
        let lines = self.properties.iter().filter(|line| line.name == name);
        lines.flat_map(|line| line.value.split(',').map(|text| day(line, text))).collect()
    }

    /// How many days the event has: from `DTEND`, which is exclusive, or `DURATION`; otherwise one.
    fn length(&self, first: NaiveDate) -> Result<usize, Error> {
        let (line, days) = if let Some(end) = self.find("DTEND") {
            // Some writers let a day end on itself.
            (end, (day(end, &end.value)? - first).num_days() + i64::from(end.value == self.value_of_start()))
        } else if let Some(duration) = self.find("DURATION") {
            let days = duration_days(&duration.value);
            (duration, days.ok_or_else(|| Problem::Duration(excerpt(&duration.value)).on(duration.number))?)
        } else {
            return Ok(1);
        };
        let fits = (1..=DAYS_MAX).contains(&days) && first.checked_add_days(Days::new(days.unsigned_abs())).is_some();
        if fits { Ok(days as usize) } else { Err(Problem::Length(days).on(line.number)) }
    }

    fn value_of_start(&self) -> &'a str {
        self.find("DTSTART").map_or("", |line| line.value.as_str())
    }

    fn is_makeup(&self, name: &str) -> bool {
        self.is("X-APPLE-SPECIAL-DAY", "ALTERNATE-WORKDAY")
            || ["补班", "（班）", "(班)"].iter().any(|word| name.contains(word))
    }
}

/// The whole day that `text` in `line` names: a date, or midnight of one.
fn day(line: &Line, text: &str) -> Result<NaiveDate, Error> {
    let text = text.trim();
    let date = date(text).ok_or_else(|| Problem::Date(excerpt(text)).on(line.number))?;
    match text.split_once('T') {
        Some((_, time)) if !time.starts_with("000000") => Err(Problem::TimeOfDay.on(line.number)),
        _ => Ok(date),
    }
}

/// `P3D` or `P1W` in days.
fn duration_days(text: &str) -> Option<i64> {
    let length = text.trim().strip_prefix('P')?;
    let (number, days) = match (length.strip_suffix('D'), length.strip_suffix('W')) {
        (Some(number), _) => (number, 1),
        (_, Some(number)) => (number, 7),
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(days)
}

/// A text value without its escapes (RFC 5545, section 3.3.11), on one line.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| if matches!(c, 'n' | 'N') { ' ' } else { c })),
            _ => out.push(c),
        }
    }
    out
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}
