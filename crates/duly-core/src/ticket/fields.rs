//! The members of an event's `data`, borrowed from the record and parsed once.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Names of fields that every ticket uses. Their positions are stored in records: append, never reorder.
pub const KNOWN_FIELDS: [&str; 24] = [
    "status_class",
    "status",
    "reason",
    "category",
    "subcategory",
    "complexity",
    "severity",
    "priority",
    "customer",
    "region",
    "tier",
    "team",
    "agent",
    "tags",
    "public",
    "automatic",
    "contains",
    "milestone",
    "into",
    "objective",
    "cycle",
    "source",
    "id",
    "policy",
];

/// Members whose number is kept as it is written: money and shares of it never pass through a float.
const EXACT: [&str; 5] = ["amount", "expected_revenue", "probability", "score", "scale"];

/// Room for as many fields as records of most systems have.
const FIELDS: usize = 20;

/// The members of `data`, in the order written.
#[derive(Debug, Clone, Default)]
pub struct Fields<'a>(pub Vec<(Cow<'a, str>, FieldValue<'a>)>);

impl<'a> Fields<'a> {
    /// The value of the last member of that name.
    pub fn get(&self, name: &str) -> Option<&FieldValue<'a>> {
        self.0.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    /// Adds a member.
    pub fn push(&mut self, name: &'a str, value: FieldValue<'a>) {
        self.0.push((Cow::Borrowed(name), value));
    }
}

/// A member's value. Conditions compare it as text.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue<'a> {
    /// `null`: clears an attribute.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as text.
    Number(Cow<'a, str>),
    /// A string.
    Text(Cow<'a, str>),
    /// A list of scalars, as text.
    List(Vec<Cow<'a, str>>),
    /// An object, or a list that holds one, as compact JSON with sorted keys.
    Json(String),
}

impl FieldValue<'_> {
    /// What it is, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            FieldValue::Null => "null",
            FieldValue::Bool(_) => "a boolean",
            FieldValue::Number(_) => "a number",
            FieldValue::Text(_) => "a string",
            FieldValue::List(_) => "a list",
            FieldValue::Json(json) if json.starts_with('[') => "a list",
            FieldValue::Json(_) => "an object",
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Members<'a> {
            type Value = Fields<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object as `data`")
            }

            fn visit_unit<E>(self) -> Result<Fields<'a>, E> {
                Ok(Fields::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'a>, A::Error> {
                let mut fields = Fields(Vec::with_capacity(FIELDS));
                while let Some(Text(name)) = map.next_key()? {
                    let value = if EXACT.contains(&&*name) { exact(map.next_value()?) } else { map.next_value() };
                    fields.0.push((name, value?));
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_any(Members(PhantomData))
    }
}

/// A value whose number has its digits as they are written.
fn exact<E: serde::de::Error>(raw: &RawValue) -> Result<FieldValue<'_>, E> {
    match raw.get().as_bytes() {
        [b'-' | b'0'..=b'9', ..] => Ok(FieldValue::Number(Cow::Borrowed(raw.get()))),
        _ => serde_json::from_str(raw.get()).map_err(E::custom),
    }
}

/// A string, borrowed where it has no escapes. (`Option<Cow<str>>` would always be copied by serde.)
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Borrowing<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowing(PhantomData))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for FieldValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Value)
    }
}

struct Value;

impl<'de> Visitor<'de> for Value {
    type Value = FieldValue<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(FieldValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(FieldValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(FieldValue::Number(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(FieldValue::Number(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(FieldValue::Number(Cow::Owned(serde_json::Value::from(value).to_string())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(FieldValue::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(FieldValue::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element::<FieldValue<'de>>()? {
            values.push(value);
        }
        let is_flat = values.iter().all(|value| !matches!(value, FieldValue::List(_) | FieldValue::Json(_)));
        if is_flat {
            Ok(FieldValue::List(values.into_iter().map(scalar_text).collect()))
        } else {
            Ok(FieldValue::Json(serde_json::Value::Array(values.into_iter().map(to_json).collect()).to_string()))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = std::collections::BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, FieldValue<'de>>()? {
            members.insert(name, to_json(value));
        }
        Ok(FieldValue::Json(serde_json::to_string(&members).map_err(A::Error::custom)?))
    }
}

/// The text of a scalar, as conditions compare it.
fn scalar_text(value: FieldValue<'_>) -> Cow<'_, str> {
    match value {
        FieldValue::Null => Cow::Borrowed("null"),
        FieldValue::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        FieldValue::Number(text) | FieldValue::Text(text) => text,
        FieldValue::List(_) | FieldValue::Json(_) => unreachable!("scalars only"),
    }
}

/// The value inside a larger one that is kept as JSON.
fn to_json(value: FieldValue<'_>) -> serde_json::Value {
    match value {
        FieldValue::Null => serde_json::Value::Null,
        FieldValue::Bool(value) => value.into(),
        FieldValue::Number(text) => text.parse::<serde_json::Number>().map_or(serde_json::Value::Null, Into::into),
        FieldValue::Text(text) => text.into_owned().into(),
        FieldValue::List(texts) => texts.into_iter().map(Cow::into_owned).collect::<Vec<_>>().into(),
        FieldValue::Json(json) => serde_json::from_str(&json).unwrap_or(serde_json::Value::String(json)),
    }
}
