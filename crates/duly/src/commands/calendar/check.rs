//! `duly calendar check`: facts about calendars in a file, checked one by one.

use std::error::Error as _;
use std::path::{Path, PathBuf};

use duly_core::calendar::vectors::{self, Case};
use duly_core::policy::source::Place;

use crate::exit::Exit;
use crate::mistakes::{Faulty, Rejected, START};
use crate::{files, texts};

/// Check the arithmetic against facts in a file
///
/// The file has calendars, and vectors that ask them: add, sub, between, next_open, is_open, open_periods, add_days and
/// sla, each with what is expected. An expected value that is null or absent is not asserted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  duly calendar check vectors.json

  {\"calendars\": {\"desk\": {\"tz\": \"Europe/Lisbon\",
                           \"weekly\": {\"mon\": [[\"09:00\", \"18:00\"]]}}},
   \"vectors\": [{\"id\": \"v1\", \"case\": \"an hour\", \"calendar\": \"desk\", \"op\": \"add\",
                \"start\": \"2026-06-01T08:00:00Z\", \"duration_s\": 3600,
                \"expected\": \"2026-06-01T09:00:00Z\"}]}

Exit codes:
   0  all passed
   1  some failed; each is told with what was expected and what was found
  78  the file is no file of vectors")]
pub(super) struct Args {
    /// The file; `-` is standard input
    #[arg(value_name = "VECTORS.json")]
    file: PathBuf,
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let cases = read(&self.file).map_err(|faulty| Rejected(vec![faulty]))?;
        let failures: Vec<(&Case, String)> =
            cases.iter().filter_map(|case| Some((case, vectors::run(case).err()?))).collect();
        let mut out = files::stdout();
        let mut write = || {
            for (case, what) in &failures {
                let title = if case.title.is_empty() { String::new() } else { format!(" ({})", case.title) };
                writeln!(out, "failed {}{title}: {what}", case.id)?;
            }
            writeln!(out, "{} passed, {} failed", cases.len() - failures.len(), failures.len())?;
            out.flush()
        };
        write().map_err(files::Error::stdout)?;
        Ok(if failures.is_empty() { Exit::Done } else { Exit::FoundWrong })
    }
}

fn read(path: &Path) -> Result<Vec<Case>, Faulty> {
    let text = texts::read(path)?;
    vectors::parse(&text).map_err(|error| {
        let cause = error.source().and_then(|cause| cause.downcast_ref::<serde_json::Error>());
        let at = cause.map_or(START, |cause| place(&text, cause));
        let what = cause.map_or_else(|| error.to_string(), ToString::to_string);
        Faulty::single(path, &text, at, what, "a file of vectors has `calendars` and a list of `vectors`")
    })
}

/// Where serde stopped. Its columns are bytes.
fn place(text: &str, error: &serde_json::Error) -> Place {
    let line = error.line().max(1);
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let offset = (before + error.column().saturating_sub(1)).min(text.len());
    let column = text.get(before..offset).map_or(0, |text| text.chars().count()) + 1;
    Place { offset, len: 0, line, column }
}
