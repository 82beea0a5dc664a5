//! Webhooks on Kafka: what is answered is in the log, what can not be mapped with the dead letters, and is mapped again by a better
//! mapping.

use std::fs;

use duly_tests::program::Serving;
use rdkafka::message::{Headers, Message as _};
use serde_json::{Value, json};

use crate::fortress::fortress;
use crate::ground::{Ground, home};

const MAPPING: &str = "\
mapping: desk
signature: token
ticket: /id
time: /at
values: {status: {open: open}}
events:
  - {type: received, id: \"{/id}/received\"}
  - {type: observed, id: \"{/id}/{/at}\", data: {status: /status}}
";

/// What a hook answers.
fn post(serving: &Serving, body: &Value) -> (u16, Value) {
    let (status, said) = serving.post("/hooks/desk", body);
    (status, serde_json::from_str(&said).expect("JSON"))
}

/// The subjects of what is in the log, with their partitions.
fn logged(ground: &Ground) -> Vec<(i32, String)> {
    let mut found = Vec::new();
    ground.read(&ground.cluster.topics.tickets, |message| {
        let key = String::from_utf8(message.key().expect("a key").to_vec()).expect("UTF-8");
        found.push((message.partition(), key));
    });
    found
}

#[test]
fn a_hook_writes_to_the_log_and_what_it_can_not_map_is_mapped_again() {
    let ground = Ground::new("hooks");
    fs::write(fortress().path("hooks-desk.yaml"), MAPPING).expect("a file");
    fs::write(fortress().path("hooks-token"), "a-token\n").expect("a file");
    let settings = fs::read_to_string(&ground.config).expect("settings");
    let sources = "sources: {desk: {mapping: hooks-desk.yaml, tenant: acme, hook: {secret_file: hooks-token}}}\n";
    fs::write(&ground.config, settings + sources).expect("a file");

    let body = |ticket: &str, status: &str| json!({"id": ticket, "at": "2026-03-02T10:00:00Z", "status": status});
    let serving = Serving::start(&["--config", &ground.config.display().to_string()]);
    let all = json!({"events": 2, "appended": 2, "applied": 0, "duplicates": 0, "refused": 0, "unmapped": 0});
    assert_eq!(post(&serving, &body("T-1", "open")), (200, all));
    // It is there when it is answered, where its ticket belongs.
    let place = (home("acme/T-1"), "acme/T-1".to_owned());
    assert_eq!(logged(&ground), [place.clone(), place.clone()]);
    let part = json!({"events": 1, "appended": 1, "applied": 0, "duplicates": 0, "refused": 0, "unmapped": 1});
    assert_eq!(post(&serving, &body("T-2", "waiting")), (200, part));
    drop(serving);

    let mut kept = Vec::new();
    ground.read(&ground.cluster.topics.dead_letters, |message| {
        let headers = message.headers().into_iter().flat_map(Headers::iter);
        let names: Vec<String> = headers.map(|header| header.key.to_owned()).collect();
        kept.push((message.payload().expect("a value").to_vec(), names));
    });
    let [(value, names)] = &kept[..] else { panic!("{} are kept", kept.len()) };
    assert_eq!(serde_json::from_slice::<Value>(value).expect("as it came"), body("T-2", "waiting"));
    let has = |name: &str| names.iter().any(|known| known == name);
    assert!(has("duly_source") && has("duly_reason") && has("content-type") && !has("x-duly-token"), "{names:?}");
    let shown: Value = serde_json::from_str(&ground.output(&["dead-letters", "list", "--json"])).expect("one line");
    assert_eq!((&shown["message_of"], &shown["reason"]), (&json!("desk"), &json!("unknown_value")));
    let number = shown["id"].as_str().expect("a number").to_owned();
    let told = ground.output(&["dead-letters", "show", &number]);
    assert!(
        told.contains("from      source desk\n") && told.contains("header    content-type: application/json"),
        "{told}"
    );

    // As long as the mapping does not know the value, it waits, and nothing is written; what was mapped of it counts once.
    assert!(ground.output(&["dead-letters", "redrive"]).contains("still unknown_value"));
    fs::write(fortress().path("hooks-desk.yaml"), MAPPING.replace("{open: open}", "{open: open, waiting: pending}"))
        .expect("a file");
    assert!(ground.output(&["dead-letters", "redrive"]).contains("mapped  2 events"));
    let second = (home("acme/T-2"), "acme/T-2".to_owned());
    assert_eq!(logged(&ground).iter().filter(|found| **found == second).count(), 3);
    assert_eq!(ground.output(&["dead-letters", "list"]), "");
    assert_eq!(ground.output(&["dead-letters", "redrive"]), "");
}
