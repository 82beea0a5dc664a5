//! `duly man`: the manual, made from the same text as the help.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::files;

/// Print the manual page, or write one page for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly man | man -l -
  duly man --out /usr/local/share/man/man1")]
pub(crate) struct Args {
    /// Write the pages of all commands to this directory instead
    #[arg(long, value_name = "DIRECTORY")]
    out: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        if let Some(directory) = self.out {
            let told = |source| files::Error::write(&directory, source);
            std::fs::create_dir_all(&directory).map_err(told)?;
            clap_mangen::generate_to(Cli::command(), &directory).map_err(told)?;
        } else {
            let mut page = Vec::new();
            Man::new(Cli::command()).render(&mut page).map_err(files::Error::stdout)?;
            let mut out = files::stdout();
            out.write_all(&page).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        }
        Ok(Exit::Done)
    }
}
