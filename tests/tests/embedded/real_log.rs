//! The real log of a service desk, 98,824 rows: shuffled, doubled and fed in several runs it gives the ledger of one pass (I1).

use std::fs;

use duly_core::time::Instant;

use crate::support::Desk;
use duly_tests::chance::Dice;
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

/// How the rows arrive, and in how many runs.
fn check(name: &str, until: Instant, arrival: &[&String], runs: usize, distinct: usize, expected: &[String]) {
    let policies = vec![real_log::policy()];
    let desk = Desk { policies, until, ..Desk::new("2026-11-01 00:00") };
    for (run, part) in arrival.chunks(arrival.len().div_ceil(runs)).enumerate() {
        let feed = format!("feed-{run}");
        let text: Vec<&[u8]> = part.iter().flat_map(|line| [line.as_bytes(), b"\n"]).collect();
        fs::write(desk.path(&feed), text.concat()).expect("a feed");
        desk.settle(&[&feed]);
    }
    let row = desk.read_only().lane_row().expect("the lane");
    assert_eq!(
        (row.applied, row.duplicates, row.dead_letters),
        (distinct as u64, (arrival.len() - distinct) as u64, 0),
        "{name}: every row ends one way (I7)"
    );
    assert_same(&desk.ledger(), expected, name);
}

#[test]
fn the_real_log_gives_one_ledger_however_it_arrives() {
    let lines = real_log::lines();
    let until = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let expected = expected_ledger(&lines, real_log::policy(), until);
    let in_order: Vec<&String> = lines.iter().collect();
    check("in order, three runs", until, &in_order, 3, lines.len(), &expected);
    let mut doubled: Vec<&String> = lines.iter().chain(&lines).collect();
    let mut dice = Dice(7);
    for place in (1..doubled.len()).rev() {
        doubled.swap(place, dice.below(place as u64 + 1) as usize);
    }
    check("shuffled and doubled, three runs", until, &doubled, 3, lines.len(), &expected);
}
