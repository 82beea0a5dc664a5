//! `duly dead-letters list`: a line each, or JSON.

use std::io::{self, IsTerminal as _, Write as _};

use duly_engine::kafka::{Cluster, DeadLetters, Which};
use duly_engine::sqlite::{Letters, ReadOnly};
use miette::IntoDiagnostic as _;
use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::letter::{Letter, letter_id, number};
use super::{Kept, Place};
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::Failed;

/// List dead letters, oldest first: number, place, reason, what is wrong
///
/// An engine may be working on them meanwhile. On Kafka a letter's number is its partition and offset, and the topic is read
/// outside of any group.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly dead-letters list [OPTIONS] --store <FILE>
       duly dead-letters list [OPTIONS] --kafka <BOOTSTRAP>
       duly dead-letters list [OPTIONS] --config <duly.yaml>")]
#[command(after_help = "\
Examples:
  duly dead-letters list --store duly.db
  duly dead-letters list --store duly.db --reason bad_time --json | jq .line
  duly dead-letters list --kafka localhost:9092 --all")]
pub(crate) struct Args {
    #[command(flatten)]
    kept: Kept,
    /// Only those with this reason, such as not_json or bad_time
    #[arg(long, value_name = "REASON")]
    reason: Option<String>,
    /// Also those that were redriven: in a store, and found their place; on Kafka, and were sent
    #[arg(long)]
    all: bool,
    /// Only those after this one
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: usize,
    /// A JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.kept.place()? {
            Place::Topic(cluster) => self.list_topic(&cluster),
            Place::Store(store) => self.list_store(&ReadOnly::open(&store).into_diagnostic()?),
        }
    }

    fn list_store(&self, store: &ReadOnly) -> miette::Result<Exit> {
        let which = Letters {
            reason: self.reason.clone(),
            only_waiting: !self.all,
            after: self.after.as_deref().map_or(Ok(0), number)?,
            limit: self.limit,
            ..Letters::default()
        };
        self.print(&store.dead_letters(&which).into_diagnostic()?)
    }

    fn list_topic(&self, cluster: &Cluster) -> miette::Result<Exit> {
        let which = Which {
            reason: self.reason.clone(),
            only_waiting: !self.all,
            after: self.after.as_deref().map(letter_id).transpose()?,
            limit: self.limit,
            ..Which::default()
        };
        self.print(&DeadLetters::open(cluster).and_then(|letters| letters.list(&which)).map_err(Failed::from)?)
    }

    fn print<L: Serialize>(&self, letters: &[L]) -> miette::Result<Exit>
    where
        for<'l> Letter: From<&'l L>,
    {
        if letters.is_empty() {
            tell!("no dead letters");
        }
        let mut out = files::stdout();
        let lines: Vec<String> = if self.json {
            letters.iter().map(serde_json::to_string).collect::<Result<_, _>>().into_diagnostic()?
        } else {
            lines(&letters.iter().map(Letter::from).collect::<Vec<_>>(), io::stdout().is_terminal())
        };
        for line in lines {
            writeln!(out, "{line}").map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}

/// How wide a terminal is taken to be.
const COLUMNS: usize = 80;

/// How much of a place is shown in its column.
const PLACE: usize = 32;

/// Letters in columns, a line each; on a terminal no longer than that is wide, for `duly dead-letters show` has all.
fn lines(letters: &[Letter], is_terminal: bool) -> Vec<String> {
    let short = |text: &str| if is_terminal { end_of(text, PLACE) } else { text.to_owned() };
    let rows: Vec<([String; 3], String)> =
        letters.iter().map(|letter| (letter.columns().map(short), letter.detail())).collect();
    let width = |column: usize| rows.iter().map(|(columns, _)| columns[column].width()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |(columns, detail): &([String; 3], String)| {
        let padded =
            columns.iter().zip(widths).map(|(text, width)| text.clone() + &" ".repeat(width - text.width() + 2));
        let line = padded.collect::<String>() + detail;
        if is_terminal { beginning_of(&line, COLUMNS) } else { line }
    };
    rows.iter().map(line).collect()
}

/// A text, cut at its end.
fn beginning_of(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width < columns
    };
    text.chars().take_while(fits).collect::<String>() + "…"
}

/// A text, cut at its beginning: the line in a file says more than the folder.
fn end_of(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let reversed: String = text.chars().rev().collect();
    beginning_of(&reversed, columns).chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_where_it_says_least() {
        assert_eq!(beginning_of("工单 T-1", 8), "工单 T-1");
        assert_eq!(beginning_of("工单 T-1 是", 8), "工单 T-…");
        assert_eq!(end_of("/var/log/events.ndjson:12", 16), "…vents.ndjson:12");
    }
}
