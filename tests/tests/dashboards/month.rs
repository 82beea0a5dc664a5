//! What service managers look at: a month at a desk, up to the afternoon of its last day, as an engine tells of it whose clock
//! passes at speed. Its metrics are read each quarter of an hour of that month, and a Prometheus has them as if it had been there.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use duly_core::time::{Instant, Span};
use duly_engine::demo;
use duly_tests::expected::policy;
use duly_tests::prometheus::{Prometheus, Settings, tool};
use duly_tests::served::Served;
use serde_json::Value;

use super::panels::{Shown, all_are_drawn};

/// How often the metrics are read.
const QUARTER_S: i64 = 15 * 60;
/// What is about the desk and not about the engine: the rest would be read in vain.
const ABOUT_THE_DESK: [&str; 11] = [
    "build_info",
    "tickets",
    "clocks",
    "response",
    "reminders",
    "escalations",
    "remedies",
    "emergenc",
    "cases",
    "investigations",
    "notifications",
];

#[test]
fn service_managers_see_a_month() {
    let start: Instant = "2026-09-01T00:00:00+08:00".parse().expect("an instant");
    let end = start.plus(Span::from_s((29 * 24 + 15) * 3600));
    let folder = tempfile::tempdir().expect("a folder");
    let history = folder.path().join("month.openmetrics");
    fs::write(&history, told_in(start, end)).expect("it can be written");
    let data = folder.path().join("data");
    let arguments = ["tsdb", "create-blocks-from", "--max-block-duration=768h", "openmetrics"];
    let paths = [history.display().to_string(), data.display().to_string()];
    let (is_taken, said) =
        tool("promtool", &arguments.into_iter().chain(paths.iter().map(String::as_str)).collect::<Vec<_>>());
    assert!(is_taken, "{said}");
    let prometheus = prometheus_on(folder.path());
    let seconds = |instant: Instant| instant.ns() / 1_000_000_000;
    let shown = Shown { from_s: seconds(start), to_s: seconds(end), scrape_s: QUARTER_S };
    all_are_drawn(&prometheus, &["duly-overview", "duly-objectives", "duly-emergencies"], &shown);
}

/// A Prometheus that has what lies in `data` in this folder, for which a value holds until the next quarter of an hour.
fn prometheus_on(folder: &Path) -> Prometheus {
    let folder = folder.display().to_string();
    let options = ["--folder", &folder, "--", "--storage.tsdb.retention.time=100y", "--query.lookback-delta=16m"];
    Prometheus::with(&Settings::default().yaml(), &options)
}

/// What an engine says of itself each quarter of an hour, as `OpenMetrics`.
fn told_in(start: Instant, end: Instant) -> String {
    let engine = Served::new(policy(), start);
    let agent = ureq::Agent::new_with_defaults();
    let mut arriving = demo::month(demo::SEED).into_iter().peekable();
    let mut orders = demo::control_of_month("").into_iter().skip(1).map(|line| order(&line)).peekable();
    let (mut now, mut told) = (start, String::new());
    while now < end {
        now = now.plus(Span::from_s(QUARTER_S));
        let mut lines = Vec::new();
        while let Some((_, line)) = arriving.next_if(|(at, _)| *at < now) {
            lines.push(line);
        }
        if !lines.is_empty() {
            engine.take(&lines);
        }
        engine.advance(now);
        while let Some((_, path, body)) = orders.next_if(|(at, _, _)| *at <= now) {
            let url = format!("http://{}/api/v1/emergencies{path}", engine.address);
            agent.post(url).content_type("application/json").send(body.to_string()).expect("it is taken");
        }
        append(&mut told, &page(&agent, engine.address), now);
    }
    engine.close();
    told.push_str("# EOF\n");
    told
}

/// When an emergency is told of, and how: the path below `/api/v1/emergencies`, and the body.
fn order(line: &str) -> (Instant, String, Value) {
    let mut event: Value = serde_json::from_str(line).expect("JSON");
    let at = event["time"].as_str().and_then(|time| time.parse().ok()).expect("an instant");
    let mut body = event["data"].take();
    if event["type"] == "duly.control.emergency_declared.v1" {
        return (at, String::new(), body);
    }
    let id = body.as_object_mut().and_then(|data| data.remove("emergency")).expect("an emergency");
    (at, format!("/{}/lift", id.as_str().expect("an id")), body)
}

fn page(agent: &ureq::Agent, address: SocketAddr) -> String {
    let mut answer = agent.get(format!("http://{address}/metrics")).call().expect("metrics");
    answer.body_mut().read_to_string().expect("text")
}

/// Notes the samples of a page at their instant, under the job and instance that a Prometheus would have given them.
fn append(told: &mut String, page: &str, at: Instant) {
    let at_s = at.ns() / 1_000_000_000;
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a sample");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        if ABOUT_THE_DESK.iter().any(|what| name["duly_".len()..].starts_with(what)) {
            let comma = if labels == "}" { "" } else { "," };
            writeln!(told, "{name}{{job=\"duly\",instance=\"desk\"{comma}{labels} {value} {at_s}")
                .expect("a text grows");
        }
    }
}
