//! Who is told of what happens to a ticket's clocks, and by which ways (L14).

use super::fields::{Fields, filled_list, name, text};
use super::mistake::{Place, Report};
use super::tree::{Node, Value};
use crate::policy::{Notify, Telling};

pub(super) const KEYS: [&str; 4] = ["reminder_due", "breached", "escalated", "emergency"];
pub(super) const TELLING_KEYS: [&str; 2] = ["to", "by"];

/// The word for telling nobody.
const NOBODY: &str = "nobody";

/// Reads the section.
pub(super) fn read(node: &Node, at: Place, report: &mut Report) -> Notify {
    let Some(fields) = Fields::of(node, at, "`notify`", &KEYS, report) else { return Notify::default() };
    let mut telling = |key: &str, to: &[&str]| {
        let (at, node) = fields.get(key)?;
        telling(node, at, key, Telling::by_email(to), report)
    };
    Notify {
        reminder_due: telling("reminder_due", &["owner"]),
        breached: telling("breached", &["owner"]),
        escalated: telling("escalated", &[]),
        emergency: telling("emergency", &["customer"]),
    }
}

/// Reads one of them; what it does not say is as it is without it.
fn telling(node: &Node, at: Place, key: &str, usual: Telling, report: &mut Report) -> Option<Telling> {
    let fields = Fields::of(node, at, format!("`{key}`"), &TELLING_KEYS, report)?;
    let to = match fields.get("to") {
        Some((_, node)) => names(node, "`to`", "name who is told: `to: [owner, team_lead]`", report)?,
        None => usual.to,
    };
    let by = match fields.get("by") {
        Some((_, node)) => names(node, "`by`", "name the ways: `by: [email, sms]`", report)?,
        None => usual.by,
    };
    if to.len() > 1 && to.iter().any(|who| who == NOBODY) {
        report.mistake(at, "nobody and somebody can not both be told").hint("write `to: nobody`, or leave it out");
    }
    Some(Telling { to: to.into_iter().filter(|who| who != NOBODY).collect(), by })
}

/// Reads a name or a list of them.
fn names(node: &Node, what: &str, hint: &str, report: &mut Report) -> Option<Vec<String>> {
    let items = match &node.value {
        Value::List(_) => filled_list(node, what, hint, report)?,
        _ => vec![node],
    };
    let read = items.into_iter().map(|item| name(text(item, what, report)?, item.at, "a role or a way", report));
    read.collect()
}
