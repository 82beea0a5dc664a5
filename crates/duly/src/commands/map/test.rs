//! `duly map test`: what comes out of payloads, for whoever writes a mapping; and as a test, what has to come out.

use std::path::{Path, PathBuf};

use duly_engine::ingest::mapping::{Mapped, Reason};

use super::shown;
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::mistakes;
use crate::numbers::counted;

/// Show what a mapping makes of payloads
///
/// Each file is one message as its system sends it. Values that the mapping does not know, a status for instance, are told together
/// at the end, as lines for the mapping file. With --expect it is a test: what comes out is held to a file that was written by
/// `--format json`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly map test deploy/config/mappings/zendesk.yaml payload.json
  duly map test zendesk.yaml payloads/*.json --format json > expected.ndjson
  duly map test zendesk.yaml payloads/*.json --expect expected.ndjson

Exit codes:
   0  every payload was mapped, or ignored by a rule; with --expect, as expected
   1  something could not be mapped; with --expect, something else came out
  78  the mapping has mistakes (EX_CONFIG)")]
pub(super) struct Args {
    #[command(flatten)]
    mapped: super::Mapped,
    /// The payloads, a message each; `-` is standard input
    #[arg(value_name = "FIXTURE", required = true)]
    fixtures: Vec<PathBuf>,
    /// Whose tickets they are
    #[arg(long, value_name = "TENANT", default_value = "acme", value_parser = super::tenant)]
    tenant: String,
    /// For people, or a line of JSON for each event and each thing that was ignored or not mapped, behind one with the file's name
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Hold what comes out to this file, and tell the difference
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    expect: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let loaded = self.mapped.load(self.tenant.clone())?;
        let mut all: Vec<(&Path, Mapped)> = Vec::with_capacity(self.fixtures.len());
        for path in &self.fixtures {
            let mut body = Vec::new();
            let mut input = files::open(path)?;
            input.reader.read_to_end(&mut body).map_err(|source| files::Error::Read { path: path.clone(), source })?;
            all.push((path, told_of_lists(loaded.map(&body), &body)));
        }
        if let Some(expected) = &self.expect {
            return compare(expected, &shown::lines(&all));
        }
        let is_whole = all.iter().all(|(_, mapped)| mapped.unmapped.is_empty());
        let text = match self.format {
            Format::Json => shown::lines(&all),
            Format::Text => {
                let each: String =
                    all.iter().map(|(path, mapped)| shown::text(&mistakes::name(path), mapped)).collect();
                each + &shown::unknown(all.iter().flat_map(|(_, mapped)| &mapped.unmapped))
            }
        };
        files::write(None, text.as_bytes())?;
        Ok(if is_whole { Exit::Done } else { Exit::FoundWrong })
    }
}

/// The same, where no rule is for a list of messages with what to do about it.
fn told_of_lists(mut mapped: Mapped, body: &[u8]) -> Mapped {
    if body.trim_ascii_start().starts_with(b"[") {
        for unmapped in mapped.unmapped.iter_mut().filter(|unmapped| unmapped.reason == Reason::NoRule) {
            unmapped.detail += "; this is a list, and a file is one message here: `duly map apply` takes lists of messages, and \
                                `each: $message` in the mapping is for a system that sends them so";
        }
    }
    mapped
}

/// Tells in which lines `now` differs from the file at `path`.
fn compare(path: &Path, now: &str) -> miette::Result<Exit> {
    let expected = crate::texts::read(path).map_err(|faulty| crate::mistakes::Rejected(vec![faulty]))?;
    let (was, is): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), now.lines().collect());
    if was == is {
        tell!("as expected: {}", counted(is.len() as u64, "line"));
        return Ok(Exit::Done);
    }
    // What both have at their beginnings and ends says nothing.
    let same = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let rest = was[same..].iter().rev().zip(is[same..].iter().rev()).take_while(|(was, is)| was == is).count();
    let mut difference = format!("not as expected, from line {}:\n", same + 1);
    was[same..was.len() - rest].iter().for_each(|line| difference += &format!("- {line}\n"));
    is[same..is.len() - rest].iter().for_each(|line| difference += &format!("+ {line}\n"));
    files::write(None, difference.as_bytes())?;
    Ok(Exit::FoundWrong)
}
