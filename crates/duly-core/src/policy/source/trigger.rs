//! Triggers: what starts, stops, cancels a clock or ends it for good.

use std::collections::BTreeMap;

use super::condition::{classes, values};
use super::fields::{filled_list, map, shown};
use super::mistake::{Place, Report, did_you_mean, listed};
use super::tree::{Key, Node, Value};
use super::vocabulary::{CONTENTS, ENTRIES, EVENTS};
use crate::policy::{StatusClass, Trigger, When};

/// Reads `received`, `{status_class: […]}`, `{responded: {…}}` or a list of these, any of which will do.
pub(super) fn read(node: &Node, what: &str, report: &mut Report) -> Option<Trigger> {
    let what = format!("`{what}`");
    match &node.value {
        Value::List(_) => {
            let items = filled_list(node, &what, "name an event", report)?;
            let whens: Vec<_> = items.into_iter().map(|item| when(item, &what, report)).collect();
            whens.into_iter().collect::<Option<Vec<_>>>().map(Trigger)
        }
        _ => when(node, &what, report).map(|when| Trigger(vec![when])),
    }
}

fn when(node: &Node, what: &str, report: &mut Report) -> Option<When> {
    match &node.value {
        Value::Scalar { text, .. } if !node.is_null() => short(text, node.at, report),
        Value::Map(entries) => {
            if let [(key, value)] = &entries[..] {
                return long(key, value, report);
            }
            report
                .mistake(node.at, format!("{what} names one event in a map, not {}", entries.len()))
                .hint("write a list where any of several will do: `[received, {responded: {…}}]`");
            None
        }
        Value::Broken => None,
        _ => {
            report
                .mistake(node.at, format!("{what} takes an event, not {}", node.kind()))
                .hint("write `received`, `{status_class: [pending]}` or `{responded: {contains: [answer]}}`");
            None
        }
    }
}

/// A bare word: entering a class, or an event whatever its fields.
fn short(word: &str, at: Place, report: &mut Report) -> Option<When> {
    match word {
        "resolved" => Some(When::Resolved),
        "reopened" => Some(When::Reopened),
        "closed" => Some(When::Class(vec![StatusClass::Closed])),
        "cancelled" => Some(When::Class(vec![StatusClass::Cancelled])),
        "merged" => Some(When::Class(vec![StatusClass::Merged])),
        _ if EVENTS.contains(&word) => Some(event(word, BTreeMap::new())),
        _ => {
            let hint = match StatusClass::from_name(word) {
                Some(class) => format!("for a status class write `{{status_class: [{}]}}`", class.name()),
                None => unknown_event_hint(word),
            };
            report.mistake(at, format!("`{}` is not a ticket event", shown(word))).hint(hint);
            None
        }
    }
}

fn unknown_event_hint(word: &str) -> String {
    let known = || EVENTS.into_iter().chain(ENTRIES);
    did_you_mean(word, known()).unwrap_or_else(|| format!("it is one of {}", listed(known())))
}

/// A map of one key: a class, or an event with fields.
fn long(key: &Key, value: &Node, report: &mut Report) -> Option<When> {
    let name = key.name.as_str();
    if value.is_null() {
        report.mistake(key.at, format!("`{name}` has no value")).hint(format!("write `{name}` alone, without a colon"));
        return None;
    }
    if name == "status_class" {
        return classes(value, report).map(When::Class);
    }
    if !EVENTS.contains(&name) {
        let hint = if ENTRIES.contains(&name) {
            format!("write `{name}` alone; it has no fields")
        } else {
            unknown_event_hint(name)
        };
        report.mistake(key.at, format!("`{}` is not a ticket event with fields", shown(name))).hint(hint);
        return None;
    }
    let read: Vec<_> =
        map(value, &format!("`{name}`"), report)?.iter().map(|(key, value)| field(name, key, value, report)).collect();
    read.into_iter().collect::<Option<BTreeMap<_, _>>>().map(|fields| event(name, fields))
}

/// A field of an event's data with the values that count.
fn field(event: &str, key: &Key, node: &Node, report: &mut Report) -> Option<(String, Vec<String>)> {
    let values = values(node, &key.name, report)?;
    let known: &[&str] = match (event, key.name.as_str()) {
        ("responded", "contains") => &CONTENTS,
        ("responded", "public" | "automatic") => &["true", "false"],
        ("responded", name) => {
            if let Some(hint) = did_you_mean(name, ["contains", "public", "automatic"]) {
                report.warning(key.at, format!("`{name}` is not a usual field of `responded`")).hint(hint);
            }
            return Some((key.name.clone(), values));
        }
        _ => return Some((key.name.clone(), values)),
    };
    let mut good = true;
    for value in values.iter().filter(|value| !known.contains(&value.as_str())) {
        let hint = did_you_mean(value, known.iter().copied())
            .unwrap_or_else(|| format!("it is one of {}", listed(known.iter().copied())));
        let at = place_of(node, value);
        report.mistake(at, format!("`{}` can not be `{}`", key.name, shown(value))).hint(hint);
        good = false;
    }
    good.then(|| (key.name.clone(), values))
}

/// Where a value stands in a list.
fn place_of(node: &Node, value: &str) -> Place {
    let is_it = |item: &&Node| matches!(&item.value, Value::Scalar { text, .. } if text == value);
    match &node.value {
        Value::List(items) => items.iter().find(is_it).unwrap_or(node).at,
        _ => node.at,
    }
}

/// An event with what is meant where nothing is said: a response is public, by a person, and more than an acknowledgement.
fn event(name: &str, mut fields: BTreeMap<String, Vec<String>>) -> When {
    if name == "responded" {
        let mut default = |field: &str, values: &[&str]| {
            let values = || values.iter().map(|value| (*value).to_owned()).collect();
            fields.entry(field.to_owned()).or_insert_with(values);
        };
        default("public", &["true"]);
        default("automatic", &["false"]);
        let mut substantive = CONTENTS.to_vec();
        substantive.retain(|content| *content != "acknowledgement");
        substantive.sort_unstable();
        default("contains", &substantive);
    }
    When::Event { name: name.to_owned(), fields }
}
