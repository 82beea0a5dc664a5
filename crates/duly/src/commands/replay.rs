//! `duly replay`: history through the policies again.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duly_core::lane::{Input, Lane, Now, Outcome, Settings, Turn};
use duly_core::ledger::Ledger;
use duly_core::ticket::{Refusal, RefusalKind, TicketEvent, parse_structured};
use duly_core::time::Instant;
use duly_engine::embedded::RECORD_BYTES_MAX;
use duly_engine::feeds::{Batch, Line};
use miette::IntoDiagnostic as _;

use crate::controls;
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::progress;
use crate::summary::Summary;

/// Replay history through policies: what was kept, what broken
///
/// The order of the lines is the order of arrival. Nothing is published anywhere, no ticket is forgotten, and no clock is
/// asked: the same files, policies and `--until` give the same bytes. A summary by objective goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Event logs, one CloudEvent a line; `-` is standard input, `.gz` and `.zst` are unpacked
    #[arg(required = true, value_name = "FILE")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    controls: controls::Args,
    /// Stop here; without it, at the latest event
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Write the standing SLA events, sorted by ticket, instant and key; `-` is standard output
    #[arg(long, value_name = "OUT")]
    ledger: Option<PathBuf>,
    /// Write all that was published on the way as CloudEvents, retractions too; `-` is standard output
    #[arg(long, value_name = "OUT")]
    published: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  duly replay events.ndjson --policy letter.yaml
      how the promises of the letter were kept
  duly replay events.ndjson.zst --policy letter.yaml \\
    --ledger ledger.ndjson --until 2026-10-01T00:00:00+08:00
      what stood on that day, one SLA event a line
  duly replay log.ndjson --policy old.yaml --policy new.yaml \\
    --control control.ndjson --published -
      with the versions in force from when the control log says

Lines that are no events are counted and told on standard error; the exit code is 0 all the same.";

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let controls = Arc::new(self.controls.load()?);
        let settings = Settings { until: self.until.unwrap_or(Instant::MAX), is_durable: false, ..Settings::default() };
        let mut replay = Replay {
            lane: Lane::new(settings, controls),
            published: self.published.as_deref().map(create).transpose()?,
            accounts: Accounts::default(),
            scratch: Vec::new(),
        };
        for log in &self.logs {
            replay.read(log)?;
        }
        let until = self.until.unwrap_or(replay.accounts.latest);
        replay.finish(until)?;
        let mut summary = Summary::default();
        write_ledger(&replay.lane, until, self.ledger.as_deref(), &mut summary)?;
        replay.accounts.tell();
        summary.print(&mut std::io::stderr().lock()).into_diagnostic()?;
        Ok(Exit::Done)
    }
}

/// A log on its way through a lane in memory.
struct Replay {
    lane: Lane,
    published: Option<Box<dyn Write>>,
    accounts: Accounts,
    scratch: Vec<u8>,
}

impl Replay {
    /// Takes in the log at `path`.
    fn read(&mut self, path: &Path) -> miette::Result<()> {
        let failed = |source| files::Error::Read { path: path.to_owned(), source };
        let input = progress::reading(files::open(path)?, "replaying");
        let mut lines = files::lines(path, input)?;
        while let Some(batch) = lines.next_batch().map_err(failed)? {
            // Where nobody asks for what was published on the way, time stands still until everything has been read.
            let wall = if self.published.is_some() { Instant::MAX } else { Instant::MIN };
            let latest = &mut self.accounts.latest;
            let inputs = batch.clone().map(|line| {
                let event = read_event(&line);
                if let Ok(event) = &event {
                    *latest = event.time.max(*latest);
                }
                Input { appended_at: None, revives: false, event }
            });
            let turn = self.lane.step(inputs, Now { wall, is_at_end: false });
            self.publish(&turn)?;
            self.accounts.take(path, batch, turn.outcomes);
        }
        Ok(())
    }

    /// Lets time go on to the end.
    fn finish(&mut self, until: Instant) -> miette::Result<()> {
        if self.published.is_some() {
            let turn = self.lane.step([], Now { wall: until, is_at_end: true });
            self.publish(&turn)?;
        }
        match &mut self.published {
            Some(out) => out.flush().map_err(files::Error::stdout).map_err(Into::into),
            None => Ok(()),
        }
    }

