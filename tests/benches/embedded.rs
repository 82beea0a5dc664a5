//! Measures the embedded engine: events a second from a file into the store, beside the same work in memory.
//!
//! `cargo bench --workspace --bench embedded [-- DIRECTORY]`; the directory is where the store is written, that
//! of temporary files without it. What a disk takes for a commit counts, so it should be the one that is meant.

#![expect(clippy::print_stdout, reason = "it prints what it has measured")]
#![expect(clippy::cast_precision_loss, reason = "there are no so many lines")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use duly_engine::demo;
use duly_engine::embedded::{End, Feed, Options, start};

/// Tenants, each with a fortnight.
const TENANTS: u64 = 80;

/// Lines in a turn in memory, about as many as the engine takes at once.
const TURN: usize = 2_000;

const RUNS: usize = 3;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let lines = lines();
    let policy = policy();
    let until = demo::start().plus(demo::LENGTH);
    println!("{} lines, {TENANTS} tenants, the best of {RUNS} runs", lines.len());
    let memory_s = best(|| in_memory(&lines, &policy, until));
    report("in memory", lines.len(), memory_s);
    let embedded_s = best(|| embedded(&lines, &policy, until));
    report("embedded", lines.len(), embedded_s);
    println!("ratio: {:.2} times the time in memory", embedded_s / memory_s);
}

fn report(what: &str, lines: usize, took_s: f64) {
    println!("{what:<20} {took_s:>7.2} s  {:>9.0} events/s", lines as f64 / took_s);
}

/// The shortest time of a few runs, in seconds.
fn best(run: impl Fn() -> f64) -> f64 {
    (0..RUNS).map(|_| run()).fold(f64::INFINITY, f64::min)
}

/// The fortnights of all tenants in order of arrival.
fn lines() -> Vec<String> {
    let of_tenant = |tenant: u64| {
        let lines = demo::fortnight(tenant, demo::start()).into_iter();
        lines.map(move |(at, line)| (at, line.replace("\"demo/", &format!("\"demo-{tenant}/"))))
    };
    let mut lines: Vec<_> = (0..TENANTS).flat_map(of_tenant).collect();
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn policy() -> Policy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/policies/response-time-commitment.yaml");
    let text = fs::read_to_string(path).expect("the shipped policy");
    source::parse(&text, &|name| Err(format!("no {name} here"))).expect("a policy without mistakes").policy
}

/// Parses, steps and writes out what is published and changed, and throws that away.
fn in_memory(lines: &[String], policy: &Policy, until: Instant) -> f64 {
    let published = ControlEvent::PolicyPublished { policy: policy.clone(), effective_from: None };
    let controls = Controls::default().with([published]).expect("it compiles");
    let stopwatch = Stopwatch::now();
    let mut lane = Lane::new(Settings { until, ..Settings::default() }, Arc::new(controls));
    let mut written = Vec::new();
    for turn in lines.chunks(TURN) {
        let inputs = turn.iter().map(|line| Input {
            appended_at: None,
            revives: false,
            content: parse_structured(line.as_bytes()).into(),
        });
        let turn = lane.step(inputs, Now { wall: Instant::MAX, is_at_end: false });
        for publication in turn.publications() {
            publication.write_cloudevent(&mut written);
        }
        for &position in &turn.changed {
            lane.ticket(position).expect("a turn names tickets of its lane").1.write(&mut written);
        }
        written.clear();
        lane.committed();
    }
    stopwatch.elapsed().as_secs_f64()
}

/// From a file into a new store, to the end.
fn embedded(lines: &[String], policy: &Policy, until: Instant) -> f64 {
    let directory = match std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        Some(directory) => tempfile::tempdir_in(directory),
        None => tempfile::tempdir(),
    };
    let directory = directory.expect("a directory");
    let path = directory.path().join("feed");
    fs::write(&path, lines.join("\n")).expect("a feed");
    let stopwatch = Stopwatch::now();
    let options = Options {
        settings: Settings { until, ..Settings::default() },
        policies: vec![policy.clone()],
        feeds: vec![Feed { path, follow: false }],
        end: End::Settled,
        ..Options::new(directory.path().join("duly.db"))
    };
    let row = start(options).and_then(duly_engine::embedded::Running::join).expect("it settles");
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64, "every line ends one way (I7)");
    stopwatch.elapsed().as_secs_f64()
}
