//! `duly emergency`: declared, updated, lifted, voided, and how all of them stand (L16).

mod declare;
mod later;
mod list;
mod place;
mod table;
mod words;

use crate::exit::Exit;

/// Declare, update and lift emergencies; see which are in force
///
/// An emergency has a scope by any attribute of tickets, a contingency plan with roles, and an effect on the clocks in scope:
/// they stand still, have longer, or go on while customers are told. What is told late corrects the record.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Declare(Box<declare::Args>),
    Update(Box<later::Update>),
    Lift(later::Lift),
    Void(later::Void),
    List(list::Args),
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.command {
            Command::Declare(args) => args.run(),
            Command::Update(args) => args.run(),
            Command::Lift(args) => args.run(),
            Command::Void(args) => args.run(),
            Command::List(args) => args.run(),
        }
    }
}
