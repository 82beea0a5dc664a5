//! Instances that come, go, start anew and freeze, by chance and under load: the ledger is that of a replay all the same.

use duly_core::time::Instant;
use duly_tests::chance::{Dice, eventually, times};
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

use crate::cluster::{Ground, shared};
use crate::fleet::Fleet;

const NAMES: [&str; 3] = ["one", "two", "three"];

/// What befalls an instance.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// It starts, and takes lanes from others.
    Join,
    /// It gives its lanes up, and does not come back.
    Leave,
    /// It ends in good order, and comes back: a rolling restart.
    Restart,
    /// `kill -9`, and it comes back.
    Kill,
    /// It stands still until others have its lanes and have gone on with them, and wakes up as a zombie.
    Freeze,
}

const DEEDS: [Deed; 5] = [Deed::Restart, Deed::Join, Deed::Freeze, Deed::Leave, Deed::Kill];

#[test]
fn instances_that_come_and_go_lose_nothing_and_repeat_nothing() {
    let (mut dice, seed) = Dice::printed();
    let ground = Ground::new(shared(), 8, 1);
    let lines = real_log::lines();
    let until: Instant = "2017-03-01T00:00:00Z".parse().expect("an instant");
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until);
    fleet.start("one");
    fleet.start("two");
    // Each deed once, or as many by chance as are asked for.
    let deeds = times("DULY_DEEDS", DEEDS.len() as u64);
    let mut produced = 0;
    for (round, part) in lines.chunks(lines.len().div_ceil(deeds as usize)).enumerate() {
        let deed = DEEDS.get(round).copied().unwrap_or_else(|| DEEDS[dice.below(DEEDS.len() as u64) as usize]);
        let before = fleet.committed();
        ground.produce(part);
        produced += part.len() as i64;
        let target = before + dice.below(part.len() as u64 / 2) as i64;
        eventually("the engine is at work", || {
            fleet.check();
            fleet.committed() >= target
        });
        eprintln!("round {round}: {deed:?} at {} of {produced}", fleet.committed());
        befall(&mut fleet, deed, &mut dice, produced);
    }
    if fleet.names().is_empty() {
        fleet.start("one");
    }
    ground.settled(until, || fleet.check());
    for name in fleet.names() {
        fleet.stop(&name);
    }
    let expected = expected_ledger(&lines, real_log::policy(), until);
    assert_same(&ground.ledger(), &expected, &format!("{deeds} deeds, seed {seed}"));
}

/// Lets it happen to an instance that it can happen to; one that can not join or go starts anew.
fn befall(fleet: &mut Fleet<'_>, deed: Deed, dice: &mut Dice, produced: i64) {
    let running = fleet.names();
    let some = running[dice.below(running.len() as u64) as usize].clone();
    let absent = NAMES.iter().find(|name| !running.iter().any(|running| running == *name));
    match (deed, absent) {
        (Deed::Join, Some(name)) => fleet.start(name),
        (Deed::Leave, _) if running.len() > 1 => fleet.leave(&some),
        (Deed::Kill, _) => {
            fleet.kill(&some);
            fleet.start(&some);
        }
        (Deed::Freeze, _) if running.len() > 1 => {
            fleet.signal(&some, "STOP");
            eventually("others have done its work", || fleet.committed() >= produced);
            fleet.signal(&some, "CONT");
        }
        _ => {
            fleet.stop(&some);
            fleet.start(&some);
        }
    }
}
