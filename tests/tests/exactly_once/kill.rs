//! `kill -9` of instances at random moments: nothing is lost, nothing is published twice.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cluster::{Ground, shared};
use crate::fleet::Fleet;
use crate::real_log;
use crate::support::{Dice, assert_same, eventually, expected_ledger, parse_policy};

/// A seed that is printed, so that what failed can be tried again.
fn dice() -> (Dice, u64) {
    let given = std::env::var("DULY_TEST_SEED").ok().and_then(|text| text.parse().ok());
    let seed =
        given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64);
    eprintln!("DULY_TEST_SEED={seed}");
    (Dice(seed), seed)
}

/// How often instances are killed: 20, or as many as `DULY_KILLS` says (`make chaos`: 200).
fn kills() -> u64 {
    std::env::var("DULY_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

#[test]
fn after_twenty_kills_the_ledger_is_that_of_a_replay() {
    let (mut dice, seed) = dice();
    let ground = Ground::new(shared(), 8, 1);
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/service-desk.yaml");
    let lines = real_log::lines();
    let until = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let mut fleet = Fleet::new(&ground, policy.clone(), until);
    fleet.start("one");
    fleet.start("two");
    let kills = kills();
    for (round, part) in lines.chunks(lines.len().div_ceil(kills as usize)).enumerate() {
        let before = fleet.committed();
        ground.produce(part);
        let target = before + dice.below(part.len() as u64 + 1) as i64;
        eventually("so much committed", || {
            fleet.check();
            fleet.committed() >= target
        });
        let name = ["one", "two"][dice.below(2) as usize];
        fleet.kill(name);
        eprintln!("round {round}: killed {name} at {}", fleet.committed());
        fleet.start(name);
    }
    ground.settled(until, || fleet.check());
    let expected = expected_ledger(&lines, parse_policy(&std::fs::read_to_string(policy).expect("a policy")), until);
    assert_same(&ground.ledger(), &expected, &format!("{kills} kills, seed {seed}"));
}
