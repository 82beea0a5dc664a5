//! `duly dead-letters` on Kafka: what was refused is kept as it came, and can be tried again.

use std::fs;
use std::path::Path;

use duly_core::time::Span;
use duly_engine::clock::{Clock as _, WallClock};
use duly_tests::chance::eventually;
use rdkafka::message::{Headers, Message as _};
use serde_json::Value;

use crate::ground::{Ground, Record, home, structured};

/// A record of the log: key, value, headers.
type Seen = (Vec<u8>, Vec<u8>, Vec<(String, Vec<u8>)>);

/// The records that were redriven, with the letter that each was.
fn redriven(ground: &Ground) -> Vec<(i32, String, Seen)> {
    let mut found = Vec::new();
    ground.read(&ground.cluster.topics.tickets, |message| {
        let headers: Vec<(String, Vec<u8>)> = message
            .headers()
            .into_iter()
            .flat_map(Headers::iter)
            .map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec()))
            .collect();
        let letter = headers.iter().find(|(name, _)| name == "duly_redrive");
        let Some(letter) = letter.map(|(_, value)| String::from_utf8(value.clone()).expect("UTF-8")) else { return };
        let original = headers.into_iter().filter(|(name, _)| name != "duly_redrive").collect();
        let bytes = |bytes: Option<&[u8]>| bytes.unwrap_or_default().to_vec();
        found.push((message.partition(), letter, (bytes(message.key()), bytes(message.payload()), original)));
    });
    found
}

fn serve(ground: &Ground) {
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/service-desk.yaml");
    ground.output(&["serve", "--exit", "--policy", policy.to_str().expect("UTF-8")]);
}

/// The same by an instance that keeps closed tickets for a second, once that has passed.
fn serve_and_retire(ground: &Ground) {
    let kept = fs::read_to_string(&ground.config).expect("settings");
    fs::write(&ground.config, format!("{kept}retention: {{closed: 1s}}\n")).expect("a file");
    let begun = WallClock.now();
    eventually("a second has passed", || WallClock.now() > begun.plus(Span::from_s(1)));
    serve(ground);
    fs::write(&ground.config, kept).expect("a file");
}

/// The types of what was published, in order.
fn published(ground: &Ground) -> Vec<String> {
    let mut types = Vec::new();
    ground.read(&ground.cluster.topics.sla, |message| {
        let kind = message.headers().into_iter().flat_map(Headers::iter).find(|header| header.key == "ce_type");
        let kind = kind.and_then(|header| header.value).expect("an event has a type");
        types.push(String::from_utf8(kind.to_vec()).expect("UTF-8"));
    });
    types
}

/// The listed letters, as `reason` and the number.
fn listed(ground: &Ground, options: &[&str]) -> Vec<(String, String)> {
    let text = ground.output(&[&["dead-letters", "list", "--json"], options].concat());
    let letter = |line: &str| {
        let letter: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| letter[name].as_str().unwrap_or_else(|| panic!("{name} of {line}")).to_owned();
        (text("reason"), text("id"))
    };
    text.lines().map(letter).collect()
}

