//! Going back: what a step has touched, how that was before, and turns that are committed or discarded.

use std::borrow::Cow;
use std::sync::Arc;

use super::kept::{Kept, Marker};
use super::refusal::Failure;
use super::ticket::Mark;
use super::{Lane, Sources, Ticket};
use crate::ticket::Record;
use crate::time::Instant;

/// A ticket that a step has touched.
#[derive(Debug)]
pub(super) struct Touch {
    pub(super) position: u32,
    /// How it was before; `None` where it is new, or where no way back is kept.
    pub(super) before: Option<Before>,
    /// A way back is kept: to `before`, or to nothing.
    pub(super) is_revocable: bool,
    /// What was published of it may have to be withdrawn, because of the event named.
    pub(super) late: Option<Late>,
    /// Its stored form changes.
    pub(super) is_changed: bool,
    /// The retirement that is queued for it; [`Instant::MAX`] where none is.
    pub(super) retires_at: Instant,
    /// Of a retired ticket that is revived: the events that it had, once they are all there.
    pub(super) published: Option<Arc<Record>>,
    /// It came to nothing.
    pub(super) failure: Option<Failure>,
}

/// How a ticket was before a step.
#[derive(Debug)]
pub(super) enum Before {
    /// All of it.
    Whole(Kept),
    /// How far it was: it has only got events at the end since, so that no copy is needed to go back.
    Mark(Mark),
}

impl Before {
    fn of(kept: &Kept) -> Self {
        match kept {
            Kept::Ticket(ticket) if !ticket.is_quarantined() => Before::Mark(ticket.mark()),
            kept => Before::Whole(kept.clone()),
        }
    }

    /// As it was, from what has become of it, or of what was kept whole of it later.
    pub(super) fn get<'k>(&'k self, since: &'k Kept) -> Cow<'k, Kept> {
        match (self, since) {
            (Before::Whole(kept), _) => Cow::Borrowed(kept),
            (Before::Mark(mark), Kept::Ticket(ticket)) => {
                let mut ticket = Ticket::clone(ticket);
                ticket.go_back(mark);
                Cow::Owned(Kept::Ticket(Arc::new(ticket)))
            }
            (Before::Mark(_), Kept::Retired(_)) => unreachable!("what is replaced was kept whole"),
        }
    }
}

impl Touch {
    /// Keeps a copy for the way back, before more happens to the ticket than events at its end.
    pub(super) fn keep_whole(&mut self, kept: &Kept) {
        if let Some(before @ Before::Mark(_)) = &self.before {
            self.before = Some(Before::Whole(before.get(kept).into_owned()));
        }
    }

    /// What was left of the ticket before the step, if it was retired.
    pub(super) fn retired(&self) -> Option<&Marker> {
        match &self.before {
            Some(Before::Whole(Kept::Retired(marker))) => Some(marker),
            _ => None,
        }
    }
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
    pub(super) sources: Arc<Sources>,
    pub(super) append_clock: Instant,
    pub(super) swept: usize,
    pub(super) touches: Vec<Touch>,
    pub(super) unstored: Vec<u32>,
}

impl Lane {
    /// The oldest turn that was not settled is durable.
    pub fn committed(&mut self) {
        self.uncommitted.pop_front();
    }

    /// No turn that is not committed has happened: the lane is as it was after the last committed one.
    pub fn discarded(&mut self) {
        self.warm.clear();
        while let Some(undo) = self.uncommitted.pop_back() {
            self.watermark = undo.watermark;
            self.sources = undo.sources;
            self.append_clock = undo.append_clock;
            // Control events that came since have not reached what they had reached of it.
            self.swept = self.swept.min(undo.swept);
            self.unstored.extend(undo.unstored);
            self.turn -= 1;
            for touch in undo.touches.into_iter().rev() {
                match touch.before {
                    Some(Before::Whole(before)) => {
                        self.replace(touch.position, before);
                        self.queue_timers(touch.position, Instant::MAX);
                    }
                    Some(Before::Mark(mark)) => {
                        self.forget(touch.position);
                        self.tickets[touch.position as usize].ticket_mut().go_back(&mark);
                        self.count(touch.position);
                        self.queue_timers(touch.position, Instant::MAX);
                    }
                    None => {
                        self.forget(touch.position);
                        self.tickets.pop().expect("the turn has added it");
                    }
                }
            }
        }
    }

    /// Notes that the current step touches a ticket, and how it was before.
    pub(super) fn touch<'t>(&mut self, position: u32, touches: &'t mut Vec<Touch>, is_new: bool) -> &'t mut Touch {
        let retention = self.settings.retention_closed;
        let place = &mut self.tickets[position as usize];
        if place.touched == 0 {
            // Before anything was judged there is nothing to go back to, unless a turn may be discarded.
            let is_revocable = self.settings.is_durable || self.watermark > Instant::MIN || place.kept.is_retired();
            let before = (is_revocable && !is_new).then(|| Before::of(&place.kept));
            let retires_at = place.kept.ticket().map_or(Instant::MAX, |ticket| ticket.retires_at(retention));
            touches.push(Touch {
                position,
                before,
                is_revocable,
                late: None,
                is_changed: false,
                retires_at,
                published: None,
                failure: None,
            });
            place.touched = touches.len() as u32;
        }
        &mut touches[place.touched as usize - 1]
    }

    /// Sets a ticket aside on which the core has failed: it is as it was before the step, and its ledger as it was
    /// published at `was`. Where no way back is kept its events stay; a record takes each of them whole or not at all.
    pub(super) fn quarantine(&mut self, touch: &mut Touch, was: Instant, message: String) {
        touch.keep_whole(&self.tickets[touch.position as usize].kept);
        let kept = match &touch.before {
            Some(Before::Mark(_)) => unreachable!("it was just kept whole"),
            Some(Before::Whole(Kept::Retired(marker))) => Kept::Retired(marker.clone()),
            Some(Before::Whole(Kept::Ticket(ticket))) => Kept::Ticket(Arc::new(ticket.quarantined(was))),
            None => {
                let ticket = self.tickets[touch.position as usize].kept.ticket();
                let ticket = ticket.expect("only what is no ticket any more is kept as a marker, with a way back");
                let empty = Ticket::new(Record::default(), ticket.controls, Box::default());
                let ticket = if touch.is_revocable { &empty } else { ticket };
                Kept::Ticket(Arc::new(ticket.quarantined(was)))
            }
        };
        // A step counts a ticket anew when it is done with it: until then as it was before, or as new where it was just revived.
        let counted = match &touch.before {
            Some(Before::Whole(Kept::Ticket(before))) if !before.is_quarantined() => Kept::Ticket(Arc::clone(before)),
            _ => Kept::Ticket(Arc::new(Ticket::new(Record::default(), 0, Box::default()))),
        };
        self.tickets[touch.position as usize].kept = counted;
        self.replace(touch.position, kept);
        touch.is_changed = true;
        touch.late = None;
        touch.failure = Some(Failure::Panic(message));
    }
}
