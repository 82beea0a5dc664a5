//! What a turn publishes: new entries of a ledger, and what leads from one ledger to another (I5).

use std::sync::Arc;

use super::Ticket;
use super::turn::{Queued, Turn, What};
use super::undo::Late;
use crate::ledger::{Change, Ledger, Object, diff, event_id};

/// Queues the entry of the turn's ledger at `position`.
pub(super) fn queue_entry(turn: &mut Turn, subject: &Arc<str>, ticket: &Ticket, position: usize) {
    let entry = &turn.ledger.entries()[position];
    let incarnation = if ticket.withdrawn.is_empty() {
        0
    } else {
        ticket.incarnation(event_id(turn.ledger.body(entry), 0).as_u128())
    };
    let what = What::Entry { position, incarnation };
    turn.publications.push(Queued { subject: Arc::clone(subject), at: entry.at, what });
}

/// Queues what leads from one ledger of a ticket to another.
pub(super) fn queue_changes(
    turn: &mut Turn,
    subject: &Arc<str>,
    ticket: &mut Ticket,
    (old, new): (&Ledger, &Ledger),
    late: &Late,
) {
    for change in diff(old, new) {
        match change {
            Change::Withdraw { entry, is_replaced } => {
                let body = old.body(entry);
                let first = event_id(body, 0).as_u128();
                let id = event_id(body, ticket.incarnation(first));
                ticket.withdraw(first);
                let from = turn.retractions.len();
                let reason = if is_replaced { "changed" } else { "does_not_follow" };
                write_retraction(&mut turn.retractions, &id.to_string(), body, reason, late);
                let withdrawn = turn.ledger.adopt(old, entry);
                let what = What::Retraction { data: from..turn.retractions.len(), withdrawn };
                turn.publications.push(Queued { subject: Arc::clone(subject), at: entry.at, what });
            }
            Change::Publish(entry) => {
                let position = turn.ledger.adopt(new, entry);
                queue_entry(turn, subject, ticket, position);
            }
            Change::Recount { was, is } => {
                let positions = (turn.ledger.adopt(old, was), turn.ledger.adopt(new, is));
                turn.recounted.push(positions);
            }
        }
    }
}

/// The data of a retraction: what is withdrawn, whole, and why.
fn write_retraction(out: &mut Vec<u8>, id: &str, body: &[u8], reason: &str, late: &Late) {
    let mut data = Object::open(out);
    data.text("retracts", id).text("reason", reason);
    match late {
        Late::Event { source, id } => {
            data.object("cause", |cause| {
                cause.text("source", source).text("id", id);
            });
        }
        Late::Control => {
            data.text("cause", "control");
        }
    }
    data.raw("event", body);
    data.close();
}