#[test]
fn what_was_refused_is_kept_as_it_came_and_tried_again() {
    let ground = Ground::new("letters");
    let garbage: &[u8] = b"\xff\x00 {no event}\n";
    let headers: &[(&str, &[u8])] = &[("trace", b"a\xfe1"), ("trace", b"2"), ("empty", b"")];
    let event = r#"{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"1","subject":"acme/T-1","time":"2026-03-02T10:00:00+08:00","data":{}}"#;
    let astray = (home("acme/T-1") + 3) % 8;
    ground.produce(&[
        Record { partition: 5, key: b"k\x001", value: garbage, headers },
        Record { partition: astray, key: b"T-1", value: event.as_bytes(), headers },
    ]);
    serve(&ground);

    let all = listed(&ground, &[]);
    let id = |reason: &str| all.iter().find(|(known, _)| known == reason).expect("a letter").1.clone();
    let (unreadable, misrouted) = (id("not_json"), id("misrouted"));
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(listed(&ground, &["--reason", "misrouted"]), [("misrouted".to_owned(), misrouted.clone())]);
    assert_eq!(listed(&ground, &["--limit", "1"]), all[..1]);
    assert_eq!(listed(&ground, &["--after", &all[0].1]), all[1..]);
    let text = ground.output(&["dead-letters", "list", "--reason", "not_json"]);
    assert!(text.starts_with(&format!("{unreadable}  letters.duly.ticket.events.v1:5:0  not_json  ")), "{text}");

    // As it came: the bytes, and in words the rest.
    let shown = ground.output(&["dead-letters", "show", &misrouted]);
    assert!(
        shown.contains(&format!("from      letters.duly.ticket.events.v1, partition {astray}, offset 0")),
        "{shown}"
    );
    assert!(shown.contains("key       T-1\n") && shown.contains("header    trace: 2\n"), "{shown}");
    assert_eq!(ground.output(&["dead-letters", "show", &misrouted, "--raw"]), event);
    for nothing in ["7:12345", "99:0"] {
        let (code, _, told) = ground.duly(&["dead-letters", "show", nothing]);
        assert!(code == 1 && told.contains(&format!("there is no dead letter {nothing}")), "{told}");
    }
    let (code, _, told) = ground.duly(&["dead-letters", "show", "17"]);
    assert!(code == 1 && told.contains("`17` is not the number of a dead letter"), "{told}");

    // Tried again, in the place where the ticket is.
    let (code, out, told) = ground.duly(&["dead-letters", "redrive", &misrouted, "7:12345"]);
    assert_eq!((code, out.as_str()), (0, format!("{misrouted}  sent\n").as_str()));
    assert!(told.contains("1 of those named are not there"), "{told}");
    let original: Vec<(String, Vec<u8>)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
    let came = |key: &[u8], value: &[u8]| (key.to_vec(), value.to_vec(), original.clone());
    assert_eq!(
        redriven(&ground),
        [(home("acme/T-1"), misrouted.clone(), came(b"acme/T-1", event.as_bytes()))],
        "a misrouted record is keyed by its ticket from then on"
    );
    assert_eq!(listed(&ground, &[]), [("not_json".to_owned(), unreadable.clone())], "those that wait");
    assert_eq!(ground.output(&["dead-letters", "redrive", "--reason", "misrouted"]), "", "once is enough");

    // What nobody can read is refused again, and known by its new letter.
    assert_eq!(ground.output(&["dead-letters", "redrive"]), format!("{unreadable}  sent\n"));
    let again = redriven(&ground).into_iter().find(|(_, letter, _)| *letter == unreadable).expect("it was sent");
    assert_eq!(again, (5, unreadable.clone(), came(b"k\x001", garbage)));
    serve(&ground);
    let waiting = listed(&ground, &[]);
    assert_eq!(waiting.iter().map(|(reason, _)| &**reason).collect::<Vec<_>>(), ["not_json"], "{waiting:?}");
    assert_ne!(waiting[0].1, unreadable);
    let text = ground.output(&["dead-letters", "list", "--all"]);
    assert!(text.contains(&format!("(redriven: not_json, as {})", waiting[0].1)), "{text}");
    assert!(text.contains("(redriven: sent)"), "{text}");

    // The ticket is there now.
    let why = ground.output(&["explain", "acme/T-1"]);
    assert!(why.contains("clock_started"), "{why}");
}

#[test]
fn a_retired_ticket_comes_back_from_the_log() {
    let ground = Ground::new("retired");
    let event = |id: usize, ticket: &str, time: &str, kind: &str, data: &str| {
        format!(
            r#"{{"specversion":"1.0","type":"duly.ticket.{kind}.v1","source":"crm","id":"{id}","subject":"acme/{ticket}","time":"2026-03-02T{time}:00+08:00","data":{data}}}"#
        )
    };
    let produce = |events: &[String]| {
        let records: Vec<Record<'_>> = events.iter().map(|event| structured(event)).collect();
        ground.produce(&records);
    };
    let mut events = vec![event(1, "T-1", "10:00", "received", r#"{"priority":"critical"}"#)];
    // More than a worker takes at once, and another's behind them.
    events.extend((2..4_200).map(|id| event(id, "T-1", "10:00", "progress_reported", "{}")));
    events.extend((5_000..5_200).map(|id| event(id, "T-2", "10:00", "progress_reported", "{}")));
    events.push(event(9_000, "T-1", "23:00", "observed", r#"{"status_class":"closed"}"#));
    produce(&events);
    serve(&ground);
    serve_and_retire(&ground);

    let late = event(9_001, "T-1", "11:00", "observed", r#"{"status_class":"resolved"}"#);
    let refused = event(9_002, "T-1", "10:40", "observed", r#"{"team":"a"}"#);
    produce(&[late.clone(), refused]);
    serve(&ground);
    // Without a key, letters lie in any partitions: which comes first is nobody's promise.
    let mut letters = listed(&ground, &[]);
    letters.sort_by_key(|(_, id)| ground.output(&["dead-letters", "show", id, "--raw"]) != late);
    assert_eq!(letters.iter().map(|(reason, _)| &**reason).collect::<Vec<_>>(), ["retired"; 2], "{letters:?}");
    let before = published(&ground);
    assert!(before.iter().any(|kind| kind == "duly.sla.breached.v1"), "{before:?}");
    assert_eq!(ground.output(&["dead-letters", "redrive", &letters[0].1]), format!("{}  sent\n", letters[0].1));
    serve(&ground);
    assert_eq!(listed(&ground, &[]), letters[1..], "all of it was taken");
    let after = published(&ground);
    let news = &after[before.len()..];
    for kind in ["duly.sla.retracted.v1", "duly.sla.clock_met.v1"] {
        assert!(news.iter().any(|news| news == kind), "{news:?}");
    }
    assert!(
        !news.iter().any(|kind| kind == "duly.sla.clock_started.v1"),
        "what stands is not published again: {news:?}"
    );

    // It is a ticket like others now, retires again, and comes back once more.
    serve_and_retire(&ground);
    ground.output(&["dead-letters", "redrive"]);
    serve(&ground);
    assert_eq!(listed(&ground, &[]), []);
}
