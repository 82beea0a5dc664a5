//! `kill -9` of the program at random moments: what was committed stays, nothing is lost, nothing stands twice.

use std::fs;
use std::process::{Child, Stdio};

use duly_engine::demo;
use duly_engine::sqlite::ReadOnly;

use duly_tests::program::duly;

use crate::support::Desk;
use duly_tests::chance::{Dice, eventually};
use duly_tests::expected::{assert_same, expected_ledger, policy, policy_path};

/// How often the program is killed.
const KILLS: u64 = 20;

/// A feed that takes some time: the fortnights of many tenants, in order of arrival.
fn feed() -> Vec<String> {
    let mut lines = Vec::new();
    for tenant in 0..60 {
        let fortnight = demo::fortnight(tenant, demo::start());
        lines.extend(
            fortnight.into_iter().map(|(at, line)| (at, line.replace("\"demo/", &format!("\"demo-{tenant}/")))),
        );
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// How far the store is with its feed, in bytes; nothing where there is no store yet.
fn committed(desk: &Desk) -> u64 {
    let feeds = ReadOnly::open(&desk.store()).and_then(|store| store.feeds()).unwrap_or_default();
    feeds.first().map_or(0, |feed| feed.position.offset)
}

fn serve(desk: &Desk, until: &str) -> Child {
    duly()
        .args(["serve", "--exit", "--until", until, "--store"])
        .arg(desk.store())
        .arg("--policy")
        .arg(policy_path())
        .arg(desk.path("feed"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

#[test]
fn after_twenty_kills_the_ledger_is_that_of_an_uninterrupted_run() {
    let (mut dice, seed) = Dice::printed();
    let desk = Desk::new("2026-11-01 00:00");
    let lines = feed();
    let text = lines.join("\n") + "\n";
    fs::write(desk.path("feed"), &text).expect("a feed");
    let until = demo::start().plus(demo::LENGTH);
    let mut kills = 0;
    for round in 0..KILLS {
        let mut program = serve(&desk, &until.to_string());
        let from = committed(&desk);
        // Sometimes at once, so that the start is hit too; mostly somewhere in its share of what is left.
        let share = (text.len() as u64 - from) / (KILLS - round + 1);
        let target = from + dice.below(share + 1);
        let mut has_ended = false;
        eventually("so much committed", || {
            has_ended = program.try_wait().expect("a process").is_some();
            has_ended || committed(&desk) >= target
        });
        program.kill().expect("it is ours");
        program.wait().expect("it has ended");
        kills += u64::from(!has_ended);
    }
    assert!(kills >= KILLS / 2, "only {kills} kills found it at work; seed {seed}");
    let ended = serve(&desk, &until.to_string()).wait().expect("it ends");
    assert!(ended.success(), "seed {seed}");
    let row = desk.read_only().lane_row().expect("the lane");
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64, "every line once; seed {seed}");
    let expected = expected_ledger(&lines, policy(), until);
    assert_same(&desk.ledger(), &expected, &format!("{kills} kills, seed {seed}"));
    compare_with_replay(&desk, &until.to_string(), &expected);
}

/// The program's own replay must say the same, byte for byte.
fn compare_with_replay(desk: &Desk, until: &str, expected: &[String]) {
    let out = duly()
        .args(["replay", "--until", until, "--ledger", "-", "--policy"])
        .arg(policy_path())
        .arg(desk.path("feed"))
        .output()
        .expect("a replay");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let replayed: Vec<String> = String::from_utf8(out.stdout).expect("JSON").lines().map(str::to_owned).collect();
    assert_same(&replayed, expected, "the replay");
}
