//! Each figure that a letter states, held to the compiled policy.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use duly_core::calendar::Calendar;
use duly_core::policy::{Compiled, Duration, ROUND_THE_CLOCK, RemindAt, Restart, Step, Target, Title};

use super::reading::{Figure, Table, dates, figures, tables, weekdays};
use super::{LANGUAGES, OTHER, letter, owed, policy, shipped};
use crate::language::Language;

#[test]
fn every_figure_of_the_letter_is_the_one_that_is_enforced() {
    for language in LANGUAGES {
        for policy in [shipped(), policy(OTHER)] {
            hold(&policy, &letter(&policy, language), language);
        }
    }
}

/// Holds what `letter` says to what `policy` enforces.
#[track_caller]
pub(super) fn hold(policy: &Compiled, letter: &str, language: Language) {
    let tables = tables(letter);
    let of = |section: usize| tables.iter().filter(|table| table.section == section).collect::<Vec<_>>();
    hold_targets(policy, &of(2), language);
    hold_calendars(policy, &of(3), language);
    hold_safeguards(policy, &of(4), language);
    owed::hold(policy, letter, &of(6), &of(7), language);
}

pub(super) fn own(title: &Title, language: Language) -> &str {
    &title[language.key()]
}

fn figure(duration: Duration) -> Figure {
    match duration {
        Duration::Elapsed(s) => Figure::Plain(s),
        Duration::Open(s) => Figure::Working(s),
        Duration::WorkingDays(days) => Figure::WorkingDays(days),
    }
}

/// The times of section 2: each row of each objective once under each of its categories, and nothing else.
fn hold_targets(policy: &Compiled, tables: &[&Table], language: Language) {
    let mut told: Vec<(String, String, Figure, bool, bool)> = Vec::new();
    for table in tables {
        for row in &table.rows {
            let [_, promise, within] = &row[..] else { panic!("three columns in {row:?}") };
            let [figure] = figures(within, language)[..] else { panic!("one figure in `{within}`") };
            let recurs = within.contains("every ") || within.contains(", each time") || within.contains('每');
            let is_round_the_clock = within.contains("round the clock") || within.contains("全天候");
            told.push((table.heading.clone(), promise.clone(), figure, recurs, is_round_the_clock));
        }
    }
    let mut enforced = Vec::new();
    for objective in policy.policy.objectives.values() {
        for target in &objective.targets {
            let categories = target.when.0.get("category").cloned().unwrap_or_default();
            let heading = |category: &String| own(&policy.policy.words["category"][category], language).to_owned();
            let mut headings: Vec<String> = categories.iter().map(heading).collect();
            if headings.is_empty() {
                headings.push(if language == Language::En { "All requests" } else { "全部请求" }.to_owned());
            }
            let is_round_the_clock =
                target.calendar == ROUND_THE_CLOCK || matches!(target.within, Duration::Elapsed(_));
            let counted = allowed(target);
            let recurs = objective.restart != Restart::Never;
            enforced.extend(headings.into_iter().map(|heading| {
                (heading, own(&objective.title, language).to_owned(), counted, recurs, is_round_the_clock)
            }));
        }
    }
    let sorted = |mut rows: Vec<_>| {
        rows.sort_by_key(|row| format!("{row:?}"));
        rows
    };
    assert_eq!(sorted(told), sorted(enforced), "{language:?}");
}

/// The hours of section 3: on every day for two years a calendar is open when the letter says so.
fn hold_calendars(policy: &Compiled, tables: &[&Table], language: Language) {
    let used: BTreeSet<&str> = policy
        .policy
        .objectives
        .values()
        .flat_map(|objective| &objective.targets)
        .chain(policy.policy.remedies.values().map(|remedy| &remedy.target))
        .chain(policy.policy.tasks().map(|(_, task)| &task.target))
        .map(|target| target.calendar.as_str())
        .filter(|name| *name != ROUND_THE_CLOCK)
        .collect();
    for name in &used {
        let spec = &policy.policy.calendars[*name];
        let heading = match used.len() {
            1 => None,
            _ => Some(own(&policy.policy.words["calendar"][*name], language)),
        };
        let of_it: Vec<&&Table> =
            tables.iter().filter(|table| heading.is_none_or(|heading| table.heading == heading)).collect();
        let told = Told::read(&of_it, language);
        let calendar = Calendar::compile(spec).expect("a sound calendar");
        let zone: chrono_tz::Tz = spec.zone.parse().expect("a zone");
        let first = policy.policy.effective_from.to_chrono().with_timezone(&zone).date_naive();
        for date in first.iter_days().take_while(|date| *date < first + TimeDelta::days(400)) {
            let enforced: Vec<String> = calendar
                .day(date)
                .map(|day| day.hours.iter().map(|hours| format!("{}–{}", hours.from(), hours.to())).collect())
                .unwrap_or_default();
            assert_eq!(told.hours(date), enforced, "{language:?} {name} {date}");
        }
    }
}

