//! The schema of what a policy says beside its promises: routing.

use serde_json::{Value, json};

use super::super::routing::PRIORITY_MAX;
use super::{described, scalar};

pub(super) fn routing() -> Value {
    json!({
        "description": "To whom tickets go: the first row that matches holds; one without `when` matches always.",
        "type": "array",
        "minItems": 1,
        "maxItems": 1000,
        "items": {"$ref": "#/$defs/route"}
    })
}

pub(super) fn route() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "anyOf": [{"required": ["tier"]}, {"required": ["team"]}, {"required": ["priority"]}],
        "properties": {
            "when": {"description": "The tickets that this row is for.", "$ref": "#/$defs/condition"},
            "tier": described(scalar(), "The tier of technicians."),
            "team": described(scalar(), "The team."),
            "priority": {
                "description": "The place in the queue: 1 goes first, a ticket without one last.",
                "type": ["integer", "string"],
                "pattern": "^\\d+$",
                "minimum": 1,
                "maximum": PRIORITY_MAX
            }
        }
    })
}
