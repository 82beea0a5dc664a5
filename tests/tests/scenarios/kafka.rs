//! All scenarios on a real Kafka, in one run of one broker. Those that have their policies in common, and tell no more
//! about them on the way, share topics; their tenants keep them apart.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use duly_core::lane::Settings;
use duly_core::time::{Instant, Span};
use duly_engine::kafka::{Options, Running, start};
use duly_tests::broker::Brokers;
use duly_tests::clock::TestClock;
use duly_tests::ground::Ground;
use duly_tests::scenario::{self, Deed, OnCore, Scenario, differences, final_ledger, play};
use rdkafka::producer::{BaseRecord, Producer as _};
use serde_json::{Value, json};

#[test]
fn kafka_tells_every_scenario() {
    let brokers = Brokers::start(&[]);
    let mut groups: BTreeMap<String, Vec<Scenario>> = BTreeMap::new();
    for scenario in scenario::all() {
        let versions: Vec<String> = scenario.policies.iter().map(duly_core::policy::Policy::version).collect();
        let alone = if scenario.has_controls() { scenario.name.as_str() } else { "" };
        groups.entry(format!("{alone} {versions:?}")).or_default().push(scenario);
    }
    let grounds: Vec<(Ground, &Vec<Scenario>)> =
        groups.values().map(|group| (Ground::new(&brokers.bootstrap, 2, 1), group)).collect();
    let found: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = grounds.iter().map(|(ground, group)| scope.spawn(|| tell(ground, group))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that does not panic")).collect()
    });
    assert!(found.is_empty(), "{} lines differ:\n{}", found.len(), found.join("\n"));
}

/// Plays scenarios of the same policies: half of each, then, after a restart, the other half, which comes late.
fn tell(ground: &Ground, group: &[Scenario]) -> Vec<String> {
    let until = group.iter().map(Scenario::end).max().expect("a group has a scenario");
    for second in [false, true] {
        for scenario in group {
            produce(ground, scenario, second);
        }
        let running = start(options(ground, group, until)).expect("it starts");
        ground.settled(until, || assert!(!running.has_ended(), "it has ended"));
        stop(running);
    }
    let ledger = ground.ledger();
    group.iter().flat_map(|scenario| compare(scenario, &ledger)).collect()
}

/// Writes the first or the second half of what happens to the log and the control topic.
fn produce(ground: &Ground, scenario: &Scenario, second: bool) {
    let deeds: Vec<&Deed> = scenario.deeds().collect();
    let (first, rest) = deeds.split_at(deeds.len() / 2);
    let mut lines = Vec::new();
    let producer = ground.producer();
    for deed in if second { rest } else { first } {
        match deed {
            Deed::Event { line, .. } => lines.push(line.clone()),
            Deed::Control(event) => {
                let event = json!({
                    "specversion": "1.0", "type": event.type_name(), "source": "/operator", "id": scenario.name,
                    "data": event.data(),
                });
                let event = event.to_string();
                let record = BaseRecord::<[u8], str>::to(&ground.cluster.topics.control).partition(0).payload(&event);
                producer.send(record).map_err(|(error, _)| error).expect("there is room");
            }
            Deed::Restart => {}
        }
    }
    producer.flush(Duration::from_secs(60)).expect("all is written");
    ground.produce(&lines);
}

fn options(ground: &Ground, group: &[Scenario], until: Instant) -> Options {
    Options {
        cluster: ground.cluster.clone(),
        instance: "one".to_owned(),
        advertised: "http://127.0.0.1:1".to_owned(),
        workers: 1,
        session_timeout: Duration::from_secs(6),
        transaction_timeout: Duration::from_secs(5),
        commit_interval: Duration::from_millis(50),
        progress_interval: Duration::from_secs(1),
        sources: Vec::new(),
        snapshots: None,
        snapshot_interval: Duration::from_secs(600),
        settings: Settings { until, ..Settings::default() },
        policies: group[0].policies.clone(),
        notifier: None,
        ends_settled: false,
        clock: Arc::new(TestClock::at(until.plus(Span::from_s(3600)))),
    }
}

fn stop(running: Running) {
    running.stop(true);
    running.join().expect("an end in good order");
}

/// What stands of a scenario's tickets until it is over, against the core, which tells the scenario as it is written.
fn compare(scenario: &Scenario, ledger: &[String]) -> Vec<String> {
    let mut found = differences(scenario, &play(scenario, &mut OnCore::new(scenario)));
    let is_its = |line: &&String| {
        let body: Value = serde_json::from_str(line).expect("a body is JSON");
        let of_ticket = body["subject"].as_str().expect("a subject").starts_with(&format!("{}/", scenario.name));
        of_ticket && body["at"].as_str().expect("an instant").parse::<Instant>().expect("an instant") <= scenario.end()
    };
    let mut told: Vec<&String> = ledger.iter().filter(is_its).collect();
    let wanted = final_ledger(scenario);
    let mut wanted: Vec<&String> = wanted.iter().collect();
    told.sort();
    wanted.sort();
    found.extend(
        told.iter().filter(|line| !wanted.contains(line)).map(|line| format!("{}: too many: {line}", scenario.name)),
    );
    found.extend(
        wanted.iter().filter(|line| !told.contains(line)).map(|line| format!("{}: missing: {line}", scenario.name)),
    );
    found
}
