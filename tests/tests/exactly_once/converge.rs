//! What is published is the ledger.

use std::sync::Arc;
use std::time::Duration;

use duly_core::lane::Settings;
use duly_core::time::Instant;
use duly_engine::clock::WallClock;
use duly_engine::kafka::{Options, start};

use crate::cluster::{Ground, shared};
use duly_tests::expected::{assert_same, expected_ledger, fortnight, policy};
use duly_tests::real_log;

/// An instance on a test's topics, within this process.
pub(crate) fn options(ground: &Ground, instance: &str, until: Instant) -> Options {
    Options {
        cluster: ground.cluster.clone(),
        instance: format!("{}{instance}", ground.prefix),
        advertised: "http://127.0.0.1:1".to_owned(),
        workers: 1,
        session_timeout: Duration::from_secs(6),
        transaction_timeout: Duration::from_secs(5),
        commit_interval: Duration::from_millis(100),
        progress_interval: Duration::from_secs(1),
        sources: Vec::new(),
        snapshots: None,
        snapshot_interval: Duration::from_secs(600),
        settings: Settings { until, ..Settings::default() },
        policies: vec![policy()],
        notifier: None,
        ends_settled: false,
        clock: Arc::new(WallClock),
    }
}

#[test]
fn the_real_log_on_two_instances_is_the_ledger() {
    let ground = Ground::new(shared(), 8, 1);
    let (lines, policy) = (real_log::lines(), real_log::policy());
    let until = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let options = |instance| Options { policies: vec![policy.clone()], ..options(&ground, instance, until) };
    let first = start(options("one")).expect("it starts");
    let second = start(options("two")).expect("it starts");
    ground.produce(&lines);
    let began = std::time::Instant::now();
    ground.settled(until, || assert!(!first.has_ended() && !second.has_ended(), "it has ended"));
    eprintln!("settled after {:?}", began.elapsed());
    for running in [first, second] {
        running.stop(true);
        running.join().expect("an end in good order");
    }
    assert_same(&ground.ledger(), &expected_ledger(&lines, policy, until), "two instances");
}

#[test]
fn the_fortnight_on_eight_lanes_is_the_ledger() {
    let ground = Ground::new(shared(), 8, 1);
    let (lines, until) = fortnight();
    ground.produce(&lines);
    let running = start(options(&ground, "one", until)).expect("it starts");
    ground.settled(until, || assert!(!running.has_ended(), "it has ended"));
    running.stop(true);
    running.join().expect("an end in good order");
    assert_same(&ground.ledger(), &expected_ledger(&lines, policy(), until), "one instance");
}
