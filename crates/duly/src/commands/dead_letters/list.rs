//! `duly dead-letters list`: a line each, or JSON.

use std::io::Write as _;
use std::path::PathBuf;

use duly_engine::sqlite::{DeadLetter, Letters, ReadOnly};
use miette::IntoDiagnostic as _;

use crate::exit::Exit;
use crate::files::{self, tell};

/// List dead letters, oldest first: number, place, reason, what is wrong
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly dead-letters list --store duly.db
  duly dead-letters list --store duly.db --reason bad_time --json | jq .line")]
pub(crate) struct Args {
    /// The store; an engine may be working on it
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Only those with this reason, such as not_json or bad_time
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
    /// Also those that were redriven and found their place
    #[arg(long)]
    all: bool,
    /// Only those after this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: i64,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: usize,
    /// A JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let store = ReadOnly::open(&self.store).into_diagnostic()?;
        let which = Letters { reason: self.reason, only_waiting: !self.all, after: self.after, limit: self.limit };
        let letters = store.dead_letters(&which).into_diagnostic()?;
        if letters.is_empty() {
            tell!("no dead letters");
        }
        let mut out = files::stdout();
        for letter in &letters {
            let line = if self.json { serde_json::to_string(letter).into_diagnostic()? } else { line(letter) };
            writeln!(out, "{line}").map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}

/// A letter for people.
pub(super) fn line(letter: &DeadLetter) -> String {
    let DeadLetter { seq, reason, detail, .. } = letter;
    let redriven = letter.redriven_as.as_ref().map(|outcome| format!(" (redriven: {outcome})"));
    format!("{seq}  {}  {reason}  {detail}{}", place(letter), redriven.unwrap_or_default())
}

/// Where a letter came from: `events.ndjson:12`, or `http`.
fn place(letter: &DeadLetter) -> String {
    letter.line.map_or_else(|| letter.source.clone(), |line| format!("{}:{line}", letter.source))
}
