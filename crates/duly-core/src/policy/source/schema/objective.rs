//! The schema of objectives: triggers, conditions, targets, reminders, ladders.

use serde_json::{Map, Value, json};

use super::super::objective::{ON_REOPEN, ON_RETARGET, RESTARTS};
use super::super::vocabulary::{ATTRIBUTES, CONTENTS, ENTRIES, EVENTS};
use super::{day_rule, described, name, one_or_some, texts, title, words};
use crate::policy::StatusClass;

pub(super) fn objective() -> Value {
    let trigger = |description: &str| json!({"description": description, "$ref": "#/$defs/trigger"});
    json!({
        "description": "One promise measured on a ticket.",
        "type": "object",
        "additionalProperties": false,
        "required": ["start", "stop", "targets"],
        "properties": {
            "title": title(),
            "start": trigger("What starts the clock."),
            "stop": trigger("What meets the promise."),
            "pause": {"description": "While all of this holds the clock stands still.", "$ref": "#/$defs/condition"},
            "cancel": trigger("What cancels the clock."),
            "restart": described(words(&RESTARTS), "What opens the next cycle. Default: never."),
            "until": trigger("What ends it for good, restarts included."),
            "on_retarget": described(words(&ON_RETARGET), "What a change of target does. Default: from_start."),
            "on_reopen": described(
                words(&ON_REOPEN),
                "What a reopening does to a clock that waits for `resolved`. Default: resume."
            ),
            "targets": {
                "description": "The first row that matches the ticket is in force; one without `when` matches always.",
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": {"$ref": "#/$defs/target"}
            },
            "remind_at": {
                "description": "When the people concerned are reminded: 50%, 1 working_hour before.",
                "type": "array",
                "minItems": 1,
                "maxItems": 32,
                "items": {"type": "string", "pattern": format!("^(([1-9]\\d?|100) *%|({DURATION})\\s+before)$")}
            },
            "ladder": {
                "description": "Who is told when the promise was broken.",
                "type": "array",
                "minItems": 1,
                "maxItems": 32,
                "items": {"$ref": "#/$defs/step"}
            }
        }
    })
}

pub(super) fn target() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["within"],
        "properties": {
            "title": texts("What people call the requests that this row is for."),
            "when": {"description": "The tickets that this row is for.", "$ref": "#/$defs/condition"},
            "within": {"description": "How long it may take.", "$ref": "#/$defs/duration"},
            "calendar": described(name(), "The calendar that it is counted on, if not the default one."),
            "day_rule": day_rule()
        }
    })
}

pub(super) fn step() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["step", "to"],
        "properties": {
            "step": described(name(), "The step's name, one of its kind in the ladder."),
            "at": {"const": "breach"},
            "after": {"description": "How long after the breach.", "$ref": "#/$defs/duration"},
            "to": described(name(), "The role that is told."),
            "repeat": {"description": "How long lies between firings.", "$ref": "#/$defs/duration"},
            "times": {"description": "Firings in all, the first included.", "type": ["integer", "string"], "pattern": "^\\d+$", "minimum": 2, "maximum": 100}
        },
        "dependentRequired": {"repeat": ["times"], "times": ["repeat"]},
        "not": {"required": ["at", "after"]}
    })
}

pub(super) fn trigger() -> Value {
    one_or_some(&json!({"$ref": "#/$defs/when"}))
}

pub(super) fn when() -> Value {
    let words: Vec<_> = ENTRIES.iter().chain(&EVENTS).collect();
    let mut long = Map::new();
    long.insert("status_class".to_owned(), json!({"$ref": "#/$defs/status_classes"}));
    let fields = json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/values"}});
    long.extend(EVENTS.iter().map(|event| ((*event).to_owned(), fields.clone())));
    long.insert("responded".to_owned(), responded());
    json!({
        "anyOf": [
            {"enum": words},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": false,
                "properties": long
            }
        ]
    })
}

fn responded() -> Value {
    let yes_or_no = |description: &str| {
        let word = json!({"enum": [true, false, "true", "false", "True", "False", "TRUE", "FALSE"]});
        described(one_or_some(&word), description)
    };
    json!({
        "type": "object",
        "properties": {
            "contains": described(
                one_or_some(&json!({"enum": CONTENTS})),
                "What the response contains. Default: anything but an acknowledgement."
            ),
            "public": yes_or_no("Whether the customer sees it. Default: true."),
            "automatic": yes_or_no("Whether a machine wrote it. Default: false.")
        },
        "additionalProperties": {"$ref": "#/$defs/values"}
    })
}

pub(super) fn condition() -> Value {
    let mut attributes: Map<String, Value> =
        ATTRIBUTES.iter().map(|name| ((*name).to_owned(), json!({"$ref": "#/$defs/values"}))).collect();
    attributes.insert("status_class".to_owned(), json!({"$ref": "#/$defs/status_classes"}));
    json!({
        "description": "All attributes named have one of their values.",
        "type": "object",
        "minProperties": 1,
        "properties": attributes,
        "additionalProperties": {"$ref": "#/$defs/values"}
    })
}

pub(super) fn status_classes() -> Value {
    one_or_some(&json!({"enum": StatusClass::ALL.map(StatusClass::name)}))
}

const DURATION: &str = "(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?|\\d+\\s+working_(minute|hour|day)s?";

pub(super) fn duration() -> Value {
    json!({
        "type": "string",
        "minLength": 2,
        "pattern": format!("^({DURATION})$"),
        "description": "30m, 2h, 3d or 1h30m round the clock; 90 working_minutes, 4 working_hours, 2 working_days on the calendar."
    })
}
