//! Timers by the million, due within one minute or at one instant: how late they are, and whether lanes read on meanwhile.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::{Instant, Span};
use duly_engine::clock::{Clock as _, WallClock};
use duly_tests::ground::Ground;

use crate::engine::Engine;
use crate::spread::Spread;
use crate::stream::{Stream, Waiting, policy_path, received};
use crate::{LANES, Sizes};

/// What [`policy_path`] promises.
const PROMISE: Span = Span::from_s(3_600);

/// How many tickets are produced at once.
const CHUNK: usize = 100_000;

pub(crate) fn run(bootstrap: &str, sizes: &Sizes) {
    for (what, over) in [("within one minute", Span::from_s(60)), ("at one instant", Span::ZERO)] {
        measure(bootstrap, sizes, what, over);
    }
}

fn measure(bootstrap: &str, sizes: &Sizes, what: &str, over: Span) {
    let tickets = sizes.tickets;
    let ground = Ground::new(bootstrap, LANES, 1);
    let mut engine = Engine::start(&ground, &policy_path(), "", &[]);
    let first_due = WallClock.now().plus(Span::from_s(sizes.ahead as i64));
    let due = |number: usize| first_due.plus(Span::from_ns(over.ns() / tickets as i64 * number as i64));
    for first in (0..tickets).step_by(CHUNK) {
        let lines = (first..tickets.min(first + CHUNK)).map(|n| received(&format!("due/{n}"), due(n).minus(PROMISE)));
        ground.produce(&lines.collect::<Vec<_>>());
    }
    engine.await_events(&ground, tickets);
    assert!(WallClock.now() < first_due, "the first timers were due before all tickets were read: try --ahead");

    let waiting = Waiting::new(&ground);
    let wait = Duration::from_nanos(first_due.since(WallClock.now()).ns().unsigned_abs());
    let stream = Stream { begins: Stopwatch::now() + wait, rate: sizes.rate, seconds: sizes.seconds };
    std::thread::sleep(wait.saturating_sub(Duration::from_secs(1)));
    let (mut written, mut visible, mut others) = (Spread::default(), Spread::default(), Spread::default());
    std::thread::scope(|scope| {
        scope.spawn(|| stream.produce(&ground));
        waiting.read(|seen| {
            if seen.kind == "duly.sla.breached.v1" {
                written.add(ms(seen.at, seen.written_at));
                visible.add(ms(seen.at, WallClock.now()));
            }
            stream.visible_after_ms(seen).into_iter().for_each(|ms| others.add(ms));
            written.len() == tickets && others.len() == stream.tickets()
        });
    });
    engine.stop();
    println!("timers: {tickets} due {what}, due to written: {}", written.sorted());
    println!("timers: {tickets} due {what}, due to visible: {}", visible.sorted());
    println!(
        "timers: meanwhile {} new tickets a second for {} s, produced to visible: {}",
        sizes.rate,
        sizes.seconds,
        others.sorted()
    );
}

fn ms(from: Instant, to: Instant) -> f64 {
    to.since(from).ns() as f64 / 1e6
}
