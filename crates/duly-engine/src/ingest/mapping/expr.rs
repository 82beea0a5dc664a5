//! Values from a message: from a place, put together from several, or always the same.

use std::borrow::Cow;

use serde_json::Value;

use super::path::{Path, Scope};

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// Always this.
    Const(Value),
    At(Path),
    /// A text with values in it. It is nothing where one of them is.
    Template(Vec<Piece>),
    /// The first that says something.
    First(Vec<Expr>),
    /// A text, without what it begins with.
    Without(Box<Expr>, Box<Expr>),
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(String),
    At(Path),
}

impl Expr {
    /// The value; none where the message does not say.
    pub(super) fn value<'m>(&'m self, scope: &Scope<'m>) -> Option<Cow<'m, Value>> {
        match self {
            Expr::Const(value) => Some(Cow::Borrowed(value)),
            Expr::At(path) => path.find(scope),
            Expr::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(piece) => text.push_str(piece),
                        Piece::At(path) => text.push_str(&as_text(&*path.find(scope)?)?),
                    }
                }
                Some(Cow::Owned(Value::String(text)))
            }
            Expr::First(all) => {
                let mut found = None;
                for one in all {
                    match one.value(scope) {
                        Some(value) if !is_empty(&value) => return Some(value),
                        Some(value) => found = found.or(Some(value)),
                        None => {}
                    }
                }
                found
            }
            Expr::Without(from, prefix) => {
                let value = from.value(scope)?;
                let prefix = prefix.value(scope);
                let rest = match (&*value, prefix.as_deref().and_then(Value::as_str)) {
                    (Value::String(text), Some(prefix)) => text.strip_prefix(prefix).map(str::to_owned),
                    _ => None,
                };
                Some(rest.map_or(value, |rest| Cow::Owned(Value::String(rest))))
            }
        }
    }

    /// Where it looks, for messages.
    pub(super) fn place(&self) -> String {
        match self {
            Expr::Const(value) => value.to_string(),
            Expr::At(path) => path.written.clone(),
            Expr::Template(pieces) => pieces.iter().map(Piece::shown).collect(),
            Expr::First(all) => all.iter().map(Expr::place).collect::<Vec<_>>().join(" or "),
            Expr::Without(from, _) => from.place(),
        }
    }
}

impl Piece {
    fn shown(&self) -> String {
        match self {
            Piece::Text(text) => text.clone(),
            Piece::At(path) => format!("{{{}}}", path.written),
        }
    }
}

/// Whether a value says nothing: null, or the empty text that many systems write for it.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// A single value as text; none of null, lists and maps.
pub(super) fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
