//! I1, I6 and I9 over generated policies and histories. A failure shrinks to a story.

use std::cell::Cell;
use std::fmt::Debug;

use duly_core::time::Instant;
use duly_tests::generate::{self, Arrival, STEP};
use duly_tests::minute::to_instant;
use duly_tests::story::{Case, difference};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::{core, counted};

/// How many cases each property tries where `DULY_CASES` does not say: about a minute in all, on two cores.
const CASES: u32 = 8_000;

/// I6: the core and the model tell the same ledger.
#[test]
fn the_core_agrees_with_the_model() {
    check(generate::case(), |case| {
        let (model, core) = (case.ledger(STEP), core::entries(&core::derive(&case)));
        difference(["the model", "the core"], &model, &core).map_or(Ok(()), Err)
    });
}

/// The judge is judged too: how finely it walks makes no difference.
#[test]
fn the_model_is_the_same_at_every_step() {
    check_some(generate::case(), 20, |case| {
        difference(["minute by minute", "in steps"], &case.ledger(1), &case.ledger(STEP)).map_or(Ok(()), Err)
    });
}

/// I9: the ledger at an instant is the later ledger, cut there.
#[test]
fn a_ledger_is_the_later_ledger_cut() {
    let cases = generate::case().prop_flat_map(|case| {
        let earlier = generate::instant_before(case.until);
        (Just(case), earlier)
    });
    check(cases, |(case, until)| {
        let earlier = core::derive(&Case { until, ..case.clone() });
        let later = core::cut(&core::derive(&case), to_instant(until));
        same_bodies(["as it was told", "as it is told later"], &earlier, &later)
    });
}

/// I9 for control events: what is told of emergencies in time rewrites nothing that was true before it counts.
#[test]
fn what_is_told_in_time_rewrites_nothing() {
    let cases = generate::case().prop_flat_map(|case| {
        let earlier = generate::instant_before(case.until);
        (Just(case), earlier)
    });
    let told = Cell::new(0);
    check(cases, |(case, until)| {
        let told_in_time = core::in_time(&case, Instant::MAX);
        let (known, later) = (core::in_time(&case, to_instant(until)), Case { emergencies: told_in_time, ..case });
        told.set(told.get() + usize::from(known.len() < later.emergencies.len()));
        let earlier = core::derive(&Case { emergencies: known, until, ..later.clone() });
        let later = core::cut(&core::derive(&later), to_instant(until));
        same_bodies(["as it was told", "as it is told later"], &earlier, &later)
    });
    assert!(told.get() > 0, "nothing was told later: the cases show less than they should");
}

/// I1, I2 and I6: whatever the order of arrival, of control events among it, duplicates, batches, discarded turns, restarts, however often time was
/// advanced, and though the ticket was retired on the way, what was published less what was retracted is what is derived from
/// scratch, and so are the verdicts that metrics count, under the same labels. A discarded turn leaves nothing behind, and a lane is the same after it was stored.
#[test]
fn what_stands_is_what_is_derived() {
    let cases = generate::case().prop_flat_map(|case| {
        let arrival = generate::arrival(&case);
        (Just(case), arrival)
    });
    let revivals = Cell::new(0);
    check(cases, |(case, arrival)| {
        let mut derived = core::derive(&case);
        derived.sort();
        let standing = core::standing(&case, &arrival)?;
        revivals.set(revivals.get() + standing.revivals);
        let (naive, all) = (counted::naive(&core::happening(&case)), counted::in_all(&standing.verdicts));
        if naive != all {
            return Err(format!("by the ledger there are {naive:?}, metrics count {all:?}"));
        }
        let at_once = core::standing(&case, &Arrival::at_once(&case))?.verdicts;
        if at_once != standing.verdicts {
            return Err(format!("at once metrics count {at_once:?}, bit by bit {:?}", standing.verdicts));
        }
        same_bodies(["derived", "published less retracted"], &derived, &standing.bodies)
    });
    assert!(revivals.get() > 0, "no ticket was ever retired and brought back: the cases show less than they should");
}

/// Bodies are the same byte for byte.
fn same_bodies(names: [&str; 2], left: &[String], right: &[String]) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    if let Some(difference) = difference(names, &core::entries(left), &core::entries(right)) {
        return Err(difference);
    }
    let (left, right) =
        left.iter().zip(right).find(|(left, right)| left != right).expect("they differ and are as many");
    Err(format!("\n{}: {left}\n{}: {right}", names[0], names[1]))
}

fn check<S: Strategy>(cases: S, property: impl Fn(S::Value) -> Result<(), String>)
where
    S::Value: Debug,
{
    check_some(cases, 1, property);
}

/// Tries one in `of` of the usual number of cases.
fn check_some<S: Strategy>(cases: S, of: u32, property: impl Fn(S::Value) -> Result<(), String>)
where
    S::Value: Debug,
{
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("DULY_SEED").unwrap_or_else(rand_seed);
    let config = Config {
        cases: number("DULY_CASES").map_or(CASES, |cases| cases as u32).div_ceil(of),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&cases, |case| property(case).map_err(TestCaseError::fail));
    if let Err(failure) = result {
        panic!("DULY_SEED={seed} finds this again\n{failure}");
    }
}

/// A seed that is another one every time, and is shown where a property fails.
fn rand_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
