//! `duly topics`: the topics that Duly needs on a Kafka cluster.

mod table;

use std::io::{IsTerminal as _, Write as _};

use duly_engine::kafka::{Cluster, topics};
use miette::Diagnostic;
use thiserror::Error;
use topics::{Step, TopicSpec};

use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::{Failed, KafkaArgs, cluster};

/// Show or make the Kafka topics that Duly needs
///
/// Kafka makes no topic by itself for Duly: partitions, retention and compaction decide what can be relied upon. What
/// can be mended without moving data is mended, what can not is told. How long SLA events, dead letters and ticket events
/// are kept is set when a topic is made, and yours to change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly topics plan --kafka localhost:9092
      what there is and what there is to do
  duly topics apply --kafka localhost:9092 --partitions 16
      do it; a new log gets 16 lanes
  duly topics apply --config /etc/duly/duly.yaml

The number of partitions of the log is for good: a ticket's lane follows from it. The threads of all instances
together can be at most as many. Status: 0 where nothing is left to do, else 1.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show what there is, and what there is to do
    Plan(Wanted),
    /// Make topics that are missing, and change settings that differ
    Apply(Wanted),
}

/// What is wanted.
#[derive(Debug, clap::Args)]
struct Wanted {
    #[command(flatten)]
    kafka: KafkaArgs,
    /// How many lanes; without it, those of the log that there is, and 8 for a new one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    partitions: Option<u32>,
    /// How many brokers have each record of a new topic; without it 3, or as many as there are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=32))]
    replicas: Option<u32>,
}

#[derive(Debug, Error, Diagnostic)]
#[error("{replicas} replicas are wanted, and the cluster has {brokers} brokers")]
#[diagnostic(
    code(duly::config::topics),
    help("each replica is on a broker of its own: want fewer, or leave --replicas out")
)]
struct TooManyReplicas {
    replicas: usize,
    brokers: usize,
}

/// A plan and what it was made from.
struct Planned {
    cluster: Cluster,
    wanted: Vec<TopicSpec>,
    replicas: usize,
    steps: Vec<Step>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.command {
            Command::Plan(wanted) => {
                let planned = wanted.plan()?;
                show(&planned.steps)?;
                let open = planned.steps.iter().filter(|step| step.is_open()).count();
                if open > 0 {
                    tell!("{open} to do: `duly topics apply` does it, but for what is refused");
                }
                Ok(outcome(&planned.steps))
            }
            Command::Apply(wanted) => {
                let planned = wanted.plan()?;
                show(&planned.steps)?;
                topics::apply(&planned.cluster, &planned.steps, planned.replicas).map_err(Failed::from)?;
                // What is said is what there is, not what was asked for.
                let left = topics::plan(&planned.cluster, &planned.wanted).map_err(Failed::from)?;
                let open = left.iter().filter(|step| step.is_open()).count();
                let done = planned.steps.iter().filter(|step| step.is_open()).count().saturating_sub(open);
                tell!("{done} done, {open} left");
                Ok(outcome(&left))
            }
        }
    }
}

impl Wanted {
    fn plan(&self) -> miette::Result<Planned> {
        let cluster = cluster(&self.kafka.kafka()?)?;
        let brokers = topics::brokers(&cluster).map_err(Failed::from)?;
        let replicas = self.replicas.map_or(topics::REPLICAS.min(brokers), |replicas| replicas as usize);
        if replicas > brokers {
            return Err(TooManyReplicas { replicas, brokers }.into());
        }
        let partitions = match self.partitions {
            Some(partitions) => partitions as usize,
            None => topics::partitions(&cluster).map_err(Failed::from)?.unwrap_or(topics::PARTITIONS),
        };
        let wanted = topics::wanted(&cluster, partitions, replicas);
        let steps = topics::plan(&cluster, &wanted).map_err(Failed::from)?;
        Ok(Planned { cluster, wanted, replicas, steps })
    }
}

fn show(steps: &[Step]) -> miette::Result<()> {
    let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_coloured = std::io::stdout().is_terminal() && !wants_none;
    let mut out = files::stdout();
    out.write_all(table::of(steps, is_coloured).as_bytes()).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
    Ok(())
}

fn outcome(steps: &[Step]) -> Exit {
    if steps.iter().any(Step::is_open) { Exit::FoundWrong } else { Exit::Done }
}
