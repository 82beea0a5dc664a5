//! Redriving: dead letters are given to the lane again, with the bytes they came with.
//!
//! For a store that no engine works on. A letter stays where it is, marked with what became of it.

use std::path::Path;

use duly_core::lane::{Input, Now, Outcome, Settings};
use duly_core::time::Instant;

use super::{Clock, RunError, record};
use crate::sqlite::{DeadLetter, Error, Letters, Origin, Restored, Store, StoredRecord, TurnRecord};

/// How many letters go into a turn.
const PORTION: usize = 100;

/// What became of a dead letter that was tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redriven {
    /// The letter, as it was before.
    pub letter: DeadLetter,
    /// What became of it.
    pub outcome: Outcome,
}

/// Tries the dead letters again that `which` names, in order of arrival. The watermark stays where it is: what is due by
/// now is for the engine to publish, once it runs again.
pub fn redrive(
    store: &Path,
    settings: Settings,
    which: &Letters,
    clock: &dyn Clock,
) -> Result<Vec<Redriven>, RunError> {
    let mut store = Store::open(store)?;
    let Restored { mut lane, .. } = store.restore(Settings { is_durable: true, ..settings })?;
    let letters = store.dead_letters(which)?;
    let mut redriven = Vec::with_capacity(letters.len());
    for portion in letters.chunks(PORTION) {
        let bytes: Vec<Vec<u8>> = portion.iter().map(|letter| bytes_of(&store, letter)).collect::<Result<_, _>>()?;
        let records: Vec<StoredRecord<'_>> =
            portion.iter().zip(&bytes).map(|(letter, bytes)| stored(letter, bytes)).collect();
        let inputs = records.iter().map(|stored| Input {
            appended_at: None,
            revives: true,
            event: record::read(stored.bytes, stored.length),
        });
        let turn = lane.step(inputs, Now { wall: Instant::MIN, is_at_end: false });
        store.write(&TurnRecord { turn: &turn, lane: &lane, records: &records, progress: &[], at: clock.now() })?;
        lane.committed();
        let outcomes = turn.outcomes.into_iter();
        redriven.extend(portion.iter().cloned().zip(outcomes).map(|(letter, outcome)| Redriven { letter, outcome }));
    }
    Ok(redriven)
}

fn bytes_of(store: &Store, letter: &DeadLetter) -> Result<Vec<u8>, Error> {
    let found = store.dead_letter(letter.seq)?;
    Ok(found.map(|(_, bytes)| bytes).expect("letters are never deleted, and this process holds the store"))
}

fn stored<'b>(letter: &DeadLetter, bytes: &'b [u8]) -> StoredRecord<'b> {
    StoredRecord { bytes, length: letter.length, appended_at: None, origin: Origin::DeadLetter(letter.seq) }
}
