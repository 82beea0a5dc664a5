//! What engineers look at: an engine on a real Kafka that works through a fortnight, with a source, a sink, a dead letter and a breach
//! that time alone brings, while a Prometheus asks it.

use std::fs;
use std::path::Path;

use duly_core::time::Span;
use duly_engine::clock::{Clock as _, WallClock};
use duly_tests::broker::Brokers;
use duly_tests::chance::eventually;
use duly_tests::program::{Serving, duly};
use duly_tests::prometheus::{Prometheus, Settings};
use duly_tests::receiver::{Does, Receiver};
use serde_json::{Value, json};

use super::panels::{Shown, all_are_drawn};

const MAPPING: &str = "\
mapping: desk
signature: token
ticket: /id
time: /at
events:
  - {type: received, id: \"{/id}/received\"}
";

#[test]
fn engineers_see_an_engine_on_kafka() {
    let brokers = Brokers::start(&[]);
    let receiver = Receiver::start(|_, _| Does::accept());
    let folder = tempfile::tempdir().expect("a folder");
    let config = set_up(folder.path(), &brokers.bootstrap, &receiver.url("/duly"));
    run(&["topics", "apply", "--config", &config]);
    let engine = Serving::start(&["--config", &config]);
    let settings = Settings { engines: &[engine.address], every_ms: 1000, ..Settings::default() };
    let prometheus = Prometheus::start(&settings.yaml());
    let value = |expression: &str| prometheus.query(expression).first().map_or(0.0, |sample| sample.value);
    // What is counted is seen to be counted, and not to have been there before.
    eventually("it has been asked", || value("count_over_time(duly_ready[1m])") > 2.0);
    let begun_s = WallClock.now().ns() / 1_000_000_000;
    run(&["demo", "--config", &config, "--exit"]);
    tell(&engine);
    eventually("time alone has brought a breach", || value("duly_timer_lateness_seconds_count") > 0.0);
    eventually("it is delivered", || value("sum(increase(duly_sink_records_total{outcome='delivered'}[5m]))") > 0.0);
    eventually("it has been asked often enough", || value("count_over_time(duly_ready[5m])") > 30.0);
    let now_s = WallClock.now().ns() / 1_000_000_000;
    all_are_drawn(&prometheus, &["duly-engine"], &Shown { from_s: begun_s - 2, to_s: now_s, scrape_s: 1 });
}

/// Writes the settings, and what they name.
fn set_up(folder: &Path, bootstrap: &str, receiver: &str) -> String {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("it can be written");
    write("desk.yaml", MAPPING);
    write("token", "a-token");
    write(
        "duly.yaml",
        &format!(
            "kafka: {{bootstrap: '{bootstrap}', instance: one, snapshots: snapshots}}\n\
             notifications: on\n\
             sources:\n  desk: {{mapping: desk.yaml, tenant: acme, hook: {{secret_file: token}}}}\n\
             sinks:\n  crm: {{send: webhook, of: sla, begin: start, url: '{receiver}'}}\n"
        ),
    );
    folder.join("duly.yaml").display().to_string()
}

fn run(arguments: &[&str]) {
    let output = duly().args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A message of the source, one that can not be read, and urgent faults that are two hours old in three seconds or later: it is
/// time alone that breaks the promise of those that are read before.
fn tell(engine: &Serving) {
    let post = |path: &str, body: &Value| {
        let (status, said) = engine.post(path, body);
        assert!(status < 500, "{path}: {status} {said}");
    };
    let at = |ago: Span| WallClock.now().minus(ago).to_string();
    post("/hooks/desk", &json!({"id": "A-1", "at": at(Span::from_s(60))}));
    post("/hooks/desk", &json!({"id": "A-2", "at": "yesterday"}));
    let data = json!({"category": "technical_support", "severity": "urgent"});
    for left_s in [3, 10, 30] {
        let event = json!({
            "specversion": "1.0", "id": "urgent", "source": "crm", "type": "duly.ticket.received.v1",
            "subject": format!("acme/T-{left_s}"), "time": at(Span::from_s(2 * 3600 - left_s)), "data": data,
        });
        post("/api/v1/events", &event);
    }
}
