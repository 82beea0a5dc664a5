//! What lies on every topic after a run fits what the document says of it.

use std::collections::{BTreeMap, BTreeSet};

use duly_engine::schemas;
use duly_tests::ground::Event;
use jsonschema::Validator;
use rdkafka::message::{Headers, Message as _};
use serde_json::{Map, Value, json};

use super::run::run;

/// A message of the document, ready to be held to records.
struct Message {
    headers: Validator,
    /// `None` where it may be any bytes.
    payload: Option<Validator>,
}

fn message(contract: &Value, name: &str) -> Message {
    let message = &contract["components"]["messages"][name];
    let payload = &message["payload"];
    let is_open = payload.get("$ref").is_none() && payload.get("anyOf").is_none();
    Message { headers: validator(&message["headers"]), payload: (!is_open).then(|| validator(payload)) }
}

/// A schema of the document, with what it refers to in its place.
fn validator(schema: &Value) -> Validator {
    let mut definitions = Map::new();
    let mut whole = resolved(schema, &mut definitions);
    whole["$defs"] = definitions.into();
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap_or_else(|error| panic!("{error}: {whole}"))
}

fn resolved(schema: &Value, definitions: &mut Map<String, Value>) -> Value {
    match schema {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(to) if to.starts_with("./") => referred(to, definitions),
            _ => members.iter().map(|(key, value)| (key.clone(), resolved(value, definitions))).collect(),
        },
        Value::Array(values) => values.iter().map(|value| resolved(value, definitions)).collect(),
        other => other.clone(),
    }
}

/// What `./NAME.json#/POINTER` leads to, whose own definitions go with the others.
fn referred(to: &str, definitions: &mut Map<String, Value>) -> Value {
    let (file, pointer) = to.split_once('#').unwrap_or((to, ""));
    let name = file.trim_start_matches("./").trim_end_matches(".json");
    let schema = schemas::find(name).unwrap_or_else(|| panic!("there is no {name}")).schema;
    definitions.extend(schema["$defs"].as_object().cloned().unwrap_or_default());
    schema.pointer(pointer).unwrap_or_else(|| panic!("nothing is at {to}")).clone()
}

fn mistakes(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Which message of a channel a record is.
fn kind(headers: &Map<String, Value>, key: &str) -> String {
    match headers.get("ce_type").and_then(Value::as_str) {
        _ if key == "deadLetters" => {
            if headers.contains_key("duly_redriven") { "redriven" } else { "deadLetter" }.to_owned()
        }
        Some(kind) => kind.to_owned(),
        None => "structured".to_owned(),
    }
}

#[test]
fn every_record_of_a_real_run_is_one_that_the_document_tells_of() {
    let contract = schemas::contract().schema;
    let run = run();
    let channels = contract["channels"].as_object().expect("channels");
    for (key, channel) in channels {
        let topic = format!("{}{}", run.ground.prefix, channel["address"].as_str().expect("an address"));
        let partitions = if key == "control" { 1 } else { run.ground.partitions };
        let (mut known, mut seen, mut ended) = (BTreeMap::<String, Message>::new(), BTreeSet::new(), BTreeSet::new());
        run.ground.read(&topic, partitions, |event| {
            match event {
                Event::End(partition) => drop(ended.insert(partition)),
                Event::Nothing => {}
                Event::Record(record) => {
                    let headers: Map<String, Value> = record
                        .headers()
                        .into_iter()
                        .flat_map(Headers::iter)
                        .map(|header| {
                            let text = String::from_utf8_lossy(header.value.unwrap_or_default()).into_owned();
                            (header.key.to_owned(), text.into())
                        })
                        .collect();
                    let name = kind(&headers, key);
                    // What nobody can read is in the log as well; the dead letters have it.
                    let value = record.payload().unwrap_or_default();
                    if key == "ticketEvents" && serde_json::from_slice::<Value>(value).is_err() {
                        return false;
                    }
                    assert!(channel["messages"].get(&name).is_some(), "{name} is not told of on {topic}");
                    let message = known.entry(name.clone()).or_insert_with(|| self::message(&contract, &name));
                    if let (Some(subject), true) = (headers.get("ce_subject"), key != "deadLetters") {
                        assert_eq!(subject.as_str().map(str::as_bytes), record.key(), "the key of {name}");
                    }
                    let headers = Value::Object(headers);
                    assert_eq!(mistakes(&message.headers, &headers), [""; 0], "{name}: {headers}");
                    if let Some(payload) = &message.payload {
                        let value: Value = serde_json::from_slice(value).expect("JSON");
                        assert_eq!(mistakes(payload, &value), [""; 0], "{name}: {value}");
                    }
                    seen.insert(name);
                }
            }
            ended.len() == partitions
        });
        let least = match key.as_str() {
            "slaEvents" => 12,
            "notifications" => 3,
            "deadLetters" => 2,
            _ => 1,
        };
        assert!(seen.len() >= least, "{topic} has {seen:?} alone");
    }
}

#[test]
fn a_record_that_does_not_fit_is_found() {
    let message = message(&schemas::contract().schema, "duly.sla.retracted.v1");
    let payload = message.payload.expect("it has one");
    assert_ne!(mistakes(&payload, &json!({"retracts": 1})), [""; 0]);
    assert_ne!(mistakes(&message.headers, &json!({"ce_id": "1"})), [""; 0]);
}
