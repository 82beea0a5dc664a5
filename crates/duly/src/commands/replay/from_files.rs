//! Replaying logs in files, one event a line.

use std::path::Path;

use duly_core::lane::{Input, Outcome};
use duly_core::ticket::{Refusal, RefusalKind, TicketEvent, parse_structured};
use duly_core::time::Instant;
use duly_engine::chunks::{self, Chunks};

use super::accounts::Accounts;
use super::lanes::Lanes;
use crate::{files, progress};

/// Takes in the log at `path`. Returns when its latest event occurred.
pub(super) fn read(path: &Path, lanes: &mut Lanes, accounts: &mut Accounts) -> miette::Result<Instant> {
    let failed = |source| files::Error::Read { path: path.to_owned(), source };
    let input = progress::reading(files::open(path)?, "replaying");
    let mut chunks = Chunks::new(chunks::unpacked(path, input).map_err(failed)?);
    let (mut latest, mut line) = (Instant::MIN, 0);
    while let Some(chunk) = chunks.next_chunk().map_err(failed)? {
        let lines = chunks::lines(chunk).filter(|line| !line.trim_ascii().is_empty());
        let inputs = lines.map(|line| {
            let event = read_event(line);
            if let Ok(event) = &event {
                latest = event.time.max(latest);
            }
            Input { appended_at: None, event }
        });
        let outcomes = lanes.step(0, inputs)?;
        count(path, chunk, outcomes, &mut line, accounts);
    }
    Ok(latest)
}

/// Counts the lines of a chunk, the first of which is the one after `line`.
fn count(path: &Path, chunk: &[u8], outcomes: Vec<Outcome>, line: &mut u64, accounts: &mut Accounts) {
    let is_quiet = outcomes.iter().all(|outcome| !matches!(outcome, Outcome::DeadLetter(_)));
    let mut outcomes = outcomes.into_iter();
    if is_quiet {
        *line += memchr::memchr_iter(b'\n', chunk).count() as u64;
        outcomes.for_each(|outcome| accounts.count(outcome, String::new));
        return;
    }
    for text in chunks::lines(chunk) {
        *line += 1;
        if !text.trim_ascii().is_empty() {
            let place = || format!("{}:{line}", path.display());
            outcomes.by_ref().take(1).for_each(|outcome| accounts.count(outcome, place));
        }
    }
}

/// Reads one line of a log. A byte-order mark before the first is no part of it.
pub(crate) fn read_event(line: &[u8]) -> Result<TicketEvent<'_>, Refusal> {
    const LINE_BYTES_MAX: usize = 1 << 20;
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.len() > LINE_BYTES_MAX {
        let what = format!("the line has {} bytes: an event has at most {LINE_BYTES_MAX}", line.len());
        return Err(Refusal::new(RefusalKind::TooLarge, what));
    }
    parse_structured(line)
}
