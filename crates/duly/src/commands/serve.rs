//! `duly serve`: settings in, an engine and its API up, an end in good order.

mod greeting;
mod manager;
mod on_kafka;
mod session;
mod settings;
mod stop;

use std::net::SocketAddr;
use std::path::PathBuf;

use duly_core::time::Instant;
use duly_engine::config;

use crate::exit::Exit;
use crate::kafka::KafkaArgs;
use crate::policies;

/// Run the engine: read events, keep clocks, publish what follows
///
/// Everything is kept in one SQLite file, or with --kafka in the topics of a cluster, whose lanes instances share. After an end of any kind, a kill or a power cut included, the next start goes on
/// where the last commit was. Ticket events come from files, one CloudEvent a line, and through the API. Policies are
/// published into the store at the start; they stay in force when they are not given again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly serve --policy policy.yaml --follow /var/log/crm/events.ndjson
      read the file as it grows, with the API and metrics on 127.0.0.1:8321
  duly serve --store history.db --policy policy.yaml \\
    --exit --until 2026-10-01T00:00:00+08:00 2026-*.ndjson.zst
      take in files, and end; then see `duly ledger --store history.db`
  zcat events.ndjson.gz | duly serve --policy policy.yaml --exit -
  duly serve --kafka localhost:9092 --policy policy.yaml
      work on a cluster's topics, which `duly topics apply` has made

A feed is read to its end before time goes on by itself: as long as there may be older events, silence is no broken \
promise. Each is remembered with how far it was read. `duly dead-letters list` shows what could not be read.

SIGTERM and SIGINT (Ctrl-C) end the engine in good order, with status 0. On Kafka its lanes then wait for it to come
back, as long as the session time-out says; after SIGUSR1, or with --leave, they go to others at once.

Under systemd (`Type=notify`) it tells when it runs, how it stands, and, while all of its threads answer, its watchdog.

Environment:
  DULY_TOKEN           the bearer token, where no --token-file is given
  DULY_KAFKA_PASSWORD  the password of the Kafka user, where no password_file is given")]
pub(crate) struct Args {
    #[command(flatten)]
    kafka: KafkaArgs,
    /// The store; it is made where there is none
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// A policy to have in force from when it says; may be given several times
    #[arg(long = "policy", value_name = "FILE")]
    policies: Vec<PathBuf>,
    /// Feeds to read to their end, in this order; `.gz` and `.zst` are read, `-` is standard input
    #[arg(value_name = "FEED")]
    feeds: Vec<PathBuf>,
    /// The same as an option; may be given several times
    #[arg(long = "feed", value_name = "FEED")]
    more_feeds: Vec<PathBuf>,
    /// A feed to read as it grows; without a name, all that are given
    #[arg(long, value_name = "FEED", num_args = 0..=1, conflicts_with = "exit")]
    follow: Option<Vec<PathBuf>>,
    /// Time stops here: nothing later is judged
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// End once the feeds are read and what follows is published
    #[arg(long)]
    exit: bool,
    /// On Kafka: the name of this instance, which it keeps and no other has, such as that of its pod
    #[arg(long, value_name = "NAME", value_parser = instance)]
    instance: Option<String>,
    /// On Kafka: where other instances reach the API of this one, such as http://10.0.0.5:8321
    #[arg(long, value_name = "URL", value_parser = advertised)]
    advertise: Option<String>,
    /// On Kafka: give the lanes up at the end, for an instance that does not come back
    #[arg(long)]
    leave: bool,
    /// Where the API and the metrics listen; with --exit only where this is given
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// A file with the bearer token that requests have to carry: needed on any address but a loopback one
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

fn instance(text: &str) -> Result<String, String> {
    config::instance_name(text).map(|()| text.to_owned()).map_err(|(what, hint)| format!("{what}: {hint}"))
}

fn advertised(text: &str) -> Result<String, String> {
    config::instance_url(text).map(|()| text.to_owned()).map_err(|(what, hint)| format!("{what}: {hint}"))
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let settings = self.settings()?;
        let policies = policies::load(&settings.policies)?;
        match settings.kafka.clone() {
            Some(kafka) => on_kafka::run(settings, &kafka, policies),
            None => session::run(settings, policies),
        }
    }
}
