//! `duly replay`: history through the policies again.

pub(super) mod accounts;
mod backfill;
pub(super) mod from_files;
pub(super) mod from_kafka;
pub(super) mod lanes;

use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgGroup;
use duly_core::control::Controls;
use duly_core::time::Instant;
use duly_engine::kafka::{Cluster, Period, TicketLog};
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

pub(crate) use from_files::read_event;

use crate::controls;
use crate::exit::Exit;
use crate::kafka::{Failed, KafkaArgs};
use crate::summary::Summary;
use accounts::Accounts;
use lanes::{Lanes, create};

/// Replay history through policies: what was kept, what broken
///
/// The order of the lines is the order of arrival. Nothing is published anywhere, no ticket is forgotten, and no clock is
/// asked: the same files, policies and `--until` give the same bytes. A summary by objective goes to standard error.
///
/// With --kafka the log of record is read instead, to its end as of now, outside of any group: no offset is moved, and
/// running engines notice nothing. Without --policy the versions are in force that were published there, each from when it
/// said.
#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("log").required(true).multiple(true).args(["logs", "bootstrap", "config"])))]
pub(crate) struct Args {
    /// Event logs, one CloudEvent a line; `-` is standard input, `.gz` and `.zst` are unpacked
    #[arg(value_name = "FILE", conflicts_with_all = ["bootstrap", "config", "prefix"])]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
    /// Only what the log on Kafka took at this instant or later; a ticket opened before has no clocks then
    #[arg(long, value_name = "INSTANT", conflicts_with = "logs")]
    from: Option<Instant>,
    /// Only what it took before this instant
    #[arg(long, value_name = "INSTANT", conflicts_with = "logs")]
    to: Option<Instant>,
    /// Only this ticket: one partition of the log on Kafka is read
    #[arg(long, value_name = "TENANT/TICKET", conflicts_with = "logs")]
    ticket: Option<String>,
    #[command(flatten)]
    controls: controls::Args,
    /// Stop here; without it, at the latest event
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Write the standing SLA events, sorted by ticket, instant and key; `-` is standard output
    #[arg(long, value_name = "OUT")]
    ledger: Option<PathBuf>,
    /// Write all that was published on the way as CloudEvents, retractions too; `-` is standard output
    #[arg(long, value_name = "OUT")]
    published: Option<PathBuf>,
    #[command(flatten)]
    backfill: backfill::Backfill,
}

const USAGE: &str = "\
duly replay [OPTIONS] --policy <POLICY.yaml> <FILE>...
       duly replay [OPTIONS] --kafka <BOOTSTRAP>";

const AFTER_HELP: &str = "\
Examples:
  duly replay events.ndjson --policy letter.yaml
      how the promises of the letter were kept
  duly replay events.ndjson.zst --policy letter.yaml \\
    --ledger ledger.ndjson --until 2026-10-01T00:00:00+08:00
      what stood on that day, one SLA event a line
  duly replay log.ndjson --policy old.yaml --policy new.yaml \\
    --control control.ndjson --published -
      with the versions in force from when the control log says
  duly replay --kafka localhost:9092 --ledger ledger.ndjson
      what stands by the log on Kafka and what was published there
  duly replay --kafka localhost:9092 --policy stricter.yaml \\
    --from 2026-09-01T00:00:00+08:00
      what another policy would have said of the tickets since then

Lines that are no events are counted and told on standard error; the exit code is 0 all the same.";

#[derive(Debug, Error, Diagnostic)]
#[error("no event of {ticket} is in {topic}, as far as was read")]
#[diagnostic(help(
    "a ticket is named as its events' subject names it, TENANT/TICKET; --from and --to go by when the log took it"
))]
struct NoSuchTicket {
    ticket: String,
    topic: String,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.kafka.cluster()? {
            Some(cluster) => self.replay_kafka(&cluster),
            None => self.replay_files(),
        }
    }

    fn replay_files(&self) -> miette::Result<Exit> {
        let mut lanes = self.lanes(1, self.controls.load()?)?;
        let mut accounts = Accounts::default();
        let mut latest = Instant::MIN;
        for log in &self.logs {
            latest = latest.max(from_files::read(log, &mut lanes, &mut accounts)?);
        }
        self.conclude(lanes, latest, &accounts, "lines")
    }

    fn replay_kafka(&self, cluster: &Cluster) -> miette::Result<Exit> {
        let controls = self.controls.load_or_published(cluster)?;
        let period = Period { from: self.from, to: self.to };
        let log = match &self.ticket {
            Some(ticket) => TicketLog::open_ticket(cluster, ticket, period),
            None => TicketLog::open(cluster, period),
        };
        let log = log.map_err(Failed::from)?;
        let mut lanes = self.lanes(log.partitions(), controls)?;
        let mut accounts = Accounts::default();
        let topic = &cluster.topics.tickets;
        let latest = from_kafka::read(log, topic, self.ticket.as_deref(), &mut lanes, &mut accounts)?;
        if let Some(ticket) = self.ticket.as_ref().filter(|_| accounts.is_empty()) {
            return Err(NoSuchTicket { ticket: ticket.clone(), topic: topic.clone() }.into());
        }
        self.conclude(lanes, latest, &accounts, "records")
    }

    fn lanes(&self, count: usize, controls: Controls) -> miette::Result<Lanes> {
        let published = self.published.as_deref().map(create).transpose()?;
        Ok(Lanes::new(count, self.until.unwrap_or(Instant::MAX), &Arc::new(controls), published))
    }

    /// Lets time go on to the end, writes what stands there, and tells how it went; `what` is what records are called.
    fn conclude(&self, mut lanes: Lanes, latest: Instant, accounts: &Accounts, what: &str) -> miette::Result<Exit> {
        let until = self.until.unwrap_or(latest);
        lanes.finish(until)?;
        self.backfill.write(&mut lanes, until)?;
        let mut summary = Summary::default();
        lanes.write_ledger(until, self.ledger.as_deref(), &mut summary)?;
        accounts.tell(what);
        summary.print(&mut std::io::stderr().lock()).into_diagnostic()?;
        Ok(Exit::Done)
    }
}
