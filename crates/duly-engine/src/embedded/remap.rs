//! Messages of sources among the dead letters: mapped again, by the mapping of today. What comes of them is new to the store, and
//! what of that is refused becomes a letter of its own.

use std::sync::Arc;

use duly_core::lane::{Input, Lane, Now};
use duly_core::time::Instant;

use super::record;
use crate::ingest::Source;
use crate::ingest::letter::Letter;
use crate::ingest::mapping::Message;
use crate::sqlite::{DeadLetter, Error, Origin, Store, StoredRecord, TurnRecord};

/// What came of a message that was mapped again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remapped {
    /// So many ticket events, none of which could not be mapped.
    Events(usize),
    /// Something of it still can not be mapped, so that it waits on, and nothing of it is taken in: why.
    Still {
        /// The reason's name.
        reason: &'static str,
        /// What is wrong, where, and what to do.
        detail: String,
    },
    /// Nobody knows the source.
    NoSource,
}

/// Maps a message, and takes in what comes of it.
pub(super) fn remap(
    store: &mut Store,
    lane: &mut Lane,
    sources: &[Arc<Source>],
    (letter, body): (&DeadLetter, &[u8]),
    at: Instant,
) -> Result<Remapped, Error> {
    let Some(source) = sources.iter().find(|source| source.name == letter.source) else {
        return Ok(Remapped::NoSource);
    };
    let headers: Vec<(&str, &[u8])> =
        letter.headers.iter().flatten().map(|(name, value)| (&**name, value.as_bytes())).collect();
    let mapped = source.map(&Message { headers: &headers, body }, at);
    let events = &mapped.events;
    let still = Letter::of(&letter.source, &mapped);
    // What could be mapped of it is there since it came: taken again each time, what is refused of that would be a letter again.
    if still.is_none() && !events.is_empty() {
        take(store, lane, events, at)?;
    }
    let (became, remapped) = match still {
        Some(Letter { reason, detail, .. }) => (reason, Remapped::Still { reason, detail }),
        None if events.is_empty() => ("nothing", Remapped::Events(0)),
        None => ("applied", Remapped::Events(events.len())),
    };
    store.mark(letter.seq, became, at)?;
    Ok(remapped)
}

/// Makes a turn of events. The watermark stays where it is.
fn take(store: &mut Store, lane: &mut Lane, events: &[Vec<u8>], at: Instant) -> Result<(), Error> {
    let records: Vec<StoredRecord<'_>> = events
        .iter()
        .map(|bytes| StoredRecord { bytes, length: bytes.len() as u64, appended_at: None, origin: Origin::Http })
        .collect();
    let inputs = records.iter().map(|stored| Input {
        appended_at: None,
        revives: false,
        content: record::read(stored.bytes, stored.length).into(),
    });
    let turn = lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    // Nobody is told of what comes of it: it is old, and somebody is looking at it.
    store.write(&TurnRecord { turn: &turn, lane, notices: &[], records: &records, progress: &[], at })?;
    lane.committed();
    Ok(())
}
