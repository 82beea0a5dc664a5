//! Open time day by day: the table that shows how something was counted.

use std::io::{self, Write};

use chrono::NaiveDate;
use duly_core::calendar::{Calendar, DayKind, Period};
use duly_core::time::{Instant, Span};

use super::when;

/// With more days than these in a table, those in the middle are left out.
const DAYS_MAX: usize = 16;
/// How many days are shown before and after those that are left out.
const AROUND: usize = 6;

/// The open time of a local day.
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) periods: Vec<Period>,
    pub(super) open: Span,
}

/// The open time of `from..to` by local day; days without any are there, and empty.
pub(super) fn days(calendar: &Calendar, from: Instant, to: Instant) -> Vec<Day> {
    let mut days = Vec::new();
    let mut cursor = from;
    while cursor < to {
        let end = calendar.day_end(cursor).min(to);
        let clipped = |period: Period| Period { from: period.from, to: period.to.min(end) };
        let periods: Vec<_> = calendar.periods(cursor).take_while(|period| period.from < end).map(clipped).collect();
        let open = calendar.between(cursor, end);
        days.push(Day { date: when::date(cursor, calendar.zone()), periods, open });
        cursor = end;
    }
    days
}

/// Why a date has other hours than the week says; empty where it has not.
pub(super) fn note(calendar: &Calendar, date: NaiveDate) -> String {
    match calendar.day(date).map(|day| day.kind) {
        Some(DayKind::Holiday("")) => "holiday".to_owned(),
        Some(DayKind::Holiday(name)) => name.to_owned(),
        Some(DayKind::Makeup) => "make-up workday".to_owned(),
        Some(DayKind::Open) => "hours of this date".to_owned(),
        Some(DayKind::Week) | None => String::new(),
    }
}

/// What the last columns of a table say.
pub(super) enum Told<'a> {
    /// The running total of open time.
    Totals,
    /// Something of each day.
    Marks(&'a dyn Fn(&Day) -> String),
}

/// Writes `days` as a table.
pub(super) fn write(out: &mut dyn Write, calendar: &Calendar, days: &[Day], told: &Told<'_>) -> io::Result<()> {
    let hours: Vec<String> = days.iter().map(|day| hours(calendar, day)).collect();
    let width = hours.iter().map(String::len).max().unwrap_or(0).max("closed".len());
    let (mut total, left_out) = (Span::ZERO, left_out(days.len()));
    for (index, (day, hours)) in days.iter().zip(hours).enumerate() {
        total = total.plus(day.open);
        if left_out.contains(&index) {
            if index == left_out.start {
                writeln!(out, "  … {} days …", left_out.len())?;
            }
            continue;
        }
        let is_open = day.open != Span::ZERO;
        let open = if is_open { day.open.to_string() } else { String::new() };
        let column = match told {
            Told::Totals if is_open => format!("{:>9}", format!("= {total}")),
            Told::Totals => " ".repeat(9),
            Told::Marks(mark) => format!("{:14}", mark(day)),
        };
        let (date, weekday, note) = (day.date, day.date.format("%a"), note(calendar, day.date));
        let line = format!("  {date}  {weekday}  {hours:<width$}  {open:>7}  {column}  {note}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn hours(calendar: &Calendar, day: &Day) -> String {
    let zone = calendar.zone();
    let end = |to: Instant| {
        if when::date(to, zone) == day.date { when::time(to, zone) } else { "24:00".to_owned() }
    };
    let shown = day.periods.iter().map(|period| format!("{}-{}", when::time(period.from, zone), end(period.to)));
    let shown = shown.collect::<Vec<_>>().join(" ");
    if shown.is_empty() { "closed".to_owned() } else { shown }
}

/// The days in the middle that are left out of a long table.
fn left_out(count: usize) -> std::ops::Range<usize> {
    if count > DAYS_MAX { AROUND..count - AROUND } else { 0..0 }
}
