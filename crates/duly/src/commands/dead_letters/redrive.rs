//! `duly dead-letters redrive`: trying again.

use std::io::Write as _;
use std::path::PathBuf;

use duly_core::lane::{Outcome, Settings};
use duly_engine::clock::WallClock;
use duly_engine::embedded::{Redriven, redrive};
use duly_engine::sqlite::Letters;
use miette::IntoDiagnostic as _;

use crate::exit::Exit;
use crate::files;

/// Give dead letters to the engine again, with the bytes they came with
///
/// For letters that an earlier release could not read, or that were refused because of what has changed since. The engine
/// has to be stopped. A letter is never deleted: it is marked with what became of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly dead-letters redrive --store duly.db
  duly dead-letters redrive --store duly.db --reason unknown_version

A record whose bytes are wrong stays wrong: correct it at its source and send it again.")]
pub(crate) struct Args {
    /// The store, which no engine works on
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Only those with this reason
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        if !self.store.exists() {
            return Err(duly_engine::sqlite::Error::Missing(self.store)).into_diagnostic();
        }
        let which = Letters { reason: self.reason, only_waiting: true, after: 0, limit: usize::MAX };
        let redriven = redrive(&self.store, Settings::default(), &which, &WallClock).into_diagnostic()?;
        let mut out = files::stdout();
        for letter in &redriven {
            writeln!(out, "{}", line(letter)).map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        files::tell!("{} dead letters tried again, {} found their place", redriven.len(), settled(&redriven));
        Ok(Exit::Done)
    }
}

fn line(redriven: &Redriven) -> String {
    let became = match &redriven.outcome {
        Outcome::Applied => "applied".to_owned(),
        Outcome::Duplicate => "duplicate".to_owned(),
        Outcome::DeadLetter(refusal) => format!("still {}  {refusal}", refusal.kind.name()),
    };
    format!("{}  {became}", redriven.letter.seq)
}

fn settled(redriven: &[Redriven]) -> usize {
    redriven.iter().filter(|redriven| !matches!(redriven.outcome, Outcome::DeadLetter(_))).count()
}
