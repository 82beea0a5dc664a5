//! `duly notify`: sinks tried before anybody depends on them.

use std::io::Write as _;
use std::path::PathBuf;

use duly_engine::deliver::{Outcome, Sink, sample};
use miette::Diagnostic;
use thiserror::Error;

use crate::exit::Exit;
use crate::files;
use crate::kafka;
use crate::sinks;

/// Try how SLA events and notifications reach people and systems
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Test(Test),
}

/// Send an example through a sink of the settings, and print what was sent and what was answered
///
/// The example is made up, of a ticket that there is not. No engine has to run, nothing is stored, and it is tried once. Secrets
/// are not shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly notify test mail --config duly.yaml --to li.wei
      to somebody of the address book, or to any address
  duly notify test crm-note --config duly.yaml --dry-run
      print what would be sent

Exit codes:
   0  it was accepted, or with --dry-run could be sent
   1  it was not
  78  the settings, a recipe or the address book have a mistake (EX_CONFIG)")]
struct Test {
    /// The sink: the name of its section
    #[arg(value_name = "SINK")]
    sink: String,
    /// The settings that have the sink
    #[arg(long, value_name = "duly.yaml")]
    config: PathBuf,
    /// Whom it is for, where the sink sends to single people: a name of the address book, or an address
    #[arg(long, value_name = "WHO")]
    to: Option<String>,
    /// An example of this type, such as breached; without it, of the first that the sink takes
    #[arg(long = "type", value_name = "TYPE")]
    type_name: Option<String>,
    /// Send nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("there is no sink `{name}` in the settings")]
    #[diagnostic(code(duly::config::sinks), help("{known}"))]
    NoSuchSink { name: String, known: String },
    #[error("the sink takes nothing of the type `{0}`")]
    #[diagnostic(help("`types` in its settings says which it takes"))]
    NoSuchType(String),
    #[error("it can not be said: {0}")]
    Unsaid(String),
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let Command::Test(test) = self.command;
        test.run()
    }
}

impl Test {
    fn run(self) -> miette::Result<Exit> {
        let sink = self.find()?;
        let mut selection = sink.selection.clone();
        if let Some(name) = &self.type_name {
            if !selection.types.is_empty() && !selection.types.contains(name) {
                return Err(Error::NoSuchType(name.clone()).into());
            }
            selection.types = vec![name.clone()];
        }
        let example = sample(&selection, self.to.as_deref());
        let example = example.ok_or_else(|| Error::NoSuchType(self.type_name.clone().unwrap_or_default()))?;
        let (parcels, unknown) = sink.parcels(&example).map_err(Error::Unsaid)?;
        let mut out = files::stdout();
        let mut is_well = unknown.is_empty() && !parcels.is_empty();
        let mut lines = vec![format!("An example of {} through the sink {}.", example.type_name(), sink.name)];
        for who in &unknown {
            lines.push(format!("\nNobody has told an address of {who}: name somebody with --to."));
        }
        for parcel in &parcels {
            let to = if parcel.to.is_empty() { String::new() } else { format!(" to {}", parcel.to) };
            lines.push(format!("\n--- sent{to}\n{}\n---", sink.shown(parcel).0.trim_end()));
            if self.dry_run {
                lines.push("Nothing was sent.".to_owned());
                continue;
            }
            let outcome = sink.send(parcel);
            is_well &= matches!(outcome, Outcome::Delivered(_));
            lines.push(said(outcome));
        }
        writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(if is_well { Exit::Done } else { Exit::FoundWrong })
    }

    fn find(&self) -> miette::Result<Sink> {
        let settings = kafka::read(&self.config)?;
        let found: Vec<_> = settings.sinks.iter().filter(|sink| sink.name == self.sink).cloned().collect();
        if found.is_empty() {
            let names: Vec<&str> = settings.sinks.iter().map(|sink| sink.name.as_str()).collect();
            let known = if names.is_empty() {
                "these settings have no section `sinks`; docs/delivery.md shows one".to_owned()
            } else {
                format!("there are {}", names.join(", "))
            };
            return Err(Error::NoSuchSink { name: self.sink.clone(), known }.into());
        }
        Ok(sinks::read(&found)?.remove(0))
    }
}

/// What came of it, for a person.
fn said(outcome: Outcome) -> String {
    match outcome {
        Outcome::Delivered(answer) => format!("Accepted: {answer}"),
        Outcome::Later { why, .. } => format!("Not accepted, and an engine would try it again: {why}"),
        Outcome::Refused { why, .. } => format!("Refused, and an engine would make a dead letter of it: {why}"),
    }
}
