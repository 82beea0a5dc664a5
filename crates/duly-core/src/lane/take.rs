//! Taking in what was read: each record ends in exactly one way (I7).

use std::sync::Arc;

use super::undo::{Late, Touch};
use super::{Input, Lane, Outcome, Ticket};
use crate::ticket::{Kind, Known, Record, Refusal, RefusalKind, TicketEvent};
use crate::time::Instant;

impl Lane {
    /// Takes one input into the history of its ticket.
    pub(super) fn take(&mut self, input: Input<'_>, touches: &mut Vec<Touch>) -> Outcome {
        let event = match input.event {
            Ok(event) => event,
            Err(refusal) => return Outcome::DeadLetter(refusal),
        };
        let position = match self.tickets.get_index_of(&*event.subject) {
            Some(position) => {
                let ticket = &self.tickets[position].ticket;
                match ticket.record.find(&event) {
                    Some(Known::Conflict) => return Outcome::DeadLetter(conflict(&event)),
                    Some(_) => return Outcome::Duplicate,
                    None => {}
                }
                if ticket.record.len() >= self.settings.events_max {
                    return Outcome::DeadLetter(history_full(&event, self.settings.events_max));
                }
                position as u32
            }
            None => {
                let ticket = Ticket::new(Record::default(), self.controls.len() as u32, Box::default());
                let position = self.place(&event.subject, ticket);
                self.touch(position, touches, true);
                position
            }
        };
        let touch = self.touch(position, touches, false);
        let place = &mut self.tickets[position as usize];
        let ticket = Arc::make_mut(&mut place.ticket);
        if ticket.is_late(&event) && touch.late.is_none() {
            touch.late = Some(Late::Event { source: event.source.to_string(), id: event.id.to_string() });
        }
        touch.is_changed = true;
        ticket.record.insert(&event);
        Outcome::Applied
    }
}

impl Ticket {
    /// Whether the event rewrites what was judged already: it is no later than that, or it voids, or may be voided.
    fn is_late(&self, event: &TicketEvent<'_>) -> bool {
        let has_voids = self.record.has_voids() || event.kind == Kind::EventVoided;
        self.judged_until > Instant::MIN && (event.time <= self.judged_until || has_voids)
    }
}

fn conflict(event: &TicketEvent<'_>) -> Refusal {
    let what = format!(
        "source `{}` and id `{}` were given to another event of {} before: the first stands; give a changed event an id of its own",
        event.source, event.id, event.subject
    );
    Refusal::new(RefusalKind::Conflict, what)
}

fn history_full(event: &TicketEvent<'_>, events_max: usize) -> Refusal {
    let what = format!("{} has {events_max} events already, the most that one ticket may have", event.subject);
    Refusal::new(RefusalKind::HistoryFull, what)
}
