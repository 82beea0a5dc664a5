//! `kill -9` of instances at random moments: nothing is lost, nothing is published twice.

use crate::cluster::{Ground, shared};
use crate::fleet::Fleet;
use duly_tests::chance::{Dice, eventually, times};
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

#[test]
fn after_twenty_kills_the_ledger_is_that_of_a_replay() {
    let (mut dice, seed) = Dice::printed();
    let ground = Ground::new(shared(), 8, 1);
    let lines = real_log::lines();
    let until = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until);
    fleet.start("one");
    fleet.start("two");
    let kills = times("DULY_KILLS", 20);
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
    for name in ["one", "two"] {
        fleet.stop(name);
    }
    let expected = expected_ledger(&lines, real_log::policy(), until);
    assert_same(&ground.ledger(), &expected, &format!("{kills} kills, seed {seed}"));
}
