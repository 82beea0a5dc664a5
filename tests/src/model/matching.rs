//! When a condition holds and when a trigger happens (rules 5, 6 and 9).

use std::collections::BTreeMap;

use duly_core::policy::StatusClass::{self, Closed, Resolved};
use duly_core::policy::{Condition, Trigger, When};
use serde_json::Value;

use super::ticket::{Fact, Ticket};
use crate::event::Event;

/// Whether every attribute named has one of the values listed. `status_class` is an attribute like any other.
pub(super) fn holds(condition: &Condition, ticket: &Ticket) -> bool {
    condition.0.iter().all(|(name, wanted)| match name.as_str() {
        "status_class" => ticket.class.is_some_and(|class| wanted.iter().any(|name| name == class.name())),
        _ => ticket.attributes.get(name).is_some_and(|value| is_one_of(value, wanted)),
    })
}

/// Whether the event is an occurrence of the trigger: an event of that type, or an entry.
pub(super) fn happens(trigger: &Trigger, fact: &Fact) -> bool {
    trigger.0.iter().any(|when| match when {
        When::Event { name, fields } => *name == fact.event.name && has_fields(fields, &fact.event),
        When::Class(classes) => fact.entered.is_some_and(|class| classes.contains(&class)),
        When::Resolved => fact.entered == Some(Resolved),
        When::Reopened => fact.is_reopening(),
    })
}

/// How a trigger that stops a clock happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopping {
    /// By the short form `resolved`: a reopening undoes it (rule 9.1).
    ByResolved,
    /// By anything else: it is final.
    Finally,
}

/// Rule 9.3: whether the event stops a clock with this `stop`. A clock that waits for `resolved` is stopped by entering
/// closed too.
pub(super) fn stops(trigger: &Trigger, fact: &Fact) -> Option<Stopping> {
    stopping(trigger, fact.entered).or_else(|| happens(trigger, fact).then_some(Stopping::Finally))
}

/// Rule 9.1: whether a clock with this `stop` waits for resolved, and may be reopened.
pub(super) fn waits_for_resolved(trigger: &Trigger) -> bool {
    trigger.0.contains(&When::Resolved)
}

/// Rule 9.3: whether a class that is already held stops a clock as it starts.
pub(super) fn is_stopped_at_start(trigger: &Trigger, ticket: &Ticket) -> Option<Stopping> {
    stopping(trigger, ticket.class)
}

/// What `class`, entered or held, is to a `stop`.
fn stopping(trigger: &Trigger, class: Option<StatusClass>) -> Option<Stopping> {
    let class = class?;
    if waits_for_resolved(trigger) && matches!(class, Resolved | Closed) {
        return Some(Stopping::ByResolved);
    }
    is_held(trigger, class).then_some(Stopping::Finally)
}

/// Whether `class` is one that the trigger is about, be it entered or held.
fn is_held(trigger: &Trigger, class: StatusClass) -> bool {
    trigger.0.iter().any(|when| match when {
        When::Class(classes) => classes.contains(&class),
        When::Resolved => class == Resolved,
        When::Event { .. } | When::Reopened => false,
    })
}

/// Whether the event's data has, for every field named, one of the values listed. What a response leaves out is that it is
/// public, by a person, and of unknown content (DESIGN §4).
fn has_fields(fields: &BTreeMap<String, Vec<String>>, event: &Event) -> bool {
    let default = |name: &str| match (event.name.as_str(), name) {
        ("responded", "public") => Some(Value::Bool(true)),
        ("responded", "automatic") => Some(Value::Bool(false)),
        ("responded", "contains") => Some(Value::String("unknown".to_owned())),
        _ => None,
    };
    fields.iter().all(|(name, wanted)| {
        event.data.get(name).cloned().or_else(|| default(name)).is_some_and(|value| is_one_of(&value, wanted))
    })
}

/// Rule 5: numbers, booleans and objects are compared as their text; a list matches where any of its members does.
fn is_one_of(value: &Value, wanted: &[String]) -> bool {
    match value {
        Value::Array(members) => members.iter().any(|member| is_one_of(member, wanted)),
        Value::String(text) => wanted.contains(text),
        Value::Null => false,
        other => wanted.contains(&other.to_string()),
    }
}

/// Whether an event that names a policy, an objective or a cycle means this one; one that names nothing means any.
pub(super) fn means(event: &Event, policy: &str, objective: &str, cycle: u32) -> bool {
    says(event, "policy", policy) && says(event, "objective", objective) && says(event, "cycle", &cycle.to_string())
}

/// Whether the event leaves a field out, or has that text in it.
pub(super) fn says(event: &Event, field: &str, text: &str) -> bool {
    word(event, field).is_none_or(|said| said == text)
}

/// The text of an event's field.
pub(super) fn word(event: &Event, field: &str) -> Option<String> {
    match event.data.get(field)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
