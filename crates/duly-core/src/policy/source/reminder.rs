//! Reminders of an objective (L14).

use super::duration_error;
use super::fields::{bounded, parsed};
use super::mistake::{Place, Report};
use super::tree::Node;
use crate::policy::RemindAt;

/// The most reminders of an objective.
const MAX: usize = 32;

/// Reads the reminders with their places; each is there once.
pub(super) fn read(node: &Node, report: &mut Report) -> Vec<(Place, RemindAt)> {
    let hint = "write `[50%, 80%, 1 working_hour before]`";
    let mut reminders: Vec<(Place, RemindAt)> = Vec::new();
    for item in bounded(node, "`remind_at`", hint, MAX, report).unwrap_or_default() {
        let read = |text: &str| text.parse::<RemindAt>().map_err(duration_error);
        let Some(remind_at) = parsed(item, "a reminder", read, report) else { continue };
        if reminders.iter().any(|(_, other)| *other == remind_at) {
            report.mistake(item.at, format!("the reminder `{remind_at}` is here twice")).hint("keep one");
        } else {
            reminders.push((item.at, remind_at));
        }
    }
    reminders
}
