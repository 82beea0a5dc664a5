//! The figures of the README, measured here: `make bench` prints them, ratios side by side in one run.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::calendar::{Calendar, DayRule};
use duly_core::clock::Sink;
use duly_core::control::Controls;
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::ledger::Ledger;
use duly_core::policy::{Policy, source};
use duly_core::ticket::parse_structured;
use duly_core::time::{Instant, Span};
use duly_engine::feeds::Lines;
use duly_engine::ingest::servicenow_audit;
use duly_tests::open_ticket;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    if is_wanted("calendar") {
        calendar();
    }
    if is_wanted("replay") {
        replay();
    }
    if is_wanted("memory") {
        memory();
    }
}

fn say(text: &str) {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{text}").expect("standard output takes the figures");
}

/// The policy of the measurements: a calendar, priorities, pauses, reminders and a ladder.
fn policy() -> Policy {
    let text = include_str!("service-desk.yaml");
    source::parse(text, &|name| Err(format!("no file {name}"))).expect("the policy of the measurements is sound").policy
}

/// Adding open time on a year's calendar, at instants spread over the year.
fn calendar() {
    let policy = policy();
    let calendar = Calendar::compile(&policy.calendars["business"]).expect("it compiled when it was read");
    let from: Instant = "2016-01-01T00:00:00Z".parse().expect("an instant");
    let starts: Vec<Instant> = (0..8192).map(|n| from.plus(Span::from_s(n * 3847))).collect();
    let per_call = |work: &dyn Fn(Instant)| {
        let rounds = (0..9).map(|_| {
            let watch = Stopwatch::now();
            (0..20).for_each(|_| starts.iter().for_each(|start| work(*start)));
            watch.elapsed() / (20 * starts.len() as u32)
        });
        median(rounds.collect())
    };
    for (what, work) in [
        (
            "add 30 h of open time",
            &(|start| {
                black_box(calendar.add(start, Span::from_s(108_000)));
            }) as &dyn Fn(Instant),
        ),
        ("open time between, 10 days", &|start| {
            black_box(calendar.between(start, start.plus(Span::from_s(864_000))));
        }),
        ("5 working days, civil", &|start| {
            black_box(calendar.add_days(start, 5, DayRule::Civil));
        }),
    ] {
        say(&format!("calendar: {what}: {} ns", per_call(work).as_nanos()));
    }
}

/// Replay of the real log beside merely parsing it, one thread.
fn replay() {
    let log = real_log();
    let controls = Arc::new(Controls::always([policy()]).expect("the policy compiles"));
    let (mut parses, mut ingests, mut replays, mut ledgers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        parses.push(timed(|| parse(&log)));
        ingests.push(timed(|| drop(black_box(ingest(&log, &controls)))));
        replays.push(timed(|| derive_all(&ingest(&log, &controls), &mut Count(0))));
        ledgers.push(timed(|| write_all(&ingest(&log, &controls))));
    }
    let parse = median(parses);
    let ratio = |duration: Duration| duration.as_secs_f64() / parse.as_secs_f64();
    let lines = log.iter().filter(|byte| **byte == b'\n').count();
    say(&format!("replay: {lines} events, {} MB; parsing alone {:.0} ns an event", log.len() >> 20, per(parse, lines)));
    for (what, durations) in [
        ("parsed, checked and kept", ingests),
        ("that, and all clocks run", replays),
        ("that, and the ledger written as JSON", ledgers),
    ] {
        let duration = median(durations);
        say(&format!(
            "replay: {what}: {:.2} times the parse, {:.0} ns an event",
            ratio(duration),
            per(duration, lines)
        ));
    }
}

/// Resident bytes of a ticket with eight events and four clocks, a million of them.
fn memory() {
    const TICKETS: usize = 1_000_000;
    let text = std::fs::read_to_string(open_ticket::policy_path()).expect("a policy");
    let policy = source::parse(&text, &|name| Err(format!("no file {name}"))).expect("it is sound").policy;
    let controls = Arc::new(Controls::always([policy]).expect("the policy compiles"));
    let mut lane = Lane::new(Settings { is_durable: false, ..Settings::default() }, controls);
    let before = resident();
    let mut text = String::new();
    for first in (0..TICKETS).step_by(1000) {
        text.clear();
        (first..first + 1000).for_each(|number| open_ticket::write(number, &mut text));
        let inputs = text.lines().map(|line| Input {
            appended_at: None,
            revives: false,
            content: parse_structured(line.as_bytes()).into(),
        });
        lane.step(inputs, Now { wall: "2026-03-02T12:00:00Z".parse().expect("an instant"), is_at_end: false });
    }
    let clocks = lane.view("acme/INC0000007").expect("it is one of them").clocks.len();
    let bytes = (resident() - before) / TICKETS;
    let heap = lane.tickets().map(|(_, ticket)| ticket.heap_bytes()).sum::<usize>() / TICKETS;
    say(&format!("memory: {bytes} resident bytes a ticket ({heap} of them its events and clocks); {clocks} clocks"));
}

