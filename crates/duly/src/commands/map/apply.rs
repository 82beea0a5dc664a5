//! `duly map apply`: files of messages as a log of ticket events.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use super::payloads;
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::mistakes;
use crate::numbers::counted;

/// How many messages that are not mapped are told one by one.
const TOLD_MAX: u64 = 10;

/// Turn files of messages into ticket events
///
/// A file has one message, a list of messages, or a message a line, and may be packed (.gz, .zst). Events leave on standard output
/// as CloudEvents, one JSON object a line, in the order of the messages: what `duly serve --feed` and `duly replay` read. What can
/// not be mapped is counted, and the first few are told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly map apply zendesk.yaml hooks.ndjson --tenant acme > events.ndjson
  zcat hooks.gz | duly map apply zendesk.yaml - --tenant acme > events.ndjson

Exit codes:
   0  every message was mapped, or ignored by a rule
   1  some could not be mapped; the events of the others were written
  78  the mapping has mistakes (EX_CONFIG)")]
pub(super) struct Args {
    #[command(flatten)]
    mapped: super::Mapped,
    /// The files of messages; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Whose tickets they are
    #[arg(long, value_name = "TENANT", value_parser = super::tenant)]
    tenant: String,
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let loaded = self.mapped.load(self.tenant)?;
        let mut out = files::stdout();
        let (mut messages, mut events, mut unmapped) = (0_u64, 0_u64, 0_u64);
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for path in &self.files {
            let mut number = 0_u64;
            payloads::each(path, |message| {
                number += 1;
                messages += 1;
                let mapped = loaded.map(message);
                for event in &mapped.events {
                    events += 1;
                    out.write_all(event).and_then(|()| out.write_all(b"\n")).map_err(files::Error::stdout)?;
                }
                for what in &mapped.unmapped {
                    unmapped += 1;
                    *reasons.entry(what.reason.name()).or_default() += 1;
                    if unmapped <= TOLD_MAX {
                        tell!("{}, message {number}: {}: {}", mistakes::name(path), what.reason.name(), what.detail);
                    }
                }
                Ok(())
            })?;
        }
        out.flush().map_err(files::Error::stdout)?;
        tell!("{}, {}", counted(messages, "message"), counted(events, "event"));
        if unmapped == 0 {
            return Ok(Exit::Done);
        }
        let counted: Vec<String> = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        tell!("{unmapped} could not be mapped: {}", counted.join(", "));
        Ok(Exit::FoundWrong)
    }
}
