//! Replaying logs in files, one event a line.

use std::path::Path;

use duly_core::lane::Input;
use duly_core::ticket::{Refusal, RefusalKind, TicketEvent, parse_structured};
use duly_core::time::Instant;
use duly_engine::feeds::Line;
use duly_engine::record::RECORD_BYTES_MAX;

use super::accounts::Accounts;
use super::lanes::Lanes;
use crate::{files, progress};

/// Takes in the log at `path`. Returns when its latest event occurred.
pub(in crate::commands) fn read(path: &Path, lanes: &mut Lanes, accounts: &mut Accounts) -> miette::Result<Instant> {
    let failed = |source| files::Error::Read { path: path.to_owned(), source };
    let input = progress::reading(files::open(path)?, "replaying");
    let mut lines = files::lines(path, input)?;
    let mut latest = Instant::MIN;
    while let Some(batch) = lines.next_batch().map_err(failed)? {
        let inputs = batch.clone().map(|line| {
            let event = read_event(&line);
            if let Ok(event) = &event {
                latest = event.time.max(latest);
            }
            Input { appended_at: None, revives: false, content: event.into() }
        });
        let outcomes = lanes.step(0, inputs)?;
        for (line, outcome) in batch.zip(outcomes) {
            accounts.count(outcome, || format!("{}:{}", path.display(), line.number));
        }
    }
    Ok(latest)
}

/// Reads one line of a log.
pub(crate) fn read_event<'a>(line: &Line<'a>) -> Result<TicketEvent<'a>, Refusal> {
    if line.length > RECORD_BYTES_MAX as u64 {
        let what = format!("the line has {} bytes: an event has at most {RECORD_BYTES_MAX}", line.length);
        return Err(Refusal::new(RefusalKind::TooLarge, what));
    }
    parse_structured(line.bytes)
}
