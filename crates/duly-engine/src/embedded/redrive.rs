//! Redriving: dead letters are given to the lane again, with the bytes they came with.
//!
//! For a store that no engine works on. A letter stays where it is, marked with what became of it. A retired ticket comes back
//! by it: in one step with all that the store's log has of the ticket.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use duly_core::lane::{Input, Lane, Now, Outcome, Settings};
use duly_core::time::Instant;

use super::remap::{Remapped, remap};
use super::{Clock, RunError, record};
use crate::ingest::Source;
use crate::sqlite::{DeadLetter, Error, Letters, Origin, Restored, Store, StoredRecord, TurnRecord};

/// How many letters go into a turn.
const PORTION: usize = 100;

/// What became of a dead letter that was tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redriven {
    /// The letter, as it was before.
    pub letter: DeadLetter,
    /// What became of it.
    pub outcome: Again,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// It was a record, which was given to the lane.
    Record(Outcome),
    /// It was a message of a source, which was mapped.
    Message(Remapped),
}

impl Redriven {
    /// Whether nothing is left to do about it.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.outcome,
            Again::Record(Outcome::Applied | Outcome::Duplicate) | Again::Message(Remapped::Events(_))
        )
    }
}

/// Tries the dead letters again that `which` names, in order of arrival; messages of sources by the mappings of `sources`. The watermark stays where it is: what is due by
/// now is for the engine to publish, once it runs again.
pub fn redrive(
    store: &Path,
    settings: Settings,
    which: &Letters,
    sources: &[Arc<Source>],
    clock: &dyn Clock,
) -> Result<Vec<Redriven>, RunError> {
    let mut store = Store::open(store)?;
    let Restored { mut lane, .. } = store.restore(Settings { is_durable: true, ..settings })?;
    let letters: Vec<DeadLetter> =
        store.dead_letters(which)?.into_iter().filter(|letter| letter.sink().is_none()).collect();
    let mut redriven = Vec::with_capacity(letters.len());
    let (messages, letters): (Vec<_>, Vec<_>) = letters.into_iter().partition(DeadLetter::is_message);
    for letter in messages {
        let body = bytes_of(&store, &letter)?;
        let outcome = remap(&mut store, &mut lane, sources, (&letter, &body), clock.now())?;
        redriven.push(Redriven { letter, outcome: Again::Message(outcome) });
    }
    for portion in letters.chunks(PORTION) {
        // By the retired ticket that they bring back, if any.
        let mut parts: BTreeMap<Option<String>, Vec<Whole<'_>>> = BTreeMap::new();
        for letter in portion {
            let bytes = bytes_of(&store, letter)?;
            let event = record::read(&bytes, letter.length).ok();
            let retired = event.filter(|event| lane.is_retired(&event.subject)).map(|event| event.subject.into_owned());
            parts.entry(retired).or_default().push(Whole { letter, bytes });
        }
        for (retired, letters) in parts {
            let history = retired.map_or(Ok(Vec::new()), |subject| store.ticket_events(&subject))?;
            let outcomes = turn(&mut store, &mut lane, &history, &letters, clock.now())?;
            let letters = letters.iter().map(|whole| whole.letter.clone());
            redriven.extend(letters.zip(outcomes).map(|(letter, outcome)| {
                let outcome = Again::Record(outcome);
                Redriven { letter, outcome }
            }));
        }
    }
    redriven.sort_by_key(|redriven| redriven.letter.seq);
    Ok(redriven)
}

/// Has those letters delivered again that sinks could not deliver: by the next engine that runs on the store. Returns them.
pub fn deliver_again(store: &Path, which: &Letters, clock: &dyn Clock) -> Result<Vec<DeadLetter>, RunError> {
    let store = Store::open(store)?;
    let letters: Vec<DeadLetter> =
        store.dead_letters(which)?.into_iter().filter(|letter| letter.sink().is_some()).collect();
    letters.iter().try_for_each(|letter| store.deliver_again(letter.seq, clock.now()))?;
    Ok(letters)
}

/// A letter and what was in it.
struct Whole<'l> {
    letter: &'l DeadLetter,
    bytes: Vec<u8>,
}

/// Makes a turn of letters, after what the log has of their ticket already; says what became of the letters.
fn turn(
    store: &mut Store,
    lane: &mut Lane,
    history: &[Vec<u8>],
    letters: &[Whole<'_>],
    at: Instant,
) -> Result<Vec<Outcome>, Error> {
    let history_records = history.iter().map(|bytes| StoredRecord {
        bytes,
        length: bytes.len() as u64,
        appended_at: None,
        origin: Origin::Log,
    });
    let records: Vec<StoredRecord<'_>> =
        history_records.chain(letters.iter().map(|whole| stored(whole.letter, &whole.bytes))).collect();
    let inputs = records.iter().map(|stored| Input {
        appended_at: None,
        revives: true,
        content: record::read(stored.bytes, stored.length).into(),
    });
    let mut turn = lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
    // Nobody is told of what comes of it: it is old, and somebody is looking at it.
    store.write(&TurnRecord { turn: &turn, lane, notices: &[], records: &records, progress: &[], at })?;
    lane.committed();
    Ok(turn.outcomes.split_off(history.len()))
}

fn bytes_of(store: &Store, letter: &DeadLetter) -> Result<Vec<u8>, Error> {
    let found = store.dead_letter(letter.seq)?;
    Ok(found.map(|(_, bytes)| bytes).expect("letters are never deleted, and this process holds the store"))
}

fn stored<'b>(letter: &DeadLetter, bytes: &'b [u8]) -> StoredRecord<'b> {
    StoredRecord { bytes, length: letter.length, appended_at: None, origin: Origin::DeadLetter(letter.seq) }
}
