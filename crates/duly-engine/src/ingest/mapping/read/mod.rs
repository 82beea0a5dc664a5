//! Mapping files as people write them, in YAML, read with every mistake reported at once.

mod expr;
mod program;
mod rule;
mod signature;
mod values;
mod when;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use duly_core::policy::source::yaml::{self, Fields, Node, Report, Value, bounded, parsed, shown, text};
use duly_core::policy::source::{Mistake, Place, TEXT_BYTES_MAX};

pub(super) use self::expr::KEYS as VALUE_KEYS;
pub(super) use self::rule::KEYS as RULE_KEYS;
pub(super) use self::values::STATUS_KEYS;
pub(super) use self::when::TESTS;
use super::model::Model;
use super::path::Path;
use super::times::Format;
use super::values::Values;

/// The keys of a mapping file, in the order in which they are usually written.
#[rustfmt::skip]
pub(super) const KEYS: [&str; 16] = [
    "mapping", "title", "signature", "source", "unwrap", "each", "ticket", "time", "times", "zone", "absent", "values", "ignore",
    "refuse", "events", "jq",
];

/// The most rules of one kind.
const RULES_MAX: usize = 200;

/// What rules take from the file as a whole.
pub(super) struct Shared<'n> {
    values: &'n BTreeMap<String, Values>,
    ticket: Option<(Place, &'n Node)>,
    time: Option<(Place, &'n Node)>,
}

/// Reads a mapping file.
///
/// # Errors
/// All mistakes, in the order of the text.
pub(super) fn mapping(text: &str) -> Result<Model, Vec<Mistake>> {
    let mut report = Report::default();
    let model = read(text, &mut report);
    let (mistakes, _) = report.finish();
    match model {
        Some(model) if mistakes.is_empty() => Ok(model),
        _ => Err(mistakes),
    }
}

fn read(written: &str, report: &mut Report) -> Option<Model> {
    const BEGIN: &str = "begin with `mapping: NAME`";
    if written.len() > TEXT_BYTES_MAX {
        report.mistake(Place::START, format!("a mapping of {} bytes, {TEXT_BYTES_MAX} are the most", written.len()));
        return None;
    }
    let root = yaml::read(written, report);
    if root.as_ref().is_none_or(Node::is_null) {
        if report.mistake_count() == 0 {
            report.mistake(Place::START, "there is no mapping here").hint(BEGIN);
        }
        return None;
    }
    let root = root?;
    let fields = Fields::of(&root, Place::START, "the mapping", &KEYS, report)?;
    let name = fields.required("mapping", BEGIN, report).and_then(|(_, node)| text(node, "`mapping`", report));
    if let Some((_, node)) = fields.get("title") {
        title(node, report);
    }
    let signature = fields.get("signature").and_then(|(_, node)| signature::read(node, report));
    let source = fields.get("source").and_then(|(_, node)| expr::source(node, report));
    let unwrap = fields.get("unwrap").map(|(_, node)| paths(node, "`unwrap`", report)).unwrap_or_default();
    let each = fields.get("each").map(|(_, node)| paths(node, "`each`", report)).unwrap_or_default();
    let times = fields.get("times").map(|(_, node)| times(node, report));
    let zone = fields.get("zone").and_then(|(_, node)| parsed(node, "`zone`", zone, report));
    let absent = fields.get("absent").map(|(_, node)| absent(node, report)).unwrap_or_default();
    let values = fields.get("values").map(|(_, node)| values::read_all(node, report)).unwrap_or_default();
    let shared = Shared { values: &values, ticket: fields.get("ticket"), time: fields.get("time") };
    let ignore = fields.get("ignore").map(|(_, node)| when::ignored(node, report)).unwrap_or_default();
    let refuse = fields.get("refuse").map(|(_, node)| when::refused(node, report)).unwrap_or_default();
    let rules = fields.get("events").map(|(_, node)| rule::read_all(node, &shared, report)).unwrap_or_default();
    let jq = fields.get("jq").and_then(|(_, node)| program::read(node, written, report));
    if !fields.has("events") && !fields.has("jq") {
        report
            .mistake(Place::START, "the mapping gives no events")
            .hint("say what messages mean: `events: [{when: …, type: observed, …}]`");
    }
    Some(Model {
        name: name?.to_owned(),
        signature,
        source,
        unwrap,
        each,
        times: times.unwrap_or_else(|| vec![Format::Iso8601]),
        zone,
        absent,
        values,
        ignore,
        refuse,
        rules,
        jq,
    })
}

/// A title for people: one text, or one a language. Nothing here reads it.
fn title(node: &Node, report: &mut Report) {
    if let Value::Map(entries) = &node.value {
        for (_, node) in entries {
            text(node, "`title`", report);
        }
    } else {
        text(node, "`title`", report);
    }
}

/// Values that say nothing.
fn absent(node: &Node, report: &mut Report) -> Vec<serde_json::Value> {
    let Value::List(items) = &node.value else {
        report.mistake(node.at, "`absent` takes a list").hint("name the values that say nothing: `[~, \"-\"]`");
        return Vec::new();
    };
    items.iter().map(expr::constant).collect()
}

/// One path, or a list of them. They lead into the message.
fn paths(node: &Node, what: &str, report: &mut Report) -> Vec<Path> {
    if !matches!(node.value, Value::List(_)) {
        return path(node, what, report).into_iter().collect();
    }
    let items = bounded(node, what, "name a place such as `/payload`", 10, report).unwrap_or_default();
    items.into_iter().filter_map(|item| path(item, what, report)).collect()
}

fn path(node: &Node, what: &str, report: &mut Report) -> Option<Path> {
    let read = |text: &str| {
        let path = Path::parse(text)?;
        if path.is_within() {
            return Ok(path);
        }
        let hint = "write a JSON pointer such as `/payload`, or `$message` for the whole".to_owned();
        Err((format!("`{}` does not lead into the message", shown(text)), hint))
    };
    parsed(node, what, read, report)
}

fn times(node: &Node, report: &mut Report) -> Vec<Format> {
    let items = match &node.value {
        Value::List(_) => bounded(node, "`times`", "such as `[iso8601, epoch_ms]`", 10, report).unwrap_or_default(),
        _ => vec![node],
    };
    items.into_iter().filter_map(|item| parsed(item, "`times`", Format::parse, report)).collect()
}

fn zone(text: &str) -> Result<Tz, (String, String)> {
    text.parse().map_err(|_| {
        (
            format!("there is no time zone `{}`", shown(text)),
            "IANA names one, such as `Asia/Shanghai` or `UTC`".to_owned(),
        )
    })
}
