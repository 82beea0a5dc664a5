//! `duly config`: the settings, as they hold.

use std::io::Write as _;

use crate::exit::Exit;
use crate::files;
use crate::kafka::KafkaArgs;

/// Show the settings that hold
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
}

/// Print all settings with their values, in the form of the settings file
///
/// Defaults are filled in, paths lead there from where you are, and no secret is shown. A file with mistakes is told
/// with all of them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly config show
      the defaults
  duly config show --config /etc/duly/duly.yaml
      what `duly serve` goes by with these settings")]
struct Show {
    #[command(flatten)]
    kafka: KafkaArgs,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let Command::Show(Show { kafka }) = self.command;
        let shown = kafka.settings()?.show(&|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        let mut out = files::stdout();
        out.write_all(shown.as_bytes()).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}
