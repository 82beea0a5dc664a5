//! The document by the official parser of `AsyncAPI`.

use std::path::PathBuf;

use duly_engine::schemas;
use serde_json::Value;

use super::script;

#[test]
fn the_official_parser_finds_no_fault_and_all_that_is_meant() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schemas/asyncapi.json");
    let told = script(&["check", &path.display().to_string()]);
    let mut lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let found = lines.pop().expect("what is in it");
    let faults: Vec<&Value> =
        lines.iter().filter(|said| said["severity"] == "error" || said["severity"] == "warning").collect();
    assert_eq!(faults, [&Value::Null; 0]);
    let channels = found["channels"].as_array().expect("channels");
    let addresses: Vec<&str> = channels.iter().filter_map(|channel| channel["address"].as_str()).collect();
    let expected = [
        "duly.control.v1",
        "duly.dead-letters.v1",
        "duly.notifications.v1",
        "duly.sla.events.v1",
        "duly.ticket.events.v1",
    ];
    let mut sorted = addresses.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    // Every event that there is a schema of lies on exactly one topic.
    let messages: Vec<&str> = channels
        .iter()
        .flat_map(|channel| channel["messages"].as_array().into_iter().flatten().filter_map(Value::as_str))
        .collect();
    for document in schemas::all().iter().filter(|document| document.name.starts_with("duly.")) {
        assert_eq!(messages.iter().filter(|name| **name == document.name).count(), 1, "{}", document.name);
    }
    assert_eq!(found["operations"].as_array().map(Vec::len), Some(6), "{found:#}");
}
