//! `duly dead-letters list`: a line each, or JSON.

use std::io::Write as _;

use duly_engine::kafka::{Cluster, DeadLetters, Which};
use duly_engine::sqlite::{Letters, ReadOnly};
use miette::IntoDiagnostic as _;
use serde::Serialize;

use super::letter::{Letter, letter_id, number};
use super::{Kept, Place};
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::Failed;

/// List dead letters, oldest first: number, place, reason, what is wrong
///
/// An engine may be working on them meanwhile. On Kafka a letter's number is its partition and offset, and the topic is read
/// outside of any group.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly dead-letters list [OPTIONS] --store <FILE>
       duly dead-letters list [OPTIONS] --kafka <BOOTSTRAP>
       duly dead-letters list [OPTIONS] --config <duly.yaml>")]
#[command(after_help = "\
Examples:
  duly dead-letters list --store duly.db
  duly dead-letters list --store duly.db --reason bad_time --json | jq .line
  duly dead-letters list --kafka localhost:9092 --all")]
pub(crate) struct Args {
    #[command(flatten)]
    kept: Kept,
    /// Only those with this reason, such as not_json or bad_time
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
    /// Also those that were redriven: in a store, and found their place; on Kafka, and were sent
    #[arg(long)]
    all: bool,
    /// Only those after this one
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: usize,
    /// A JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.kept.place()? {
            Place::Topic(cluster) => self.list_topic(&cluster),
            Place::Store(store) => self.list_store(&ReadOnly::open(&store).into_diagnostic()?),
        }
    }

    fn list_store(&self, store: &ReadOnly) -> miette::Result<Exit> {
        let which = Letters {
            reason: self.reason.clone(),
            only_waiting: !self.all,
            after: self.after.as_deref().map_or(Ok(0), number)?,
            limit: self.limit,
            ..Letters::default()
        };
        self.print(&store.dead_letters(&which).into_diagnostic()?)
    }

    fn list_topic(&self, cluster: &Cluster) -> miette::Result<Exit> {
        let which = Which {
            reason: self.reason.clone(),
            only_waiting: !self.all,
            after: self.after.as_deref().map(letter_id).transpose()?,
            limit: self.limit,
            ..Which::default()
        };
        self.print(&DeadLetters::open(cluster).and_then(|letters| letters.list(&which)).map_err(Failed::from)?)
    }

    fn print<L: Serialize>(&self, letters: &[L]) -> miette::Result<Exit>
    where
        for<'l> Letter: From<&'l L>,
    {
        if letters.is_empty() {
            tell!("no dead letters");
        }
        let mut out = files::stdout();
        for letter in letters {
            let line =
                if self.json { serde_json::to_string(letter).into_diagnostic()? } else { Letter::from(letter).line() };
            writeln!(out, "{line}").map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}
