//! What readers see: the lane as it was after the last committed turn.

use std::collections::BTreeMap;
use std::ops::Range;

use super::guard::guarded;
use super::kept::Kept;
use super::{Lane, Ticket, TicketView, refusal};
use crate::clock::Sink;
use crate::explain::{Explanation, explain};
use crate::ledger::derive;
use crate::ticket::Refusal;
use crate::time::Instant;

impl Lane {
    /// What is kept at a position that a [`Turn`](super::Turn) names, as it is after the last step.
    pub fn ticket(&self, position: u32) -> Option<(&str, &Kept)> {
        self.tickets.get_index(position as usize).map(|(subject, place)| (&**subject, &place.kept))
    }

    /// The ticket `subject` as it was after the last committed turn, unless it was retired.
    pub fn find(&self, subject: &str) -> Option<&Ticket> {
        self.find_kept(subject)?.ticket()
    }

    /// Whether the ticket `subject` was retired, as of the last committed turn.
    pub fn is_retired(&self, subject: &str) -> bool {
        self.find_kept(subject).is_some_and(Kept::is_retired)
    }

    /// What the outside may see of the ticket `subject`, as it was after the last committed turn. Where the core fails on
    /// it, it shows as in quarantine.
    pub fn view(&self, subject: &str) -> Option<TicketView> {
        Some(match self.find_kept(subject)? {
            Kept::Retired(marker) => TicketView::retired(subject, marker),
            Kept::Ticket(ticket) if ticket.is_quarantined() => TicketView::quarantined(subject, ticket),
            Kept::Ticket(ticket) => {
                let view = guarded(|| ticket.view(subject, &self.controls_of(ticket.controls as usize)));
                view.unwrap_or_else(|_| TicketView::quarantined(subject, ticket))
            }
        })
    }

    /// Why the SLA events of the ticket `subject` stand at `until`, at the watermark at the latest; of one in quarantine at
    /// the latest where it was set aside. `None` where there is no such ticket, it was retired, or the core fails on it.
    pub fn explain(&self, subject: &str, until: Instant) -> Option<Explanation> {
        let ticket = self.find(subject)?;
        let known_until = if ticket.is_quarantined() { ticket.judged_until } else { self.watermark };
        guarded(|| explain(subject, &ticket.record, &self.controls, until.min(known_until))).ok()
    }

    /// All tickets as they were after the last committed turn, in the order of their arrival, but those that were retired.
    pub fn tickets(&self) -> impl Iterator<Item = (&str, &Ticket)> {
        self.kept().filter_map(|(subject, kept)| Some((subject, kept.ticket()?)))
    }

    /// All that is kept, as it was after the last committed turn, in the order of arrival: what the changelog has.
    pub fn kept(&self) -> impl Iterator<Item = (&str, &Kept)> {
        self.kept_at(0..self.positions())
    }

    /// The same of some [positions](Self::positions); what has only been taken in by turns that are not committed is left out.
    pub fn kept_at(&self, positions: Range<u32>) -> impl Iterator<Item = (&str, &Kept)> {
        let mut uncommitted = BTreeMap::new();
        let touches = self.uncommitted.iter().flat_map(|undo| &undo.touches);
        for touch in touches.filter(|touch| positions.contains(&touch.position)) {
            uncommitted.entry(touch.position).or_insert(touch.before.as_ref());
        }
        let end = positions.end.min(self.positions());
        (positions.start..end).filter_map(move |position| {
            let (subject, place) = self.tickets.get_index(position as usize)?;
            let before = uncommitted.get(&position);
            Some((&**subject, before.map_or(Some(&place.kept), |before| *before)?))
        })
    }

    /// How many positions of tickets there are, markers and what is not committed included.
    pub fn positions(&self) -> u32 {
        self.tickets.len() as u32
    }

    /// Publishes the ledger of `ticket` at `until` into `sink`, derived afresh. Where the core fails on it, what `sink` has
    /// got is the ledger's beginning.
    pub fn derive(&self, subject: &str, ticket: &Ticket, until: Instant, sink: &mut impl Sink) -> Result<(), Refusal> {
        let derived = guarded(|| {
            self.settings.fail_if_wanted(&ticket.record, &self.controls, until);
            derive(&ticket.record, &self.controls, until, sink);
        });
        derived.map_err(|message| refusal::quarantined(subject, Some(&message)))
    }

    fn find_kept(&self, subject: &str) -> Option<&Kept> {
        self.committed_kept(self.tickets.get_index_of(subject)? as u32)
    }

    fn committed_kept(&self, position: u32) -> Option<&Kept> {
        let touched = self.uncommitted.iter().flat_map(|undo| &undo.touches).find(|touch| touch.position == position);
        match touched {
            Some(touch) => touch.before.as_ref(),
            None => self.tickets.get_index(position as usize).map(|(_, place)| &place.kept),
        }
    }
}
