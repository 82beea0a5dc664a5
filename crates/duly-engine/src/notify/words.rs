//! What a template has at hand: the facts of a notification, with instants as people of the place read them.
//!
//! Every name is always there, with nothing in it where there is nothing to say, so that a template which names what there
//! is not has a slip, and no empty place.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use duly_core::notification::Notification;
use duly_core::time::Instant;
use serde_json::Value;

/// Names and what stands for them.
pub(super) type Words = BTreeMap<&'static str, Value>;

/// Facts that are passed on as they are.
const PLAIN: [&str; 10] =
    ["owner", "team", "customer", "policy", "objective", "cycle", "part", "step", "within", "provisional"];

/// Facts with a text for each language.
const TITLES: [&str; 2] = ["title", "commitment"];

/// Facts that are instants, and what templates call them.
const INSTANTS: [(&str, &str); 2] = [("due", "due_at"), ("started", "started_at")];

/// The words for a notification in `language`.
pub(super) fn of(notification: &Notification, language: &str) -> Words {
    let facts = &notification.facts;
    let fact = |name: &str| facts.get(name).unwrap_or(&Value::Null);
    let zone: Tz = fact("zone").as_str().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
    let (tenant, ticket) = notification.subject.split_once('/').unwrap_or(("", &notification.subject));
    let mut words = Words::new();
    for (name, value) in [("subject", &*notification.subject), ("tenant", tenant), ("ticket", ticket)] {
        words.insert(name, one_line(value).into());
    }
    words.insert("at", local(notification.at, zone).into());
    words.extend(PLAIN.map(|name| (name, plain(fact(name)))));
    words.extend(TITLES.map(|name| (name, plain(fact(name).get(language).unwrap_or(&Value::Null)))));
    words.extend(INSTANTS.map(|(name, fact_name)| {
        let at = fact(fact_name).as_str().and_then(|at| at.parse().ok());
        (name, at.map_or(Value::Null, |at| local(at, zone).into()))
    }));
    words
}

/// A value as it is; texts come from tickets, and must not break out of their line.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => one_line(text).into(),
        other => other.clone(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An instant on the clocks of the place.
fn local(at: Instant, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
