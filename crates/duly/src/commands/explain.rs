//! `duly explain`: why a ticket's SLA events stand.

mod cases;
mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;
use clap::ArgGroup;
use duly_core::control::Controls;
use duly_core::explain::{Explanation, explain};
use duly_core::lane::{Content, Input, Kept, Lane, Now, Settings};
use duly_core::ticket::TicketEvent;
use duly_core::time::Instant;
use duly_engine::kafka::{Cluster, Period, TicketLog};
use duly_engine::sqlite::ReadOnly;
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use super::replay::read_event;
use crate::controls;
use crate::exit::Exit;
use crate::files;
use crate::kafka::{Failed, KafkaArgs};
use crate::remote::{self, Answer, Unanswered, encoded};

/// Tell why a ticket's promises were kept or broken
///
/// The timeline has the ticket's events and, under each, the SLA events that followed, with the intervals that they rest
/// on: open, closed, holiday, paused, emergency. They add up. The same holds for every SLA event that stands, so nothing
/// has to be believed.
#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("history").required(true).multiple(true).args(["logs", "store", "url", "bootstrap", "config"])))]
pub(crate) struct Args {
    /// The ticket
    #[arg(value_name = "TENANT/TICKET")]
    ticket: String,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    controls: controls::Args,
    /// Look at how things stood then; without it, at the latest event of the log, on Kafka of the ticket's partition
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// How to tell it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The time zone of the text; without it, that of the policy's calendars
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
    /// Show all intervals in the text, however many there are
    #[arg(long)]
    full: bool,
}

const USAGE: &str = "\
duly explain [OPTIONS] --log <FILE> --policy <FILE> <TENANT/TICKET>
       duly explain [OPTIONS] --store <FILE> <TENANT/TICKET>
       duly explain [OPTIONS] --url <URL> <TENANT/TICKET>
       duly explain [OPTIONS] --kafka <BOOTSTRAP> <TENANT/TICKET>";

const AFTER_HELP: &str = "\
Examples:
  duly explain acme/T-1 --log events.ndjson --policy letter.yaml
  duly explain acme/T-1 --store duly.db
  duly explain acme/T-1 --url http://127.0.0.1:8321
  duly explain acme/T-1 --kafka localhost:9092
  duly explain acme/T-1 --store duly.db --at 2026-10-01T12:00:00+08:00
      how things stood then
  duly explain acme/T-1 --store duly.db --format json | jq .sla_events";

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A timeline for people
    Text,
    /// Everything, for programs
    Json,
}

/// Where the ticket's history is.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct From {
    /// An event log to look in, as `duly replay` reads them; may be given several times
    #[arg(long = "log", value_name = "FILE", conflicts_with_all = ["bootstrap", "config", "prefix"])]
    logs: Vec<PathBuf>,
    /// The store of an engine, which may be running
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policies", "control", "bootstrap", "config", "prefix"])]
    store: Option<PathBuf>,
    /// A running engine, such as http://127.0.0.1:8321; its token is taken from DULY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with_all = ["policies", "control", "bootstrap", "config", "prefix"])]
    url: Option<String>,
}

/// Why nothing can be explained.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("no event of {ticket} is in {place}")]
    #[diagnostic(help("a ticket is named as its events' subject names it, TENANT/TICKET{}", example(seen.as_deref())))]
    NoSuchTicket { ticket: String, place: String, seen: Option<String> },
    #[error("{ticket} was closed long ago and is retired: the store has none of its events any more")]
    #[diagnostic(help("name the log that has them with --log, or redrive one of its dead letters"))]
    Retired { ticket: String },
    #[error("the store's record of {ticket} can not be read: {source}")]
    Record { ticket: String, source: duly_core::ticket::RecordError },
}

