//! `duly calendar show`: the days of a month, as a table.

use std::io::{self, Write};

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeZone as _};
use duly_core::calendar::Calendar;
use duly_core::time::{Instant, Span};
use miette::Diagnostic;
use thiserror::Error;

use super::chosen::{Chosen, Which};
use super::{counted, when};
use crate::exit::Exit;
use crate::{files, today};

/// Show the days of a month: hours, holidays, make-up workdays
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly calendar show
      this month, on the calendar that Duly ships
  duly calendar show --month 2026-10
  duly calendar show --from 2026-09-21 --to 2026-10-11 \\
    --policy policy.yaml --calendar business")]
pub(super) struct Args {
    /// The month, such as 2026-10; this month where nothing is asked for
    #[arg(long, value_name = "YEAR-MONTH", conflicts_with_all = ["from", "to"], value_parser = month)]
    month: Option<NaiveDate>,
    /// The first day
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
    /// The last day; by default the end of that month
    #[arg(long, value_name = "DATE", requires = "from", value_parser = date)]
    to: Option<NaiveDate>,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Error, Diagnostic)]
enum Failure {
    #[error("{0} to {1} is no range of days")]
    #[diagnostic(help("give the earlier date to --from"))]
    Reversed(NaiveDate, NaiveDate),
    #[error("{0} to {1} are more than {DAYS_MAX} days")]
    #[diagnostic(help("show a year at a time"))]
    Long(NaiveDate, NaiveDate),
    #[error("calendar `{0}` is open round the clock, every day")]
    #[diagnostic(help("name another one with --calendar"))]
    RoundTheClock(String),
}

/// The most days of a table: two years.
const DAYS_MAX: usize = 732;

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let (from, to) = self.range()?;
        let chosen = self.which.choose()?;
        if chosen.calendar.day(from).is_none() {
            return Err(Failure::RoundTheClock(chosen.name).into());
        }
        let mut out = files::stdout();
        write(&mut out, &chosen, from, to).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }

    /// The first and the last day.
    fn range(&self) -> Result<(NaiveDate, NaiveDate), Failure> {
        let from = self.month.or(self.from).unwrap_or_else(|| first_of_month(today::today()));
        let to = self.to.unwrap_or_else(|| last_of_month(from));
        if from > to {
            return Err(Failure::Reversed(from, to));
        }
        if (to - from).num_days() >= DAYS_MAX as i64 {
            return Err(Failure::Long(from, to));
        }
        Ok((from, to))
    }
}

fn write(out: &mut dyn Write, Chosen { name, calendar }: &Chosen, from: NaiveDate, to: NaiveDate) -> io::Result<()> {
    let rows: Vec<Row> = from.iter_days().take_while(|date| *date <= to).map(|date| row(calendar, date)).collect();
    let width = rows.iter().map(|row| row.hours.len()).max().unwrap_or(0).max("hours".len());
    writeln!(out, "calendar {name}, {}", calendar.zone())?;
    for (index, row) in rows.iter().enumerate() {
        if index == 0 || row.date.day() == 1 {
            writeln!(out, "\n{}", row.date.format("%B %Y"))?;
            writeln!(out, "  {:<10}  day  {:<width$}  {:>7}  note", "date", "hours", "open")?;
        }
        let open = if row.open == Span::ZERO { String::new() } else { row.open.to_string() };
        let (date, day, hours, note) = (row.date, row.date.format("%a"), &row.hours, &row.note);
        let line = format!("  {date}  {day}  {hours:<width$}  {open:>7}  {note}");
        writeln!(out, "{}", line.trim_end())?;
    }
    let open = rows.iter().fold(Span::ZERO, |sum, row| sum.plus(row.open));
    let days = rows.iter().filter(|row| row.is_working_day).count();
    writeln!(out, "\n{days} working {}, {open} open", if days == 1 { "day" } else { "days" })?;
    if let Some(known) = last_known(calendar) {
        writeln!(out, "holidays known until {known}")?;
    }
    out.flush()
}

struct Row {
    date: NaiveDate,
    hours: String,
    open: Span,
    note: String,
    is_working_day: bool,
}

fn row(calendar: &Calendar, date: NaiveDate) -> Row {
    let hours = calendar.day(date).map(|day| day.hours).unwrap_or_default();
    let hours = hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let (from, to) = (begin(calendar, date), begin(calendar, date + Days::new(1)));
    let mut notes = vec![counted::note(calendar, date)];
    if to.since(from) != Span::from_s(86_400) {
        notes.push(format!("a day of {}", to.since(from)));
    }
    if last_known(calendar).is_some_and(|known| date > known) {
        notes.push("holidays not known yet".to_owned());
    }
    notes.retain(|note| !note.is_empty());
    Row {
        date,
        hours: if hours.is_empty() { "closed".to_owned() } else { hours },
        open: calendar.between(from, to),
        note: notes.join(", "),
        is_working_day: calendar.working_day(date).is_some(),
    }
}

/// When a local date begins: the end of the one before.
fn begin(calendar: &Calendar, date: NaiveDate) -> Instant {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time");
    let noon = (date - Days::new(1)).and_time(noon);
    let at = calendar.zone().from_local_datetime(&noon).earliest().map_or(noon, |at| at.naive_utc());
    Instant::from_chrono(at).map_or(Instant::MAX, |noon| calendar.day_end(noon))
}

/// The last date whose holidays are known (T12).
fn last_known(calendar: &Calendar) -> Option<NaiveDate> {
    let end = calendar.known_until()?;
    Some(when::date(end.minus(Span::from_ns(1)), calendar.zone()))
}

fn first_of_month(date: NaiveDate) -> NaiveDate {
    date.with_day(1).expect("every month has a first day")
}

fn last_of_month(date: NaiveDate) -> NaiveDate {
    first_of_month(date) + Months::new(1) - Days::new(1)
}

fn month(text: &str) -> Result<NaiveDate, String> {
    date(&format!("{text}-01")).map_err(|_| "write a month such as 2026-10".to_owned())
}

fn date(text: &str) -> Result<NaiveDate, String> {
    let date: Option<NaiveDate> = text.parse().ok();
    date.filter(|date| (1970..2200).contains(&date.year()))
        .ok_or_else(|| "write a date such as 2026-10-01, in the years 1970 to 2199".to_owned())
}
