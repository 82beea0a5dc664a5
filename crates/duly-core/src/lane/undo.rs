//! Going back: what a step has touched, how that was before, and turns that are committed or discarded.

use std::sync::Arc;

use super::{Lane, Ticket};
use crate::time::Instant;

/// A ticket that a step has touched.
#[derive(Debug)]
pub(super) struct Touch {
    pub(super) position: u32,
    /// How it was before; `None` where it is new.
    pub(super) before: Option<Arc<Ticket>>,
    /// What was published of it may have to be withdrawn, because of the event named.
    pub(super) late: Option<Late>,
    pub(super) is_changed: bool,
}

/// What came late.
#[derive(Debug, Clone)]
pub(super) enum Late {
    Event { source: String, id: String },
    Control,
}

/// What it takes to undo a turn.
#[derive(Debug)]
pub(super) struct Undo {
    pub(super) watermark: Instant,
    pub(super) swept: usize,
    pub(super) touches: Vec<Touch>,
}

impl Lane {
    /// The oldest turn that was not settled is durable.
    pub fn committed(&mut self) {
        self.uncommitted.pop_front();
    }

    /// No turn that is not committed has happened: the lane is as it was after the last committed one.
    pub fn discarded(&mut self) {
        while let Some(undo) = self.uncommitted.pop_back() {
            self.watermark = undo.watermark;
            self.swept = undo.swept;
            self.turn -= 1;
            for touch in undo.touches.into_iter().rev() {
                match touch.before {
                    Some(before) => {
                        let place = &mut self.tickets[touch.position as usize];
                        place.ticket = before;
                        self.timers.set(touch.position, &mut place.queued, place.ticket.next);
                    }
                    None => {
                        self.tickets.pop();
                    }
                }
            }
        }
    }

    /// Notes that the current step touches a ticket, and how it was before.
    pub(super) fn touch<'t>(&mut self, position: u32, touches: &'t mut Vec<Touch>, is_new: bool) -> &'t mut Touch {
        let place = &mut self.tickets[position as usize];
        if place.touched == 0 {
            // Before anything was judged there is nothing to go back to, unless a turn may be discarded.
            let is_kept = !is_new && (self.settings.is_durable || self.watermark > Instant::MIN);
            let before = is_kept.then(|| Arc::clone(&place.ticket));
            touches.push(Touch { position, before, late: None, is_changed: false });
            place.touched = touches.len() as u32;
        }
        &mut touches[place.touched as usize - 1]
    }
}
