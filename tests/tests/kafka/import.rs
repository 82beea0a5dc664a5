//! `duly import events` and `duly sources forget`: what they write into the log, and what an engine makes of it.

use std::fs;

use duly_core::lane::PROGRESS;
use rdkafka::message::{Headers, Message as _};

use crate::ground::Ground;

const EVENTS: [&str; 3] = [
    r#"{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"1","subject":"acme/T-1","time":"2026-03-02T10:00:00Z"}"#,
    r#"{"specversion":"1.0""#,
    r#"{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"1","subject":"acme/T-2","time":"2026-03-02T10:00:00Z"}"#,
];

/// The progress marks of the log, partition by partition.
fn marks(ground: &Ground) -> Vec<(i32, String)> {
    let mut marks = Vec::new();
    ground.read(&ground.cluster.topics.tickets, |message| {
        let is_mark = message
            .headers()
            .into_iter()
            .flat_map(Headers::iter)
            .any(|header| header.value == Some(PROGRESS.as_bytes()));
        if is_mark {
            let data = String::from_utf8(message.payload().expect("data").to_vec()).expect("UTF-8");
            marks.push((message.partition(), data));
        }
    });
    marks.sort();
    marks
}

#[test]
fn an_import_holds_judgement_back_until_it_is_over() {
    let ground = Ground::new("import");
    let folder = tempfile::tempdir().expect("a folder");
    let (file, policy) = (folder.path().join("events.ndjson"), folder.path().join("policy.yaml"));
    fs::write(&file, EVENTS.join("\n")).expect("a file");
    let text = "policy: p\neffective_from: 2020-01-01T00:00:00Z\nobjectives:\n  response: {start: received, stop: responded, targets: \
                [{within: 1h}]}\n";
    fs::write(&policy, text).expect("a file");
    let (file, policy) = (file.to_str().expect("UTF-8"), policy.to_str().expect("UTF-8"));
    let (code, out, told) = ground.duly(&["import", "events", file, "--name", "history"]);
    assert_eq!((code, &*out), (1, ""), "{told}");
    assert!(
        told.contains(":2: not_json: ")
            && told.contains("2 events written to import.duly.ticket.events.v1, 1 line refused"),
        "{told}"
    );
    let expected: Vec<(i32, String)> = (0..8)
        .flat_map(|partition| {
            let begun = r#"{"source":"import/history","reached":{"import":"1970-01-01T00:00:00Z"}}"#;
            [(partition, r#"{"source":"import/history","is_over":true}"#.to_owned()), (partition, begun.to_owned())]
        })
        .collect();
    let mut found = marks(&ground);
    found.sort_by_key(|(partition, data)| (*partition, data.len()));
    assert_eq!(found, expected);
    // An engine that ends once all is judged would not, were anything held back.
    ground.output(&["serve", "--exit", "--policy", policy]);
    let mut breached = 0;
    ground.read(&ground.cluster.topics.sla, |message| {
        let types = message.headers().into_iter().flat_map(Headers::iter);
        breached += types.filter(|header| header.value == Some(b"duly.sla.breached.v1")).count();
    });
    assert_eq!(breached, 2);

    let (code, _, told) = ground.duly(&["sources", "forget", "a", "b", "--topic", "t"]);
    assert_eq!((code, &*told), (0, "a: over\nb: over\n"));
    assert_eq!(marks(&ground).len(), 8 * 4);
}
