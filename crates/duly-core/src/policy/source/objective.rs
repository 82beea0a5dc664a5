//! Objectives: one promise each, with its triggers, targets, reminders and ladder (T8, T9).

use std::collections::BTreeMap;

use super::context::Context;
use super::fields::{Fields, map, shown, text};
use super::mistake::{Place, Report};
use super::tree::{Node, Value};
use super::{condition, ladder, reminder, target, trigger};
use crate::policy::{Duration, Objective, OnReopen, OnRetarget, Restart, Title, Trigger, When};

pub(super) const KEYS: [&str; 12] = [
    "title",
    "start",
    "stop",
    "pause",
    "cancel",
    "restart",
    "until",
    "on_retarget",
    "on_reopen",
    "targets",
    "remind_at",
    "ladder",
];

pub(super) const RESTARTS: [(&str, Restart); 4] = [
    ("never", Restart::Never),
    ("on_stop", Restart::OnStop),
    ("on_stop_or_deadline", Restart::OnStopOrDeadline),
    ("on_start", Restart::OnStart),
];

pub(super) const ON_RETARGET: [(&str, OnRetarget); 3] =
    [("from_start", OnRetarget::FromStart), ("from_change", OnRetarget::FromChange), ("keep", OnRetarget::Keep)];

pub(super) const ON_REOPEN: [(&str, OnReopen); 2] = [("resume", OnReopen::Resume), ("new_cycle", OnReopen::NewCycle)];

/// Reads the objective `name`; `None` where something in it is wrong, which is reported.
pub(super) fn read(name: &str, at: Place, node: &Node, context: &Context, report: &mut Report) -> Option<Objective> {
    let fields = Fields::of(node, at, format!("objective `{name}`"), &KEYS, report)?;
    let title = fields.get("title").map(|(_, node)| title(node, report)).unwrap_or_default();
    let trigger = |name, report: &mut Report| fields.get(name).and_then(|(_, node)| trigger::read(node, name, report));
    fields.required("start", "say what starts the clock: `start: received`", report);
    fields.required("stop", "say what meets the promise: `stop: responded`", report);
    let (start, stop) = (trigger("start", report), trigger("stop", report));
    let (cancel, until) = (trigger("cancel", report), trigger("until", report));
    let pause = fields.get("pause").map(|(_, node)| condition::read(node, "`pause`", report));
    let restart = fields.word("restart", &RESTARTS, report);
    let on_retarget = fields.word("on_retarget", &ON_RETARGET, report);
    let on_reopen = fields.word("on_reopen", &ON_REOPEN, report);
    let targets = fields
        .required("targets", "say how long it may take: `targets: [{within: 2h}]`", report)
        .and_then(|(_, node)| target::read(node, context, report));
    let remind_at = fields.get("remind_at").map(|(_, node)| reminder::read(node, report)).unwrap_or_default();
    let steps = fields.get("ladder").map(|(_, node)| ladder::read(node, report)).unwrap_or_default();
    if let Some(rows) = &targets {
        target::check_due(rows, &remind_at, report);
        target::check_offsets(rows, &remind_at, &steps, context, report);
        if restart == Restart::OnStopOrDeadline {
            at_least_a_minute(rows, report);
        }
    }
    if let (Some((at, _)), Some(stop)) = (fields.get("on_reopen"), &stop) {
        waits_for_resolved(at, stop, report);
    }
    // Everything has been read by now: what is wrong above hides no mistake.
    Some(Objective {
        title,
        start: start?,
        stop: stop?,
        pause: match pause {
            Some(read) => Some(read?),
            None => None,
        },
        cancel,
        restart,
        until,
        on_retarget,
        on_reopen,
        targets: targets?.into_iter().map(|row| row.target).collect::<Option<_>>()?,
        remind_at: remind_at.into_iter().map(|(_, remind_at)| remind_at).collect(),
        ladder: steps.into_iter().map(|step| step.step).collect(),
    })
}

/// Reads `{en: …, zh: …}`.
pub(super) fn title(node: &Node, report: &mut Report) -> Title {
    texts(node, "`title`", report)
}

/// Reads `{en: …, zh: …}`, which is `what`.
pub(super) fn texts(node: &Node, what: &str, report: &mut Report) -> Title {
    let mut title = Title::new();
    if let Value::Scalar { .. } = node.value {
        report.mistake(node.at, format!("{what} takes a text per language")).hint("write `{en: …, zh: …}`");
        return title;
    }
    for (key, node) in map(node, what, report).unwrap_or_default() {
        let is_language = key.name.len() >= 2 && key.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_language {
            report.mistake(key.at, format!("`{}` is not a language", shown(&key.name))).hint("write `en`, `zh`, …");
        }
        if let Some(text) = text(node, &format!("a text of {what}"), report) {
            title.insert(key.name.clone(), text.to_owned());
        }
    }
    title
}

/// A clock that restarts at its own deadline must not do so many times a minute.
fn at_least_a_minute(rows: &[target::Row], report: &mut Report) {
    for row in rows {
        if let Some((at, Duration::Elapsed(s @ ..60))) = row.within {
            report
                .mistake(at, format!("`{s}s` is too short for a clock that restarts at its deadline"))
                .hint("with `restart: on_stop_or_deadline` a target has at least `1m`");
        }
    }
}

fn waits_for_resolved(at: Place, stop: &Trigger, report: &mut Report) {
    if !stop.0.contains(&When::Resolved) {
        report
            .warning(at, "`on_reopen` has no effect: this clock does not wait for `resolved`")
            .hint("any stop but `stop: resolved` is final");
    }
}

/// Reads all objectives of a policy.
pub(super) fn read_all(node: &Node, context: &Context, report: &mut Report) -> BTreeMap<String, Objective> {
    let mut objectives = BTreeMap::new();
    let entries = map(node, "`objectives`", report).unwrap_or_default();
    if entries.is_empty() && matches!(node.value, Value::Map(_)) {
        report.mistake(node.at, "`objectives` is empty").hint("a policy promises something");
    }
    for (key, node) in entries {
        let name = super::fields::name(&key.name, key.at, "an objective", report);
        if let (Some(name), Some(objective)) = (name, read(&key.name, key.at, node, context, report)) {
            objectives.insert(name, objective);
        }
    }
    objectives
}