/// The real log as ticket events.
fn real_log() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/servicenow/incident_event_log.zip");
    let file = std::fs::File::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: the figures need the real log", path.display()));
    let mut archive = zip::ZipArchive::new(file).expect("a zip archive");
    let csv = archive.by_index(0).expect("the log is the first file in it");
    let options = servicenow_audit::Options { zone: chrono_tz::Europe::Lisbon, tenant: "desk".to_owned() };
    let mut log = Vec::new();
    servicenow_audit::read(csv, options)
        .expect("a log with the columns wanted")
        .write(&mut log)
        .expect("memory takes it");
    log
}

/// A typed event, as anybody would read one with serde: what the replay is measured against.
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "parsing alone is what is measured")]
struct Plain<'a> {
    specversion: &'a str,
    id: std::borrow::Cow<'a, str>,
    source: std::borrow::Cow<'a, str>,
    r#type: std::borrow::Cow<'a, str>,
    subject: std::borrow::Cow<'a, str>,
    time: chrono::DateTime<chrono::Utc>,
    #[serde(default)]
    sequence: Option<&'a str>,
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "parsing alone is what is measured")]
struct Data<'a> {
    status: Option<&'a str>,
    status_class: Option<&'a str>,
    reason: Option<&'a str>,
    priority: Option<&'a str>,
    category: Option<&'a str>,
    subcategory: Option<&'a str>,
    symptom: Option<&'a str>,
    team: Option<&'a str>,
    agent: Option<&'a str>,
    customer: Option<&'a str>,
    region: Option<&'a str>,
    channel: Option<&'a str>,
    impact: Option<&'a str>,
    urgency: Option<&'a str>,
    reassignment_count: Option<u32>,
    reopen_count: Option<u32>,
}

fn parse(log: &[u8]) {
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        black_box(serde_json::from_slice::<Plain<'_>>(line).expect("an event"));
    }
}

fn ingest(log: &[u8], controls: &Arc<Controls>) -> Lane {
    let mut lane = Lane::new(Settings { is_durable: false, ..Settings::default() }, Arc::clone(controls));
    let mut lines = Lines::new(log);
    while let Some(batch) = lines.next_batch().expect("memory can be read") {
        let inputs =
            batch.map(|line| Input { appended_at: None, revives: false, content: parse_structured(line.bytes).into() });
        lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    }
    lane
}

/// The latest instant of the real log, and then some.
fn end() -> Instant {
    "2017-03-01T00:00:00Z".parse().expect("an instant")
}

fn derive_all(lane: &Lane, sink: &mut impl Sink) {
    for (subject, ticket) in lane.tickets() {
        lane.derive(subject, &ticket, end(), sink).expect("the core does not fail on the real log");
    }
}

fn write_all(lane: &Lane) {
    let (mut ledger, mut lines) = (Ledger::default(), Vec::new());
    for (subject, ticket) in lane.tickets() {
        ledger.clear();
        ledger.turn_to(subject);
        lane.derive(subject, &ticket, end(), &mut ledger).expect("the core does not fail on the real log");
        ledger.sort();
        lines.clear();
        ledger.write_lines(&mut lines);
        black_box(&lines);
    }
}

/// Counts moments, so that nothing of the simulation can be left out.
struct Count(u64);

impl Sink for Count {
    fn publish(&mut self, moment: &duly_core::clock::Moment<'_>) {
        self.0 += 1;
        black_box(moment);
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let watch = Stopwatch::now();
    work();
    watch.elapsed()
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}

fn per(duration: Duration, count: usize) -> f64 {
    duration.as_secs_f64() * 1e9 / count as f64
}

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells a process about itself");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS stands in it");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number of kB") * 1024
}
