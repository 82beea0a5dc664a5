//! How long it takes from a ticket being produced until the start of its clock is visible to a `read_committed` consumer.

use std::time::{Duration, Instant as Stopwatch};

use duly_tests::ground::Ground;

use crate::engine::Engine;
use crate::spread::Spread;
use crate::stream::{Stream, Waiting, policy_path};
use crate::{LANES, Sizes};

/// How many seconds do not count: a broker compiles its code as it runs.
const WARM_UP_S: usize = 10;

pub(crate) fn run(bootstrap: &str, sizes: &Sizes) {
    let ground = Ground::new(bootstrap, LANES, 1);
    let mut engine = Engine::start(&ground, &policy_path(), "", &[]);
    engine.await_lanes();
    let waiting = Waiting::new(&ground);
    let seconds = WARM_UP_S + sizes.seconds;
    let stream = Stream { begins: Stopwatch::now() + Duration::from_secs(1), rate: sizes.rate, seconds };
    let spread = std::thread::scope(|scope| {
        scope.spawn(|| stream.produce(&ground));
        let (mut spread, mut early) = (Spread::default(), 0);
        waiting.read(|seen| {
            match stream.visible_after_ms(seen) {
                Some(_) if early < WARM_UP_S * sizes.rate => early += 1,
                Some(ms) => spread.add(ms),
                None => {}
            }
            early + spread.len() == stream.tickets()
        });
        spread.sorted()
    });
    engine.stop();
    println!("latency: {} tickets a second for {} s, produced to visible: {spread}", sizes.rate, sizes.seconds);
}
