//! The JSON Schema of a mapping file, for editors: completion, and most mistakes while typing.
//!
//! It is written by hand, because the file exists as readers and not as types. Its words are those of the readers.

use duly_core::policy::StatusClass;
use duly_core::ticket::Kind;
use serde_json::{Value, json};

use super::read::{KEYS, RULE_KEYS, STATUS_KEYS, TESTS, VALUE_KEYS};
use super::times::NAMES;
use crate::ingest::signature;

/// The JSON Schema (2020-12) of a mapping file.
pub(super) fn json_schema() -> Value {
    let expr = |description: &str| json!({"$ref": "#/$defs/expr", "description": description});
    let text = |description: &str| json!({"type": "string", "description": description});
    let rules =
        |description: &str| json!({"type": "array", "items": {"$ref": "#/$defs/told"}, "description": description});
    let properties = json!({
        "mapping": text("The mapping's name."),
        "title": {"description": "What it is for, for people.", "type": ["string", "object"], "additionalProperties": {"type": "string"}},
        "signature": {
            "description": "How the system signs its webhooks: a name, or a description of it.",
            "anyOf": [{"enum": signature::names().chain(["none"]).collect::<Vec<_>>()}, {"type": "object"}]
        },
        "source": expr("The source of the events, a text; /sources/NAME where nothing is said."),
        "unwrap": {"$ref": "#/$defs/paths", "description": "Envelopes, taken off where they are there."},
        "each": {"$ref": "#/$defs/paths", "description": "Lists whose entries are messages of their own: the first that is there."},
        "ticket": expr("Which ticket events are of, unless a rule says otherwise."),
        "time": expr("When events occurred, unless a rule says otherwise."),
        "times": {"$ref": "#/$defs/times", "description": "How times are written, tried in this order. Default: iso8601."},
        "zone": text("The IANA zone of times without one. Default: that of the source in the settings."),
        "absent": {"type": "array", "description": "Values that say nothing, not even that a field is empty."},
        "values": {
            "type": "object",
            "description": "What values amount to, by attribute.",
            "properties": {"status": {"type": "object", "additionalProperties": {"$ref": "#/$defs/status"}}},
            "additionalProperties": {"type": "object"}
        },
        "ignore": rules("Messages that say nothing about a ticket."),
        "refuse": rules("Messages that somebody has to look at: dead letters, with the reason that is told here."),
        "events": {"type": "array", "items": {"$ref": "#/$defs/rule"}, "description": "Rules: each that holds gives one event."},
        "jq": text("A program in jq, whose outputs are events: {type, ticket, time, id, sequence, data}.")
    });
    debug_assert!(KEYS.iter().all(|key| properties.get(key).is_some()));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Duly mapping",
        "description": "What the messages of another system mean: which are which ticket events, and where in them everything stands.",
        "type": "object",
        "additionalProperties": false,
        "required": ["mapping"],
        "anyOf": [{"required": ["events"]}, {"required": ["jq"]}],
        "properties": properties,
        "$defs": defs()
    })
}

fn defs() -> Value {
    let scalar = json!({"type": ["string", "number", "boolean"]});
    let names = Kind::ALL.map(Kind::name);
    let classes = StatusClass::ALL.map(StatusClass::name);
    json!({
        "path": {
            "type": "string",
            "pattern": "^(/|\\$(item|message|header|index|tenant|ticket|time|hash)(/|$))",
            "description": "A JSON pointer into the message, or $item, $message/a, $header/name, $index, $tenant, $ticket, $time, $hash."
        },
        "paths": {"anyOf": [{"$ref": "#/$defs/path"}, {"type": "array", "minItems": 1, "maxItems": 10, "items": {"$ref": "#/$defs/path"}}]},
        "expr": {
            "description": "Where a value comes from: a place, a text with {/places} in it, a constant, a list of which the first that says something holds.",
            "anyOf": [scalar, {"type": "array", "minItems": 1, "maxItems": 10, "items": scalar}, {"$ref": "#/$defs/value"}]
        },
        "value": closed(&VALUE_KEYS, &json!({
            "from": {"anyOf": [scalar, {"type": "array", "items": scalar}], "description": "The place, or the places, to look at."},
            "const": {"description": "Always this value; null clears."},
            "when": {"$ref": "#/$defs/when"},
            "values": {"type": "string", "description": "The map under `values:` that it goes through; none for none."},
            "default": {"description": "What holds where the message says nothing."},
            "without": {"type": "string", "description": "What is taken off at the beginning."}
        })),
        "when": {
            "description": "Holds where all of it does; a list holds where one of its entries does.",
            "anyOf": [{"$ref": "#/$defs/all"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/all"}}]
        },
        "all": {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/$defs/path"}, "additionalProperties": {"$ref": "#/$defs/test"}},
        "test": {"anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
            closed(&TESTS, &json!({
                "exists": {"type": "boolean", "description": "It is there and says something, or not."},
                "not": {"description": "It is none of these."},
                "has": {"description": "A list, or a text, with this in it."},
                "starts": {"type": "string", "description": "A text that begins so."},
                "is": {"$ref": "#/$defs/path", "description": "What stands there too."},
                "differs": {"$ref": "#/$defs/path", "description": "Something else than what stands there."}
            }))
        ]},
        "told": {
            "type": "object",
            "additionalProperties": false,
            "required": ["when", "why"],
            "properties": {"when": {"$ref": "#/$defs/when"}, "why": {"type": "string", "description": "The reason, for people."}}
        },
        "rule": closed(&RULE_KEYS, &json!({
            "when": {"$ref": "#/$defs/when"},
            "type": {
                "description": "The ticket event, or where its type stands.",
                "anyOf": [{"enum": names}, {"$ref": "#/$defs/paths"}, {"$ref": "#/$defs/value"}]
            },
            "ticket": {"$ref": "#/$defs/expr"},
            "time": {"$ref": "#/$defs/expr"},
            "id": {"$ref": "#/$defs/expr", "description": "What identifies the event; made of its content where nothing is said."},
            "sequence": {"$ref": "#/$defs/expr", "description": "Orders the events of one ticket and instant: absent first, digits as numbers, other text last."},
            "data": {
                "description": "The event's data: its members, or the place of an object that has them.",
                "anyOf": [{"$ref": "#/$defs/path"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/expr"}}]
            }
        })),
        "status": {"anyOf": [
            {"enum": classes},
            {"const": "as_is"},
            closed(&STATUS_KEYS, &json!({
                "class": {"enum": classes, "description": "What the status amounts to."},
                "reason": {"type": "string", "description": "Why the ticket waits in it: customer, vendor, …."},
                "name": {"type": "string", "description": "The status in words, where the system has numbers."}
            }))
        ]},
        "times": {"anyOf": [{"$ref": "#/$defs/format"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/format"}}]},
        "format": {"anyOf": [{"enum": NAMES}, {"const": "rfc3339"}, {"type": "string", "pattern": "%", "description": "A pattern of strftime."}]}
    })
}

/// An object with these properties alone, which are the keys that are read.
fn closed(keys: &[&str], properties: &Value) -> Value {
    debug_assert!(keys.iter().all(|key| properties.get(key).is_some()), "{keys:?}");
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}
