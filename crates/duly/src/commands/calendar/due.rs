//! `duly calendar due`: when something is due, and how that was counted.

use std::io::{self, Write};

use chrono::NaiveDate;
use duly_core::calendar::{Calendar, DayRule};
use duly_core::policy::{Duration, FormError};
use duly_core::time::{Instant, Span};
use miette::Diagnostic;
use thiserror::Error;

use super::chosen::{Chosen, Which};
use super::counted::{Day, Told};
use super::{counted, when};
use crate::exit::Exit;
use crate::files;

/// Say when something is due that has so long
///
/// The table shows which open time was counted. A deadline beyond the date up to which the calendar's holidays are known
/// is provisional: it may move when they are published.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly calendar due 2026-09-30T17:00 4 working_hours
      over National Day, on the calendar that Duly ships
  duly calendar due 2026-09-30T17:00 2 working_days --day-rule same_time
  duly calendar due 2026-03-28T22:00:00Z 1d \\
    --policy policy.yaml --calendar lisbon

`30m`, `2h`, `3d` and `1h30m` pass round the clock; `90 working_minutes`, `4 working_hours` and `2 working_days` count \
on the calendar. A time without an offset is local time of the calendar.")]
pub(super) struct Args {
    /// When it starts, such as 2026-09-30T17:00 or 2026-09-30T09:00:00Z
    start: String,
    /// How long there is, such as 2h or 4 working_hours
    #[arg(required = true, num_args = 1..)]
    duration: Vec<String>,
    /// How working days are counted
    #[arg(long, value_name = "RULE", default_value = "civil")]
    day_rule: Rule,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum Rule {
    /// The day of the start is not counted; due at the close of business of the last day
    Civil,
    /// The same local time on the last day, within its open hours
    SameTime,
    /// So many times the calendar's `day`, such as 7h30m
    AsHours,
}

#[derive(Debug, Error, Diagnostic)]
enum Failure {
    #[error("{}", .0.what)]
    #[diagnostic(help("{}", .0.hint))]
    Duration(FormError),
    #[error("calendar `{0}` has no working days")]
    #[diagnostic(help("working days need a calendar with a zone and a week: name one with --calendar"))]
    NoWorkingDays(String),
    #[error("calendar `{0}` does not say how long a working day is")]
    #[diagnostic(help("give it `day: 8h`, or count by another --day-rule"))]
    NoDayLength(String),
    #[error("calendar `{0}` has no such deadline before the year 2261")]
    #[diagnostic(help("it does not open often enough for so long a duration"))]
    Never(String),
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let chosen = self.which.choose()?;
        let start = when::parse(&self.start, chosen.calendar.zone())?;
        let within: Duration = self.duration.join(" ").parse().map_err(Failure::Duration)?;
        let due = due(&chosen, start, within, self.day_rule)?;
        let mut out = files::stdout();
        write(&mut out, &chosen, start, within, self.day_rule, due).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}

fn due(Chosen { name, calendar }: &Chosen, start: Instant, within: Duration, rule: Rule) -> Result<Instant, Failure> {
    let never = || Failure::Never(name.clone());
    match within {
        Duration::Elapsed(s) => Ok(start.plus(Span::from_s(i64::from(s)))),
        Duration::Open(s) => calendar.add(start, Span::from_s(i64::from(s))).ok_or_else(never),
        Duration::WorkingDays(_) if !calendar.has_working_days() => Err(Failure::NoWorkingDays(name.clone())),
        Duration::WorkingDays(days) => calendar.add_days(start, days, rule.into()).ok_or_else(|| match rule {
            // The calendar opens, or it would not have been compiled: one day can only fail for want of its length.
            Rule::AsHours if calendar.add_days(start, 1, DayRule::AsHours).is_none() => {
                Failure::NoDayLength(name.clone())
            }
            _ => never(),
        }),
    }
}

fn write(
    out: &mut dyn Write,
    Chosen { name, calendar }: &Chosen,
    start: Instant,
    within: Duration,
    rule: Rule,
    due: Instant,
) -> io::Result<()> {
    let zone = calendar.zone();
    let on_calendar = !matches!(within, Duration::Elapsed(_));
    writeln!(out, "due    {due}")?;
    writeln!(out, "local  {}", when::shown(due, zone))?;
    writeln!(out, "start  {}", when::shown(start, zone))?;
    writeln!(out, "count  {within} {}", how(within, rule))?;
    if on_calendar {
        writeln!(out, "on     calendar {name}, {zone}")?;
    }
    if let Some(known) = calendar.known_until().filter(|known| on_calendar && due > *known) {
        let last = when::date(known.minus(Span::from_ns(1)), zone);
        writeln!(out, "note   provisional: the calendar's holidays are known until {last}")?;
    }
    if on_calendar {
        writeln!(out)?;
        let days = counted::days(calendar, start, due);
        let numbered = |day: &Day| numbered(calendar, when::date(start, zone), day);
        let told = match (within, rule) {
            (Duration::WorkingDays(_), Rule::Civil | Rule::SameTime) => Told::Marks(&numbered),
            _ => Told::Totals,
        };
        counted::write(out, calendar, &days, &told)?;
    }
    out.flush()
}

fn how(within: Duration, rule: Rule) -> &'static str {
    match (within, rule) {
        (Duration::Elapsed(_), _) => "round the clock",
        (Duration::Open(_), _) => "of open time",
        (_, Rule::Civil) => "(civil: the day of the start is not counted)",
        (_, Rule::SameTime) => "(same_time: the same local time)",
        (_, Rule::AsHours) => "(as_hours: so many times the calendar's `day`)",
    }
}

/// Which working day after the local date of the start a day is.
fn numbered(calendar: &Calendar, start: NaiveDate, day: &Day) -> String {
    if day.date == start {
        return "not counted".to_owned();
    }
    if calendar.working_day(day.date).is_none() {
        return String::new();
    }
    let counted = start.iter_days().skip(1).take_while(|date| *date <= day.date);
    format!("working day {}", counted.filter(|date| calendar.working_day(*date).is_some()).count())
}

impl From<Rule> for DayRule {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Civil => DayRule::Civil,
            Rule::SameTime => DayRule::SameTime,
            Rule::AsHours => DayRule::AsHours,
        }
    }
}
