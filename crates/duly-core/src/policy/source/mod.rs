//! Policies as people write them, in YAML (DESIGN §6), read with every mistake reported at once.
//!
//! `tree` makes nodes that know their places, the other modules read them into the resolved [`Policy`], and what they
//! find wrong goes into one report. There is no I/O here: what a policy names is loaded by the caller. Nothing may make
//! a small file grow large: size, depth, number of values, lists and durations are bounded.

mod calendar;
mod calendars;
mod condition;
mod context;
mod emergency;
mod feedback;
mod fields;
mod holidays;
mod hours;
mod ladder;
mod letter;
mod liability;
mod mistake;
mod notify;
mod objective;
mod remedy;
mod reminder;
mod routing;
mod schema;
mod target;
mod task;
#[cfg(test)]
mod tests;
mod tree;
mod trigger;
mod vocabulary;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

/// YAML read with places, for the other files that people write: a tree, the mistakes that all of them share, a report.
pub mod yaml {
    pub use super::fields::{Fields, bounded, filled_list, list, map, parsed, shown, text, word};
    pub use super::mistake::{Report, did_you_mean, listed};
    pub use super::tree::{Key, Node, Value, read};
}

pub use emergency::{Written, parse_emergency, parse_plan};
pub use mistake::{Mistake, Place};
pub(crate) use mistake::{did_you_mean, listed};
pub use schema::json_schema;
pub(crate) use vocabulary::ATTRIBUTES;

use self::context::{Context, DefaultCalendar};
use self::fields::{Fields, map, name, parsed, text};
use self::mistake::Report;
use self::tree::{Node, Value};
use super::{
    AppliesTo, CLAIM_ASSESSMENT, CLAIM_SETTLEMENT, CORRECTIVE_ACTION, FormError, INVESTIGATION, Policy, ROUND_THE_CLOCK,
};
use crate::calendar::Spec;
use crate::time::{Instant, InstantError};

/// The longest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// A calendar that is known for less than this after the policy takes effect is warned of (T12).
const HORIZON_DAYS: i64 = 90;

const KEYS: [&str; 15] = [
    "policy",
    "effective_from",
    "applies_to",
    "title",
    "calendars",
    "default_calendar",
    "day_rule",
    "objectives",
    "routing",
    "remedies",
    "feedback",
    "liability",
    "words",
    "letter",
    "notify",
];

const APPLIES_TO: [(&str, AppliesTo); 2] =
    [("new_tickets", AppliesTo::NewTickets), ("open_tickets", AppliesTo::OpenTickets)];

/// Loads what a policy names (an `.ics` file), by a name relative to the policy. The caller does the I/O; an error
/// completes "can not be read: …".
pub type Load<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// A policy without mistakes.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The policy, resolved.
    pub policy: Policy,
    /// What is perhaps not meant, in the order of the text.
    pub warnings: Vec<Mistake>,
}

/// Reads a policy.
///
/// # Errors
///
/// All mistakes, in the order of the text. Where the text is not YAML at all, only where that shows first.
pub fn parse(text: &str, load: Load<'_>) -> Result<Parsed, Vec<Mistake>> {
    let mut report = Report::default();
    let policy = read(text, load, &mut report);
    let (mistakes, warnings) = report.finish();
    match policy {
        Some(policy) if mistakes.is_empty() => Ok(Parsed { policy, warnings }),
        _ => Err(mistakes),
    }
}

fn read(text: &str, load: Load<'_>, report: &mut Report) -> Option<Policy> {
    const BEGIN: &str = "begin with `policy: NAME`";
    if text.len() > TEXT_BYTES_MAX {
        report.mistake(Place::START, format!("a policy of {} bytes, {TEXT_BYTES_MAX} are the most", text.len()));
        return None;
    }
    let root = tree::read(text, report);
    report.tree_has_gaps = report.mistake_count() > 0;
    if root.as_ref().is_none_or(Node::is_null) {
        if !report.tree_has_gaps {
            report.mistake(Place::START, "there is no policy here").hint(BEGIN);
        }
        return None;
    }
    let root = root?;
    let fields = Fields::of(&root, Place::START, "the policy", &KEYS, report)?;
    let policy = fields
        .required("policy", BEGIN, report)
        .and_then(|(_, node)| name(self::text(node, "`policy`", report)?, node.at, "a policy", report));
    let effective_from = fields
        .required("effective_from", "say from when it holds: `effective_from: 2026-01-01T00:00:00+08:00`", report)
        .and_then(|(_, node)| parsed(node, "`effective_from`", instant, report));
    let applies_to = fields.word("applies_to", &APPLIES_TO, report);
    let title = fields.get("title").map(|(_, node)| objective::title(node, report)).unwrap_or_default();
    let context = context(&fields, effective_from, load, report);
    let objectives = fields
        .required("objectives", "a policy promises something: `objectives: {first_response: …}`", report)
        .map(|(_, node)| objective::read_all(node, &context, report))
        .unwrap_or_default();
    let routing = fields.get("routing").map(|(_, node)| routing::read(node, report)).unwrap_or_default();
    let promised = fields.get("objectives").map(|(_, node)| keys(node)).unwrap_or_default();
    let remedies =
        fields.get("remedies").map(|(_, node)| remedy::read_all(node, &promised, &context, report)).unwrap_or_default();
    let feedback = fields.get("feedback").map(|(at, node)| feedback::read(node, at, &context, report));
    let liability = fields.get("liability").map(|(at, node)| liability::read(node, at, &promised, &context, report));
    names_of_tasks(&fields, report);
    let words = fields.get("words").map(|(_, node)| letter::words(node, report)).unwrap_or_default();
    let letter = fields.get("letter").and_then(|(at, node)| letter::read(node, at, report));
    let notify = fields.get("notify").map(|(at, node)| Box::new(notify::read(node, at, report))).unwrap_or_default();
    Some(Policy {
        policy: policy?,
        effective_from: effective_from?,
        applies_to,
        title,
        tzdata: chrono_tz::IANA_TZDB_VERSION.to_owned(),
        calendars: context.calendars.into_iter().filter_map(|(name, spec)| Some((name, spec?))).collect(),
        objectives,
        routing,
        remedies,
        feedback: feedback.flatten().map(Box::new),
        liability: liability.flatten().map(Box::new),
        words,
        letter,
        notify,
    })
}

