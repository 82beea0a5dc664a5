//! `duly ledger`: what stands in a store.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use duly_engine::sqlite::{ReadOnly, standing_ledger};
use miette::IntoDiagnostic as _;

use crate::exit::Exit;
use crate::files;

/// Write the ledger of a store: the SLA events that stand
///
/// All that were published, less those retracted: one JSON object a line, sorted by ticket, instant and key, as `duly replay --ledger` writes them: two stores that have
/// heard the same events up to the same instant give the same bytes. An engine may be working on the store meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly ledger --store duly.db | jq -c 'select(.type == \"duly.sla.breached.v1\")'
  duly ledger --store duly.db --out ledger.ndjson")]
pub(crate) struct Args {
    /// The store
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Where to write; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let store = ReadOnly::open(&self.store).into_diagnostic()?;
        let lines = standing_ledger(&store).into_diagnostic()?;
        let failed = |source| match &self.out {
            Some(path) => files::Error::write(path, source),
            None => files::Error::stdout(source),
        };
        let mut out = match &self.out {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(failed)?)),
            None => files::stdout(),
        };
        for line in lines {
            writeln!(out, "{line}").map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        Ok(Exit::Done)
    }
}
