//! Targets: the table of an objective, and what its reminders and ladder need of each row's calendar (T2, T4).

use super::context::{Context, DefaultCalendar};
use super::fields::{Fields, bounded, parsed, text, word};
use super::ladder::PlacedStep;
use super::mistake::{Place, Report};
use super::tree::Node;
use super::{condition, duration_error, objective};
use crate::calendar::DayRule;
use crate::policy::{Condition, Duration, ROUND_THE_CLOCK, RemindAt, Target, Title};

pub(super) const KEYS: [&str; 5] = ["title", "when", "within", "calendar", "day_rule"];

pub(super) const DAY_RULES: [(&str, DayRule); 3] =
    [("civil", DayRule::Civil), ("same_time", DayRule::SameTime), ("as_hours", DayRule::AsHours)];

/// The most rows of a table.
const ROWS_MAX: usize = 1_000;

/// A row of the table as far as it could be read.
pub(super) struct Row {
    pub(super) at: Place,
    pub(super) within: Option<(Place, Duration)>,
    /// `None` where something in it is wrong.
    pub(super) target: Option<Target>,
}

/// Reads the table; a row that no ticket reaches is a mistake.
pub(super) fn read(node: &Node, context: &Context, report: &mut Report) -> Option<Vec<Row>> {
    let hint = "write `[{within: 2h}]`, or one row for each kind of ticket";
    let items = bounded(node, "`targets`", hint, ROWS_MAX, report)?;
    let mut rows = Vec::with_capacity(items.len());
    let mut conditions: Vec<(Place, Condition)> = Vec::new();
    for item in items {
        let (row, when) = row(item, context, report);
        if let Some(when) = when {
            condition::check_reached(&mut conditions, row.at, when, "target", report);
        }
        rows.push(row);
    }
    Some(rows)
}

/// Reads a row, and its condition even where something else in it is wrong.
fn row(node: &Node, context: &Context, report: &mut Report) -> (Row, Option<Condition>) {
    let Some(fields) = Fields::of(node, node.at, "a target", &KEYS, report) else {
        return (Row { at: node.at, within: None, target: None }, None);
    };
    let (mut row, when) = read_row(&fields, node.at, context, report);
    if let (Some(target), Some((_, node))) = (&mut row.target, fields.get("title")) {
        target.title = objective::title(node, report);
    }
    (row, when)
}

/// Reads the keys of a row, wherever they stand.
pub(super) fn read_row(
    fields: &Fields<'_>,
    at: Place,
    context: &Context,
    report: &mut Report,
) -> (Row, Option<Condition>) {
    let mut row = Row { at, within: None, target: None };
    let when = match fields.get("when") {
        Some((_, node)) => condition::read(node, "`when`", report),
        None => Some(Condition::default()),
    };
    row.within = fields.required("within", "say how long it may take: `within: 2h`", report).and_then(|(_, node)| {
        Some((node.at, parsed(node, "`within`", |text| text.parse().map_err(duration_error), report)?))
    });
    let rule = match fields.get("day_rule") {
        Some((_, node)) => word(node, "day_rule", &DAY_RULES, report),
        None => Some(context.day_rule),
    };
    let named = fields.get("calendar").map(|(_, node)| calendar(node, context, report));
    let Some((at, within)) = row.within else { return (row, when) };
    let calendar = match named {
        Some(named) => named,
        None => default_calendar(within, at, context, report),
    };
    if let (Some(calendar), Some(rule)) = (calendar, rule) {
        check_days(within, at, &calendar, rule, context, report);
        row.target = when.clone().map(|when| Target { title: Title::new(), when, within, calendar, day_rule: rule });
    }
    (row, when)
}

/// Reads the name of a calendar that is there.
pub(super) fn calendar(node: &Node, context: &Context, report: &mut Report) -> Option<String> {
    let name = text(node, "a calendar's name", report)?;
    if context.has(name) {
        return Some(name.to_owned());
    }
    report.mistake(node.at, format!("there is no calendar `{}`", super::fields::shown(name))).hint(context.hint(name));
    None
}

