//! Where values come from, as it is written.

use duly_core::policy::source::yaml::{Fields, Node, Report, Value, bounded, text};
use serde_json::Value as Json;

use super::super::expr::{Expr, Piece};
use super::super::path::Path;
use super::super::when::When;
use super::when;

/// The keys of a value that is written out.
pub(in super::super) const KEYS: [&str; 6] = ["from", "const", "when", "values", "default", "without"];

/// A value with what is to be done about it.
pub(super) struct Written {
    pub(super) expr: Expr,
    /// The map that it goes through.
    pub(super) values: Through,
    pub(super) default: Option<Json>,
    pub(super) when: When,
}

/// Which map a value goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Through {
    /// That of the attribute's name, if there is one.
    OfItsName,
    Named(String),
    None,
}

/// Reads where a value comes from, without more.
pub(super) fn plain(node: &Node, what: &str, report: &mut Report) -> Option<Expr> {
    let written = read(node, what, report)?;
    if written.values != Through::OfItsName || written.default.is_some() || !written.when.0.is_empty() {
        report
            .mistake(node.at, format!("{what} takes no `when`, no `values` and no `default`"))
            .hint("those are for members of `data`");
    }
    Some(written.expr)
}

/// The events' source: a text is one, whatever it begins with.
pub(super) fn source(node: &Node, report: &mut Report) -> Option<Expr> {
    match &node.value {
        Value::Scalar { .. } => text(node, "`source`", report).map(|text| Expr::Const(text.into())),
        _ => plain(node, "`source`", report),
    }
}

/// Reads `/a/b`, `text {/a}`, a constant, a list of which the first that says something holds, or `{from: …}`.
pub(super) fn read(node: &Node, what: &str, report: &mut Report) -> Option<Written> {
    let bare = |expr| Some(Written { expr, values: Through::OfItsName, default: None, when: When::default() });
    match &node.value {
        Value::Map(_) => full(node, what, report),
        Value::List(_) => bare(first(node, what, report)?),
        _ => bare(scalar(node, what, report)?),
    }
}

fn full(node: &Node, what: &str, report: &mut Report) -> Option<Written> {
    let fields = Fields::of(node, node.at, what, &KEYS, report)?;
    let values = fields.get("values").and_then(|(_, node)| text(node, "`values`", report));
    let values = match values {
        None => Through::OfItsName,
        Some("none") => Through::None,
        Some(name) => Through::Named(name.to_owned()),
    };
    let when = fields.get("when").map_or(Some(When::default()), |(_, node)| when::read(node, report));
    let default = fields.get("default").map(|(_, node)| constant(node));
    let mut expr = match (fields.get("const"), fields.get("from")) {
        (Some((_, node)), None) => Expr::Const(constant(node)),
        (None, Some((_, node))) => source_of(node, what, report)?,
        _ => {
            report
                .mistake(node.at, format!("{what} has to say where it comes from"))
                .hint("`from: /a/place`, or `const: a value`");
            return None;
        }
    };
    if let Some((_, node)) = fields.get("without") {
        expr = Expr::Without(Box::new(expr), Box::new(scalar(node, "`without`", report)?));
    }
    Some(Written { expr, values, default, when: when? })
}

fn source_of(node: &Node, what: &str, report: &mut Report) -> Option<Expr> {
    match &node.value {
        Value::List(_) => first(node, what, report),
        _ => scalar(node, what, report),
    }
}

fn first(node: &Node, what: &str, report: &mut Report) -> Option<Expr> {
    let items = bounded(node, what, "name the places to look at", 10, report)?;
    let all: Vec<Expr> = items.into_iter().filter_map(|item| scalar(item, what, report)).collect();
    (!all.is_empty()).then_some(Expr::First(all))
}

fn scalar(node: &Node, what: &str, report: &mut Report) -> Option<Expr> {
    let written = text(node, what, report)?;
    let read = match written {
        path if path.starts_with(['/', '$']) => Path::parse(path).map(Expr::At),
        template if template.contains("{/") || template.contains("{$") => pieces(template).map(Expr::Template),
        _ => return Some(Expr::Const(constant(node))),
    };
    read.map_err(|(what, hint)| report.mistake(node.at, what).hint(hint)).ok()
}

fn pieces(template: &str) -> Result<Vec<Piece>, (String, String)> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find("{/").into_iter().chain(rest.find("{$")).min() {
        let Some(len) = rest[open..].find('}') else {
            return Err((format!("a `{{` of `{template}` is not closed"), "write `{/a/place}`".to_owned()));
        };
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned()));
        }
        pieces.push(Piece::At(Path::parse(&rest[open + 1..open + len])?));
        rest = &rest[open + len + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// A value as it is written: without quotes, `true`, `null` and numbers are what they seem.
pub(super) fn constant(node: &Node) -> Json {
    match &node.value {
        _ if node.is_null() => Json::Null,
        Value::Scalar { text, plain: true } => match text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                serde_json::from_str(number).ok().filter(Json::is_number).unwrap_or_else(|| number.into())
            }
            other => other.into(),
        },
        Value::Scalar { text, .. } => text.as_str().into(),
        Value::List(items) => items.iter().map(constant).collect(),
        Value::Map(entries) => entries.iter().map(|(key, value)| (key.name.clone(), constant(value))).collect(),
        Value::Broken => Json::Null,
    }
}
