//! `duly import`: what other systems have written down, as ticket events; one module a source.

mod events;
mod servicenow_audit;

use crate::exit::Exit;

/// Turn another system's records into ticket events, and put ticket events into a log
///
/// Records of other systems leave as CloudEvents on standard output, one JSON object a line, sorted by time: what
/// `duly replay`, `duly serve` and `duly import events` read. What `duly map` is for is not here.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    source: Source,
}

#[derive(Debug, clap::Subcommand)]
enum Source {
    ServicenowAudit(servicenow_audit::Args),
    Events(events::Args),
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.source {
            Source::ServicenowAudit(args) => args.run(),
            Source::Events(args) => args.run(),
        }
    }
}