/// The calendar of a target that names none.
fn default_calendar(within: Duration, at: Place, context: &Context, report: &mut Report) -> Option<String> {
    match (&context.default_calendar, within) {
        (_, Duration::Elapsed(_)) => Some(ROUND_THE_CLOCK.to_owned()),
        (DefaultCalendar::Named(name), _) => Some(name.clone()),
        (DefaultCalendar::Broken, _) => None,
        (DefaultCalendar::Absent, _) => {
            report.mistake(at, format!("`{within}` needs a calendar")).hint(format!(
                "{}, to the policy or as `calendar:` to this target",
                context.name_one("default_calendar")
            ));
            None
        }
    }
}

/// Working days need a calendar that has days, and under `as_hours` one that says how long they are (T4).
fn check_days(within: Duration, at: Place, calendar: &str, rule: DayRule, context: &Context, report: &mut Report) {
    if !matches!(within, Duration::WorkingDays(_)) {
        return;
    }
    if calendar == ROUND_THE_CLOCK {
        report
            .mistake(at, format!("`{within}` can not be counted on `{ROUND_THE_CLOCK}`, which has no days"))
            .hint(format!("{} to this target, or write `{}`", context.name_one("calendar"), plain_days(within)));
    } else if rule == DayRule::AsHours && lacks_day(calendar, context) {
        report
            .mistake(at, format!("`{within}` as hours needs to know how long a day is"))
            .hint(format!("add `day: 8h` to calendar `{calendar}`, or use another `day_rule`"));
    }
}

fn lacks_day(calendar: &str, context: &Context) -> bool {
    matches!(context.calendars.get(calendar), Some(Some(spec)) if spec.day.is_none())
}

fn plain_days(within: Duration) -> String {
    match within {
        Duration::WorkingDays(days) => format!("{days}d"),
        other => other.to_string(),
    }
}

/// Warns of a reminder that is no later than the start under every target, and so is never due.
pub(super) fn check_due(rows: &[Row], remind_at: &[(Place, RemindAt)], report: &mut Report) {
    for (at, remind_at) in remind_at {
        let RemindAt::Before(before) = remind_at else { continue };
        let never = |row: &Row| match (row.within.map(|(_, within)| within), before) {
            (Some(Duration::Elapsed(within)), Duration::Elapsed(before))
            | (Some(Duration::Open(within)), Duration::Open(before))
            | (Some(Duration::WorkingDays(within)), Duration::WorkingDays(before)) => *before > within,
            _ => false,
        };
        if rows.iter().all(never) {
            report
                .warning(*at, format!("the reminder `{remind_at}` is never due: it lies before the start"))
                .hint("remind later, or at a part of the time such as `50%`");
        }
    }
}

/// Reminders and steps are counted in the calendar of whichever target is in force: all of them must be able to.
pub(super) fn check_offsets(
    rows: &[Row],
    remind_at: &[(Place, RemindAt)],
    ladder: &[PlacedStep],
    context: &Context,
    report: &mut Report,
) {
    let before = remind_at.iter().filter_map(|(at, remind_at)| match remind_at {
        RemindAt::Before(duration) => Some((*at, *duration, false)),
        RemindAt::Percent(_) => None,
    });
    let offsets = ladder.iter().flat_map(|step| &step.offsets).map(|(at, duration)| (*at, *duration, true));
    let days = before.chain(offsets).filter(|(_, duration, _)| matches!(duration, Duration::WorkingDays(_)));
    for (at, duration, is_step) in days {
        let targets = || rows.iter().filter_map(|row| Some((row.at, row.target.as_ref()?)));
        if let Some((row, _)) = targets().find(|(_, target)| target.calendar == ROUND_THE_CLOCK) {
            report
                .mistake(
                    at,
                    format!(
                        "`{duration}` can not be counted for the target in line {}, whose calendar is `{ROUND_THE_CLOCK}`",
                        row.line
                    ),
                )
                .hint(format!("{} to that target", context.name_one("calendar")));
        } else if let Some((_, target)) = targets()
            .find(|(_, target)| is_step && target.day_rule == DayRule::AsHours && lacks_day(&target.calendar, context))
        {
            report
                .mistake(at, format!("`{duration}` as hours needs to know how long a day is"))
                .hint(format!("add `day: 8h` to calendar `{}`, or use another `day_rule`", target.calendar));
        }
    }
}
