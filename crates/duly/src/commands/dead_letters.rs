//! `duly dead-letters`: what could not be read, and trying it again. One form for both places where letters are kept, a
//! store and a topic.

mod letter;
mod list;
mod redrive;
mod show;

use std::path::PathBuf;

use clap::ArgGroup;
use duly_engine::config::Config;
use duly_engine::kafka::Cluster;

use crate::exit::Exit;
use crate::kafka::{KafkaArgs, cluster};

/// List, show and redrive records that could not be taken in
///
/// Nothing that was given to the engine is dropped: a record that is no ticket event is kept as it came, with the place that
/// it came from and the reason.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Redrive(redrive::Args),
}

/// Where the letters are.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(group(ArgGroup::new("letters").required(true).multiple(true).args(["store", "bootstrap", "config"])))]
struct Kept {
    /// The store of an embedded engine
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bootstrap", "prefix"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
}

/// One of the two.
enum Place {
    Store(PathBuf),
    Topic(Box<Cluster>),
}

impl Kept {
    fn place(&self) -> miette::Result<Place> {
        let Config { store, kafka, .. } = self.kafka.settings()?;
        Ok(match (&self.store, kafka) {
            (Some(store), _) => Place::Store(store.clone()),
            (None, Some(kafka)) => Place::Topic(Box::new(cluster(&kafka)?)),
            (None, None) => Place::Store(store),
        })
    }
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.command {
            Command::List(args) => args.run(),
            Command::Show(args) => args.run(),
            Command::Redrive(args) => args.run(),
        }
    }
}
