//! Rules: one event each, where their condition holds.

use duly_core::policy::source::Place;
use duly_core::policy::source::yaml::{Fields, Node, Report, Value, bounded, did_you_mean, listed, map, shown};
use duly_core::ticket::Kind;

use super::super::expr::Expr;
use super::super::model::{Data, Member, Rule};
use super::super::when::When;
use super::expr::Through;
use super::{RULES_MAX, Shared, expr, when};

/// The keys of a rule.
pub(in super::super) const KEYS: [&str; 7] = ["when", "type", "ticket", "time", "id", "sequence", "data"];

pub(super) fn read_all(node: &Node, shared: &Shared<'_>, report: &mut Report) -> Vec<Rule> {
    let hint = "a rule is `{when: {/type: x}, type: observed, ticket: /id, time: /time}`";
    let items = bounded(node, "`events`", hint, RULES_MAX, report).unwrap_or_default();
    items.into_iter().filter_map(|item| read(item, shared, report)).collect()
}

fn read(node: &Node, shared: &Shared<'_>, report: &mut Report) -> Option<Rule> {
    let fields = Fields::of(node, node.at, "a rule of `events`", &KEYS, report)?;
    let when = fields.get("when").map(|(_, node)| when::read(node, report));
    let kind = fields
        .required("type", "say what kind of event it gives: `type: observed`", report)
        .and_then(|(_, node)| kind(node, report));
    let mut common = |name: &str, shared: Option<(Place, &Node)>, hint: &str| {
        let own = if fields.has(name) || shared.is_none() { fields.required(name, hint, report) } else { shared };
        own.and_then(|(_, node)| expr::plain(node, &format!("`{name}`"), report))
    };
    let ticket = common(
        "ticket",
        shared.ticket,
        "say which ticket it is of: `ticket: /ticket/id`, here or for all rules at the top",
    );
    let time = common("time", shared.time, "say when it occurred: `time: /time`, here or for all rules at the top");
    let mut optional =
        |name: &str| fields.get(name).and_then(|(_, node)| expr::plain(node, &format!("`{name}`"), report));
    let (id, sequence) = (optional("id"), optional("sequence"));
    let data = fields.get("data").map(|(_, node)| data(node, shared, report));
    Some(Rule {
        when: when.unwrap_or_else(|| Some(When::default()))?,
        kind: kind?,
        ticket: ticket?,
        time: time?,
        id,
        sequence,
        data: data.unwrap_or_else(|| Some(Data::Members(Vec::new())))?,
    })
}

/// A type: the short name of one, or where it stands.
fn kind(node: &Node, report: &mut Report) -> Option<Expr> {
    let kind = expr::plain(node, "`type`", report)?;
    if let Expr::Const(name) = &kind {
        let name = name.as_str().unwrap_or_default();
        if Kind::from_name(name).is_none() {
            let names = || Kind::ALL.into_iter().map(Kind::name);
            let hint = did_you_mean(name, names()).unwrap_or_else(|| format!("there are {}", listed(names())));
            report.mistake(node.at, format!("there is no ticket event `{}`", shown(name))).hint(hint);
            return None;
        }
    }
    Some(kind)
}

fn data(node: &Node, shared: &Shared<'_>, report: &mut Report) -> Option<Data> {
    if matches!(node.value, Value::Scalar { .. }) {
        let from = expr::plain(node, "`data`", report)?;
        if !matches!(from, Expr::At(_)) {
            report
                .mistake(node.at, "`data` is no single text")
                .hint("name its members, or the place of an object that has them all");
        }
        return Some(Data::All(from));
    }
    let entries = map(node, "`data`", report)?;
    let mut members = Vec::with_capacity(entries.len());
    for (key, node) in entries {
        if node.is_null() {
            report
                .mistake(key.at, format!("`{}` in `data` has no value", shown(&key.name)))
                .hint("`{const: null}` clears it");
            continue;
        }
        let Some(written) = expr::read(node, &format!("`{}`", shown(&key.name)), report) else { continue };
        let values = match written.values {
            Through::Named(name) if !shared.values.contains_key(&name) => {
                let known = || shared.values.keys().map(String::as_str);
                let hint = did_you_mean(&name, known()).unwrap_or_else(|| format!("`values:` has {}", listed(known())));
                report.mistake(node.at, format!("there are no `values` called `{}`", shown(&name))).hint(hint);
                continue;
            }
            Through::Named(name) => Some(name),
            Through::None => None,
            // What is always the same was written for Duly.
            Through::OfItsName if matches!(written.expr, Expr::Const(_)) => None,
            Through::OfItsName => shared.values.contains_key(&key.name).then(|| key.name.clone()),
        };
        members.push(Member {
            name: key.name.clone(),
            from: written.expr,
            values,
            when: written.when,
            default: written.default,
        });
    }
    Some(Data::Members(members))
}
