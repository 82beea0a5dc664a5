//! Remedies: what is owed once a promise was broken (L22). They are read like objectives, as far as they are such.

use std::collections::BTreeMap;

use super::context::Context;
use super::fields::{Fields, filled_list, map, name, shown, text};
use super::mistake::{Place, Report, did_you_mean, listed};
use super::tree::{Node, Value};
use super::{condition, task, trigger};
use crate::policy::{Remedy, Trigger, When};

pub(super) const KEYS: [&str; 11] =
    ["title", "after", "when", "stop", "within", "calendar", "day_rule", "owner", "pause", "remind_at", "ladder"];

pub(super) const AFTER_KEYS: [&str; 1] = ["breached"];

/// Reads all remedies of a policy with these objectives, those included that have mistakes.
pub(super) fn read_all(
    node: &Node,
    objectives: &[&str],
    context: &Context,
    report: &mut Report,
) -> BTreeMap<String, Remedy> {
    let mut remedies = BTreeMap::new();
    for (key, node) in map(node, "`remedies`", report).unwrap_or_default() {
        let name = name(&key.name, key.at, "a remedy", report);
        if objectives.contains(&key.name.as_str()) {
            report
                .mistake(key.at, format!("`{}` is the name of an objective already", shown(&key.name)))
                .hint("give the remedy a name of its own: both are clocks");
        }
        let remedy = read(&key.name, key.at, node, objectives, context, report);
        remedies.extend(name.zip(remedy));
    }
    remedies
}

fn read(
    name: &str,
    at: Place,
    node: &Node,
    objectives: &[&str],
    context: &Context,
    report: &mut Report,
) -> Option<Remedy> {
    let fields = Fields::of(node, at, format!("remedy `{name}`"), &KEYS, report)?;
    let after = match fields.get("after") {
        Some((at, node)) => after(node, at, objectives, report),
        None => Some(Vec::new()),
    };
    let stop = fields
        .required("stop", "say what fulfils it: `stop: apology_issued`", report)
        .and_then(|(_, node)| fulfilment(node, report));
    let pause = fields.get("pause").map(|(_, node)| condition::read(node, "`pause`", report));
    let task::Owed { title, owner, target, remind_at, ladder } = task::read_owed(&fields, at, context, report);
    Some(Remedy {
        title,
        after: after?,
        owner: owner?,
        stop: stop?,
        pause: match pause {
            Some(read) => Some(read?),
            None => None,
        },
        target: target?,
        remind_at,
        ladder,
    })
}

/// Reads `{breached: [first_response]}`: the objectives, each once.
pub(super) fn after(node: &Node, at: Place, objectives: &[&str], report: &mut Report) -> Option<Vec<String>> {
    let fields = Fields::of(node, at, "`after`", &AFTER_KEYS, report)?;
    let hint = "name the objectives: `after: {breached: [first_response]}`";
    let (_, node) = fields.required("breached", hint, report)?;
    objective_names(node, "`breached`", objectives, report)
}

/// Reads the name of an objective or a list of them, sorted.
pub(super) fn objective_names(
    node: &Node,
    what: &str,
    objectives: &[&str],
    report: &mut Report,
) -> Option<Vec<String>> {
    let items = match &node.value {
        Value::List(_) => filled_list(node, what, "name an objective", report)?,
        _ => vec![node],
    };
    let read: Vec<_> = items.into_iter().map(|item| objective_name(item, what, objectives, report)).collect();
    let mut names = read.into_iter().collect::<Option<Vec<_>>>()?;
    names.sort();
    names.dedup();
    Some(names)
}

fn objective_name(node: &Node, what: &str, objectives: &[&str], report: &mut Report) -> Option<String> {
    let written = text(node, what, report)?;
    if !objectives.contains(&written) && !objectives.is_empty() {
        let names = || objectives.iter().copied();
        let hint = did_you_mean(written, names()).unwrap_or_else(|| format!("there is {}", listed(names())));
        report.mistake(node.at, format!("there is no objective `{}`", shown(written))).hint(hint);
        return None;
    }
    Some(written.to_owned())
}

/// Reads what fulfils a remedy: ticket events. A status class that a ticket enters is nothing that a customer is given.
fn fulfilment(node: &Node, report: &mut Report) -> Option<Trigger> {
    let stop = trigger::read(node, "stop", report)?;
    if stop.0.iter().all(|when| matches!(when, When::Event { .. })) {
        return Some(stop);
    }
    report
        .mistake(node.at, "a remedy is fulfilled by a ticket event, not by a status class")
        .hint("write `stop: apology_issued` or `stop: {remedy_granted: {remedy: [discount]}}`");
    None
}
