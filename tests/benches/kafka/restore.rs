//! How long a restart takes with open tickets by the million, and what is read for it.

use std::time::Instant as Stopwatch;

use duly_tests::ground::Ground;
use duly_tests::open_ticket;

use crate::engine::Engine;
use crate::{LANES, Sizes};

/// After the last event of these tickets, and before anything of them is due.
const UNTIL: &str = "2026-03-02T12:00:00Z";

/// How many tickets are produced at once.
const CHUNK: usize = 50_000;

/// What an engine has restored, by what it says.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Restored {
    tickets: usize,
    bytes: usize,
}

pub(crate) fn run(bootstrap: &str, sizes: &Sizes) {
    let ground = Ground::new(bootstrap, LANES, 1);
    for first in (0..sizes.tickets).step_by(CHUNK) {
        let mut text = String::new();
        (first..sizes.tickets.min(first + CHUNK)).for_each(|number| open_ticket::write(number, &mut text));
        ground.produce(&text.lines().map(str::to_owned).collect::<Vec<_>>());
    }
    restart(&ground, "changelog", "", sizes.tickets);
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!("  snapshots: {}\n", folder.path().display());
    restart(&ground, "snapshot of the end before", &settings, sizes.tickets);
}

/// An engine with these settings reads what there is and ends; the next one is measured until all its lanes are at work.
fn restart(ground: &Ground, source: &str, settings: &str, tickets: usize) {
    let start = |arguments: &[&str]| Engine::start(ground, &open_ticket::policy_path(), settings, arguments);
    start(&["--exit", "--until", UNTIL]).end();
    let (began, mut engine) = (Stopwatch::now(), start(&["--until", UNTIL]));
    engine.await_lanes();
    let took = began.elapsed();
    let restored = Restored::read(&engine.said());
    engine.stop();
    assert_eq!(restored.tickets, tickets, "all tickets are restored");
    println!(
        "restore: {tickets} open tickets with {} events each, from the {source}: {:.1} s from the start of the process to \
         the last of {LANES} lanes, {} MB of the changelog",
        open_ticket::EVENTS,
        took.as_secs_f64(),
        restored.bytes / 1_000_000
    );
}

impl Restored {
    /// Adds up the lines that begin `lane 3: 125000 tickets restored from 12345 bytes`.
    fn read(said: &str) -> Self {
        let mut sum = Restored::default();
        for line in said.lines() {
            let Some((tickets, source)) = line.split_once(" tickets restored from ") else { continue };
            let tickets = tickets.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok());
            let bytes =
                source.split_once(" bytes").and_then(|(text, _)| text.rsplit(' ').next()?.parse::<usize>().ok());
            let (Some(tickets), Some(bytes)) = (tickets, bytes) else { panic!("not understood: {line}") };
            sum = Restored { tickets: sum.tickets + tickets, bytes: sum.bytes + bytes };
        }
        sum
    }
}
