//! Control events: what an operator tells, as lines of a control log.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::envelope::{self, About};
use super::{Document, instant, name, text};
use crate::calendar::Spec;
use crate::control::emergency::{Declaration, Lift, Update, Void};
use crate::control::{
    CALENDAR_PUBLISHED, EMERGENCY_DECLARED, EMERGENCY_LIFTED, EMERGENCY_UPDATED, EMERGENCY_VOIDED, POLICY_PUBLISHED,
};
use crate::policy::Policy;

pub(super) fn documents() -> Vec<Document> {
    vec![
        policy_published(),
        calendar_published(),
        emergency::<Declaration>(
            EMERGENCY_DECLARED,
            "emergency declared",
            "An emergency begins: tickets in its scope have their clocks suspended or extended, or their customers are only \
             told. It may be told ahead, or later, which corrects the record.",
        ),
        emergency::<Update>(
            EMERGENCY_UPDATED,
            "emergency updated",
            "Something of an emergency has changed from an instant on: the message to customers, the expected end, the scope, \
             the effect. What is absent stays as it is.",
        ),
        emergency::<Lift>(
            EMERGENCY_LIFTED,
            "emergency lifted",
            "An emergency is over from an instant on: clocks that it suspended run on.",
        ),
        emergency::<Void>(
            EMERGENCY_VOIDED,
            "emergency voided",
            "An emergency, or an update or lift of it, was never so. It corrects the record: what followed is retracted.",
        ),
    ]
}

fn emergency<T: schemars::JsonSchema>(type_name: &str, title: &str, description: &str) -> Document {
    let (data, mut definitions) = definition::<T>();
    let name = data["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let data =
        definitions.as_object_mut().and_then(|all| all.remove(name)).expect("the definition that is referred to");
    let about = About {
        type_name: type_name.to_owned(),
        title: format!("Control event: {title}"),
        description: description.to_owned(),
    };
    document(about, data, definitions)
}

fn policy_published() -> Document {
    let (policy, definitions) = definition::<Policy>();
    let data = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["policy"],
        "properties": {
            "policy": {
                "description": "The version, resolved and whole; or the name of a policy that is given beside the log.",
                "anyOf": [policy, {"type": "string"}]
            },
            "version": {
                "type": ["string", "null"],
                "description": "Which version, where the policy is only named: the beginning of its content hash."
            },
            "effective_from": nullable(instant("From when it is in force, where that differs from what the policy says.")),
        }
    });
    let about = About {
        type_name: POLICY_PUBLISHED.to_owned(),
        title: "Control event: policy published".to_owned(),
        description: "A version of a policy comes into force. Old versions stay known for ever: a ticket obeys the one that was in \
                      force when it was received."
            .to_owned(),
    };
    document(about, data, definitions)
}

fn calendar_published() -> Document {
    let (spec, definitions) = definition::<Spec>();
    let data = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["calendar", "spec"],
        "properties": {
            "calendar": name("The calendar's name in policies."),
            "policy": nullable(text("Only in this policy; in all where it is absent.")),
            "spec": spec
        }
    });
    let about = About {
        type_name: CALENDAR_PUBLISHED.to_owned(),
        title: "Control event: calendar published".to_owned(),
        description:
            "A calendar anew, such as with the holidays of another year. It corrects the record: what changes by it is \
                      retracted and published anew."
                .to_owned(),
    };
    document(about, data, definitions)
}

fn document(about: About, data: Value, definitions: Value) -> Document {
    let attributes = json!({"time": envelope::time("When it was told.")});
    let mut schema = envelope::event(&about, &["type", "data"], attributes, data);
    schema["$defs"] = definitions;
    Document { name: about.type_name, schema }
}

/// A reference to the schema of `T`, and the definitions that it needs.
fn definition<T: schemars::JsonSchema>() -> (Value, Value) {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let reference = generator.subschema_for::<T>().to_value();
    (reference, generator.take_definitions(true).into())
}

fn nullable(mut schema: Value) -> Value {
    schema["type"] = json!(["string", "null"]);
    schema
}
