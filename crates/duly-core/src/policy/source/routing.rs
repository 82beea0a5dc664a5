//! The routing table: to whom a ticket goes (L13).

use super::condition;
use super::fields::{Fields, bounded, parsed, shown, text};
use super::mistake::{Place, Report};
use super::tree::Node;
use crate::policy::{Condition, Route};

pub(super) const KEYS: [&str; 4] = ["when", "tier", "team", "priority"];

/// The most rows of the table.
const ROWS_MAX: usize = 1_000;
/// The last place in the queue.
pub(super) const PRIORITY_MAX: u16 = 1_000;

/// Reads the table; a row that no ticket reaches is a mistake.
pub(super) fn read(node: &Node, report: &mut Report) -> Vec<Route> {
    let hint = "write `[{when: {severity: urgent}, tier: expert, team: field, priority: 1}]`";
    let mut rows: Vec<(Place, Condition)> = Vec::new();
    let mut routes = Vec::new();
    for item in bounded(node, "`routing`", hint, ROWS_MAX, report).unwrap_or_default() {
        let (route, when) = row(item, report);
        if let Some(when) = when {
            condition::check_reached(&mut rows, item.at, when, "row", report);
        }
        routes.extend(route);
    }
    routes
}

/// Reads a row, and its condition even where something else in it is wrong.
fn row(node: &Node, report: &mut Report) -> (Option<Route>, Option<Condition>) {
    let Some(fields) = Fields::of(node, node.at, "a row of `routing`", &KEYS, report) else { return (None, None) };
    let when = match fields.get("when") {
        Some((_, node)) => condition::read(node, "`when`", report),
        None => Some(Condition::default()),
    };
    let named = |name: &str, report: &mut Report| {
        let (_, node) = fields.get(name)?;
        text(node, &format!("`{name}`"), report).map(str::to_owned)
    };
    let (tier, team) = (named("tier", report), named("team", report));
    let priority = fields.get("priority").and_then(|(_, node)| parsed(node, "`priority`", read_priority, report));
    if !["tier", "team", "priority"].into_iter().any(|name| fields.has(name)) {
        report
            .mistake(node.at, "a row of `routing` leads nowhere")
            .hint("name a `tier`, a `team` or a `priority`, or leave the row out");
        return (None, when);
    }
    (when.clone().map(|when| Route { when, tier, team, priority }), when)
}

fn read_priority(text: &str) -> Result<u16, (String, String)> {
    text.parse().ok().filter(|priority| (1..=PRIORITY_MAX).contains(priority)).ok_or_else(|| {
        let what = format!("`priority` can not be `{}`", shown(text));
        (what, format!("write a whole number from 1 to {PRIORITY_MAX}; 1 goes first"))
    })
}
