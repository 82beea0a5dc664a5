//! The whole way, with what is shipped: an engine on a generated day, Prometheus with the rules, Alertmanager with its routes, and
//! those who are told. All lengths of time are shorter, so that nobody waits for a quarter of an hour.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use duly_core::time::{Instant, Span};
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::demo;
use duly_tests::chance::eventually_within;
use duly_tests::expected::{expected_ledger, policy};
use duly_tests::prometheus::{Alertmanager, Prometheus, Settings};
use duly_tests::receiver::{Does, Receiver};
use duly_tests::served::Served;
use serde_json::Value;
use tempfile::TempDir;

use crate::shipped::{faster, path, read, rule_files};

/// Seconds are what it takes; a machine on which much else is built may take minutes.
const PATIENCE: Duration = Duration::from_secs(300);

/// An Alertmanager as shipped, all of whose receivers are one.
fn alertmanager(told: &Receiver) -> Alertmanager {
    let settings = faster(&read(&path("deploy/alertmanager/alertmanager.yml")));
    let settings =
        settings.replace("https://on-call.example.com", &told.url("")).replace("smtp.example.com:587", "127.0.0.1:1");
    let settings = settings.replace("https://heartbeat.example.com", &told.url("/heartbeat"));
    let template = path("deploy/alertmanager/duly.tmpl").display().to_string();
    Alertmanager::start(&settings.replace("[duly.tmpl]", &format!("['{template}']")))
}

/// A Prometheus with the rules as shipped.
fn prometheus(engine: &Served, alertmanager: &Alertmanager, folder: &TempDir) -> Prometheus {
    let rules = rule_files().into_iter().map(|path| {
        let copy = folder.path().join(path.file_name().expect("a file"));
        fs::write(&copy, faster(&read(&path))).expect("a copy");
        copy
    });
    let settings = Settings {
        engines: &[engine.address],
        rules: &rules.collect::<Vec<_>>(),
        alertmanager: Some(alertmanager.port()),
        every_ms: 400,
    };
    // What is told before the Alertmanager is found is lost, and told again so much later.
    Prometheus::with(&settings.yaml(), &["--", "--rules.alert.resend-delay=1s"])
}

/// Waits until this receiver is told of an alert that has begun since then that it fires, or that it is resolved, and returns that
/// alert.
fn await_told(told: &Receiver, at: &str, alert: &str, since: Instant, status: &str) -> Value {
    let mut found = Value::Null;
    let has_begun =
        |it: &Value| it["startsAt"].as_str().is_some_and(|at| at.parse::<Instant>().expect("an instant") >= since);
    eventually_within(PATIENCE, &format!("{alert} {status} at {at}"), || {
        let bodies = told.accepted().into_iter().filter(|got| got.path == at);
        let messages = bodies.map(|got| serde_json::from_str::<Value>(&got.body).expect("JSON"));
        let mut alerts = messages.flat_map(|message| message["alerts"].as_array().expect("alerts").clone());
        let is_it = |it: &Value| it["labels"]["alertname"] == alert && it["status"] == status && has_begun(it);
        found = alerts.find(is_it).unwrap_or_default();
        !found.is_null()
    });
    found
}

/// The demo's fortnight, and when the first contact about an urgent fault in it is missed.
fn fortnight() -> (Vec<(Instant, String)>, Instant) {
    let lines = demo::fortnight(demo::SEED, demo::start());
    let text: Vec<String> = lines.iter().map(|(_, line)| line.clone()).collect();
    let ledger = expected_ledger(&text, policy(), demo::start().plus(demo::LENGTH));
    let missed = ledger.iter().filter_map(|line| {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let is_it = event["type"] == "duly.sla.breached.v1" && event["objective"] == "urgent_contact";
        is_it.then(|| event["at"].as_str().expect("an instant").parse().expect("an instant"))
    });
    (lines, missed.min().expect("the demo has one"))
}

#[test]
fn an_urgent_fault_without_a_response_wakes_the_desk_and_a_lost_engine_the_operators() {
    let (lines, missed_at) = fortnight();
    let begin = missed_at.minus(Span::from_s(12 * 3600));
    let (before, day) = lines.split_at(lines.partition_point(|(at, _)| *at < begin));
    let engine = Served::new(policy(), begin);
    engine.take(&before.iter().map(|(_, line)| line.clone()).collect::<Vec<_>>());

    let told = Receiver::start(|_, _| Does::accept());
    let begun = WallClock.now();
    let (alertmanager, folder) = (alertmanager(&told), tempfile::tempdir().expect("a folder"));
    let prometheus = prometheus(&engine, &alertmanager, &folder);
    await_told(&told, "/heartbeat/duly", "DulyWatchdog", begun, "firing");
    // The engine has been asked for as long as five minutes are here.
    let watched = faster(r#"up{job="duly"} offset 5m"#);
    eventually_within(PATIENCE, "it is watched", || !prometheus.query(&watched).is_empty());
    assert!(!prometheus.firing().contains(&"DulyUrgentFaultBreached".to_owned()), "nothing is missed yet");

    let end = missed_at.plus(Span::from_s(12 * 3600));
    for (at, line) in day.iter().take_while(|(at, _)| *at < end) {
        engine.advance(*at);
        engine.take(std::slice::from_ref(line));
    }
    engine.advance(end);
    let alert = await_told(&told, "/service-desk", "DulyUrgentFaultBreached", begun, "firing");
    assert_eq!(
        (&alert["labels"]["objective"], &alert["labels"]["team"]),
        (&"urgent_contact".into(), &"field_support".into())
    );
    let summary = alert["annotations"]["summary"].as_str().expect("a summary");
    assert!(summary.starts_with("1 urgent fault"), "{summary}");
    await_told(&told, "/service-desk", "DulyUrgentFaultBreached", begun, "resolved");

    let (address, lost) = (engine.address, WallClock.now());
    engine.close();
    // Nobody else may take the port meanwhile; this one never answers.
    let silent = TcpListener::bind(address).expect("the engine has left it");
    await_told(&told, "/operators", "DulyDown", lost, "firing");
    drop(silent);
    let engine = Served::at(address, policy(), end);
    await_told(&told, "/operators", "DulyDown", lost, "resolved");
    drop((prometheus, alertmanager));
    engine.close();
}
