//! Whatever a message is: mapping it never panics, never gives an event that the core would refuse, and ends soon.

use std::time::{Duration, Instant};

use duly_core::ticket::parse_structured;
use duly_engine::ingest::mapping::{Mapping, Message, Reason};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::{MAPPINGS, all_payloads, mapping, whose};

/// Maps `body`, and holds what comes out to the parser.
fn map(mapping: &Mapping, name: &str, body: &[u8]) -> duly_engine::ingest::mapping::Mapped {
    let mapped = mapping.map(&whose(name), &Message { headers: &[("x-a", b"\xff")], body });
    for event in &mapped.events {
        parse_structured(event)
            .unwrap_or_else(|refusal| panic!("{name}: {refusal}: {}", String::from_utf8_lossy(event)));
    }
    mapped
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~\u{4e00}-\u{4e10}\u{0}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z_/~]{0,6}", inner, 0..6)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// `value` with the thing at the `at`-th place replaced by `by`.
fn replaced(value: &Value, at: &mut usize, by: &Value) -> Value {
    if *at == 0 {
        *at = usize::MAX;
        return by.clone();
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter().map(|item| replaced(item, at, by)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), replaced(value, at, by))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn cases() -> u32 {
    std::env::var("DULY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
}

#[test]
fn any_json_is_mapped_or_told() {
    let mappings: Vec<(&str, Mapping)> = MAPPINGS.iter().map(|(name, _)| (*name, mapping(name))).collect();
    TestRunner::new(Config::with_cases(cases()))
        .run(&any_json(), |message| {
            for (name, mapping) in &mappings {
                map(mapping, name, message.to_string().as_bytes());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_payload_with_something_else_in_a_place_is_mapped_or_told() {
    let mut payloads: Vec<(usize, Value)> = Vec::new();
    let mappings: Vec<(&str, Mapping)> = MAPPINGS.iter().map(|(name, _)| (*name, mapping(name))).collect();
    for (at, (name, others)) in MAPPINGS.iter().enumerate() {
        let read = all_payloads(name, *others).into_iter().filter_map(|(_, body)| serde_json::from_slice(&body).ok());
        payloads.extend(read.map(|payload| (at, payload)));
    }
    let strategy = (0..payloads.len(), 0_usize..120, any_json());
    TestRunner::new(Config::with_cases(cases()))
        .run(&strategy, |(which, place, by)| {
            let (at, payload) = &payloads[which];
            let (name, mapping) = &mappings[*at];
            let mut place = place;
            map(mapping, name, replaced(payload, &mut place, &by).to_string().as_bytes());
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_large_or_deep_is_refused_or_mapped_soon() {
    let began = Instant::now();
    for (name, _) in MAPPINGS {
        let mapping = mapping(name);
        let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
        assert_eq!(map(&mapping, name, &deep).unmapped[0].reason, Reason::NotJson, "{name}");
        assert_eq!(map(&mapping, name, &vec![b' '; 9 << 20]).unmapped[0].reason, Reason::TooLarge, "{name}");
        assert_eq!(map(&mapping, name, b"{\"a\":\xff}").unmapped[0].reason, Reason::NotJson, "{name}");
        let long = "x".repeat(1 << 20);
        map(&mapping, name, json!({"ticket": {"number": long, "state": long}, "type": long}).to_string().as_bytes());
        map(&mapping, name, json!(long).to_string().as_bytes());
        map(&mapping, name, &[b"[".as_slice(), &b"1,".repeat(100_000), b"1]"].concat());
    }
    // In a build without optimisation; one message takes milliseconds.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn a_text_of_a_megabyte_is_no_ticket() {
    let mapping = mapping("zammad");
    let body = json!({"ticket": {"number": "7".repeat(1 << 20), "state": "open", "priority": {"name": "2 normal"},
        "created_at": "2020-11-13T14:34:35.282Z", "updated_at": "2020-11-13T14:34:35.282Z"}});
    let mapped = map(&mapping, "zammad", body.to_string().as_bytes());
    assert!(mapped.events.is_empty());
    assert!(mapped.unmapped.iter().all(|unmapped| unmapped.reason == Reason::InvalidEvent), "{:#?}", mapped.unmapped);
    assert!(mapped.unmapped.iter().all(|unmapped| unmapped.detail.len() < 1_000));
}

#[test]
fn a_program_that_never_ends_is_refused_and_the_next_message_mapped() {
    for code in [
        "def f: f; if .loop then f else {type: \"received\", ticket: .id, time: \"2026-03-02T10:00:00Z\"} end",
        "if .loop then repeat({}) else {type: \"received\", ticket: .id, time: \"2026-03-02T10:00:00Z\"} end",
    ] {
        let mapping = Mapping::parse(&format!("mapping: m\njq: |\n  {code}\n")).unwrap();
        let mapped = map(&mapping, "m", br#"{"id": 1, "loop": true}"#);
        assert_eq!(mapped.unmapped.last().unwrap().reason, Reason::JqLimit, "{code}");
        assert_eq!(map(&mapping, "m", br#"{"id": 1}"#).events.len(), 1);
    }
}
