//! Conditions, as they are written, and the rules that consist of one.

use duly_core::policy::source::yaml::{Fields, Node, Report, Value, bounded, map, parsed, text, word};

use super::super::path::Path;
use super::super::when::{Test, When};
use super::RULES_MAX;

/// The keys of a test that is written out.
pub(in super::super) const TESTS: [&str; 6] = ["exists", "not", "has", "starts", "is", "differs"];

/// Reads `{/place: test}`, in which all have to hold, or a list of such, of which one has to.
pub(super) fn read(node: &Node, report: &mut Report) -> Option<When> {
    let hint = "write `{/type: x}`, or a list of such of which one has to hold";
    let alternatives = match &node.value {
        Value::List(_) => bounded(node, "`when`", hint, RULES_MAX, report)?,
        _ => vec![node],
    };
    let read: Vec<Option<_>> = alternatives.into_iter().map(|node| all(node, report)).collect();
    read.into_iter().collect::<Option<Vec<_>>>().map(When)
}

fn all(node: &Node, report: &mut Report) -> Option<Vec<(Path, Test)>> {
    let entries = map(node, "`when`", report)?;
    if entries.is_empty() {
        report.mistake(node.at, "`when` asks for nothing").hint("leave it out where a rule always holds");
        return None;
    }
    let mut tests = Vec::with_capacity(entries.len());
    let mut is_whole = true;
    for (key, node) in entries {
        let path = Path::parse(&key.name).map_err(|(what, hint)| report.mistake(key.at, what).hint(hint)).ok();
        match (path, test(node, report)) {
            (Some(path), Some(test)) => tests.push((path, test)),
            _ => is_whole = false,
        }
    }
    is_whole.then_some(tests)
}

fn test(node: &Node, report: &mut Report) -> Option<Test> {
    let Value::Map(_) = &node.value else { return texts(node, report).map(Test::OneOf) };
    let fields = Fields::of(node, node.at, "a test", &TESTS, report)?;
    let mut given = TESTS.iter().filter_map(|name| fields.get(name).map(|(_, node)| (*name, node)));
    let (Some((name, node)), None) = (given.next(), given.next()) else {
        report
            .mistake(node.at, "a test asks one thing")
            .hint("such as `{exists: true}`, `{not: [a, b]}` or `{differs: /before}`");
        return None;
    };
    match name {
        "exists" => word(node, "exists", &[("true", true), ("false", false)], report).map(Test::Exists),
        "not" => texts(node, report).map(Test::Not),
        "has" => text(node, "`has`", report).map(|text| Test::Has(text.to_owned())),
        "starts" => text(node, "`starts`", report).map(|text| Test::Starts(text.to_owned())),
        "is" => parsed(node, "`is`", Path::parse, report).map(Test::Is),
        _ => parsed(node, "`differs`", Path::parse, report).map(Test::Differs),
    }
}

/// One text, or a list of them; `~` is for nothing.
fn texts(node: &Node, report: &mut Report) -> Option<Vec<Option<String>>> {
    let one = |node: &Node, report: &mut Report| {
        if node.is_null() { Some(None) } else { text(node, "a test", report).map(|text| Some(text.to_owned())) }
    };
    match &node.value {
        Value::List(items) => items.iter().map(|item| one(item, report)).collect(),
        _ => one(node, report).map(|text| vec![text]),
    }
}

/// What is ignored, with the reason for people.
pub(super) fn ignored(node: &Node, report: &mut Report) -> Vec<(When, String)> {
    rules(node, "`ignore`", report)
}

/// What is refused, with the reason that is told.
pub(super) fn refused(node: &Node, report: &mut Report) -> Vec<(When, String)> {
    rules(node, "`refuse`", report)
}

fn rules(node: &Node, what: &str, report: &mut Report) -> Vec<(When, String)> {
    let hint = "a rule is `{when: {/type: x}, why: it says nothing about a ticket}`";
    let items = bounded(node, what, hint, RULES_MAX, report).unwrap_or_default();
    let mut rules = Vec::with_capacity(items.len());
    for item in items {
        let Some(fields) = Fields::of(item, item.at, format!("a rule of {what}"), &["when", "why"], report) else {
            continue;
        };
        let when = fields
            .required("when", "say which messages: `when: {/type: x}`", report)
            .and_then(|(_, node)| read(node, report));
        let why = fields
            .required("why", "say why, for whoever reads this next year", report)
            .and_then(|(_, node)| text(node, "`why`", report));
        rules.extend(when.zip(why.map(str::to_owned)));
    }
    rules
}
