//! On Kafka: instances share a sink's partitions, a restart repeats only what is open, and dead letters come back.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use duly_engine::deliver::Delivering;
use duly_engine::kafka::{DeadLetters, Letter, Which, deliver};
use duly_tests::broker::Brokers;
use duly_tests::chance::eventually;
use duly_tests::ground::Ground;
use duly_tests::receiver::{Does, Receiver};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _};
use serde_json::Value;

use crate::support::{QUICK, by_ticket, read_sinks};

/// A broker for the tests of this file, which take turns.
static BROKERS: LazyLock<Mutex<Brokers>> = LazyLock::new(|| Mutex::new(Brokers::start(&[])));

fn brokers() -> MutexGuard<'static, Brokers> {
    BROKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes SLA events as an engine does: `count` of each of these tickets, in order.
fn publish(ground: &Ground, tickets: std::ops::Range<usize>, count: std::ops::Range<usize>) {
    let producer = ground.producer();
    for number in count {
        for ticket in tickets.clone() {
            let subject = format!("acme/T-{ticket}");
            let id = format!("{ticket}-{number}");
            let text = |key, value| Header { key, value: Some(value) };
            let headers = OwnedHeaders::new()
                .insert(text("ce_specversion", "1.0"))
                .insert(text("ce_id", id.as_str()))
                .insert(text("ce_source", "/duly"))
                .insert(text("ce_type", &format!("duly.sla.step{number}.v1")))
                .insert(text("ce_subject", subject.as_str()))
                .insert(text("content-type", "application/json"));
            let data = format!(r#"{{"objective":"response","number":{number}}}"#);
            let record = BaseRecord::to(&ground.cluster.topics.sla).key(&subject).payload(&data).headers(headers);
            producer.send(record).map_err(|(error, _)| error).expect("there is room");
        }
    }
    producer.flush(Duration::from_secs(30)).expect("it is written");
}

/// An instance with one webhook.
fn instance(ground: &Ground, url: &str, more: &str) -> Delivering {
    let settings = format!("sinks:\n  crm: {{send: webhook, of: sla, begin: start, url: '{url}', {QUICK}{more}}}\n");
    let sinks = read_sinks(&settings, std::path::Path::new("/")).expect("sinks without mistakes");
    let tell: duly_engine::deliver::Tell = Arc::new(|line| eprintln!("{line}"));
    deliver(&ground.cluster, sinks, Duration::from_secs(6), &tell).expect("sinks")
}

fn delivered(receiver: &Receiver) -> usize {
    by_ticket(&receiver.accepted()).values().map(Vec::len).sum()
}

/// Everything came, each ticket's in order.
#[track_caller]
fn check(receiver: &Receiver, tickets: usize, count: usize) {
    let all = by_ticket(&receiver.accepted());
    assert_eq!(all.len(), tickets);
    let expected: Vec<String> = (0..count).map(|number| format!("duly.sla.step{number}.v1")).collect();
    for (ticket, types) in all {
        assert_eq!(types, expected, "{ticket}");
    }
}

fn letters(ground: &Ground) -> Vec<Letter> {
    let which = Which { limit: 1000, ..Which::default() };
    DeadLetters::open(&ground.cluster).and_then(|letters| letters.list(&which)).expect("letters")
}

#[test]
fn instances_share_a_sink_and_a_receiver_that_fails_gets_everything_in_order() {
    let brokers = brokers();
    let ground = Ground::new(&brokers.bootstrap, 4, 1);
    let receiver = Receiver::start(|_, count| match count % 5 {
        0 => Does::Answer(500, "", String::new()),
        1 => Does::Drop,
        2 => Does::Answer(429, "Retry-After: 0\r\n", String::new()),
        _ => Does::accept(),
    });
    publish(&ground, 0..40, 0..3);
    let first = instance(&ground, &receiver.url("/"), "");
    eventually("it begins", || delivered(&receiver) > 20);
    let second = instance(&ground, &receiver.url("/"), "");
    publish(&ground, 0..40, 3..6);
    eventually("everything is delivered", || delivered(&receiver) == 240);
    first.stop();
    publish(&ground, 0..40, 6..7);
    eventually("the other one goes on", || delivered(&receiver) == 280);
    second.stop();
    check(&receiver, 40, 7);
    assert!(letters(&ground).is_empty());
}

#[test]
fn a_restart_repeats_only_what_is_open() {
    let brokers = brokers();
    let ground = Ground::new(&brokers.bootstrap, 2, 1);
    // T-3 is not taken for now.
    let receiver = Receiver::start(|got, _| {
        if got.body.contains("acme/T-3\"") { Does::Answer(500, "", String::new()) } else { Does::accept() }
    });
    publish(&ground, 0..10, 0..3);
    let before = instance(&ground, &receiver.url("/"), "");
    eventually("one ticket holds up no other", || delivered(&receiver) == 27);
    before.stop();
    receiver.behave(|_, _| Does::accept());
    let after = instance(&ground, &receiver.url("/"), "");
    eventually("the rest is delivered", || delivered(&receiver) == 30);
    publish(&ground, 10..11, 0..3);
    eventually("and what is new", || delivered(&receiver) == 33);
    after.stop();
    assert_eq!(receiver.accepted().len(), 33, "nothing was sent twice");
    check(&receiver, 11, 3);
}

#[test]
fn a_dead_letter_is_kept_as_it_was_and_delivered_again() {
    let brokers = brokers();
    let ground = Ground::new(&brokers.bootstrap, 2, 1);
    let receiver = Receiver::start(|got, _| {
        if got.body.contains("acme/T-1\"") { Does::Answer(422, "", "closed".to_owned()) } else { Does::accept() }
    });
    publish(&ground, 0..3, 0..1);
    let running = instance(&ground, &receiver.url("/"), "");
    eventually("one is a dead letter", || letters(&ground).len() == 1 && delivered(&receiver) == 2);
    let letter = letters(&ground).remove(0);
    assert_eq!((letter.reason.as_str(), letter.topic.as_str()), ("undeliverable", ground.cluster.topics.sla.as_str()));
    assert_eq!(letter.detail, "sink crm: HTTP 422: closed (tried once)");
    let shown = DeadLetters::open(&ground.cluster).and_then(|letters| letters.show(letter.id)).expect("a letter");
    let (_, content) = shown.expect("it is there");
    assert_eq!(content.value, br#"{"objective":"response","number":0}"#);
    assert_eq!(content.key.as_deref(), Some(&b"acme/T-1"[..]));
    assert!(content.headers.contains(&("ce_id".to_owned(), b"1-0".to_vec())));

    let redrive = || {
        let letters = DeadLetters::open(&ground.cluster).expect("letters");
        let mut redriven = 0;
        letters
            .redrive(&Which { limit: 10, ..Which::default() }, &[], |_, _| redriven += 1)
            .expect("they are redriven");
        redriven
    };
    // It is refused once more, and then taken.
    assert_eq!(redrive(), 1);
    eventually("it is a letter again", || letters(&ground).len() == 2);
    let first = letters(&ground).remove(0);
    assert_eq!(first.redriven.expect("a trace").outcome, "undeliverable");
    receiver.behave(|_, _| Does::accept());
    assert_eq!(redrive(), 1, "the first is told by the second");
    eventually("it is delivered", || delivered(&receiver) == 3);
    running.stop();
    check(&receiver, 3, 1);
    assert_eq!(ground.committed(&ground.prober()), 0, "nothing of it went to the log of ticket events");
    let event: Value = serde_json::from_str(&receiver.accepted()[2].body).expect("JSON");
    assert_eq!((event["id"].as_str(), event["subject"].as_str()), (Some("1-0"), Some("acme/T-1")));
}
