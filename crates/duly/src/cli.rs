//! The command line as a whole: what `duly --help` teaches. Each command's own page stands with the command.

use clap::Parser;

use crate::commands::Command;

/// Keeps response-time promises.
///
/// Duly reads what happens to tickets, runs a clock for every promise that a policy makes about them, and says who has to
/// be reminded, what was broken and why. It sits beside the CRM, which stays the owner of the tickets. Everything it
/// says follows from the events, the policy and an instant: asked again, it says the same.
#[derive(Debug, Parser)]
#[command(name = "duly", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  duly import servicenow-audit incidents.csv --zone Europe/Lisbon > events.ndjson
      turn a ServiceNow audit into ticket events
  unzip -p incidents.zip | duly import servicenow-audit - | head -3
      the same from a pipe; `-` is standard input
  duly completions bash > ~/.local/share/bash-completion/completions/duly
      complete commands and options with the tab key

Exit codes:
   0  done
   1  done, and something was found wrong; or it could not be done
   2  the command line was not understood
  78  a policy, a calendar or a setting has a mistake (EX_CONFIG)

Results go to standard output, everything else to standard error.
`duly COMMAND --help` tells more about a command.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
