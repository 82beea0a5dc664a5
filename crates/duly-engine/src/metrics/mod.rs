//! The metrics of a running engine, for Prometheus.
//!
//! Every metric is declared once, in [`declared`]; `docs/metrics.md` is the same table for people, and a test holds one
//! against the other. Values are read when they are asked for: counters from what the engine counts, gauges from its status,
//! so that nothing can be out of step. Labels have few values by construction: reasons, types, routes, calendars, feeds;
//! never tickets or tenants. Lanes are as many as the log has partitions. Those whose values come with tickets or are written
//! in policies have a limit, and `other` for the rest.

mod clocks;
mod declared;
mod history;
mod on_kafka;
mod page;
mod requests;
mod standing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use duly_core::control::Controls;
use duly_core::control::emergency::{Kind, Standing, State};
use duly_core::lane::{Counts, Lane, OpenFiles};
use duly_core::time::Instant;

use crate::counters::Counters;
use crate::deliver;
use crate::handle::{EngineError, Handle, LaneStatus, Status};
use crate::ingest::Source;
use crate::kafka;
pub use declared::{ALL, Metric, ON_KAFKA, Shape};
pub use history::{History, Size};
use page::Page;
pub use requests::Requests;

/// The content type of what [`render`] writes.
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// What a running engine has to say of itself.
pub struct Reading {
    counters: Arc<Counters>,
    status: Status,
    controls: Arc<Controls>,
    /// How tickets and clocks stand, unless a worker was held up.
    counts: Option<Counts>,
    /// On Kafka: what is counted there, and how each lane stands.
    kafka: Option<(Arc<kafka::Counters>, Vec<LaneStatus>)>,
}

/// The sources, and what their hooks have refused: source, reason, how often.
#[derive(Default)]
pub struct Sources<'s> {
    /// All of them.
    pub all: &'s [Arc<Source>],
    /// What was refused.
    pub refused: Vec<(String, &'static str, u64)>,
}

impl Reading {
    /// Asks the engine.
    pub async fn of(handle: &Handle) -> Result<Reading, EngineError> {
        let counters = Arc::clone(handle.counters());
        // A worker that is held up is no reason to tell nothing of the rest, nor to be waited for more than once.
        let kafka = async {
            let instance = handle.as_kafka()?;
            Some((Arc::clone(instance.kafka_counters()), instance.lanes().await.unwrap_or_default()))
        };
        let (kafka, status, controls, counts) =
            tokio::join!(kafka, handle.status(), handle.controls(), handle.counts());
        Ok(Reading { counters, status: status?, controls: controls?, counts: counts.ok(), kafka })
    }
}

/// The metrics in Prometheus' text format. What has no value yet is left out.
pub fn render(engine: &Reading, sources: &Sources<'_>, sinks: &deliver::Counters, requests: &Requests) -> String {
    let mut page = Page::default();
    build(&mut page);
    counters(&mut page, &engine.counters);
    clocks::counters(&mut page, &engine.counters, &engine.controls);
    if let Some(counts) = &engine.counts {
        standing::gauges(&mut page, &engine.counters, &engine.controls, counts);
    }
    status(&mut page, &engine.status);
    if let Some((counters, lanes)) = &engine.kafka {
        on_kafka::counters(&mut page, counters, engine.controls.len());
        for lane in lanes {
            on_kafka::lane(&mut page, lane);
        }
        on_kafka::sources(&mut page, lanes);
    }
    in_force(&mut page, &engine.controls, engine.status.wall);
    for source in sources.all {
        self::source(&mut page, source);
    }
    for (source, reason, count) in &sources.refused {
        page.set(&declared::HOOK_REFUSED, &[source, reason], *count as f64);
    }
    for (sink, counts) in sinks.sinks() {
        for (outcome, count) in counts.ended() {
            page.set(&declared::SINK_RECORDS, &[sink, outcome], count as f64);
        }
        page.set(&declared::SINK_RETRIES, &[sink], counts.retries() as f64);
        page.set(&declared::SINK_WAITING, &[sink], counts.waiting() as f64);
        page.set(&declared::SINK_OLDEST, &[sink], counts.oldest_s());
    }
    requests.each(|route, code, count| page.set(&declared::HTTP_REQUESTS, &[route, &code.to_string()], count as f64));
    page.finish()
}

/// What a history has to say at `at`, when `lanes` have come there: all that is derived from tickets and control events.
fn of_history(page: &mut Page, counters: &Counters, lanes: &[Lane], at: Instant) {
    build(page);
    sla_events(page, counters);
    let files = lanes.iter().fold(OpenFiles::default(), |sum, lane| sum.plus(lane.open_files()));
    open_files(page, &files);
    let mut counts = lanes.iter().fold(Counts::default(), |sum, lane| sum.plus(lane.counts(at)));
    // What is still to come is in the lanes already: it has no class before it has come.
    counts.tickets.retain(|tickets| tickets.class.is_some());
    page.set(&declared::TICKETS, &[], counts.tickets.iter().map(|tickets| tickets.count).sum::<usize>() as f64);
    if let Some(lane) = lanes.first() {
        clocks::counters(page, counters, lane.controls());
        standing::gauges(page, counters, lane.controls(), &counts);
        in_force(page, lane.controls(), at);
    }
}

