//! One ticket as a lane keeps it: its events, how far it has been simulated, and what was withdrawn.

use crate::control::Controls;
use crate::ledger::State;
use crate::ticket::{Record, RecordError};
use crate::time::Instant;

/// A ticket. The record is the truth; the state follows from it.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    pub(crate) record: Record,
    pub(crate) state: State,
    /// How many control events it was derived under.
    pub(crate) controls: u32,
    /// How often an SLA event was withdrawn, by the id of its first publication.
    pub(crate) withdrawn: Vec<(u128, u32)>,
}

/// The format of [`Ticket::write`].
const FORMAT: u8 = 1;

impl Ticket {
    /// Its events.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Bytes that it takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.record.heap_bytes() + self.withdrawn.capacity() * size_of::<(u128, u32)>() + self.state.heap_bytes()
    }

    /// How often the SLA event with this first id was withdrawn.
    pub(crate) fn incarnation(&self, id: u128) -> u32 {
        self.withdrawn.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count)
    }

    /// Counts a withdrawal of the SLA event with this first id.
    pub(crate) fn withdraw(&mut self, id: u128) {
        match self.withdrawn.iter_mut().find(|(known, _)| *known == id) {
            Some((_, count)) => *count += 1,
            None => self.withdrawn.push((id, 1)),
        }
    }

    /// Appends the stored form: everything but the state, which follows.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(FORMAT);
        out.extend_from_slice(&self.controls.to_le_bytes());
        out.extend_from_slice(&(self.withdrawn.len() as u32).to_le_bytes());
        for (id, count) in &self.withdrawn {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&count.to_le_bytes());
        }
        self.record.write(out);
    }

    /// Reads what [`Ticket::write`] wrote. It has no state yet: see [`Ticket::simulate`].
    pub fn read(bytes: &[u8]) -> Result<Ticket, RecordError> {
        match bytes.first() {
            Some(&FORMAT) => {}
            Some(&newer) if newer > FORMAT => return Err(RecordError::Newer(u64::from(newer))),
            _ => return Err(RecordError::Damaged),
        }
        let mut at = 1;
        let (controls, withdrawn) = Self::read_head(bytes, &mut at).ok_or(RecordError::Damaged)?;
        let record = Record::read(bytes, &mut at)?;
        if at != bytes.len() {
            return Err(RecordError::Damaged);
        }
        Ok(Ticket { record, state: State::default(), controls, withdrawn })
    }

    fn read_head(bytes: &[u8], at: &mut usize) -> Option<(u32, Vec<(u128, u32)>)> {
        let mut take = |length: usize| {
            let taken = bytes.get(*at..*at + length);
            *at += length;
            taken
        };
        let controls = u32::from_le_bytes(take(4)?.try_into().ok()?);
        let count = u32::from_le_bytes(take(4)?.try_into().ok()?);
        let mut withdrawn = Vec::new();
        for _ in 0..count {
            let id = u128::from_le_bytes(take(16)?.try_into().ok()?);
            withdrawn.push((id, u32::from_le_bytes(take(4)?.try_into().ok()?)));
        }
        Some((controls, withdrawn))
    }

    /// Simulates it afresh up to `until`; what was published on the way is known and told to nobody.
    pub(crate) fn simulate(&mut self, controls: &Controls, until: Instant) {
        self.state = State::default();
        self.state.advance(&self.record, controls, until, &mut ());
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Instant {
        self.state.next(&self.record)
    }
}
