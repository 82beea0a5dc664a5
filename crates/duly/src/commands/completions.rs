//! `duly completions`: what a shell needs to complete commands and options.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::files;

/// Print completions for a shell
///
/// Put the output where your shell looks for completions, and start a new shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly completions bash > ~/.local/share/bash-completion/completions/duly
  duly completions zsh  > ~/.zfunc/_duly
  duly completions fish > ~/.config/fish/completions/duly.fish")]
pub(crate) struct Args {
    /// The shell to print them for
    shell: Shell,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "duly", &mut text);
        let mut out = files::stdout();
        out.write_all(&text).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}
