//! The command line as a whole: what `duly --help` teaches. Each command's own page stands with the command.

use clap::Parser;

use crate::commands::Command;

/// Keep response-time promises
///
/// Duly reads what happens to tickets, runs a clock for every promise that a policy makes about them, and says who has to
/// be reminded, what was broken and why. It sits beside the CRM, which stays the owner of the tickets. Everything it
/// says follows from the events, the policy and an instant: asked again, it says the same.
#[derive(Debug, Parser)]
#[command(name = "duly", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  duly demo
      a made-up fortnight at a service desk: what is kept, broken and told
  duly validate letter.yaml
      every mistake in a policy at once, with its line and what to do
  duly import servicenow-audit audit.csv | duly replay - --policy letter.yaml
      how the policy would have been kept by your own history
  duly report events.ndjson --policy letter.yaml --period 2026-10
      a month reviewed: promised against actual, and where time went
  duly explain acme/T-1 --log events.ndjson --policy letter.yaml
      why a promise was kept or broken, in intervals that add up
  duly serve --store duly.db --policy letter.yaml --feed events.ndjson --follow
      from now on: clocks that run, with an API and metrics
  duly calendar due 2026-09-30T17:00 4 working_hours
      when something is due, holidays and make-up workdays counted

Exit codes:
   0  done
   1  done, and something was found wrong; or it could not be done
   2  the command line was not understood
  78  a policy, a calendar or a setting has a mistake (EX_CONFIG)

Results go to standard output, everything else to standard error.
`duly help COMMAND` tells more about a command.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
