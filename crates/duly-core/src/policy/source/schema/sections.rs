//! The schema of what a policy says beside its promises: routing, remedies, feedback, liability, who is told.

use serde_json::{Value, json};

use super::super::feedback::SCALE_MAX;
use super::super::routing::PRIORITY_MAX;
use super::objective::objective;
use super::{described, name, one_or_some, scalar};
use crate::ticket::ABOUT;

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
            "after": after(),
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

/// What something follows from.
fn after() -> Value {
    json!({
        "description": "What it follows from; a breach of any objective where it is absent.",
        "type": "object",
        "additionalProperties": false,
        "required": ["breached"],
        "properties": {"breached": described(one_or_some(&name()), "The objectives whose breach it follows.")}
    })
}

pub(super) fn feedback() -> Value {
    json!({
        "description": "What customers' voices lead to: an investigation where one says that a response was late or short, or a promise broken.",
        "type": "object",
        "additionalProperties": false,
        "required": ["investigate", "correct"],
        "anyOf": [{"required": ["about"]}, {"required": ["score_at_most"]}],
        "properties": {
            "about": described(one_or_some(&json!({"enum": ABOUT})), "What a complaint or feedback has to be about to open an investigation."),
            "score_at_most": {
                "description": "The highest score that opens one, as a share of the best: 40% is 2 of 5.",
                "type": "string",
                "pattern": "^(\\d{1,2}|100)%$"
            },
            "scale": {
                "description": "The best score, where feedback does not say it.",
                "type": ["integer", "string"],
                "pattern": "^\\d+$",
                "minimum": 1,
                "maximum": SCALE_MAX
            },
            "investigate": task("An investigation, from its opening to its closing."),
            "correct": task("A corrective action, from when it is set to when it is done.")
        }
    })
}

pub(super) fn liability() -> Value {
    json!({
        "description": "What a broken promise costs: its case, what is claimed in it, and by when that is decided and paid.",
        "type": "object",
        "additionalProperties": false,
        "required": ["currency", "assess", "settle"],
        "properties": {
            "after": after(),
            "currency": {"description": "The currency of claims, by its ISO 4217 code.", "type": "string", "pattern": "^[A-Z]{3}$"},
            "cap": {
                "description": "The most that is paid in a case.",
                "type": ["number", "string"],
                "pattern": "^\\d+(\\.\\d+)?$",
                "minimum": 0
            },
            "assess": task("The assessment, from the first item claimed to the last one assessed."),
            "settle": task("The settlement, from the assessment to the payment.")
        }
    })
}

/// What somebody has to do by a deadline.
pub(super) fn task_of() -> Value {
    let (objective, target) = (objective(), super::objective::target());
    let of = |schema: &Value, key: &str| schema["properties"][key].clone();
    json!({
        "description": "What somebody has to do by a deadline: a clock that runs on whatever becomes of the ticket.",
        "type": "object",
        "additionalProperties": false,
        "required": ["within", "owner"],
        "properties": {
            "title": of(&objective, "title"),
            "owner": described(name(), "The role that has to do it."),
            "within": of(&target, "within"),
            "calendar": of(&target, "calendar"),
            "day_rule": of(&target, "day_rule"),
            "remind_at": of(&objective, "remind_at"),
            "ladder": of(&objective, "ladder")
        }
    })
}

fn task(description: &str) -> Value {
    json!({"description": description, "$ref": "#/$defs/task"})
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
