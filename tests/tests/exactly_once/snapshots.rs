//! Snapshots of lanes: a start reads them and what the changelog has since, and whatever is wrong with one costs time alone.

use std::fs;
use std::path::Path;

use duly_core::time::Instant;
use duly_tests::broker::tool;
use duly_tests::chance::eventually;
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

use crate::cluster::{Ground, shared};
use crate::fleet::Fleet;

const LANE: i32 = 0;

fn until() -> Instant {
    "2017-03-01T00:00:00Z".parse().expect("an instant")
}

/// Waits until a snapshot is there that was begun after this was asked.
fn await_next(fleet: &mut Fleet<'_>, name: &str) {
    let path = fleet.snapshot(name, LANE);
    let modified = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    for _ in 0..2 {
        let before = modified(&path);
        eventually("another snapshot", || {
            fleet.check();
            modified(&path) > before
        });
    }
}

/// What an instance said when it restored its lane the last time.
fn restored(fleet: &Fleet<'_>, name: &str) -> String {
    let said = fleet.said(name);
    let last = said.lines().rfind(|line| line.contains(&format!("lane {LANE}: ")) && line.contains("restored from"));
    last.unwrap_or_else(|| panic!("it restored nothing: {said}")).to_owned()
}

#[test]
fn a_start_reads_the_snapshot_and_what_came_after_it() {
    let ground = Ground::new(shared(), 1, 1);
    let lines: Vec<String> = real_log::lines().into_iter().take(12_000).collect();
    let (first, rest) = lines.split_at(8_000);
    let (second, third) = rest.split_at(2_000);
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until());

    fleet.start("one");
    ground.produce(first);
    ground.settled(until(), || fleet.check());
    await_next(&mut fleet, "one");
    ground.produce(second);
    fleet.kill("one");
    fleet.start("one");
    ground.settled(until(), || fleet.check());
    let expected = expected_ledger(&lines[..10_000], real_log::policy(), until());
    assert_same(&ground.ledger(), &expected, "from a snapshot, after a kill");
    let told = restored(&fleet, "one");
    assert!(told.contains("from a snapshot and "), "{told}");

    // An end in good order leaves one of just then.
    fleet.stop("one");
    let path = fleet.snapshot("one", LANE);
    let kept = fs::read(&path).expect("a snapshot");
    ground.produce(third);
    fleet.start("one");
    ground.settled(until(), || fleet.check());
    let expected = expected_ledger(&lines, real_log::policy(), until());
    assert_same(&ground.ledger(), &expected, "from the snapshot of the end");
    let told = restored(&fleet, "one");
    let bytes = told.split_once("a snapshot and ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<u64>().ok());
    assert!(bytes.is_some_and(|bytes| bytes < 1_000), "hardly anything was left to read: {told}");
    fleet.stop("one");

    // Half of a snapshot is none.
    fs::write(&path, &kept[..kept.len() / 2]).expect("a file");
    fleet.start("one");
    eventually("all lanes are restored", || fleet.said("one").contains("this snapshot is not whole"));
    ground.settled(until(), || fleet.check());
    assert_same(&ground.ledger(), &expected, "from the changelog alone");
    fleet.stop("one");
    let told = restored(&fleet, "one");
    assert!(!told.contains("snapshot"), "{told}");
}

#[test]
fn a_snapshot_of_topics_that_were_made_anew_is_left_alone() {
    let ground = Ground::new(shared(), 1, 1);
    let lines: Vec<String> = real_log::lines().into_iter().take(3_000).collect();
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until());
    fleet.start("one");
    ground.produce(&lines[..1_000]);
    ground.settled(until(), || fleet.check());
    fleet.stop("one");
    let (path, topics) = (fleet.snapshot("one", LANE), &ground.cluster.topics);
    let kept = fs::read(&path).expect("a snapshot");

    let topics = [&topics.tickets, &topics.sla, &topics.control, &topics.changelog, &topics.dead_letters];
    for topic in topics {
        let arguments = ["--bootstrap-server", &ground.cluster.bootstrap, "--delete", "--topic", topic];
        tool("org.apache.kafka.tools.TopicCommand", &arguments);
    }
    ground.make_topics(1);
    fleet.start("one");
    ground.produce(&lines[1_000..]);
    ground.settled(until(), || fleet.check());
    fleet.stop("one");
    // As if it had been away all the time: the new changelog reaches further than the old one did.
    fs::write(&path, kept).expect("a file");
    fleet.start("one");
    eventually("it looks at the snapshot", || fleet.said("one").contains("is not of this changelog"));
    ground.settled(until(), || fleet.check());
    assert_same(&ground.ledger(), &expected_ledger(&lines[1_000..], real_log::policy(), until()), "made anew");
    fleet.stop("one");
}
