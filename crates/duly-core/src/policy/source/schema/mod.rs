//! The JSON Schema of the YAML form, for editors: completion, and most mistakes while typing.
//!
//! It is written by hand, because the YAML form exists as readers and not as types. What a schema can not say (an unknown
//! calendar, a target that no ticket reaches) is left to [`super::parse`]; what `parse` accepts in its usual form, the schema
//! accepts.

mod calendar;
mod letter;
mod objective;
mod sections;

use serde_json::{Value, json};

use super::{APPLIES_TO, target::DAY_RULES};

/// The JSON Schema (2020-12) of a policy file.
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Duly policy",
        "description": "A response-time commitment: what is promised, on which calendar, and who is told when.",
        "type": "object",
        "additionalProperties": false,
        "required": ["policy", "effective_from", "objectives"],
        "properties": {
            "policy": described(name(), "The policy's name; its versions share it."),
            "effective_from": {
                "description": "From when this version is in force, with an offset: 2026-01-01T00:00:00+08:00.",
                "type": "string",
                "format": "date-time"
            },
            "applies_to": described(
                words(&APPLIES_TO),
                "Whether tickets received earlier change over as well. Default: new_tickets."
            ),
            "title": title(),
            "calendars": {
                "description": "Calendars by name; `24x7` is always there.",
                "type": "object",
                "propertyNames": {"not": {"const": "24x7"}},
                "additionalProperties": {"$ref": "#/$defs/calendar"}
            },
            "default_calendar": described(name(), "The calendar of targets that name none and count on one."),
            "day_rule": day_rule(),
            "objectives": {
                "description": "The promises, by name.",
                "type": "object",
                "minProperties": 1,
                "propertyNames": name(),
                "additionalProperties": {"$ref": "#/$defs/objective"}
            },
            "routing": sections::routing(),
            "remedies": sections::remedies(),
            "feedback": sections::feedback(),
            "liability": sections::liability(),
            "words": letter::words(),
            "letter": letter::letter(),
            "notify": sections::notify()
        },
        "$defs": {
            "calendar": calendar::calendar(),
            "hours": calendar::hours(),
            "dated_hours": calendar::dated_hours(),
            "objective": objective::objective(),
            "target": objective::target(),
            "step": objective::step(),
            "route": sections::route(),
            "remedy": sections::remedy(),
            "task": sections::task_of(),
            "telling": sections::telling(),
            "trigger": objective::trigger(),
            "when": objective::when(),
            "condition": objective::condition(),
            "values": values(),
            "status_classes": objective::status_classes(),
            "duration": objective::duration()
        }
    })
}

fn title() -> Value {
    texts("What people call it, by language.")
}

/// A text per language.
fn texts(description: &str) -> Value {
    json!({
        "description": description,
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z0-9-]{2,}$"},
        "properties": {"en": scalar(), "zh": scalar()},
        "additionalProperties": scalar()
    })
}

fn day_rule() -> Value {
    described(
        words(&DAY_RULES),
        "How working_days are counted: civil (default; the day of the start is not counted, due at close of business), \
         same_time (the same local time), as_hours (so many times the calendar's `day`).",
    )
}

/// A name as `fields::name` accepts it.
fn name() -> Value {
    json!({"type": ["string", "number", "boolean"], "pattern": "^[\\p{L}\\p{N}\\p{M}_.-]{1,100}$"})
}

/// Anything that is a text in the end.
fn scalar() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

/// One value or several.
fn values() -> Value {
    one_or_some(&scalar())
}

fn one_or_some(item: &Value) -> Value {
    json!({"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]})
}

fn words<T>(words: &[(&str, T)]) -> Value {
    json!({"enum": words.iter().map(|(word, _)| word).collect::<Vec<_>>()})
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::super::{
        KEYS, calendar, feedback, ladder, letter, liability, notify, objective, remedy, routing, target, task,
    };
    use super::*;

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = json_schema();
        let keys = |pointer: &str| {
            let properties = schema.pointer(pointer).and_then(Value::as_object).expect(pointer);
            properties.keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>()
        };
        for (pointer, known) in [
            ("/properties", &KEYS[..]),
            ("/$defs/calendar/properties", &calendar::KEYS[..]),
            ("/$defs/objective/properties", &objective::KEYS[..]),
            ("/$defs/target/properties", &target::KEYS[..]),
            ("/$defs/step/properties", &ladder::KEYS[..]),
            ("/$defs/route/properties", &routing::KEYS[..]),
            ("/$defs/remedy/properties", &remedy::KEYS[..]),
            ("/properties/letter/properties", &letter::KEYS[..]),
            ("/properties/notify/properties", &notify::KEYS[..]),
            ("/$defs/telling/properties", &notify::TELLING_KEYS[..]),
            ("/$defs/remedy/properties/after/properties", &remedy::AFTER_KEYS[..]),
            ("/$defs/task/properties", &task::KEYS[..]),
            ("/properties/feedback/properties", &feedback::KEYS[..]),
            ("/properties/liability/properties", &liability::KEYS[..]),
        ] {
            assert_eq!(keys(pointer), known.iter().copied().collect(), "{pointer}");
        }
    }
}
