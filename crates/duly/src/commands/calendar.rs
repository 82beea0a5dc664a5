//! `duly calendar`: what a calendar says, asked by hand; one module a question.

mod between;
mod check;
mod chosen;
mod counted;
mod due;
mod show;
pub(super) mod when;

use crate::exit::Exit;

/// Ask a calendar: what is due when, which days are worked
///
/// Without --policy the calendar is that of the policy that Duly ships: office hours in Shanghai with China's statutory
/// holidays and make-up workdays.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    Due(due::Args),
    Between(between::Args),
    Show(show::Args),
    Check(check::Args),
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.question {
            Question::Due(args) => args.run(),
            Question::Between(args) => args.run(),
            Question::Show(args) => args.run(),
            Question::Check(args) => args.run(),
        }
    }
}
