//! Measures what lanes alone do with the log that `make bench-kafka` reads, in batches as large: parse, step, write out. Where
//! it is slower than the last time, the engine on Kafka is too.
//!
//! `cargo bench --workspace --bench lane [-- TENANTS [RUNS]]`

#![expect(clippy::print_stdout, reason = "it prints what it has measured")]
#![expect(clippy::cast_precision_loss, reason = "there are no so many lines")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Settings, Turn};
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use duly_engine::kafka::partition_of;
use duly_tests::real_log;

const LANES: usize = 8;

/// The records that a worker takes at once, and the turns between two commits.
const BATCH: usize = 4_096;
const TURNS: usize = 3;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long each kind of work took.
#[derive(Debug, Default, Clone, Copy)]
struct Took {
    parse: Duration,
    step: Duration,
    publish: Duration,
    tickets: Duration,
}

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let (tenants, runs) = (numbers.next().unwrap_or(4), numbers.next().unwrap_or(3));
    let lines = lines(tenants);
    println!("{} events of {tenants} tenants on {LANES} lanes, {runs} runs", lines.len());
    for _ in 0..runs {
        let (took, records, bytes) = run(&lines);
        let us = |took: Duration| took.as_secs_f64() * 1e6 / lines.len() as f64;
        let per_event = |number: usize| number as f64 / lines.len() as f64;
        println!(
            "{:.2} us an event: parse {:.2}, step {:.2}, publish {:.2}, tickets {:.2}; {:.2} records, {:.0} bytes an event",
            us(took.parse + took.step + took.publish + took.tickets),
            us(took.parse),
            us(took.step),
            us(took.publish),
            us(took.tickets),
            per_event(records),
            per_event(bytes)
        );
    }
}

/// The log, each line with its lane.
fn lines(tenants: usize) -> Vec<(usize, String)> {
    let lane_of = |line: &str| {
        let event = parse_structured(line.as_bytes()).expect("an event");
        usize::try_from(partition_of(&event.subject, LANES)).expect("a partition")
    };
    real_log::lines_of(tenants).into_iter().map(|line| (lane_of(&line), line)).collect()
}

/// Lets the lanes work through all of it. Returns how long that took, and how much was written.
fn run(lines: &[(usize, String)]) -> (Took, usize, usize) {
    let published = ControlEvent::PolicyPublished { policy: real_log::policy(), effective_from: None };
    let controls = Arc::new(Controls::default().with([published]).expect("it compiles"));
    let settings = Settings { until: "2017-03-01T00:00:00Z".parse().expect("an instant"), ..Settings::default() };
    let mut lanes: Vec<_> =
        (0..LANES).map(|_| (Lane::new(settings, Arc::clone(&controls)), Vec::<u32>::new(), 0)).collect();
    let (mut took, mut records, mut bytes) = (Took::default(), 0, 0);
    let (mut memory, mut written) = (Turn::default(), Vec::new());
    for (number, batch) in lines.chunks(BATCH).enumerate() {
        let mut of_lane: Vec<Vec<&str>> = vec![Vec::new(); LANES];
        for (lane, line) in batch {
            of_lane[*lane].push(line);
        }
        for ((lane, changed, open), lines) in lanes.iter_mut().zip(of_lane) {
            // Parsed twice: once to see what that takes, and once as the engine does, each when its turn has come.
            let begun = Stopwatch::now();
            for line in &lines {
                drop(black_box(parse_structured(line.as_bytes())));
            }
            let parsed = Stopwatch::now();
            let inputs = lines.iter().map(|line| Input {
                appended_at: None,
                revives: false,
                content: parse_structured(line.as_bytes()).into(),
            });
            let turn = lane.step_in(memory, inputs, Now { wall: Instant::MAX, is_at_end: false });
            let stepped = Stopwatch::now();
            for publication in turn.publications() {
                records += 1;
                written.extend_from_slice(publication.subject.as_bytes());
                written.extend_from_slice(publication.data);
            }
            changed.extend_from_slice(&turn.changed);
            *open += 1;
            memory = turn;
            let published = Stopwatch::now();
            if number % TURNS == TURNS - 1 {
                changed.sort_unstable();
                changed.dedup();
                for position in changed.drain(..) {
                    records += 1;
                    lane.ticket(position).expect("a turn names tickets of its lane").1.write(&mut written);
                }
                (0..std::mem::take(open)).for_each(|_| lane.committed());
            }
            took.parse += parsed - begun;
            took.step += (stepped - parsed).saturating_sub(parsed - begun);
            took.publish += published - stepped;
            took.tickets += published.elapsed();
        }
        bytes += written.len();
        written.clear();
    }
    (took, records, bytes)
}
