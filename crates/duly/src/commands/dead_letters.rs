//! `duly dead-letters`: what could not be read, and trying it again.

mod list;
mod redrive;
mod show;

use crate::exit::Exit;

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

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.command {
            Command::List(args) => args.run(),
            Command::Show(args) => args.run(),
            Command::Redrive(args) => args.run(),
        }
    }
}
