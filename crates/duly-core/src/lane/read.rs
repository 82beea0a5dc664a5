//! What readers see: the lane as it was after the last committed turn.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::kept::Kept;
use super::undo::{Before, Touch};
use super::{Lane, Ticket, TicketView, refusal};
use crate::clock::Sink;
use crate::explain::{Explanation, explain};
use crate::guard::guarded;
use crate::ledger::derive;
use crate::ticket::Refusal;
use crate::time::Instant;

impl Lane {
    /// What is kept at a position that a [`Turn`](super::Turn) names, as it is after the last step.
    pub fn ticket(&self, position: u32) -> Option<(&str, &Kept)> {
        self.tickets.get_index(position as usize).map(|(subject, place)| (&**subject, &place.kept))
    }

    /// The ticket `subject` as it was after the last committed turn, unless it was retired.
    pub fn find(&self, subject: &str) -> Option<Cow<'_, Ticket>> {
        ticket_of(self.find_kept(subject)?)
    }

    /// Whether the ticket `subject` was retired, as of the last committed turn.
    pub fn is_retired(&self, subject: &str) -> bool {
        self.find_kept(subject).is_some_and(|kept| kept.is_retired())
    }

    /// What the outside may see of the ticket `subject`, as it was after the last committed turn. Where the core fails on
    /// it, it shows as in quarantine.
    pub fn view(&self, subject: &str) -> Option<TicketView> {
        Some(match &*self.find_kept(subject)? {
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
    pub fn tickets(&self) -> impl Iterator<Item = (&str, Cow<'_, Ticket>)> {
        self.kept().filter_map(|(subject, kept)| Some((subject, ticket_of(kept)?)))
    }

    /// All that is kept, as it was after the last committed turn, in the order of arrival: what the changelog has.
    pub fn kept(&self) -> impl Iterator<Item = (&str, Cow<'_, Kept>)> {
        self.kept_at(0..self.positions())
    }

    /// The same of some [positions](Self::positions); what has only been taken in by turns that are not committed is left out.
    pub fn kept_at(&self, positions: Range<u32>) -> impl Iterator<Item = (&str, Cow<'_, Kept>)> {
        let mut uncommitted: BTreeMap<u32, Vec<&Touch>> = BTreeMap::new();
        for touch in self.touches().filter(|touch| positions.contains(&touch.position)) {
            uncommitted.entry(touch.position).or_default().push(touch);
        }
        let end = positions.end.min(self.positions());
        (positions.start..end).filter_map(move |position| {
            let (subject, place) = self.tickets.get_index(position as usize)?;
            let touches = uncommitted.get(&position).into_iter().flatten().copied();
            Some((&**subject, before(touches, &place.kept)?))
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

    fn find_kept(&self, subject: &str) -> Option<Cow<'_, Kept>> {
        let (position, _, place) = self.tickets.get_full(subject)?;
        before(self.touches().filter(|touch| touch.position as usize == position), &place.kept)
    }

    /// What turns that are not committed have touched, oldest first.
    fn touches(&self) -> impl Iterator<Item = &Touch> {
        self.uncommitted.iter().flat_map(|undo| &undo.touches)
    }
}

/// What was kept of a ticket before the first of `touches`, all that there were of it until it was what it is `now`.
fn before<'l>(mut touches: impl Iterator<Item = &'l Touch>, now: &'l Kept) -> Option<Cow<'l, Kept>> {
    let Some(first) = touches.next() else { return Some(Cow::Borrowed(now)) };
    let whole = |touch: &'l Touch| if let Some(Before::Whole(kept)) = &touch.before { Some(kept) } else { None };
    let first_before = first.before.as_ref()?;
    Some(first_before.get(whole(first).or_else(|| touches.find_map(whole)).unwrap_or(now)))
}

fn ticket_of(kept: Cow<'_, Kept>) -> Option<Cow<'_, Ticket>> {
    match kept {
        Cow::Borrowed(kept) => kept.ticket().map(Cow::Borrowed),
        Cow::Owned(Kept::Ticket(ticket)) => Some(Cow::Owned(Arc::unwrap_or_clone(ticket))),
        Cow::Owned(Kept::Retired(_)) => None,
    }
}