/// The tables of a calendar, read: what is open, and what is closed.
struct Told {
    /// By weekday, from Monday.
    week: Vec<Vec<String>>,
    dated: BTreeMap<NaiveDate, Vec<String>>,
    /// With the hours that are taken out; none: all day.
    closed: BTreeMap<NaiveDate, Vec<String>>,
}

impl Told {
    fn read(tables: &[&&Table], language: Language) -> Self {
        let mut told = Told { week: vec![Vec::new(); 7], dated: BTreeMap::new(), closed: BTreeMap::new() };
        let list = |text: &str| {
            let parts = text.split([',', '、']).map(str::trim);
            parts.filter(|hours| hours.contains(':')).map(str::to_owned).collect::<Vec<_>>()
        };
        for row in &tables[0].rows {
            if row[0].contains(|c: char| c.is_ascii_digit()) {
                told.dated.extend(dates(&row[0], language).into_iter().map(|date| (date, list(&row[1]))));
            } else {
                for day in weekdays(&row[0]) {
                    told.week[day] = list(&row[1]);
                }
            }
        }
        for row in tables.get(1).into_iter().flat_map(|table| &table.rows) {
            told.closed.extend(dates(&row[0], language).into_iter().map(|date| (date, list(&row[1]))));
        }
        told
    }

    /// When it is open on a date.
    fn hours(&self, date: NaiveDate) -> Vec<String> {
        let of_week = &self.week[date.weekday().num_days_from_monday() as usize];
        match (self.dated.get(&date), self.closed.get(&date)) {
            (Some(hours), _) => hours.clone(),
            (None, Some(taken)) if taken.is_empty() => Vec::new(),
            (None, Some(taken)) => of_week.iter().flat_map(|hours| without(hours, &taken[0])).collect(),
            (None, None) => of_week.clone(),
        }
    }
}

/// `09:00–12:30` without `10:00–11:00` that lies within.
fn without(hours: &str, taken: &str) -> Vec<String> {
    let (from, to) = hours.split_once('–').expect("hours");
    let (begin, end) = taken.split_once('–').expect("hours");
    if begin < to && end > from {
        return vec![format!("{from}–{begin}"), format!("{end}–{to}")];
    }
    vec![hours.to_owned()]
}

/// Reminders and ladders of section 4, and the places in the queue.
fn hold_safeguards(policy: &Compiled, tables: &[&Table], language: Language) {
    let priorities: Vec<Option<String>> =
        policy.policy.routing.iter().map(|route| route.priority.map(|priority| priority.to_string())).collect();
    let (routing, watched) = match tables {
        [routing, watched] => (Some(routing), watched),
        [watched] => (None, watched),
        _ => panic!("one or two tables"),
    };
    let told: Vec<Option<String>> = routing
        .into_iter()
        .flat_map(|table| &table.rows)
        .map(|row| row.last().filter(|priority| *priority != "–").cloned())
        .collect();
    assert_eq!(told, priorities);
    for objective in policy.policy.objectives.values() {
        let title = own(&objective.title, language);
        let row = watched.rows.iter().find(|row| row[0].split([',', '、']).any(|named| named.trim() == title));
        // The last row is about all others.
        let row = row.unwrap_or_else(|| watched.rows.last().expect("a row"));
        hold_watch(row, &objective.remind_at, &objective.ladder, language);
    }
}

pub(super) fn hold_watch(row: &[String], remind_at: &[RemindAt], ladder: &[Step], language: Language) {
    let percent = |remind_at: &RemindAt| match remind_at {
        RemindAt::Percent(percent) => Some(Figure::Percent(*percent)),
        RemindAt::Before(_) => None,
    };
    let before = |remind_at: &RemindAt| match remind_at {
        RemindAt::Before(duration) => Some(figure(*duration)),
        RemindAt::Percent(_) => None,
    };
    let mut percents: Vec<Figure> = remind_at.iter().filter_map(percent).collect();
    percents.sort_by_key(|figure| match figure {
        Figure::Percent(percent) => *percent,
        _ => 0,
    });
    let reminders: Vec<Figure> = percents.into_iter().chain(remind_at.iter().filter_map(before)).collect();
    assert_eq!(figures(&row[1], language), reminders, "{row:?}");
    let steps: Vec<Figure> = ladder
        .iter()
        .flat_map(|step| {
            let times = step.repeat.map(|_| Figure::Times(step.times));
            [step.after.map(figure), step.repeat.map(figure), times].into_iter().flatten()
        })
        .collect();
    // 一次 (once) is no figure.
    assert_eq!(figures(&row[2], language), steps, "{row:?}");
}

/// How long a target allows, as it is counted.
pub(super) fn allowed(target: &Target) -> Figure {
    match target.within {
        Duration::Open(s) if target.calendar == ROUND_THE_CLOCK => Figure::Plain(s),
        other => figure(other),
    }
}
