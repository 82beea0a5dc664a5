//! Which tickets a step looks at though nothing arrived for them: those whose timers have come, and those that new
//! control events have not reached.

use super::Lane;
use super::undo::Touch;
use crate::time::Instant;

/// How many tickets a step brings under new control events, beside those that it touches anyway.
const SWEEP_PORTION: usize = 2_000;

impl Lane {
    /// Touches the tickets whose timers have come.
    pub(super) fn touch_due(&mut self, touches: &mut Vec<Touch>) {
        while let Some((at, position)) = self.timers.pop(self.watermark) {
            let Some((_, place)) = self.tickets.get_index_mut(position as usize) else { continue };
            if place.queued != at {
                continue;
            }
            place.queued = Instant::MAX;
            if place.ticket.next <= self.watermark {
                self.touch(position, touches, false);
            } else {
                let next = place.ticket.next;
                self.timers.set(position, &mut place.queued, next);
            }
        }
    }

    /// Touches a portion of the tickets that new control events have not reached.
    pub(super) fn touch_unswept(&mut self, touches: &mut Vec<Touch>) {
        let until = self.tickets.len().min(self.swept + SWEEP_PORTION);
        for position in self.swept..until {
            if self.tickets[position].ticket.controls as usize != self.controls.len() {
                self.touch(position as u32, touches, false);
            }
        }
        self.swept = until;
        if self.swept == self.tickets.len() && self.uncommitted.is_empty() {
            self.earlier_controls.clear();
        }
    }
}
