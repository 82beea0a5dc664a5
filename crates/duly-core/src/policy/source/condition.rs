//! Conditions: which tickets a target is for, and when a clock is paused.

use std::collections::BTreeMap;

use super::fields::{filled_list, map, text};
use super::mistake::{Place, Report, did_you_mean, listed, near};
use super::tree::{Node, Value};
use super::vocabulary::ATTRIBUTES;
use crate::policy::{Condition, StatusClass};

/// Reads `{attribute: value, attribute: [values]}`. `None` where something in it is wrong, which is reported.
pub(super) fn read(node: &Node, what: &str, report: &mut Report) -> Option<Condition> {
    let before = report.mistake_count();
    let entries = map(node, what, report)?;
    if entries.is_empty() {
        report.mistake(node.at, format!("{what} is empty")).hint("name an attribute, or leave the key out");
    }
    let mut attributes = BTreeMap::new();
    for (key, node) in entries {
        let name = key.name.as_str();
        if name.is_empty() {
            report.mistake(key.at, "an attribute has no name");
        } else if let Some(near) = near(name, ATTRIBUTES).filter(|near| *near != name) {
            report
                .warning(key.at, format!("`{name}` is not a usual attribute"))
                .hint(format!("did you mean `{near}`? where the tickets do have a `{name}`, all is well"));
        }
        let read = if name == "status_class" {
            classes(node, report).map(|classes| classes.into_iter().map(|class| class.name().to_owned()).collect())
        } else {
            values(node, name, report)
        };
        if let Some(values) = read {
            attributes.insert(name.to_owned(), values);
        }
    }
    (report.mistake_count() == before).then_some(Condition(attributes))
}

/// Reads one value or a list of them as texts, sorted: their order says nothing.
pub(super) fn values(node: &Node, name: &str, report: &mut Report) -> Option<Vec<String>> {
    let what = format!("`{name}`");
    let items = match &node.value {
        Value::List(_) => filled_list(node, &what, "name a value", report)?,
        _ => vec![node],
    };
    let mut values = items.into_iter().map(|item| value(item, &what, report)).collect::<Option<Vec<_>>>()?;
    values.sort();
    values.dedup();
    Some(values)
}

/// A value as text. Booleans are compared as JSON writes them.
fn value(node: &Node, what: &str, report: &mut Report) -> Option<String> {
    let written = text(node, what, report)?;
    Some(match (&node.value, written) {
        (Value::Scalar { plain: true, .. }, "True" | "TRUE") => "true".to_owned(),
        (Value::Scalar { plain: true, .. }, "False" | "FALSE") => "false".to_owned(),
        _ => written.to_owned(),
    })
}

/// Reads one status class or a list of them, in the order of a ticket's life.
pub(super) fn classes(node: &Node, report: &mut Report) -> Option<Vec<StatusClass>> {
    let items = match &node.value {
        Value::List(_) => filled_list(node, "`status_class`", "name a class", report)?,
        _ => vec![node],
    };
    let read: Vec<_> = items.into_iter().map(|item| class(item, report)).collect();
    let mut classes = read.into_iter().collect::<Option<Vec<_>>>()?;
    classes.sort();
    classes.dedup();
    Some(classes)
}

fn class(node: &Node, report: &mut Report) -> Option<StatusClass> {
    let written = text(node, "`status_class`", report)?;
    let class = StatusClass::from_name(written);
    if class.is_none() {
        let known = StatusClass::ALL.map(StatusClass::name);
        let hint = did_you_mean(written, known).unwrap_or_else(|| format!("it is one of {}", listed(known)));
        report.mistake(node.at, format!("`{}` is not a status class", super::fields::shown(written))).hint(hint);
    }
    class
}

/// Notes the condition of the next `row` of a table; one that no ticket reaches, because an earlier takes them all, is a mistake.
pub(super) fn check_reached(
    rows: &mut Vec<(Place, Condition)>,
    at: Place,
    when: Condition,
    row: &str,
    report: &mut Report,
) {
    if let Some((earlier, _)) = rows.iter().find(|(_, earlier)| covers(earlier, &when)) {
        report
            .mistake(at, format!("no ticket reaches this {row}"))
            .hint(format!("the one in line {} takes them all; put the narrower one first", earlier.line));
    }
    rows.push((at, when));
}

/// Whether every ticket that `later` matches is matched by `earlier` too.
fn covers(earlier: &Condition, later: &Condition) -> bool {
    earlier.0.iter().all(|(name, values)| {
        later.0.get(name).is_some_and(|narrower| narrower.iter().all(|value| values.contains(value)))
    })
}