fn example(seen: Option<&str>) -> String {
    seen.map(|seen| format!("; {seen} is there, for one")).unwrap_or_default()
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let explanation = match (&self.from.store, &self.from.url, self.kafka.cluster()?) {
            (Some(store), ..) => self.from_store(store)?,
            (_, Some(url), _) => self.from_url(url)?,
            (.., Some(cluster)) => self.from_kafka(&cluster)?,
            _ => self.from_logs()?,
        };
        let zone = self.zone.or_else(|| explanation.zone.parse().ok()).unwrap_or(Tz::UTC);
        let mut out = files::stdout();
        let written = match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &explanation).map_err(Into::into).and_then(|()| writeln!(out))
            }
            Format::Text => text::write(&explanation, zone, self.full, &mut out),
        };
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }

    /// Out of the store of an engine, which need not be running.
    fn from_store(&self, path: &Path) -> miette::Result<Explanation> {
        let store = ReadOnly::open(path).into_diagnostic()?;
        let (controls, watermark) =
            (store.controls().into_diagnostic()?, store.lane_row().into_diagnostic()?.watermark);
        let ticket = self.ticket.clone();
        let Some(bytes) = store.ticket(&ticket).into_diagnostic()? else {
            return Err(Error::NoSuchTicket { ticket, place: path.display().to_string(), seen: None }.into());
        };
        let kept = Kept::read(&bytes).map_err(|source| Error::Record { ticket: ticket.clone(), source })?;
        let Some(stored) = kept.ticket() else { return Err(Error::Retired { ticket }.into()) };
        let until = self.at.unwrap_or(watermark).min(watermark);
        Ok(explain(&self.ticket, stored.record(), &controls, until))
    }

    /// From a running engine.
    fn from_url(&self, url: &str) -> miette::Result<Explanation> {
        let at = self.at.map(|at| format!("?at={at}")).unwrap_or_default();
        let path = self.ticket.split('/').map(encoded).collect::<Vec<_>>().join("/");
        let Answer { status, body } = remote::get(url, &format!("/api/v1/explain/{path}{at}"))?;
        match status {
            200 => serde_json::from_str(&body).map_err(|error| Unanswered(format!("{url} is no Duly: {error}")).into()),
            404 => Err(Error::NoSuchTicket { ticket: self.ticket.clone(), place: url.to_owned(), seen: None }.into()),
            status => Err(Unanswered(format!("{url} answers {status}: {}", body.trim())).into()),
        }
    }

    /// Reads the ticket's events out of the logs and explains them.
    fn from_logs(&self) -> miette::Result<Explanation> {
        let mut looked = Looked::new(&self.ticket, self.controls.load()?);
        for path in &self.from.logs {
            let failed = |source| files::Error::Read { path: path.clone(), source };
            let mut lines = files::lines(path, files::open(path)?.reader)?;
            while let Some(batch) = lines.next_batch().map_err(failed)? {
                looked.take(batch.filter_map(|line| read_event(&line).ok()));
            }
        }
        looked.explain(self.at, if self.from.logs.len() == 1 { "the log" } else { "the logs" })
    }

    /// Reads the ticket's partition of the log of record, outside of any group.
    fn from_kafka(&self, cluster: &Cluster) -> miette::Result<Explanation> {
        let mut looked = Looked::new(&self.ticket, self.controls.load_or_published(cluster)?);
        let mut log = TicketLog::open_ticket(cluster, &self.ticket, Period::default()).map_err(Failed::from)?;
        while let Some(batch) = log.next_batch().map_err(Failed::from)? {
            looked.take(batch.entries().filter_map(|entry| entry.input().content.event()));
        }
        looked.explain(self.at, &cluster.topics.tickets)
    }
}

/// A ticket that is looked for in a log.
struct Looked<'t> {
    ticket: &'t str,
    lane: Lane,
    /// When the latest event occurred, of whichever ticket.
    latest: Instant,
    /// Another ticket that is there.
    seen: Option<String>,
}

impl<'t> Looked<'t> {
    fn new(ticket: &'t str, controls: Controls) -> Self {
        let settings = Settings { is_durable: false, ..Settings::default() };
        Looked { ticket, lane: Lane::new(settings, Arc::new(controls)), latest: Instant::MIN, seen: None }
    }

    /// Takes in those of the events that are the ticket's.
    fn take<'e>(&mut self, events: impl Iterator<Item = TicketEvent<'e>>) {
        let Looked { ticket, lane, latest, seen } = self;
        let of_ticket = events.filter_map(|event| {
            *latest = event.time.max(*latest);
            if event.subject == *ticket {
                return Some(Input { appended_at: None, revives: false, content: Content::Event(event) });
            }
            seen.get_or_insert_with(|| event.subject.to_string());
            None
        });
        lane.step(of_ticket, Now { wall: Instant::MIN, is_at_end: false });
    }

    /// Explains it as it stood at `at`, or else at the latest event; `place` is where it was looked for.
    fn explain(self, at: Option<Instant>, place: &str) -> miette::Result<Explanation> {
        let controls = self.lane.controls();
        let Some(ticket) = self.lane.find(self.ticket) else {
            let (ticket, place) = (self.ticket.to_owned(), place.to_owned());
            return Err(Error::NoSuchTicket { ticket, place, seen: self.seen }.into());
        };
        Ok(explain(self.ticket, ticket.record(), controls, at.unwrap_or(self.latest)))
    }
}