fn counters(page: &mut Page, counters: &Counters) {
    page.set(&declared::EVENTS_APPLIED, &[], counters.applied.load(Relaxed) as f64);
    page.set(&declared::EVENTS_DUPLICATE, &[], counters.duplicates.load(Relaxed) as f64);
    for (reason, count) in counters.dead_letters() {
        page.set(&declared::DEAD_LETTERS, &[reason], count as f64);
    }
    sla_events(page, counters);
    for (about, count) in counters.notifications() {
        page.set(&declared::NOTIFICATIONS, &[about], count as f64);
    }
    page.set(&declared::TURNS, &[], counters.turns.load(Relaxed) as f64);
    page.set(&declared::TURNS_FAILED, &[], counters.turns_failed.load(Relaxed) as f64);
    page.distribution(&declared::COMMIT_DURATION, &counters.commits);
}

/// The release that tells it, by which dashboards find who there is.
fn build(page: &mut Page) {
    page.set(&declared::BUILD, &[env!("CARGO_PKG_VERSION")], 1.0);
}

fn sla_events(page: &mut Page, counters: &Counters) {
    for (type_name, count) in counters.sla_events() {
        page.set(&declared::SLA_EVENTS, &[type_name], count as f64);
    }
}

/// What became of the messages of a source. All outcomes are there from the first moment on.
fn source(page: &mut Page, source: &Source) {
    let mut count = |outcome, count: u64| page.set(&declared::SOURCE_MESSAGES, &[&source.name, outcome], count as f64);
    count("mapped", source.counts.mapped.load(Relaxed));
    count("ignored", source.counts.ignored.load(Relaxed));
    for (reason, messages) in source.counts.unmapped() {
        count(reason.name(), messages);
    }
    page.set(&declared::SOURCE_EVENTS, &[&source.name], source.counts.events.load(Relaxed) as f64);
    if let Some(at) = source.counts.last_at() {
        page.set(&declared::SOURCE_LAST, &[&source.name], at.ns() as f64 / 1e9);
    }
}

fn status(page: &mut Page, status: &Status) {
    page.set(&declared::READY, &[], f64::from(u8::from(status.is_ready)));
    page.set(&declared::AT_END, &[], f64::from(u8::from(status.is_at_end)));
    page.set(&declared::TICKETS, &[], status.tickets as f64);
    page.set(&declared::TICKETS_QUARANTINED, &[], status.quarantined as f64);
    page.set(&declared::TICKETS_RETIRED, &[], status.retired as f64);
    open_files(page, &status.files);
    if status.watermark > Instant::MIN {
        page.set(&declared::WATERMARK, &[], status.watermark.ns() as f64 / 1e9);
        page.set(&declared::WATERMARK_LAG, &[], status.wall.since(status.watermark).as_s());
    }
    page.set(&declared::TIMER_OVERDUE, &[], status.wall.since(status.next_timer).as_s());
    for feed in &status.feeds {
        page.set(&declared::FEED_LINES, &[&feed.name], feed.lines as f64);
        page.set(&declared::FEED_BYTES, &[&feed.name], feed.bytes as f64);
        page.set(&declared::FEED_FAILED, &[&feed.name], f64::from(u8::from(feed.failure.is_some())));
    }
}

fn open_files(page: &mut Page, files: &OpenFiles) {
    for (state, count) in files.cases() {
        page.set(&declared::CASES, &[state], count as f64);
    }
    page.set(&declared::INVESTIGATIONS, &[], files.investigations as f64);
}

/// What control events say at `now`: calendars and emergencies.
fn in_force(page: &mut Page, controls: &Controls, now: Instant) {
    for ((policy, calendar), days) in horizons(controls, now) {
        page.set(&declared::CALENDAR_HORIZON, &[policy, calendar], days as f64);
    }
    let emergencies = controls.emergencies(now);
    for kind in Kind::ALL {
        let is_so = |standing: &&Standing| standing.state == State::InForce && standing.terms.kind == kind;
        page.set(&declared::EMERGENCIES, &[kind.name()], emergencies.iter().filter(is_so).count() as f64);
    }
}

/// For how many days from `now` the calendars are known (T12), by policy and name; of several versions the latest counts.
fn horizons(controls: &Controls, now: Instant) -> BTreeMap<(&str, &str), i64> {
    let today = now.to_chrono().date_naive();
    let versions = controls.versions().map(|version| &version.policy);
    let calendars = versions.flat_map(|policy| policy.calendars.iter().map(move |(name, spec)| (policy, name, spec)));
    calendars
        .filter_map(|(policy, name, spec)| {
            let days = spec.known_until?.signed_duration_since(today).num_days();
            Some(((policy.policy.as_str(), name.as_str()), days))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the table in `docs/metrics.md`.
    fn documented() -> Vec<String> {
        let text = include_str!("../../../../docs/metrics.md");
        text.lines().filter(|line| line.starts_with("| `duly_")).map(str::to_owned).collect()
    }

    #[test]
    fn the_documentation_has_every_metric_as_it_is_declared() {
        let expected: Vec<String> = ALL.iter().map(|metric| metric.row()).collect();
        assert_eq!(documented(), expected, "docs/metrics.md should have:\n{}\n", expected.join("\n"));
    }

    #[test]
    fn names_say_what_is_measured_and_in_what() {
        for metric in ALL {
            assert!(metric.name.starts_with("duly_"), "{}", metric.name);
            assert_eq!(metric.name.ends_with("_total"), metric.shape == Shape::Counter, "{}", metric.name);
            assert!(!metric.help.ends_with('.') && !metric.help.contains('|'), "{}", metric.name);
        }
    }
}
