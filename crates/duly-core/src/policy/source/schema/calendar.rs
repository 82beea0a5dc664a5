//! The schema of calendars.

use serde_json::{Value, json};

use super::scalar;

const DATE: &str = "^\\d{4}-\\d{2}-\\d{2}$";

pub(super) fn calendar() -> Value {
    json!({
        "description": "Open hours in a time zone.",
        "type": "object",
        "additionalProperties": false,
        "required": ["zone"],
        "properties": {
            "zone": {"description": "IANA name: Asia/Shanghai.", "type": "string"},
            "week": {
                "description": "Hours by days: mon-fri, sat, \"mon,wed\". A day that is not named is closed.",
                "type": "object",
                "propertyNames": {"pattern": days()},
                "additionalProperties": {"$ref": "#/$defs/hours"}
            },
            "day": {
                "description": "The length of a working day for the rule as_hours: 7h30m.",
                "type": "string",
                "pattern": "^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$"
            },
            "holidays": holidays(),
            "makeup": {"description": "Hours of make-up workdays; else those of the first working weekday.", "$ref": "#/$defs/hours"},
            "makeup_days": {
                "description": "Make-up workdays besides those of the tables, perhaps with hours of their own.",
                "anyOf": [{"type": "array", "items": date()}, {"$ref": "#/$defs/dated_hours"}]
            },
            "open": {
                "description": "Hours of single dates, which beat everything else; [] closes a date.",
                "$ref": "#/$defs/dated_hours"
            },
            "breaks": {"description": "Hours taken out of single dates.", "$ref": "#/$defs/dated_hours"},
            "known_until": {
                "description": "The last date for which the holidays are known; else that of the tables.",
                "type": "string",
                "pattern": DATE
            }
        }
    })
}

fn days() -> String {
    let day = "(mon|tue|wed|thu|fri|sat|sun)";
    format!("^{day}( *- *{day})?( *, *{day}( *- *{day})?)*$")
}

fn date() -> Value {
    json!({"type": "string", "pattern": DATE})
}

fn holidays() -> Value {
    let table = json!({"const": "cn", "description": "China's statutory holidays and make-up workdays."});
    let file =
        json!({"type": "string", "pattern": "\\.[iI][cC][sS]$", "description": "An iCalendar file beside the policy."});
    let named = json!({"type": "object", "propertyNames": {"pattern": DATE}, "additionalProperties": scalar()});
    let one = json!({"anyOf": [table, file, date(), named]});
    json!({
        "description": "`cn`, an .ics file, dates, or a list of these.",
        "anyOf": [one, {"type": "array", "minItems": 1, "items": one}]
    })
}

pub(super) fn hours() -> Value {
    let interval = json!({
        "type": "string",
        "pattern": "^\\s*\\d{1,2}:\\d{2}(:\\d{2})?\\s*[-–]\\s*\\d{1,2}:\\d{2}(:\\d{2})?\\s*$",
        "description": "09:00-12:00; a night is 18:00-24:00 and 00:00-09:00."
    });
    json!({"anyOf": [interval, {"type": "array", "items": interval}]})
}

pub(super) fn dated_hours() -> Value {
    json!({"type": "object", "propertyNames": {"pattern": DATE}, "additionalProperties": {"$ref": "#/$defs/hours"}})
}
