//! Conditions on a message.

use serde_json::Value;

use super::expr::{as_text, is_empty};
use super::path::{Path, Scope};

/// Holds where one of its alternatives does; always where there is none.
#[derive(Debug, Clone, Default)]
pub(super) struct When(pub(super) Vec<Vec<(Path, Test)>>);

/// What is asked of a value.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// It is one of these texts; `None` stands for nothing or null.
    OneOf(Vec<Option<String>>),
    /// It is none of these.
    Not(Vec<Option<String>>),
    /// It is there and says something, or not.
    Exists(bool),
    /// It is a list with this text among its entries, or a text in which it stands.
    Has(String),
    /// It is a text that begins so.
    Starts(String),
    /// It is what stands there.
    Is(Path),
    /// It is something else than what stands there: a value that was changed.
    Differs(Path),
}

impl When {
    pub(super) fn holds(&self, scope: &Scope<'_>) -> bool {
        self.0.is_empty() || self.0.iter().any(|all| all.iter().all(|(path, test)| test.holds(path, scope)))
    }
}

impl Test {
    fn holds(&self, path: &Path, scope: &Scope<'_>) -> bool {
        let found = path.find(scope);
        let value = found.as_deref().unwrap_or(&Value::Null);
        match self {
            Test::OneOf(wanted) => wanted.iter().any(|wanted| equals(value, wanted.as_deref())),
            Test::Not(wanted) => !wanted.iter().any(|wanted| equals(value, wanted.as_deref())),
            Test::Exists(wanted) => is_empty(value) != *wanted,
            Test::Has(text) => match value {
                Value::Array(items) => items.iter().any(|item| equals(item, Some(text))),
                Value::String(whole) => whole.contains(text.as_str()),
                _ => false,
            },
            Test::Starts(text) => value.as_str().is_some_and(|whole| whole.starts_with(text.as_str())),
            Test::Is(other) => same(value, other.find(scope).as_deref()),
            Test::Differs(other) => !same(value, other.find(scope).as_deref()),
        }
    }
}

/// Whether a value is written like `wanted`; null and nothing are the same.
fn equals(value: &Value, wanted: Option<&str>) -> bool {
    match (as_text(value), wanted) {
        (Some(text), Some(wanted)) => text == wanted,
        (None, None) => value.is_null(),
        _ => false,
    }
}

fn same(one: &Value, other: Option<&Value>) -> bool {
    one == other.unwrap_or(&Value::Null)
}
