//! `duly dead-letters show`: one letter, with the bytes it came with.

use std::io::Write as _;

use duly_engine::kafka::DeadLetters;
use duly_engine::sqlite::ReadOnly;
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use super::letter::{Letter, letter_id, number};
use super::{Kept, Place};
use crate::exit::Exit;
use crate::files;
use crate::kafka::Failed;

/// Show a dead letter: where it came from, what is wrong, and its bytes
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly dead-letters show [OPTIONS] --store <FILE> <NUMBER>
       duly dead-letters show [OPTIONS] --kafka <BOOTSTRAP> <NUMBER>
       duly dead-letters show [OPTIONS] --config <duly.yaml> <NUMBER>")]
#[command(after_help = "\
Examples:
  duly dead-letters show --store duly.db 17
  duly dead-letters show --store duly.db 17 --raw | xxd | head
  duly dead-letters show --kafka localhost:9092 3:42")]
pub(crate) struct Args {
    #[command(flatten)]
    kept: Kept,
    /// The letter's number, as listed
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Nothing but the bytes as they came
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, Error, Diagnostic)]
#[error("there is no dead letter {0}")]
#[diagnostic(help("`duly dead-letters list --all` shows their numbers"))]
struct NoSuchLetter(String);

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let (letter, bytes) = self.find()?.ok_or_else(|| NoSuchLetter(self.number.clone()))?;
        let mut out = files::stdout();
        let written = if self.raw { out.write_all(&bytes) } else { out.write_all(letter.describe(&bytes).as_bytes()) };
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }

    fn find(&self) -> miette::Result<Option<(Letter, Vec<u8>)>> {
        match self.kept.place()? {
            Place::Topic(cluster) => {
                let letters = DeadLetters::open(&cluster).map_err(Failed::from)?;
                let found = letters.show(letter_id(&self.number)?).map_err(Failed::from)?;
                Ok(found.map(|(letter, content)| (Letter::from(&letter).with(&content), content.value)))
            }
            Place::Store(store) => {
                let store = ReadOnly::open(&store).into_diagnostic()?;
                let found = store.dead_letter(number(&self.number)?).into_diagnostic()?;
                Ok(found.map(|(letter, bytes)| (Letter::from(&letter), bytes)))
            }
        }
    }
}
