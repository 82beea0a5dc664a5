//! How parts of an emergency are written in JSON: scopes with one value or several, durations as people state them.

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::policy::Condition;

/// A value of an attribute; numbers and booleans are compared as their text (rule 5).
#[derive(Deserialize)]
#[serde(untagged, expecting = "a scope names values: texts, numbers or booleans")]
enum Value {
    Text(String),
    Number(serde_json::Number),
    Boolean(bool),
}

/// One value or several.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a scope names for each attribute a value or a list of values: texts, numbers or booleans"
)]
enum Values {
    One(Value),
    Several(Vec<Value>),
}

impl Value {
    fn into_text(self) -> String {
        match self {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Boolean(boolean) => boolean.to_string(),
        }
    }
}

impl From<Values> for Vec<String> {
    fn from(values: Values) -> Self {
        let mut texts: Vec<String> = match values {
            Values::One(value) => vec![value.into_text()],
            Values::Several(values) => values.into_iter().map(Value::into_text).collect(),
        };
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

/// Reads `{"region": "south", "severity": ["urgent", "high"]}`.
pub(super) fn scope<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Condition, D::Error> {
    let written: BTreeMap<String, Values> = Deserialize::deserialize(deserializer)?;
    Ok(Condition(written.into_iter().map(|(name, values)| (name, values.into())).collect()))
}

/// Reads a scope that is there.
pub(super) fn some_scope<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Condition>, D::Error> {
    scope(deserializer).map(Some)
}

pub(super) fn scope_schema(_: &mut SchemaGenerator) -> Schema {
    let value = serde_json::json!({"type": ["string", "number", "boolean"]});
    json_schema!({
        "type": "object",
        "description": "The tickets in its scope: every attribute named has one of the values listed. All tickets where it is empty.",
        "additionalProperties": {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}
    })
}

/// Reads a value that is there, `null` included.
pub(super) fn given<'d, D: Deserializer<'d>, T: Deserialize<'d>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Durations as people state them: `2h`, `4 working_hours`.
pub(super) mod duration {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::policy::Duration;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(duration)
    }

    pub(crate) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Duration, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

pub(super) fn duration_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "minLength": 2,
        "description": "How much longer, longer than zero: 30m, 2h or 3d round the clock, 4 working_hours or 2 working_days on the target's calendar.",
        "examples": ["2h", "4 working_hours", "2 working_days"]
    })
}
