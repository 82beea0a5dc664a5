//! The schema of what a policy says beside its promises: routing, remedies, who is told.

use serde_json::{Value, json};

use super::super::routing::PRIORITY_MAX;
use super::objective::objective;
use super::{described, name, one_or_some, scalar};

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

pub(super) fn remedies() -> Value {
    json!({
        "description": "What is owed once a promise was broken, by names that no objective has.",
        "type": "object",
        "propertyNames": name(),
        "additionalProperties": {"$ref": "#/$defs/remedy"}
    })
}

/// A remedy has much of an objective, and the keys of one target.
pub(super) fn remedy() -> Value {
    let (objective, target) = (objective(), super::objective::target());
    let of = |schema: &Value, key: &str| schema["properties"][key].clone();
    json!({
        "description": "What is owed for each breach: a clock that runs on whatever becomes of the ticket.",
        "type": "object",
        "additionalProperties": false,
        "required": ["stop", "within", "owner"],
        "properties": {
            "title": of(&objective, "title"),
            "after": {
                "description": "What it follows from; a breach of any objective where it is absent.",
                "type": "object",
                "additionalProperties": false,
                "required": ["breached"],
                "properties": {"breached": described(one_or_some(&name()), "The objectives whose breach it follows.")}
            },
            "when": of(&target, "when"),
            "stop": {"description": "The ticket event that fulfils it: apology_issued, remedy_granted.", "$ref": "#/$defs/trigger"},
            "within": of(&target, "within"),
            "calendar": of(&target, "calendar"),
            "day_rule": of(&target, "day_rule"),
            "owner": described(name(), "The role that owes it."),
            "pause": of(&objective, "pause"),
            "remind_at": of(&objective, "remind_at"),
            "ladder": of(&objective, "ladder")
        }
    })
}

pub(super) fn notify() -> Value {
    let told = |of: &str| json!({"description": of, "$ref": "#/$defs/telling"});
    json!({
        "description": "Who is told of what happens to clocks, and by which ways, where that is not as usual.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "reminder_due": told("Of reminders. Default: the owner, by email."),
            "breached": told("Of breaches. Default: the owner, by email."),
            "escalated": told("Of the steps of a ladder, beside the role that the step names. Default: nobody else, by email."),
            "emergency": told("Of emergencies. Default: the customer, by sms, email and website.")
        }
    })
}

pub(super) fn telling() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "to": described(one_or_some(&name()), "owner, team, customer, the name of a role, or nobody."),
            "by": described(one_or_some(&name()), "The ways: email, sms, or what the company has.")
        }
    })
}
