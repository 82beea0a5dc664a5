//! The suite of the schemas: what is committed is what is made, and says what is really read and written.
//!
//! `make schemas` writes the schemas, `make bless` the examples that are Duly's own output. Examples of what others write
//! are kept by hand: one of every version ever shipped is read here for ever.

#[path = "schemas/notified.rs"]
mod notified;
#[path = "schemas/own.rs"]
mod own;
#[path = "schemas/published.rs"]
mod published;
#[path = "schemas/tickets.rs"]
mod tickets;

use std::path::PathBuf;

use duly_core::schema::Document;
use duly_engine::schemas;
use jsonschema::Validator;
use serde_json::Value;

/// A path in `schemas/`.
fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas")).join(name)
}

fn validator(name: &str) -> Validator {
    let document = schemas::find(name).unwrap_or_else(|| panic!("there is no schema {name}"));
    jsonschema::options()
        .should_validate_formats(true)
        .build(&document.schema)
        .unwrap_or_else(|error| panic!("the schema {name} is not valid: {error}"))
}

/// Everything that is wrong with `value` by a schema, with its place.
fn mistakes(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn example(name: &str) -> String {
    let path = path("examples").join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("no example {}: {error}", path.display()))
}

/// Holds an example that is Duly's own output to what it is now; `DULY_BLESS=1` writes it.
fn bless(name: &str, now: &Value) {
    let (path, text) = (path("examples").join(format!("{name}.json")), format!("{now:#}\n"));
    if std::env::var_os("DULY_BLESS").is_some() {
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    } else {
        assert_eq!(example(name), text, "{name} is another one now: `make bless` writes it");
    }
}

#[test]
fn what_is_committed_is_what_is_made() {
    let mut expected: Vec<String> = Vec::new();
    let contract = schemas::contract();
    let file = path("asyncapi.json");
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(committed, contract.to_text(), "{} differs: `make schemas` writes it", file.display());
    for document in schemas::all() {
        let file = path(&format!("{}.json", document.name));
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(committed, document.to_text(), "{} differs: `make schemas` writes it", file.display());
        expected.push(format!("{}.json", document.name));
    }
    for directory in ["", "examples"] {
        let entries = std::fs::read_dir(path(directory)).expect("the directory of schemas");
        let files = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut files: Vec<String> = files.filter(|file| file != "examples" && file != "asyncapi.json").collect();
        files.sort();
        expected.sort();
        assert_eq!(files, expected, "in schemas/{directory}");
    }
}

#[test]
fn every_schema_is_one_and_teaches() {
    for Document { name, schema } in schemas::all() {
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        for member in ["title", "description"] {
            assert!(schema[member].as_str().is_some_and(|text| text.len() > 10), "{name} has no {member}");
        }
    }
}

#[test]
fn every_example_fits_its_schema() {
    for Document { name, .. } in schemas::all() {
        let value: Value = serde_json::from_str(&example(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(mistakes(&validator(&name), &value), [""; 0], "{name}");
    }
}

#[test]
fn a_schema_is_found_by_its_short_name() {
    for (name, found) in [
        ("policy", Some("policy")),
        ("duly.sla.breached.v1", Some("duly.sla.breached.v1")),
        ("sla.breached", Some("duly.sla.breached.v1")),
        ("breached", None),
        ("", None),
    ] {
        assert_eq!(schemas::find(name).map(|document| document.name).as_deref(), found, "{name}");
    }
}
