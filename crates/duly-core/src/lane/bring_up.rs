//! Bringing tickets up to the watermark, and queueing what that publishes.

use std::sync::Arc;

use super::Lane;
use super::queue::{queue_changes, queue_entry};
use super::turn::{Turn, What};
use super::undo::{Late, Undo};
use crate::ledger::{Ledger, State, derive};

impl Lane {
    /// Simulates what was touched up to the watermark, and queues what that publishes.
    pub(super) fn bring_up(&mut self, undo: &mut Undo, turn: &mut Turn) {
        let was = undo.watermark;
        let in_force = Arc::clone(&self.controls);
        for touch in &mut undo.touches {
            let count = self.tickets[touch.position as usize].ticket.controls as usize;
            let is_swept = count != in_force.len();
            if is_swept {
                touch.late.get_or_insert(Late::Control);
            }
            let before = touch.before.as_ref().filter(|_| touch.late.is_some());
            let before = before.map(|before| (Arc::clone(before), self.controls_of(count)));
            let (subject, place) = self.tickets.get_index_mut(touch.position as usize).expect("it was touched");
            let ticket = Arc::make_mut(&mut place.ticket);
            ticket.controls = in_force.len() as u32;
            turn.ledger.turn_to(subject);
            match touch.late.take() {
                Some(late) => {
                    let mut old = Ledger::of(subject);
                    if let Some((before, controls)) = before {
                        derive(&before.record, &controls, was, &mut old);
                    }
                    let (mut new, mut state) = (Ledger::of(subject), State::default());
                    state.advance(&ticket.record, &in_force, self.watermark, &mut new);
                    ticket.settle(state);
                    queue_changes(turn, subject, ticket, (&old, &new), &late);
                }
                None => {
                    let from = turn.ledger.entries().len();
                    let mut state = ticket.take_state(&in_force);
                    state.advance(&ticket.record, &in_force, self.watermark, &mut turn.ledger);
                    ticket.settle(state);
                    for position in from..turn.ledger.entries().len() {
                        queue_entry(turn, subject, ticket, position);
                    }
                }
            }
            if touch.is_changed || is_swept {
                turn.changed.push(touch.position);
            }
            place.touched = 0;
            let next = place.ticket.next;
            self.timers.set(touch.position, &mut place.queued, next);
        }
        turn.publications.sort_by_key(|queued| (matches!(queued.what, What::Entry { .. }), queued.at));
    }
}
