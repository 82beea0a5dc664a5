//! Events in: one, many, again, wrong, too many.

use std::thread;

use serde_json::{Value, json};

use crate::desk::{Desk, desk, event, left_by_a_crash};

fn batch(events: &[Value]) -> Vec<u8> {
    Value::from(events.to_vec()).to_string().into_bytes()
}

#[test]
fn one_event_is_applied_once_and_then_a_duplicate() {
    let (_folder, desk) = desk();
    let received = event("1", "received", "T-1", "09:00");
    let expected = json!({"applied": 1, "duplicates": 0, "refused": 0, "results": [{"outcome": "applied"}]});
    let first = desk.event(&received);
    assert_eq!((first.status, first.json()), (200, expected));
    let again = desk.event(&received);
    assert_eq!((again.status, again.json()["results"][0]["outcome"].as_str()), (200, Some("duplicate")));
    let other = desk.event(&event("1", "received", "T-1", "09:30"));
    other.fails(422, "the event was refused: source `crm` and id `1`");
    assert_eq!(other.json()["results"][0]["reason"], "conflict");
    desk.close();
}

#[test]
fn a_batch_says_of_every_event_what_became_of_it() {
    let (_folder, desk) = desk();
    let mut wrong = event("2", "received", "T-2", "09:00");
    wrong["time"] = json!("yesterday");
    let events = [event("1", "received", "T-1", "09:00"), wrong, event("1", "received", "T-1", "09:00")];
    for content_type in ["application/cloudevents-batch+json", "application/json; charset=utf-8"] {
        let answer = desk.post(content_type, &batch(&events));
        answer.fails(207, "1 of 3 events were refused");
        let json = answer.json();
        let result = &json["results"][1];
        assert_eq!((result["outcome"].as_str(), result["reason"].as_str()), (Some("refused"), Some("bad_time")));
        assert!(
            result["detail"].as_str().is_some_and(|detail| detail.contains("`yesterday` is not an instant")),
            "{json}"
        );
    }
    let lines = format!("{}\n\nhalf a li", event("3", "responded", "T-1", "09:30"));
    let answer = desk.post("application/x-ndjson", lines.as_bytes());
    let json = answer.json();
    assert_eq!((answer.status, &json["applied"], &json["results"][1]["reason"]), (207, &json!(1), &json!("not_json")));
    let empty = desk.post("application/cloudevents-batch+json", b"[]");
    assert_eq!((empty.status, empty.json()["results"].clone()), (200, json!([])));
    desk.close();
}

#[test]
fn what_can_not_be_read_is_refused_and_kept_and_what_is_no_events_is_not_taken() {
    let (_folder, desk) = desk();
    desk.post("application/cloudevents+json", b"{\"specversion\":").fails(422, "the event was refused: cut off");
    desk.post("application/cloudevents-batch+json", b"[{},]")
        .fails(422, "can not be split into events: trailing comma");
    desk.post("application/json", b"[{}]").fails(422, "`type` is missing");
    desk.post("application/json", b"  ").fails(400, "the body is empty");
    desk.post("text/plain", b"{}").fails(415, "`text/plain`");
    let url = desk.url("/api/v1/events");
    let binary = desk.agent().post(&url).header("content-type", "application/json").header("ce-specversion", "1.0");
    crate::desk::answer(binary.send("{}")).fails(415, "binary mode");
    let metrics = desk.get("/metrics").text;
    assert!(metrics.contains("duly_dead_letters_total{reason=\"not_cloudevent\"} 1"), "{metrics}");
    assert!(metrics.contains("duly_dead_letters_total{reason=\"not_json\"} 2"), "{metrics}");
    desk.close();
}

#[test]
fn a_request_has_its_limits_and_says_so() {
    let (_folder, desk) = desk();
    let padding = vec![b' '; 8 << 20];
    desk.post("application/json", &[&padding[..], b" "].concat()).fails(413, "more than 8 MiB");
    let many = "{}\n".repeat(10_001);
    desk.post("application/x-ndjson", many.as_bytes()).fails(413, "a batch of 10001 events, 10000 are the most");
    let mut large = event("1", "received", "T-1", "09:00");
    large["data"]["note"] = json!("x".repeat(1 << 20));
    let answer = desk.event(&large);
    assert_eq!((answer.status, answer.json()["results"][0]["reason"].clone()), (422, json!("too_large")));
    let good = event("2", "received", "T-2", "09:00").to_string().into_bytes();
    assert_eq!(desk.post("application/json", &[&padding[good.len()..], &good].concat()).status, 200);
    desk.close();
}

#[test]
fn everything_is_counted_once_however_many_send_at_a_time() {
    let (_folder, desk) = desk();
    let (senders, events) = (8, 25);
    thread::scope(|scope| {
        for sender in 0..senders {
            let desk = &desk;
            scope.spawn(move || {
                for number in 0..events {
                    // Each event is sent by two senders.
                    let id = format!("{}-{number}", sender / 2);
                    let answer = desk.event(&event(&id, "received", &format!("T-{id}"), "09:00"));
                    assert_eq!(answer.status, 200, "{answer:?}");
                }
            });
        }
    });
    let metrics = desk.get("/metrics").text;
    for expected in [
        "duly_events_applied_total 100\n",
        "duly_events_duplicate_total 100\n",
        "duly_tickets 100\n",
        "duly_sla_events_total{type=\"duly.sla.clock_started.v1\"} 100\n",
    ] {
        assert!(metrics.contains(expected), "{expected} is not in\n{metrics}");
    }
    desk.close();
}

#[test]
fn what_was_answered_is_there_after_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("duly.sqlite");
    let first = Desk::open(&store, None);
    let other = tempfile::tempdir().expect("another folder");
    for number in 0..5 {
        let received = event("1", "received", &format!("T-{number}"), "09:00");
        assert_eq!(first.event(&received).status, 200);
        // The disk as it is when the answer has come, with the engine in the middle of its work.
        let left = left_by_a_crash(&store, other.path());
        let second = Desk::open(left, None);
        assert_eq!(second.get(&format!("/api/v1/tickets/acme/T-{number}")).status, 200);
        assert_eq!(second.event(&received).json()["duplicates"], json!(1));
        second.close();
    }
    first.close();
}
