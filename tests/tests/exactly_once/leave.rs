//! Coming back to what is no longer there, and going for good.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use duly_tests::broker::tool;
use duly_tests::chance::eventually;
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

use crate::cluster::{Ground, shared};
use crate::fleet::{Fleet, Timeouts};

fn until() -> Instant {
    "2017-03-01T00:00:00Z".parse().expect("an instant")
}

/// A member that keeps its name is waited for as long as its session lasts, unless it says that it leaves.
#[test]
fn an_instance_that_leaves_hands_its_lanes_over_at_once() {
    let ground = Ground::new(shared(), 8, 1);
    let lines: Vec<String> = real_log::lines().into_iter().take(4_000).collect();
    let session = Duration::from_secs(45);
    let timeouts = Timeouts { session_s: 45, transaction_s: 30 };
    let mut fleet = Fleet::with(&ground, real_log::policy_path(), until(), timeouts);
    fleet.start("one");
    fleet.start("two");
    ground.produce(&lines[..2_000]);
    eventually("both have restored lanes", || {
        fleet.check();
        ["one", "two"].iter().all(|name| fleet.said(name).contains("tickets restored"))
    });
    let begun = Stopwatch::now();
    fleet.leave("one");
    ground.produce(&lines[2_000..]);
    ground.settled(until(), || fleet.check());
    assert!(begun.elapsed() < session, "its lanes waited for it: {:?}", begun.elapsed());
    assert_same(&ground.ledger(), &expected_ledger(&lines, real_log::policy(), until()), "after one has left");
    fleet.stop("two");
}

/// A log that is shorter than what was read of it is another one: going on would judge silence where nobody can speak.
#[test]
fn a_lane_does_not_go_on_with_a_log_that_was_made_anew() {
    let ground = Ground::new(shared(), 1, 1);
    let lines: Vec<String> = real_log::lines().into_iter().take(500).collect();
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until());
    fleet.start("one");
    ground.produce(&lines);
    ground.settled(until(), || fleet.check());
    fleet.stop("one");
    let arguments =
        ["--bootstrap-server", &ground.cluster.bootstrap, "--delete", "--topic", &ground.cluster.topics.tickets];
    tool("org.apache.kafka.tools.TopicCommand", &arguments);
    ground.make_topics(1);
    fleet.start("one");
    eventually("the lane stands still", || {
        fleet.check();
        fleet.said("one").contains("the log was cut or made anew")
    });
    fleet.stop("one");
}
