//! A lane out of its stored form: the last record of every ticket.
//!
//! The lane's own numbers (turn, watermark, control events) must be those of the turn that wrote the records, or of a later
//! one. A lane that moves waits until its new owner has read the control events at least as far.

use std::sync::Arc;

use super::kept::Kept;
use super::{Lane, Settings};
use crate::control::Controls;
use crate::guard::guarded;
use crate::ledger::State;
use crate::ticket::RecordError;
use crate::time::Instant;

/// Why a stored ticket can not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Its bytes are no ticket.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It is further than the control events given.
    #[error(
        "it was derived under {named} control events, of which {known} are known here: read the control log that far first, then restore the lane"
    )]
    ControlsBehind {
        /// How many it was derived under.
        named: usize,
        /// How many were given.
        known: usize,
    },
}

impl Lane {
    /// The lane as it was after turn `turn` at `watermark`, from the changelog's last record of every ticket. `controls`
    /// are at least those that the turn was made under.
    ///
    /// The clock of retention is not stored: it goes on from the latest append time among the tickets.
    pub fn restore<'b>(
        settings: Settings,
        controls: Arc<Controls>,
        turn: u64,
        watermark: Instant,
        tickets: impl IntoIterator<Item = (&'b str, &'b [u8])>,
    ) -> Result<Self, RestoreError> {
        let mut lane = Lane { turn, watermark, ..Lane::new(settings, controls) };
        for (subject, bytes) in tickets {
            lane.restore_ticket(subject, bytes)?;
        }
        Ok(lane)
    }

    /// Takes in the last record of one ticket, in place of what was restored of it before; its position.
    ///
    /// A ticket on which the core fails is set aside, and the next step has that written.
    pub fn restore_ticket(&mut self, subject: &str, bytes: &[u8]) -> Result<u32, RestoreError> {
        let mut kept = Kept::read(bytes)?;
        let (named, known) = (kept.controls(), self.controls.len());
        if named > known {
            return Err(RestoreError::ControlsBehind { named, known });
        }
        let simulated = self.simulate(&mut kept);
        self.append_clock = self.append_clock.max(kept.appended_at());
        let position = self.place(subject, kept);
        match simulated {
            Ok(Some(state)) => {
                let ticket = self.tickets[position as usize].ticket_mut();
                self.census.follow(ticket, &[], &state);
                ticket.keep(state);
            }
            Ok(None) => {}
            Err(_) => self.unstored.push(position),
        }
        self.queue_timers(position, Instant::MAX);
        Ok(position)
    }

    /// Brings what was stored to where it was; where the core fails, it is set aside.
    fn simulate(&mut self, kept: &mut Kept) -> Result<Option<Box<State>>, String> {
        let Kept::Ticket(ticket) = kept else { return Ok(None) };
        if ticket.is_quarantined() {
            return Ok(None);
        }
        let controls = self.controls_of(ticket.controls as usize);
        if controls.len() != self.controls.len()
            && !self.earlier_controls.iter().any(|known| Arc::ptr_eq(known, &controls))
        {
            self.earlier_controls.push(Arc::clone(&controls));
        }
        let until = self.watermark;
        let simulated = guarded(|| {
            self.settings.fail_if_wanted(&ticket.record, &controls, until);
            let mut state = Box::<State>::default();
            let next = state.advance(&ticket.record, &controls, until, &mut ());
            Arc::make_mut(ticket).settle(&state, next);
            Some(state)
        });
        simulated.inspect_err(|_| *ticket = Arc::new(ticket.quarantined(until)))
    }
}