/// The clocks of tasks have names of their own: nothing else may be called so.
fn names_of_tasks(fields: &Fields<'_>, report: &mut Report) {
    for (section, names) in
        [("feedback", [INVESTIGATION, CORRECTIVE_ACTION]), ("liability", [CLAIM_ASSESSMENT, CLAIM_SETTLEMENT])]
    {
        let clocks = ["objectives", "remedies"].into_iter().filter_map(|name| fields.get(name));
        let keys = clocks.filter_map(|(_, node)| match &node.value {
            Value::Map(entries) => Some(entries.iter().map(|(key, _)| key)),
            _ => None,
        });
        for key in keys.flatten().filter(|key| fields.has(section) && names.contains(&key.name.as_str())) {
            report
                .mistake(key.at, format!("`{}` is the name of a clock of `{section}`", fields::shown(&key.name)))
                .hint("give this one another name");
        }
    }
}

/// The keys of a map, as they are written.
fn keys(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Map(entries) => entries.iter().map(|(key, _)| key.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn instant(text: &str) -> Result<Instant, (String, String)> {
    let hint = "write RFC 3339 with an offset: `2026-01-01T00:00:00+08:00`";
    let instant: Instant = text
        .parse()
        .map_err(|_: InstantError| (format!("`{}` is not an instant", fields::shown(text)), hint.to_owned()))?;
    if instant.is_sane() {
        return Ok(instant);
    }
    Err((format!("`{}` is out of range", fields::shown(text)), "the years are 1970 to 2199".to_owned()))
}

/// Reads what objectives refer to.
fn context(fields: &Fields<'_>, effective_from: Option<Instant>, load: Load<'_>, report: &mut Report) -> Context {
    let mut context = Context {
        calendars: BTreeMap::new(),
        calendars_known: true,
        default_calendar: DefaultCalendar::Absent,
        day_rule: fields.word("day_rule", &target::DAY_RULES, report),
    };
    if let Some((_, node)) = fields.get("calendars") {
        let entries = map(node, "`calendars`", report);
        context.calendars_known = entries.is_some();
        for (key, node) in entries.unwrap_or_default() {
            if key.name == ROUND_THE_CLOCK {
                report
                    .mistake(key.at, format!("`{ROUND_THE_CLOCK}` is always there and can not be defined"))
                    .hint("give this calendar another name");
                continue;
            }
            let name = name(&key.name, key.at, "a calendar", report);
            let spec = calendar::read(&key.name, key.at, node, load, report);
            if let (Some(spec), Some(from)) = (&spec, effective_from) {
                check_horizon(&key.name, spec, from, key.at, report);
            }
            context.calendars.insert(name.unwrap_or_else(|| key.name.clone()), spec);
        }
    }
    if let Some((_, node)) = fields.get("default_calendar") {
        context.default_calendar =
            target::calendar(node, &context, report).map_or(DefaultCalendar::Broken, DefaultCalendar::Named);
    }
    context
}

/// Warns of a calendar whose holidays are not known for long after the policy takes effect (T12).
fn check_horizon(name: &str, spec: &Spec, effective_from: Instant, at: Place, report: &mut Report) {
    let from: NaiveDate = effective_from.to_chrono().date_naive();
    let Some(known_until) = spec.known_until else { return };
    if known_until < from + TimeDelta::days(HORIZON_DAYS) {
        let when =
            if known_until < from { "before the policy takes effect" } else { "soon after the policy takes effect" };
        report
            .warning(at, format!("the holidays of calendar `{name}` are known until {known_until}, {when}"))
            .hint("deadlines beyond are provisional until the calendar is published again");
    }
}

/// A wrong duration or reminder as a mistake and a hint.
fn duration_error(error: FormError) -> (String, String) {
    (error.what, error.hint)
}
