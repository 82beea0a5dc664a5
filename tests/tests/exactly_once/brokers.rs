//! Brokers of three that are killed under load: each leads partitions, and each coordinates transactions and the group for
//! somebody.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use duly_tests::broker::Brokers;
use duly_tests::chance::{eventually_within, times};
use duly_tests::expected::{assert_same, expected_ledger};
use duly_tests::real_log;

use crate::cluster::Ground;
use crate::fleet::{Fleet, Timeouts};

/// Transactions that time out because of a broker that went may do so more than once before others lead.
pub(crate) const FAILOVER: Duration = Duration::from_secs(180);

#[test]
fn a_killed_broker_loses_nothing_and_repeats_nothing() {
    let mut brokers = Brokers::start(&["--brokers", "3"]);
    let ground = Ground::new(&brokers.bootstrap, 8, 3);
    let lines: Vec<String> = real_log::lines().into_iter().take(30_000).collect();
    let until: Instant = "2017-03-01T00:00:00Z".parse().expect("an instant");
    // Longer than brokers need to notice that one of them is gone, and to elect others.
    let timeouts = Timeouts { session_s: 20, transaction_s: 15 };
    let mut fleet = Fleet::with(&ground, real_log::policy_path(), until, timeouts);
    let prober = ground.prober();
    fleet.start("one");
    fleet.start("two");
    let (kills, begun) = (times("DULY_BROKER_KILLS", 3), Stopwatch::now());
    for (round, part) in lines.chunks(lines.len().div_ceil(kills as usize)).enumerate() {
        let broker = round % 3 + 1;
        let before = fleet.committed();
        eventually_within(FAILOVER, "every broker has its copies again", || ground.is_in_sync(&prober));
        ground.produce(&part[..part.len() / 2]);
        eventually_within(FAILOVER, "the engine is at work", || {
            fleet.check();
            fleet.committed() > before
        });
        eprintln!("kill {} of {kills}: broker {broker}, after {} s", round + 1, begun.elapsed().as_secs());
        brokers.command(&format!("kill {broker}"));
        ground.produce(&part[part.len() / 2..]);
        brokers.command(&format!("start {broker}"));
        eventually_within(FAILOVER, "half of it is committed", || {
            fleet.check();
            fleet.committed() >= before + part.len() as i64 / 2
        });
    }
    ground.settled(until, || fleet.check());
    assert_same(&ground.ledger(), &expected_ledger(&lines, real_log::policy(), until), "brokers killed");
    for name in ["one", "two"] {
        fleet.stop(name);
    }
}
