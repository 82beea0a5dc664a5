//! Duly on a real Kafka, measured: the figures of the README that `make bench-kafka` prints.
//!
//! `cargo bench --workspace --bench kafka [-- SECTION… [--NAME NUMBER]…]`; the sections are throughput, latency, timers and
//! restore, all of them without a name, and the numbers those of [`Sizes`], smaller ones for a quick look. The broker keeps to one
//! core and what is measured to another, so that what a broker costs is not taken for what the engine does.

#![expect(clippy::print_stdout, reason = "it prints what it has measured")]

#[path = "kafka/engine.rs"]
mod engine;
#[path = "kafka/latency.rs"]
mod latency;
#[path = "kafka/meter.rs"]
mod meter;
#[path = "kafka/pass_through.rs"]
mod pass_through;
#[path = "kafka/progress.rs"]
mod progress;
#[path = "kafka/restore.rs"]
mod restore;
#[path = "kafka/spread.rs"]
mod spread;
#[path = "kafka/stream.rs"]
mod stream;
#[path = "kafka/throughput.rs"]
mod throughput;
#[path = "kafka/timers.rs"]
mod timers;

use duly_tests::broker::Brokers;

/// The core that the broker keeps to.
const BROKER_CORE: usize = 0;

/// The core that the engine keeps to, and what it is compared with.
const ENGINE_CORE: usize = 1;

/// How many lanes there are.
const LANES: usize = 8;

/// How much is measured.
struct Sizes {
    /// Throughput: tenants, each with the real log, and how often it is measured.
    tenants: usize,
    rounds: usize,
    /// New tickets a second and for how many seconds, where they come steadily.
    rate: usize,
    seconds: usize,
    /// Timers and restore: tickets.
    tickets: usize,
    /// Timers: how many seconds there are to read all tickets before the first is due.
    ahead: usize,
}

fn main() {
    // Cargo says `--bench` to every benchmark.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some((pass_through::NAME, rest)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return pass_through::run(rest);
    }
    let mut sizes = Sizes { tenants: 4, rounds: 3, rate: 1_000, seconds: 60, tickets: 1_000_000, ahead: 120 };
    let wanted = sizes.read(&arguments);
    let brokers = Brokers::start_pinned(BROKER_CORE, &[]);
    for (name, run) in [
        ("throughput", throughput::run as fn(&str, &Sizes)),
        ("latency", latency::run),
        ("timers", timers::run),
        ("restore", restore::run),
    ] {
        if wanted.is_empty() || wanted.contains(&name) {
            run(&brokers.bootstrap, &sizes);
        }
    }
}

impl Sizes {
    /// Takes what the command line says of sizes; returns the rest.
    fn read<'a>(&mut self, arguments: &'a [String]) -> Vec<&'a str> {
        let mut rest = Vec::new();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let size = match argument.as_str() {
                "--tenants" => &mut self.tenants,
                "--rounds" => &mut self.rounds,
                "--rate" => &mut self.rate,
                "--seconds" => &mut self.seconds,
                "--tickets" => &mut self.tickets,
                "--ahead" => &mut self.ahead,
                "throughput" | "latency" | "timers" | "restore" => {
                    rest.push(argument.as_str());
                    continue;
                }
                _ => panic!("`{argument}` is neither a section nor a size: see the beginning of {}", file!()),
            };
            let number = arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            *size = number.unwrap_or_else(|| panic!("{argument} wants a number"));
        }
        rest
    }
}
