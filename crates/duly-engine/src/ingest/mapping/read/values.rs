//! Maps of values, as they are written.

use std::collections::{BTreeMap, HashMap};

use duly_core::policy::StatusClass;
use duly_core::policy::source::yaml::{Fields, Node, Report, Value, map, shown, text, word};

use super::super::values::{Otherwise, Target, Values};
use super::expr::constant;

/// The map whose targets are classes.
const STATUS: &str = "status";
/// The key for what a map does not have.
const OTHERWISE: &str = "otherwise";
/// What is kept as it is.
const AS_IS: &str = "as_is";
/// The keys of a status that is written out.
pub(in super::super) const STATUS_KEYS: [&str; 3] = ["class", "reason", "name"];

/// Reads `{status: {NEW: new, HOLD: {class: on_hold, reason: vendor}}, priority: {URGENT: critical, otherwise: as_is}}`.
pub(super) fn read_all(node: &Node, report: &mut Report) -> BTreeMap<String, Values> {
    let entries = map(node, "`values`", report).unwrap_or_default();
    entries.iter().map(|(key, node)| (key.name.clone(), read(&key.name, node, report))).collect()
}

fn read(name: &str, node: &Node, report: &mut Report) -> Values {
    let mut values = Values::default();
    let mut lower: HashMap<String, (usize, Target)> = HashMap::new();
    for (key, node) in map(node, &format!("`{}` in `values`", shown(name)), report).unwrap_or_default() {
        if key.name == OTHERWISE && matches!(&node.value, Value::Scalar { text, .. } if text == AS_IS) {
            values.otherwise = Otherwise::AsIs;
            continue;
        }
        let target = if name == STATUS { status(node, report) } else { Some(Target::Plain(constant(node))) };
        let Some(target) = target else { continue };
        values.gives_reason |= matches!(&target, Target::Status { reason: Some(_), .. });
        if key.name == OTHERWISE {
            values.otherwise = Otherwise::Is(target);
            continue;
        }
        match lower.get(&key.name.to_lowercase()) {
            Some((line, there)) if *there != target => {
                report
                    .mistake(key.at, format!("`{}` is here twice, but for its case", shown(&key.name)))
                    .hint(format!("the first is in line {line}; keep one"));
            }
            _ => {}
        }
        lower.insert(key.name.to_lowercase(), (key.at.line, target.clone()));
        values.known.insert(key.name.to_lowercase(), target.clone());
        values.known.insert(key.name.clone(), target);
    }
    values
}

/// Reads `open`, or `{class: on_hold, reason: vendor, name: …}`.
fn status(node: &Node, report: &mut Report) -> Option<Target> {
    if !matches!(node.value, Value::Map(_)) {
        return Some(Target::Status { class: class(node, report)?, reason: None, name: None });
    }
    let fields = Fields::of(node, node.at, "a status", &STATUS_KEYS, report)?;
    let class = fields
        .required("class", "say what it amounts to: `class: open`", report)
        .and_then(|(_, node)| class(node, report));
    let mut told =
        |name: &str| fields.get(name).and_then(|(_, node)| text(node, &format!("`{name}`"), report)).map(str::to_owned);
    let (reason, name) = (told("reason"), told("name"));
    Some(Target::Status { class: class?, reason, name })
}

fn class(node: &Node, report: &mut Report) -> Option<StatusClass> {
    word(node, "class", &StatusClass::ALL.map(|class| (class.name(), class)), report)
}
