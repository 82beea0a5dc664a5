//! Replaying the log of record on Kafka: outside of any group, so that nothing but the reading happens.

use duly_core::lane::Content;
use duly_core::time::Instant;
use duly_engine::kafka::TicketLog;

use super::accounts::Accounts;
use super::lanes::Lanes;
use crate::kafka::Failed;
use crate::progress;

/// Takes in what `log` has, all of it or only the events of `ticket`. Returns when the latest event occurred, of whichever
/// ticket. Each partition is a lane, and is read whole before the next: read again, the log publishes the same.
pub(in crate::commands) fn read(
    mut log: TicketLog,
    topic: &str,
    ticket: Option<&str>,
    lanes: &mut Lanes,
    accounts: &mut Accounts,
) -> miette::Result<Instant> {
    let bar = progress::Count::new(log.remaining(), "replaying");
    let mut latest = Instant::MIN;
    let mut offsets = Vec::new();
    while let Some(batch) = log.next_batch().map_err(Failed::from)? {
        let partition = batch.partition();
        offsets.clear();
        let inputs = batch.entries().filter_map(|entry| {
            let input = entry.input();
            let is_wanted = match &input.content {
                Content::Event(event) => {
                    latest = event.time.max(latest);
                    ticket.is_none_or(|ticket| event.subject == ticket)
                }
                Content::Refused(_) => ticket.is_none(),
                // What sources had told by when held back the engine; a replay knows all of it.
                Content::Progress(_) => false,
            };
            is_wanted.then(|| {
                offsets.push(entry.offset());
                input
            })
        });
        let outcomes = lanes.step(partition as usize, inputs)?;
        for (outcome, offset) in outcomes.into_iter().zip(&offsets) {
            accounts.count(outcome, || format!("{topic}, partition {partition}, offset {offset}"));
        }
        drop(batch);
        bar.left(log.remaining());
    }
    Ok(latest)
}