    fn publish(&mut self, turn: &Turn) -> miette::Result<()> {
        let Some(out) = &mut self.published else { return Ok(()) };
        for publication in turn.publications() {
            self.scratch.clear();
            publication.write_cloudevent(&mut self.scratch);
            self.scratch.push(b'\n');
            out.write_all(&self.scratch).map_err(files::Error::stdout)?;
        }
        Ok(())
    }
}

/// Reads one line of a log.
pub(crate) fn read_event<'a>(line: &Line<'a>) -> Result<TicketEvent<'a>, Refusal> {
    if line.length > RECORD_BYTES_MAX as u64 {
        let what = format!("the line has {} bytes: an event has at most {RECORD_BYTES_MAX}", line.length);
        return Err(Refusal::new(RefusalKind::TooLarge, what));
    }
    parse_structured(line.bytes)
}

/// Writes what stands at `until`, and gathers the summary of it: ticket after ticket, so that memory stays small.
fn write_ledger(lane: &Lane, until: Instant, path: Option<&Path>, summary: &mut Summary) -> miette::Result<()> {
    let mut tickets: Vec<_> = lane.tickets().collect();
    tickets.sort_unstable_by_key(|(subject, _)| *subject);
    let mut out = path.map(create).transpose()?;
    let mut ledger = Ledger::default();
    let mut lines = Vec::new();
    for (subject, ticket) in tickets {
        let derived = match &mut out {
            Some(out) => {
                ledger.clear();
                ledger.turn_to(subject);
                let derived = lane.derive(subject, ticket, until, &mut (&mut ledger, &mut *summary));
                ledger.sort();
                lines.clear();
                ledger.write_lines(&mut lines);
                out.write_all(&lines).map_err(files::Error::stdout)?;
                derived
            }
            None => lane.derive(subject, ticket, until, summary),
        };
        if let Err(refusal) = derived {
            tell!("{refusal}; its ledger ends where Duly failed");
        }
        summary.end_ticket();
    }
    match out {
        Some(mut out) => out.flush().map_err(files::Error::stdout).map_err(Into::into),
        None => Ok(()),
    }
}

fn create(path: &Path) -> miette::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(files::stdout());
    }
    let file = File::create(path).map_err(|source| files::Error::write(path, source))?;
    Ok(Box::new(BufWriter::with_capacity(1 << 16, file)))
}

/// What became of every line (I7).
struct Accounts {
    applied: u64,
    duplicates: u64,
    refused: Vec<(&'static str, u64)>,
    shown: usize,
    /// When the latest event occurred.
    latest: Instant,
}

impl Default for Accounts {
    fn default() -> Self {
        Accounts { applied: 0, duplicates: 0, refused: Vec::new(), shown: 0, latest: Instant::MIN }
    }
}

impl Accounts {
    /// How many refused lines are shown; the others are counted.
    const SHOWN_MAX: usize = 10;

    fn take(&mut self, path: &Path, batch: Batch<'_>, outcomes: Vec<Outcome>) {
        for (line, outcome) in batch.zip(outcomes) {
            self.count(path, line.number, outcome);
        }
    }

    fn count(&mut self, path: &Path, line: u64, outcome: Outcome) {
        let refusal = match outcome {
            Outcome::Applied => {
                self.applied += 1;
                return;
            }
            Outcome::Duplicate => {
                self.duplicates += 1;
                return;
            }
            Outcome::DeadLetter(refusal) => refusal,
        };
        let reason = refusal.kind.name();
        match self.refused.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.refused.push((reason, 1)),
        }
        if self.shown < Self::SHOWN_MAX {
            self.shown += 1;
            tell!("{}:{line}: {reason}: {refusal}", path.display());
        }
    }

    fn tell(&self) {
        let refused: u64 = self.refused.iter().map(|(_, count)| count).sum();
        let lines = self.applied + self.duplicates + refused;
        tell!("{lines} lines: {} applied, {} duplicates, {refused} refused", self.applied, self.duplicates);
        for (reason, count) in &self.refused {
            tell!("  {count} refused as {reason}");
        }
    }
}
