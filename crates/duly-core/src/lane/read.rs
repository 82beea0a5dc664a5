//! What readers see: the lane as it was after the last committed turn.

use super::{Lane, Ticket, TicketView};
use crate::ledger::derive;
use crate::time::Instant;

impl Lane {
    /// The ticket at a position that a [`Turn`] names, as it is after the last step.
    pub fn ticket(&self, position: u32) -> Option<(&str, &Ticket)> {
        self.tickets.get_index(position as usize).map(|(subject, place)| (&**subject, &*place.ticket))
    }

    /// The ticket `subject` as it was after the last committed turn.
    pub fn find(&self, subject: &str) -> Option<&Ticket> {
        let position = self.tickets.get_index_of(subject)? as u32;
        self.committed_ticket(position)
    }

    /// What the outside may see of the ticket `subject`, as it was after the last committed turn.
    pub fn view(&self, subject: &str) -> Option<TicketView> {
        let ticket = self.find(subject)?;
        Some(ticket.view(subject, &self.controls_of(ticket.controls as usize)))
    }

    /// All tickets as they were after the last committed turn, in the order of their arrival.
    pub fn tickets(&self) -> impl Iterator<Item = (&str, &Ticket)> {
        let of = |position| self.committed_ticket(position as u32);
        (0..self.tickets.len()).filter_map(move |position| Some((self.ticket(position as u32)?.0, of(position)?)))
    }

    /// Publishes the ledger of `ticket` at `until` into `sink`, derived afresh.
    pub fn derive(&self, ticket: &Ticket, until: Instant, sink: &mut impl crate::clock::Sink) {
        derive(&ticket.record, &self.controls, until, sink);
    }

    fn committed_ticket(&self, position: u32) -> Option<&Ticket> {
        let touched = self.uncommitted.iter().flat_map(|undo| &undo.touches).find(|touch| touch.position == position);
        match touched {
            Some(touch) => touch.before.as_deref(),
            None => self.tickets.get_index(position as usize).map(|(_, place)| &*place.ticket),
        }
    }
}
