//! `duly dead-letters redrive`: trying again.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use duly_core::lane::{Outcome, Settings};
use duly_engine::clock::WallClock;
use duly_engine::embedded::{Again, Redriven, Remapped, deliver_again, redrive};
use duly_engine::ingest::Source;
use duly_engine::kafka::{self, Cluster, DeadLetters, Which};
use duly_engine::sqlite::Letters;
use miette::IntoDiagnostic as _;

use super::letter::{letter_id, number};
use super::{Kept, Place};
use crate::exit::Exit;
use crate::files;
use crate::kafka::Failed;
use crate::numbers::counted;
use crate::sources;

/// Give dead letters to the engine again, with the bytes they came with
///
/// For letters that an earlier release could not read, or that were refused because of what has changed since. A letter is
/// never deleted: it is marked with what became of it.
///
/// The engine of a store has to be stopped. On Kafka the records are written to the log of ticket events again, with their
/// keys and headers, while engines run; a misrouted one goes where its ticket is. What is refused once more becomes a
/// letter anew. Redriving twice is harmless: an event is known by its source and id, and counts once.
///
/// A letter `retired` brings its ticket back, with all that the log has of it. What a sink could not deliver is delivered again: on
/// Kafka by the instances that run, from a store by the next `duly serve`.
///
/// A message of a source, which could not be mapped, is mapped again by its mapping of today, for which the settings have to be
/// told (--config): they say which mapping that is.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly dead-letters redrive [OPTIONS] --store <FILE> [NUMBER]...
       duly dead-letters redrive [OPTIONS] --kafka <BOOTSTRAP> [NUMBER]...
       duly dead-letters redrive [OPTIONS] --config <duly.yaml> [NUMBER]...")]
#[command(after_help = "\
Examples:
  duly dead-letters redrive --store duly.db
  duly dead-letters redrive --store duly.db --reason unknown_version
  duly dead-letters redrive --store duly.db --config duly.yaml --reason no_rule
  duly dead-letters redrive --kafka localhost:9092 --reason retired
  duly dead-letters redrive --kafka localhost:9092 3:42 5:7

A record whose bytes are wrong stays wrong: correct it at its source and send it again.")]
pub(crate) struct Args {
    #[command(flatten)]
    kept: Kept,
    /// Only these, as listed; without any, all that wait
    #[arg(value_name = "NUMBER")]
    numbers: Vec<String>,
    /// Only those with this reason
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let found = match self.kept.place()? {
            Place::Topic(cluster) => self.redrive_topic(&cluster)?,
            Place::Store(store) => self.redrive_store(&store)?,
        };
        if found < self.numbers.len() {
            files::tell!("{} of those named are not there, or were redriven before", self.numbers.len() - found);
        }
        Ok(Exit::Done)
    }

    fn redrive_store(&self, store: &Path) -> miette::Result<usize> {
        if !store.exists() {
            return Err(duly_engine::sqlite::Error::Missing(store.to_owned())).into_diagnostic();
        }
        let which = Letters {
            reason: self.reason.clone(),
            only_waiting: true,
            only: self.numbers.iter().map(|text| number(text)).collect::<Result<_, _>>()?,
            after: 0,
            limit: usize::MAX,
        };
        let of_sinks = deliver_again(store, &which, &WallClock).into_diagnostic()?;
        let sources = self.sources()?;
        let redriven = redrive(store, Settings::default(), &which, &sources, &WallClock).into_diagnostic()?;
        let mut out = files::stdout();
        for letter in &of_sinks {
            writeln!(out, "{}  again, by {}", letter.seq, letter.source).map_err(files::Error::stdout)?;
        }
        for letter in &redriven {
            writeln!(out, "{}", line(letter)).map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        files::tell!(
            "{} tried again, {} found {}",
            counted(redriven.len() as u64, "dead letter"),
            settled(&redriven),
            if settled(&redriven) == 1 { "its place" } else { "their place" }
        );
        if !of_sinks.is_empty() {
            files::tell!("{} more are delivered again by the next `duly serve`", of_sinks.len());
        }
        Ok(redriven.len() + of_sinks.len())
    }

    fn redrive_topic(&self, cluster: &Cluster) -> miette::Result<usize> {
        let which = Which {
            reason: self.reason.clone(),
            ids: self.numbers.iter().map(|text| letter_id(text)).collect::<Result<_, _>>()?,
            limit: usize::MAX,
            ..Which::default()
        };
        let mut out = files::stdout();
        let (mut found, mut count, mut written) = (0, 0, Ok(()));
        let letters = DeadLetters::open(cluster).map_err(Failed::from)?;
        let redriven = letters.redrive(&which, &self.sources()?, |letter, remapped| {
            found += 1;
            let (is_sent, became) = match remapped {
                None => (true, "sent".to_owned()),
                Some(kafka::Remapped::Sent(events)) => (true, mapped(events)),
                Some(kafka::Remapped::Still { reason, detail }) => (false, format!("still {reason}  {detail}")),
                Some(kafka::Remapped::NoSource) => (false, no_source(letter.source.as_deref().unwrap_or_default())),
            };
            count += usize::from(is_sent);
            // What can not be told is done all the same.
            if written.is_ok() {
                written = writeln!(out, "{}  {became}", letter.id);
            }
        });
        redriven.map_err(Failed::from)?;
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        files::tell!("{} written again, to {}", counted(count as u64, "dead letter"), cluster.topics.tickets);
        Ok(found)
    }

    /// The sources of the settings, where those are told.
    fn sources(&self) -> miette::Result<Vec<Arc<Source>>> {
        Ok(sources::load(&self.kept.kafka.settings()?.sources)?)
    }
}

fn line(redriven: &Redriven) -> String {
    let became = match &redriven.outcome {
        Again::Record(Outcome::DeadLetter(refusal)) => format!("still {}  {refusal}", refusal.kind.name()),
        Again::Record(became) => became.name().to_owned(),
        Again::Message(Remapped::Events(events)) => mapped(*events),
        Again::Message(Remapped::Still { reason, detail }) => format!("still {reason}  {detail}"),
        Again::Message(Remapped::NoSource) => no_source(&redriven.letter.source),
    };
    format!("{}  {became}", redriven.letter.seq)
}

fn mapped(events: usize) -> String {
    match events {
        0 => "nothing  it says nothing of a ticket".to_owned(),
        events => format!("mapped  {}", counted(events as u64, "event")),
    }
}

fn no_source(name: &str) -> String {
    format!("waits  a message of the source {name} is mapped again, for which settings (--config) have to name that")
}

fn settled(redriven: &[Redriven]) -> usize {
    redriven.iter().filter(|redriven| redriven.is_settled()).count()
}
