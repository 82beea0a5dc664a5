//! The CloudEvents 1.0 envelope around every event's data.

use serde_json::{Map, Value, json};

use super::{described, instant, name};

/// The longest `id`, `source` or `subject` that is read.
const NAME_LENGTH_MAX: u32 = 512;

/// What is told of an event beside its data.
pub(super) struct About {
    /// The CloudEvents type, in full.
    pub(super) type_name: String,
    /// A heading.
    pub(super) title: String,
    /// What it means.
    pub(super) description: String,
}

/// The schema of a structured-mode `CloudEvent` with these data; `attributes` are context attributes of its own.
pub(super) fn event(about: &About, required: &[&str], attributes: Value, data: Value) -> Value {
    let mut properties = Map::new();
    properties.insert("specversion".into(), json!({"const": "1.0", "description": "The version of CloudEvents."}));
    properties.insert("type".into(), json!({"const": about.type_name}));
    properties.insert("id".into(), bounded("Identifies the event within its source."));
    properties.insert("source".into(), bounded("The system that tells of it, a URI reference such as /crm/emea."));
    properties.insert(
        "datacontenttype".into(),
        described(json!({"type": ["string", "null"]}), "application/json, where it is given."),
    );
    if let Value::Object(own) = attributes {
        properties.extend(own);
    }
    properties.insert("data".into(), data);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": about.title,
        "description": about.description,
        "type": "object",
        "required": required,
        "properties": properties
    })
}

/// The subject of a ticket's events.
pub(super) fn subject() -> Value {
    json!({
        "type": "string",
        "pattern": "^[^/\\u0000-\\u001f\\u007f-\\u009f]+/[^\\u0000-\\u001f\\u007f-\\u009f]+$",
        "maxLength": NAME_LENGTH_MAX,
        "description": "The ticket, `tenant/ticket`. It is the key in Kafka."
    })
}

/// The CloudEvents time.
pub(super) fn time(description: &str) -> Value {
    instant(description)
}

fn bounded(description: &str) -> Value {
    let mut schema = name(description);
    schema["maxLength"] = NAME_LENGTH_MAX.into();
    schema
}
