//! Tasks: what somebody has to do by a deadline. A remedy is one with something more.

use super::context::Context;
use super::fields::{Fields, text};
use super::mistake::{Place, Report};
use super::tree::Node;
use super::{ladder, objective, reminder, target};
use crate::policy::{RemindAt, Step, Target, Task, Title};

pub(super) const KEYS: [&str; 7] = ["title", "owner", "within", "calendar", "day_rule", "remind_at", "ladder"];

/// What every clock has that is owed by somebody, as far as it could be read.
pub(super) struct Owed {
    pub(super) title: Title,
    pub(super) owner: Option<String>,
    pub(super) target: Option<Target>,
    pub(super) remind_at: Vec<RemindAt>,
    pub(super) ladder: Vec<Step>,
}

/// Reads the task that a section has under `key`, which it must have.
pub(super) fn required(section: &Fields<'_>, key: &str, context: &Context, report: &mut Report) -> Option<Task> {
    let hint = format!("say by when and by whom: `{key}: {{within: 10 working_days, owner: service_manager}}`");
    let (at, node) = section.required(key, &hint, report)?;
    read(key, at, node, context, report)
}

fn read(key: &str, at: Place, node: &Node, context: &Context, report: &mut Report) -> Option<Task> {
    let fields = Fields::of(node, at, format!("`{key}`"), &KEYS, report)?;
    let Owed { title, owner, target, remind_at, ladder } = read_owed(&fields, at, context, report);
    Some(Task { title, owner: owner?, target: target?, remind_at, ladder })
}

/// Reads the keys that a task and a remedy have in common.
pub(super) fn read_owed(fields: &Fields<'_>, at: Place, context: &Context, report: &mut Report) -> Owed {
    let title = fields.get("title").map(|(_, node)| objective::title(node, report)).unwrap_or_default();
    let owner = fields
        .required("owner", "name the role that owes it: `owner: service_manager`", report)
        .and_then(|(_, node)| super::fields::name(text(node, "`owner`", report)?, node.at, "a role", report));
    let (row, _) = target::read_row(fields, at, context, report);
    let remind_at = fields.get("remind_at").map(|(_, node)| reminder::read(node, report)).unwrap_or_default();
    let steps = fields.get("ladder").map(|(_, node)| ladder::read(node, report)).unwrap_or_default();
    let rows = [row];
    target::check_due(&rows, &remind_at, report);
    target::check_offsets(&rows, &remind_at, &steps, context, report);
    let [row] = rows;
    Owed {
        title,
        owner,
        target: row.target,
        remind_at: remind_at.into_iter().map(|(_, remind_at)| remind_at).collect(),
        ladder: steps.into_iter().map(|step| step.step).collect(),
    }
}
