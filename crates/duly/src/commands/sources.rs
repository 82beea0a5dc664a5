//! `duly sources`: what an operator says of the systems that tell of tickets.

use duly_core::lane::Progress;
use duly_engine::kafka::Feed;

use crate::exit::Exit;
use crate::files::tell;
use crate::kafka::{Failed, KafkaArgs, cluster};

/// Say that a source, or an import, is over
///
/// A source that is copied into the log on Kafka says how far it is copied, and silence is judged no further than that:
/// what it still has may be the response that was waited for. One that is no more has to be forgotten, or nothing is
/// judged any more. `GET /api/v1/lanes` says for which source a lane waits.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Forget(Forget),
}

/// Say that sources are over: they hold nothing back any more
///
/// A source that still is, and is read again, comes back by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly sources forget old-crm --kafka localhost:9092
  duly sources forget crm --topic crm.old --config /etc/duly/duly.yaml
      a topic that is no source of its messages any more
  duly sources forget import/events --config /etc/duly/duly.yaml
      an import that broke off")]
struct Forget {
    /// The names that the sources have in the settings, or that imports were given
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Only these topics of theirs
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    #[command(flatten)]
    kafka: KafkaArgs,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let Command::Forget(Forget { names, topic, kafka }) = self.command;
        let cluster = cluster(&kafka.kafka()?)?;
        let feed = Feed::open(&cluster, "forget").map_err(Failed::from)?;
        for name in &names {
            let over = topic.iter().map(|topic| format!("{topic}/").into()).collect();
            let mark = Progress { over, is_over: topic.is_empty(), ..Progress::of(name) };
            feed.mark(&mark).map_err(Failed::from)?;
            tell!("{name}: over");
        }
        Ok(Exit::Done)
    }
}
