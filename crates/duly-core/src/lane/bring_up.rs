//! Bringing tickets up to the watermark, and queueing what that publishes.

use std::sync::Arc;

use super::Lane;
use super::kept::Kept;
use super::queue::{queue_changes, queue_entry};
use super::refusal::Failure;
use super::turn::{Turn, What};
use super::undo::{Before, Late, Touch, Undo};
use crate::control::Controls;
use crate::guard::guarded;
use crate::ledger::{Ledger, State};
use crate::ticket::Record;
use crate::time::Instant;

impl Lane {
    /// Simulates what was touched up to the watermark, and queues what that publishes.
    pub(super) fn bring_up(&mut self, undo: &mut Undo, turn: &mut Turn) {
        for touch in &mut undo.touches {
            self.bring_up_ticket(touch, undo.watermark, turn);
            if touch.is_changed {
                turn.changed.push(touch.position);
            }
            self.tickets[touch.position as usize].touched = 0;
            self.queue_timers(touch.position, touch.retires_at);
        }
        turn.publications.sort_by_key(|queued| (matches!(queued.what, What::Entry { .. }), queued.at));
    }

    /// Does that for one ticket, whose ledger was published up to `was`. Where the core fails, the ticket alone is set aside.
    fn bring_up_ticket(&mut self, touch: &mut Touch, was: Instant, turn: &mut Turn) {
        let kept = &self.tickets[touch.position as usize].kept;
        if kept.is_retired() || kept.is_quarantined() {
            return;
        }
        if let Some(marker) = touch.retired() {
            if touch.published.is_none() {
                let marker = Box::new(marker.clone());
                touch.failure = Some(Failure::Incomplete(marker.clone()));
                touch.is_changed = false;
                self.replace(touch.position, Kept::Retired(marker));
                return;
            }
            touch.late.get_or_insert(Late::Control);
        }
        let queued = turn.publications.len();
        if let Err(message) = guarded(|| self.advance(touch, was, turn)) {
            turn.publications.truncate(queued);
            self.quarantine(touch, was, message);
        }
    }

    fn advance(&mut self, touch: &mut Touch, was: Instant, turn: &mut Turn) {
        let in_force = Arc::clone(&self.controls);
        let count = self.tickets[touch.position as usize].kept.controls();
        if count != in_force.len() {
            touch.is_changed = true;
            touch.late.get_or_insert(Late::Control);
        }
        let controls = touch.late.as_ref().map(|_| self.controls_of(count));
        if controls.is_some() {
            touch.keep_whole(&self.tickets[touch.position as usize].kept);
        }
        let (subject, place) = self.tickets.get_index_mut(touch.position as usize).expect("it was touched");
        let ticket = place.ticket_mut();
        self.settings.fail_if_wanted(&ticket.record, &in_force, self.watermark);
        ticket.controls = in_force.len() as u32;
        turn.ledger.turn_to(subject);
        let state = match touch.late.take().zip(controls) {
            Some((late, controls)) => {
                let (mut old, mut earlier) = (Ledger::of(subject), State::default());
                if let Some((record, until)) = touch.published(was) {
                    earlier.advance(record, &controls, until, &mut old);
                }
                let (mut new, mut state) = (Ledger::of(subject), Box::<State>::default());
                let next = state.advance(&ticket.record, &in_force, self.watermark, &mut new);
                queue_changes(turn, subject, ticket, (&old, &new), &late);
                ticket.settle(&state, next);
                // Under another version of a policy the plan is another: a place in it may be that of another objective.
                self.census.add_clocks(&earlier, &ticket.counted(&earlier), -1);
                self.census.follow(ticket, &[], &state);
                self.warm.take(touch.position);
                state
            }
            None => {
                let from = turn.ledger.entries().len();
                let warm = self.warm.take(touch.position).filter(|state| state.judged_until == ticket.judged_until);
                let mut state = warm.unwrap_or_else(|| ticket.take_state(&in_force));
                let stands = ticket.counted(&state);
                let next = state.advance(&ticket.record, &in_force, self.watermark, &mut turn.ledger);
                for position in from..turn.ledger.entries().len() {
                    queue_entry(turn, subject, ticket, position);
                }
                ticket.settle(&state, next);
                self.census.follow(ticket, &stands, &state);
                state
            }
        };
        if let Some(state) = ticket.keep(state) {
            self.warm.put(touch.position, state);
        }
    }

    /// The control events as they were when there were `count`.
    pub(super) fn controls_of(&self, count: usize) -> Arc<Controls> {
        if count == self.controls.len() {
            return Arc::clone(&self.controls);
        }
        let known = self.earlier_controls.iter().find(|earlier| earlier.len() == count);
        known.map_or_else(|| Arc::new(self.controls.first(count)), Arc::clone)
    }
}

impl Touch {
    /// From what, and up to when, was published what stands: `was` is the watermark before the step.
    fn published(&self, was: Instant) -> Option<(&Record, Instant)> {
        match self.before.as_ref()? {
            Before::Mark(_) => unreachable!("what something came late for is kept whole"),
            Before::Whole(Kept::Retired(_)) => self.published.as_deref().map(|record| (record, was)),
            Before::Whole(Kept::Ticket(ticket)) if ticket.is_quarantined() => {
                Some((&ticket.record, ticket.judged_until))
            }
            Before::Whole(Kept::Ticket(ticket)) => Some((&ticket.record, was)),
        }
    }
}
