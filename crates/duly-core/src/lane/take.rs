//! Taking in what was read: each record ends in exactly one way (I7).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kept::Kept;
use super::refusal::Failure;
use super::undo::{Late, Touch};
use super::{Content, Input, Lane, Now, Outcome, Settings, Ticket, refusal};
use crate::guard::guarded;
use crate::ticket::{Kind, Known, Record, Refusal, TicketEvent};
use crate::time::Instant;

/// The position of a record without an event.
const NOWHERE: u32 = u32::MAX;

impl Lane {
    /// Takes all inputs; says whose each is, and up to when the log has been read (T11).
    pub(super) fn take_all<'a>(
        &mut self,
        inputs: impl IntoIterator<Item = Input<'a>>,
        now: Now,
        touches: &mut Vec<Touch>,
        outcomes: &mut Vec<Outcome>,
    ) -> (Vec<u32>, Instant) {
        if now.is_at_end {
            self.append_clock = self.append_clock.max(now.wall);
        }
        let (mut taken_for, mut read_until) = (Vec::new(), Instant::MIN);
        for input in inputs {
            if let Content::Event(event) = &input.content {
                read_until = read_until.max(event.time.min(input.appended_at.unwrap_or(event.time)).min(now.wall));
            }
            let appended_at = now.appended_at(input.appended_at);
            self.append_clock = self.append_clock.max(appended_at);
            // What is asked for again has just arrived, however long the log has had it.
            let is_dated = appended_at > Instant::MIN && !input.revives;
            let appended_at = if is_dated { appended_at } else { self.append_clock };
            let (position, outcome) = self.take(input, appended_at, touches);
            taken_for.push(position);
            outcomes.push(outcome);
        }
        (taken_for, read_until)
    }

    /// Takes one input into the history of its ticket; says whose it is. The log took it at `appended_at`.
    fn take(&mut self, input: Input<'_>, appended_at: Instant, touches: &mut Vec<Touch>) -> (u32, Outcome) {
        let event = match input.content {
            Content::Event(event) => event,
            Content::Refused(refusal) => return (NOWHERE, Outcome::DeadLetter(refusal)),
            Content::Progress(mark) => {
                let taken = self.take_progress(mark, appended_at);
                return (NOWHERE, taken.map_or_else(Outcome::DeadLetter, |()| Outcome::Progress));
            }
        };
        let position = match self.tickets.get_index_of(&*event.subject) {
            Some(position) => position as u32,
            None => self.begin(&event.subject, touches),
        };
        if let Err(refusal) = self.admit(position, &event, input.revives, touches) {
            return (position, Outcome::DeadLetter(refusal));
        }
        let taken = guarded(|| self.insert(position, &event, appended_at, touches));
        let outcome = taken.unwrap_or_else(|message| {
            let refusal = refusal::quarantined(&event.subject, Some(&message));
            let (touch, was) = (self.touch(position, touches, false), self.watermark);
            self.quarantine(touch, was, message);
            Outcome::DeadLetter(refusal)
        });
        (position, outcome)
    }

    /// A new ticket.
    fn begin(&mut self, subject: &str, touches: &mut Vec<Touch>) -> u32 {
        let ticket = Ticket::new(Record::default(), self.controls.len() as u32, Box::default());
        let position = self.place(subject, Kept::Ticket(Arc::new(ticket)));
        self.touch(position, touches, true);
        position
    }

    /// Whether the ticket takes events: one that is set aside or retired only where this one revives it.
    fn admit(
        &mut self,
        position: u32,
        event: &TicketEvent<'_>,
        revives: bool,
        touches: &mut Vec<Touch>,
    ) -> Result<(), Refusal> {
        let place = &self.tickets[position as usize];
        let touch = place.touched.checked_sub(1).map(|at| &touches[at as usize]);
        if let Some(failure) = touch.and_then(|touch| touch.failure.as_ref()) {
            return Err(failure.refusal(&event.subject));
        }
        let revived = match &place.kept {
            Kept::Ticket(ticket) if !ticket.is_quarantined() => return Ok(()),
            Kept::Ticket(_) if !revives => return Err(refusal::quarantined(&event.subject, None)),
            Kept::Retired(marker) if !revives => return Err(refusal::retired(&event.subject, marker)),
            Kept::Ticket(ticket) => ticket.released(),
            Kept::Retired(marker) => Ticket::new(Record::default(), marker.controls, marker.withdrawn.clone()),
        };
        let is_retired = place.kept.is_retired();
        let touch = self.touch(position, touches, false);
        touch.is_changed = true;
        if !is_retired {
            touch.late = Some(Late::event(event));
        }
        self.replace(position, Kept::Ticket(Arc::new(revived)));
        Ok(())
    }

    /// Puts the event into the ticket's record, unless it is there or has no place.
    fn insert(
        &mut self,
        position: u32,
        event: &TicketEvent<'_>,
        appended_at: Instant,
        touches: &mut Vec<Touch>,
    ) -> Outcome {
        let Settings { events_max, bytes_max, .. } = self.settings;
        let ticket = self.tickets[position as usize].kept.ticket().expect("it was admitted");
        let spot = match ticket.record.spot(event) {
            Err(Known::Conflict) => return Outcome::DeadLetter(refusal::conflict(event)),
            Err(Known::Duplicate) => return Outcome::Duplicate,
            Ok(spot) => spot,
        };
        if ticket.record.len() >= events_max || ticket.record.stored_bytes() >= bytes_max {
            return Outcome::DeadLetter(refusal::history_full(event, &ticket.record));
        }
        let touch = self.touch(position, touches, false);
        let place = &mut self.tickets[position as usize];
        if !spot.is_last() {
            touch.keep_whole(&place.kept);
        }
        let ticket = place.ticket_mut();
        if touch.late.is_none() && (ticket.is_late(event) || touch.published.is_some()) {
            touch.late = Some(Late::event(event));
        }
        touch.is_changed = true;
        ticket.record.insert(spot, event);
        ticket.appended_at = ticket.appended_at.max(appended_at);
        if let Some(marker) = touch.retired()
            && ticket.record.len() == marker.events as usize
            && ticket.record.digest() == marker.digest
        {
            touch.published = Some(Arc::new(ticket.record.clone()));
        }
        Outcome::Applied
    }

    /// Refuses all events of the tickets that came to nothing in the step, those too that had been taken.
    pub(super) fn refuse_failed(&self, touches: &[Touch], taken_for: &[u32], outcomes: &mut [Outcome]) {
        let failure = |touch: &'_ Touch| touch.failure.clone().filter(|_| touch.is_revocable);
        let failures: BTreeMap<u32, Failure> =
            touches.iter().filter_map(|touch| Some((touch.position, failure(touch)?))).collect();
        if failures.is_empty() {
            return;
        }
        for (position, outcome) in taken_for.iter().zip(outcomes) {
            let Some(failure) = failures.get(position) else { continue };
            let (subject, _) = self.tickets.get_index(*position as usize).expect("it was taken for this one");
            *outcome = Outcome::DeadLetter(failure.refusal(subject));
        }
    }
}

impl Late {
    fn event(event: &TicketEvent<'_>) -> Late {
        Late::Event { source: event.source.to_string(), id: event.id.to_string() }
    }
}

impl Ticket {
    /// Whether the event rewrites what was judged already: it is no later than that, or it voids, or may be voided.
    fn is_late(&self, event: &TicketEvent<'_>) -> bool {
        let has_voids = self.record.has_voids() || event.kind == Kind::EventVoided;
        self.judged_until > Instant::MIN && (event.time <= self.judged_until || has_voids)
    }
}
