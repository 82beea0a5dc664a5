//! Which tickets a step looks at though nothing arrived for them: those whose timers have come, those that new control
//! events have not reached, and those that failed as they were restored.

use super::Lane;
use super::undo::Touch;
use crate::time::Instant;

/// How many tickets a step brings under new control events, beside those that it touches anyway.
const SWEEP_PORTION: usize = 2_000;

impl Lane {
    /// Touches the tickets whose timers have come since `from`, the watermark before the step. Returns whether more are due.
    ///
    /// A deadline that very many tickets share must not become one turn: after a portion the watermark stays at the last
    /// instant that is done with, and the next step goes on from there. Timers of one instant stay together.
    pub(super) fn touch_due(&mut self, from: Instant, touches: &mut Vec<Touch>) -> bool {
        let portion = if self.settings.is_durable { self.settings.due_portion } else { usize::MAX };
        let (mut count, mut last) = (0, Instant::MIN);
        while self.timers.next() <= self.watermark {
            if count >= portion && self.timers.next() > last {
                self.watermark = from.max(last);
                return true;
            }
            let Some((at, position)) = self.timers.pop(self.watermark) else { break };
            last = at;
            let Some((_, place)) = self.tickets.get_index_mut(position as usize) else { continue };
            if place.queued != at {
                continue;
            }
            place.queued = Instant::MAX;
            let next = place.kept.next();
            if next <= self.watermark {
                self.touch(position, touches, false);
                count += 1;
            } else {
                self.timers.set(position, &mut place.queued, next);
            }
        }
        false
    }

    /// Forgets the control events under which no ticket is derived any more, nor would be if the last turns were discarded.
    pub(super) fn forget_earlier_controls(&mut self) {
        if self.swept == self.tickets.len() && self.uncommitted.is_empty() {
            self.earlier_controls.clear();
        }
    }

    /// Touches a portion of the tickets that new control events have not reached.
    pub(super) fn touch_unswept(&mut self, touches: &mut Vec<Touch>) {
        let until = self.tickets.len().min(self.swept + SWEEP_PORTION);
        for position in self.swept..until {
            let kept = &self.tickets[position].kept;
            let is_simulated = !kept.is_retired() && !kept.is_quarantined();
            if is_simulated && kept.controls() != self.controls.len() {
                self.touch(position as u32, touches, false);
            }
        }
        self.swept = until;
    }

    /// Touches the tickets that were set aside as the lane was restored, so that this is stored.
    pub(super) fn touch_unstored(&mut self, touches: &mut Vec<Touch>) -> Vec<u32> {
        let unstored = std::mem::take(&mut self.unstored);
        for &position in &unstored {
            self.touch(position, touches, false).is_changed = true;
        }
        unstored
    }

    /// Queues when a ticket wants attention, and when it is to be retired, unless that is queued already.
    pub(super) fn queue_timers(&mut self, position: u32, queued_retirement: Instant) {
        let place = &mut self.tickets[position as usize];
        let next = place.kept.next();
        self.timers.set(position, &mut place.queued, next);
        let retention = self.settings.retention_closed;
        let retires_at = place.kept.ticket().map_or(Instant::MAX, |ticket| ticket.retires_at(retention));
        if retires_at != queued_retirement && retires_at < Instant::MAX {
            self.retirements.push(position, retires_at);
        }
    }
}
