//! The escalation ladder of an objective: who is told of a breach, when, and how often.
//!
//! A step that repeats says how many times: one that repeats for ever would only teach people to look away.

use super::duration_error;
use super::fields::{Fields, bounded, name, parsed, shown, text};
use super::mistake::{Place, Report};
use super::tree::Node;
use crate::policy::{Duration, Step};

pub(super) const KEYS: [&str; 6] = ["step", "at", "after", "to", "repeat", "times"];

/// The most steps of a ladder.
const STEPS_MAX: usize = 32;
/// The most firings of a step.
const TIMES_MAX: u32 = 100;

/// A step with the places of its offsets.
pub(super) struct PlacedStep {
    pub(super) step: Step,
    pub(super) offsets: Vec<(Place, Duration)>,
}

/// Reads the steps that are without mistakes; each has a name of its own.
pub(super) fn read(node: &Node, report: &mut Report) -> Vec<PlacedStep> {
    let hint = "write `[{step: lead, at: breach, to: team_lead}]`";
    let mut steps = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for item in bounded(node, "`ladder`", hint, STEPS_MAX, report).unwrap_or_default() {
        steps.extend(step(item, &mut names, report));
    }
    steps
}

fn step(node: &Node, names: &mut Vec<String>, report: &mut Report) -> Option<PlacedStep> {
    let fields = Fields::of(node, node.at, "a step", &KEYS, report)?;
    let step = fields.required("step", "name it: `step: lead`", report).and_then(|(_, node)| {
        let name = name(text(node, "`step`", report)?, node.at, "a step", report)?;
        if names.contains(&name) {
            report
                .mistake(node.at, format!("the step `{name}` is here twice"))
                .hint("give each step a name of its own");
        }
        names.push(name.clone());
        Some(name)
    });
    let to = fields
        .required("to", "name the role that is told: `to: team_lead`", report)
        .and_then(|(_, node)| name(text(node, "`to`", report)?, node.at, "a role", report));
    at_breach(&fields, report);
    let offset = |name: &str, report: &mut Report| {
        let (_, node) = fields.get(name)?;
        let read = |text: &str| text.parse::<Duration>().map_err(duration_error);
        Some((node.at, parsed(node, &format!("`{name}`"), read, report)?))
    };
    let (after, repeat) = (offset("after", report), offset("repeat", report));
    let times = times(&fields, report);
    let offsets = after.into_iter().chain(repeat).collect();
    let duration = |offset: Option<(Place, Duration)>| offset.map(|(_, duration)| duration);
    Some(PlacedStep {
        step: Step { step: step?, after: duration(after), to: to?, repeat: duration(repeat), times },
        offsets,
    })
}

/// Checks `at: breach`, which is what a step without `after` means anyway.
fn at_breach(fields: &Fields<'_>, report: &mut Report) {
    let Some((key, node)) = fields.get("at") else { return };
    if fields.get("after").is_some() {
        report.mistake(key, "a step has `at` or `after`, not both").hint("keep one");
    }
    if let Some(written) = text(node, "`at`", report).filter(|written| *written != "breach") {
        report
            .mistake(node.at, format!("`at` can not be `{}`", shown(written)))
            .hint("write `at: breach`, or how long after it: `after: 2 working_hours`");
    }
}

/// Reads how often a step fires in all; it is said exactly where the step repeats.
fn times(fields: &Fields<'_>, report: &mut Report) -> u32 {
    match (fields.get("repeat"), fields.get("times")) {
        (None, None) => 1,
        (Some((at, _)), None) => {
            report
                .mistake(at, "a step that repeats must say how often")
                .hint("add `times: 3`; it counts every firing, the first included");
            1
        }
        (None, Some((at, _))) => {
            report.mistake(at, "`times` without `repeat`").hint("say how long lies between: `repeat: 2 working_hours`");
            1
        }
        (Some(_), Some((_, node))) => parsed(node, "`times`", read_times, report).unwrap_or(1),
    }
}

fn read_times(text: &str) -> Result<u32, (String, String)> {
    match text.parse::<u32>() {
        Ok(times @ 2..=TIMES_MAX) => Ok(times),
        _ => Err((
            format!("`times` can not be `{}`", shown(text)),
            format!("write a whole number from 2 to {TIMES_MAX}; it counts every firing, the first included"),
        )),
    }
}
