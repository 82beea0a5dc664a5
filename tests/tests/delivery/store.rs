//! Over the embedded store: nothing is lost, a ticket's records keep their order, and what is repeated has the same key.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use duly_engine::clock::WallClock;
use duly_engine::embedded::deliver_again;
use duly_engine::sqlite::Letters;
use duly_tests::chance::eventually;
use duly_tests::receiver::{Does, Receiver};
use serde_json::{Value, json};

use crate::support::{Desk, QUICK, by_ticket};

const EXPECTED: [&str; 3] = ["duly.sla.clock_started.v1", "duly.sla.reminder_due.v1", "duly.sla.breached.v1"];

/// Settings with one webhook, which takes all SLA events.
fn webhook(url: &str, more: &str) -> String {
    format!("sinks:\n  crm: {{send: webhook, of: sla, url: '{url}', {QUICK}{more}}}\n")
}

fn delivered(receiver: &Receiver) -> usize {
    by_ticket(&receiver.accepted()).values().map(Vec::len).sum()
}

#[test]
fn a_receiver_that_fails_in_every_way_gets_everything_in_order() {
    let receiver = Receiver::start(|_, count| match count % 7 {
        0 => Does::Answer(500, "", "no".to_owned()),
        1 => Does::Drop,
        2 => Does::Answer(429, "Retry-After: 0\r\n", String::new()),
        3 if count < 60 => Does::Stall(Duration::from_millis(700)),
        4 => Does::Answer(503, "", String::new()),
        5 => Does::BreakOff(502),
        _ => Does::accept(),
    });
    let desk = Desk::new(webhook(&receiver.url("/duly"), ", parallel: 8"));
    let open = desk.open();
    open.receive(0..30, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("everything is delivered", || delivered(&receiver) == 90);
    for (ticket, types) in by_ticket(&receiver.accepted()) {
        assert_eq!(types, EXPECTED, "{ticket}");
    }
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    eventually("all is counted", || counts.ended().next() == Some(("delivered", 90)) && counts.waiting() == 0);
    assert!(counts.retries() > 90 && counts.oldest_s() < f64::EPSILON);
    open.close();
    assert!(desk.letters().is_empty());
    assert!(desk.told().contains("sink crm: not delivered, to be tried again: "), "{}", desk.told());
    assert!(desk.told().contains("sink crm: delivers again, after "), "{}", desk.told());
}

#[test]
fn it_is_signed_and_verified_as_documented() {
    let receiver = Receiver::start(|_, _| Does::accept());
    let desk = Desk::new(webhook(&receiver.url("/duly"), ", types: [breached], secret_file: hook-secret"));
    desk.write("hook-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let open = desk.open();
    open.receive(0..1, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("it is delivered", || receiver.got().len() == 1);
    open.close();
    let got = &receiver.got()[0];
    assert_eq!((got.method.as_str(), got.path.as_str()), ("POST", "/duly"));
    assert_eq!(got.headers["content-type"], "application/cloudevents+json");
    // The example of docs/delivery.md is run as it stands there.
    let docs = include_str!("../../../docs/delivery.md");
    let (_, rest) = docs.split_once("```python\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let call = format!(
        "{example}\nheaders = {:?}\nbody = {:?}.encode()\nassert verify('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', headers, body)\n\
         assert not verify('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', headers, body + b' ')\n",
        serde_json::to_value(&got.headers).expect("texts").to_string(),
        got.body
    );
    let call = call.replace("headers = \"", "import json\nheaders = json.loads(\"").replace("}\"\nbody", "}\")\nbody");
    let run = std::process::Command::new("python3").args(["-c", &call]).output().expect("python3");
    assert!(run.status.success(), "{call}\n{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_restart_goes_on_and_repeats_nothing_that_was_answered() {
    let is_away = Arc::new(Mutex::new(true));
    let theirs = Arc::clone(&is_away);
    // T-3 is not taken for now; everything else is.
    let receiver = Receiver::start(move |got, _| {
        let event: Value = serde_json::from_str(&got.body).expect("JSON");
        if event["subject"] == "acme/T-3" && *theirs.lock().expect("nobody panics") {
            Does::Answer(500, "", String::new())
        } else {
            Does::accept()
        }
    });
    let desk = Desk::new(webhook(&receiver.url("/"), ""));
    let open = desk.open();
    open.receive(0..10, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("one ticket holds up no other", || delivered(&receiver) == 27);
    open.close();
    *is_away.lock().expect("nobody panics") = false;
    let open = desk.open();
    open.receive(10..11, &json!({}));
    eventually("the rest is delivered", || delivered(&receiver) == 33);
    open.close();
    assert_eq!(receiver.accepted().len(), 33, "nothing was sent twice");
    assert_eq!(by_ticket(&receiver.accepted())["acme/T-3"], EXPECTED);
}

#[test]
fn one_sink_that_is_down_holds_up_no_other() {
    let up = Receiver::start(|_, _| Does::accept());
    let down = Receiver::start(|_, _| Does::Drop);
    let settings = format!(
        "sinks:\n  up: {{send: webhook, of: sla, url: '{}', {QUICK}}}\n  down: {{send: webhook, of: sla, url: '{}', {QUICK}}}\n",
        up.url("/"),
        down.url("/")
    );
    let desk = Desk::new(settings);
    let open = desk.open();
    open.receive(0..5, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("the one that is up has everything", || delivered(&up) == 15);
    let waiting = |name: &str| {
        let (_, counts) = open.delivering.counters.sinks().find(|(known, _)| *known == name).expect("a sink");
        counts.waiting()
    };
    eventually("the other one waits", || waiting("down") == 15 && waiting("up") == 0);
    // It comes back.
    down.behave(|_, _| Does::accept());
    eventually("the other one has everything", || delivered(&down) == 15);
    open.close();
}

#[test]
fn what_is_refused_or_given_up_is_a_dead_letter_and_can_be_delivered_again() {
    let receiver = Receiver::start(|got, _| {
        let event: Value = serde_json::from_str(&got.body).expect("JSON");
        match event["subject"].as_str() {
            Some("acme/T-0") => Does::Answer(422, "", "{\"error\": \"no such ticket\"}".to_owned()),
            Some("acme/T-1") => Does::Answer(500, "", String::new()),
            _ => Does::accept(),
        }
    });
    let desk = Desk::new(webhook(&receiver.url("/"), ", types: breached, give_up_after: 200ms"));
    let open = desk.open();
    open.receive(0..3, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("two are dead letters", || desk.letters().len() == 2);
    open.close();
    let letters = desk.letters();
    for (letter, event) in &letters {
        assert_eq!((letter.source.as_str(), letter.reason.as_str()), ("sinks/crm", "undeliverable"));
        assert_eq!(event["type"], "duly.sla.breached.v1", "it is kept as it was");
    }
    let about = |subject: &str| {
        let (letter, _) = letters.iter().find(|(_, event)| event["subject"] == subject).expect("a letter");
        letter.detail.clone()
    };
    assert_eq!(about("acme/T-0"), "HTTP 422: {\"error\": \"no such ticket\"} (tried once)");
    assert!(about("acme/T-1").starts_with("HTTP 500 (tried "), "{}", about("acme/T-1"));
    // Somebody has mended it.
    receiver
        .behave(|got, _| if got.body.contains("T-1") { Does::accept() } else { Does::Answer(404, "", String::new()) });
    let again =
        deliver_again(&desk.store(), &Letters { only_waiting: true, limit: 10, ..Letters::default() }, &WallClock);
    assert_eq!(again.expect("letters").len(), 2);
    let open = desk.open();
    let became =
        || -> Vec<Option<String>> { desk.letters().into_iter().map(|(letter, _)| letter.redriven_as).collect() };
    let settled = |became: &[Option<String>]| became.iter().flatten().all(|outcome| outcome != "again");
    eventually("both are tried again", || settled(&became()));
    open.close();
    let of = |subject: &str| {
        let (letter, _) = desk.letters().into_iter().find(|(_, event)| event["subject"] == subject).expect("a letter");
        letter.redriven_as.expect("it was tried again")
    };
    assert_eq!((of("acme/T-1").as_str(), of("acme/T-0").as_str()), ("delivered", "undeliverable"));
    assert_eq!(desk.letters().len(), 2, "a letter that is refused again is the same one");
}

#[test]
fn a_pause_that_a_receiver_asks_for_is_kept_by_all() {
    let asked = Arc::new(Mutex::new(None::<Stopwatch>));
    let theirs = Arc::clone(&asked);
    let receiver = Receiver::start(move |_, _| {
        let mut asked = theirs.lock().expect("nobody panics");
        if asked.is_none() {
            *asked = Some(Stopwatch::now());
            return Does::Answer(429, "Retry-After: 1\r\n", String::new());
        }
        Does::accept()
    });
    let desk = Desk::new(webhook(&receiver.url("/"), ", parallel: 1, types: breached"));
    let open = desk.open();
    open.receive(0..5, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("everything is delivered", || delivered(&receiver) == 5);
    open.close();
    let asked = asked.lock().expect("nobody panics").expect("it asked");
    let first = receiver.accepted().iter().map(|got| got.at.duration_since(asked)).min().expect("some");
    assert!(first >= Duration::from_millis(990), "{first:?}");
}

#[test]
fn a_new_sink_begins_with_what_is_written_from_then_on() {
    let desk = Desk::new(String::new());
    let open = desk.open();
    open.receive(0..3, &json!({}));
    open.close();
    for (begin, ticket, expected) in [("now", 20, 1), ("start", 21, 5)] {
        let receiver = Receiver::start(|_, _| Does::accept());
        let url = receiver.url("/");
        let settings =
            format!("sinks:\n  {begin}: {{send: webhook, of: sla, begin: {begin}, url: '{url}', {QUICK}}}\n");
        let later = desk.with(settings);
        let open = later.open();
        open.receive(std::iter::once(ticket), &json!({}));
        eventually("what is new is delivered", || {
            receiver.got().iter().any(|got| got.body.contains(&format!("T-{ticket}")))
        });
        eventually("all that it is to have is", || receiver.got().len() == expected);
        open.close();
    }
}

#[test]
fn memory_is_bounded_while_a_receiver_is_away() {
    let count = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&count);
    let receiver = Receiver::start(move |_, _| {
        theirs.fetch_add(1, Relaxed);
        Does::Answer(503, "Retry-After: 3600\r\n", String::new())
    });
    let desk = Desk::new(webhook(&receiver.url("/"), ", parallel: 1"));
    let open = desk.open();
    open.receive(0..1500, &json!({}));
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    eventually("a thousand wait, and no more are read", || counts.waiting() == 1000);
    assert_eq!(count.load(Relaxed), 1, "who asks for an hour is left alone");
    let begun = Stopwatch::now();
    open.close();
    assert!(begun.elapsed() < Duration::from_secs(5), "an end waits for what is on its way alone");
}
