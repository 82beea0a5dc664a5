//! Retiring what was closed long ago, so that memory holds what may still happen (DESIGN §7).
//!
//! Its clock is append time alone: what an event says of itself can not drive a ticket out. A retirement waits in a queue
//! of its own; it counts only while the ticket still asks for that very instant.

use super::kept::{Kept, Marker};
use super::undo::{Touch, Undo};
use super::{Lane, Ticket};
use crate::guard::guarded;
use crate::time::{Instant, Span};

/// How many tickets a step retires at most.
const RETIRE_PORTION: usize = 2_000;

impl Lane {
    /// Retires a portion of the tickets whose time has come.
    pub(super) fn retire_due(&mut self, undo: &mut Undo) {
        let Some(retention) = self.settings.retention_closed else { return };
        if self.append_clock == Instant::MIN {
            return;
        }
        for _ in 0..RETIRE_PORTION {
            let Some((at, position)) = self.retirements.pop(self.append_clock) else { return };
            self.retire(position, (at, retention), undo);
        }
    }

    /// Whether more tickets wait to be retired.
    pub(super) fn is_retiring(&self) -> bool {
        self.append_clock > Instant::MIN && self.retirements.next() <= self.append_clock
    }

    fn retire(&mut self, position: u32, (at, retention): (Instant, Span), undo: &mut Undo) {
        let in_force = self.controls.len();
        let Some((_, place)) = self.tickets.get_index(position as usize) else { return };
        let Some(ticket) = place.kept.ticket().filter(|ticket| ticket.retires_at(Some(retention)) == at) else {
            return;
        };
        let (is_touched, is_swept) = (place.touched != 0, ticket.controls as usize == in_force);
        let is_dated = ticket.appended_at > Instant::MIN;
        let clock = self.append_clock;
        if is_touched || !is_swept {
            // What the step makes of it is published first; then it is queued again.
            self.touch(position, &mut undo.touches, false).retires_at = Instant::MAX;
            return;
        }
        let touch = self.touch(position, &mut undo.touches, false);
        touch.is_changed = true;
        if !is_dated {
            // Its last event was never dated: it counts from here.
            self.tickets[position as usize].ticket_mut().appended_at = clock;
            return;
        }
        self.retire_now(touch, undo.watermark);
    }

    fn retire_now(&mut self, touch: &mut Touch, was: Instant) {
        let kept = &self.tickets[touch.position as usize].kept;
        touch.keep_whole(kept);
        let ticket = kept.ticket().expect("it was just looked at");
        match guarded(|| ticket.marker(self.append_clock)) {
            Ok(marker) => self.replace(touch.position, Kept::Retired(Box::new(marker))),
            Err(message) => self.quarantine(touch, was, message),
        }
    }
}

impl Ticket {
    /// What is left of it, retired at `retired_at`.
    fn marker(&self, retired_at: Instant) -> Marker {
        Marker {
            retired_at,
            events: self.record.len() as u32,
            controls: self.controls,
            digest: self.record.digest(),
            withdrawn: self.withdrawn.clone(),
        }
    }
}
