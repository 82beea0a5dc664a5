//! Why a lane refuses an event that reads well, in words for whoever finds the dead letter (I7).

use super::kept::Marker;
use crate::ticket::{Record, Refusal, RefusalKind, TicketEvent};

/// How a ticket's part of a step came to nothing.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// The core panicked, saying this.
    Panic(String),
    /// A retired ticket was to be revived by events that are not those it had.
    Incomplete(Box<Marker>),
}

impl Failure {
    /// What becomes of the events of `subject` in that step.
    pub(super) fn refusal(&self, subject: &str) -> Refusal {
        match self {
            Failure::Panic(message) => quarantined(subject, Some(message)),
            Failure::Incomplete(marker) => incomplete(subject, marker),
        }
    }
}

pub(super) fn conflict(event: &TicketEvent<'_>) -> Refusal {
    let what = format!(
        "source `{}` and id `{}` were given to another event of {} before: the first stands; give a changed event an id of its own",
        event.source, event.id, event.subject
    );
    Refusal::new(RefusalKind::Conflict, what)
}

pub(super) fn history_full(event: &TicketEvent<'_>, record: &Record) -> Refusal {
    let what = format!(
        "{} has {} events of {} bytes already, the most that one ticket may have: see what its source repeats, and go on with a new ticket",
        event.subject,
        record.len(),
        record.stored_bytes()
    );
    Refusal::new(RefusalKind::HistoryFull, what)
}

pub(super) fn quarantined(subject: &str, failure: Option<&str>) -> Refusal {
    let how = failure.map(|failure| format!(" ({failure})")).unwrap_or_default();
    let what = format!(
        "Duly failed on {subject}{how} and has set the ticket aside as it was: upgrade to a release that mends this, then redrive the ticket's dead letters"
    );
    Refusal::new(RefusalKind::Quarantined, what)
}

pub(super) fn retired(subject: &str, marker: &Marker) -> Refusal {
    let what = format!(
        "{subject} was closed and retired at {}: redrive this dead letter, and the ticket comes back from the log",
        marker.retired_at
    );
    Refusal::new(RefusalKind::Retired, what)
}

fn incomplete(subject: &str, marker: &Marker) -> Refusal {
    let what = format!(
        "{subject} was retired at {} with {} events, and those read from the log do not begin with these: redrive it where the log still has all its events",
        marker.retired_at, marker.events
    );
    Refusal::new(RefusalKind::Retired, what)
}
