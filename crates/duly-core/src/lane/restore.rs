//! A lane out of its stored form: the last record of every ticket.

use std::sync::Arc;

use super::{Lane, Settings, Ticket};
use crate::control::Controls;
use crate::ticket::RecordError;
use crate::time::Instant;

impl Lane {
    /// The lane as it was after turn `turn` at `watermark`, from the changelog's last record of every ticket.
    pub fn restore<'b>(
        settings: Settings,
        controls: Arc<Controls>,
        turn: u64,
        watermark: Instant,
        tickets: impl IntoIterator<Item = (&'b str, &'b [u8])>,
    ) -> Result<Self, RecordError> {
        let mut lane = Lane { turn, watermark, ..Lane::new(settings, controls) };
        for (subject, bytes) in tickets {
            lane.restore_ticket(subject, bytes)?;
        }
        Ok(lane)
    }

    /// Takes in the last record of one ticket.
    pub fn restore_ticket(&mut self, subject: &str, bytes: &[u8]) -> Result<(), RecordError> {
        let mut ticket = Ticket::read(bytes)?;
        let controls = self.controls_of(ticket.controls as usize);
        ticket.simulate(&controls, self.watermark);
        let next = ticket.next;
        let position = self.place(subject, ticket);
        let place = &mut self.tickets[position as usize];
        self.timers.set(position, &mut place.queued, next);
        Ok(())
    }
}
