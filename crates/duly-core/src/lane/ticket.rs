//! One ticket as a lane keeps it: its events, how far it has been simulated, and what was withdrawn.

use crate::control::Controls;
use crate::ledger::State;
use crate::ticket::{Record, RecordError};
use crate::time::Instant;

/// A ticket. The record is the truth; everything else follows from it.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub(crate) record: Record,
    /// The last instant at which anything happened: an event at or before it comes late.
    pub(crate) judged_until: Instant,
    /// When something happens next.
    pub(crate) next: Instant,
    /// When the first of its running clocks falls due, or fell due where it has breached and runs on.
    pub(crate) due_at: Instant,
    /// The simulation at `judged_until`, kept only where it would take long to get there again.
    state: Option<Box<State>>,
    /// How many control events it was derived under.
    pub(crate) controls: u32,
    /// How often an SLA event was withdrawn, by the id of its first publication.
    pub(crate) withdrawn: Box<[(u128, u32)]>,
}

/// From how many events on the simulation is kept. Below that, running through a ticket's few events again costs a
/// microsecond or two, and the clocks of a million tickets would take more memory than all their events.
const EVENTS_KEPT_WARM: usize = 24;

/// The format of [`Ticket::write`].
const FORMAT: u8 = 1;

impl Ticket {
    /// Its events.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// A ticket without events, under `controls` control events.
    pub(crate) fn new(record: Record, controls: u32, withdrawn: Box<[(u128, u32)]>) -> Self {
        let (judged_until, never) = (Instant::MIN, Instant::MAX);
        Ticket { record, judged_until, next: never, due_at: never, state: None, controls, withdrawn }
    }

    /// Bytes that it takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let state = self.state.as_ref().map_or(0, |state| size_of::<State>() + state.heap_bytes());
        self.record.heap_bytes() + self.withdrawn.len() * size_of::<(u128, u32)>() + state
    }

    /// The simulation at `judged_until`, taken out.
    pub(crate) fn take_state(&mut self, controls: &Controls) -> State {
        self.state.take().map_or_else(|| self.simulated(controls), |state| *state)
    }

    /// The simulation at `judged_until`.
    pub(crate) fn simulated(&self, controls: &Controls) -> State {
        if let Some(state) = &self.state {
            return (**state).clone();
        }
        let mut state = State::default();
        state.advance(&self.record, controls, self.judged_until, &mut ());
        state
    }

    /// Puts the simulation back, where it is kept.
    pub(crate) fn settle(&mut self, state: State) {
        self.judged_until = state.judged_until;
        self.next = state.next(&self.record);
        self.due_at = state.due_at();
        if self.record.len() >= EVENTS_KEPT_WARM {
            self.state = Some(Box::new(state));
        }
    }

    /// How often the SLA event with this first id was withdrawn.
    pub(crate) fn incarnation(&self, id: u128) -> u32 {
        self.withdrawn.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count)
    }

    /// Counts a withdrawal of the SLA event with this first id.
    pub(crate) fn withdraw(&mut self, id: u128) {
        match self.withdrawn.iter_mut().find(|(known, _)| *known == id) {
            Some((_, count)) => *count += 1,
            None => self.withdrawn = self.withdrawn.iter().copied().chain([(id, 1)]).collect(),
        }
    }

    /// Appends the stored form: everything but the state, which follows.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(FORMAT);
        out.extend_from_slice(&self.controls.to_le_bytes());
        out.extend_from_slice(&(self.withdrawn.len() as u32).to_le_bytes());
        for (id, count) in &*self.withdrawn {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&count.to_le_bytes());
        }
        self.record.write(out);
    }

    /// Reads what [`Ticket::write`] wrote. Nothing of it is judged yet: see [`Ticket::simulate`].
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
        Ok(Ticket::new(record, controls, withdrawn.into()))
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
        let mut state = State::default();
        state.advance(&self.record, controls, until, &mut ());
        self.settle(state);
    }
}
