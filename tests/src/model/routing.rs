//! Rule 24: to whom the ticket goes.

use duly_core::policy::{Policy, Route};

use super::entry::{Entry, Ledger, kind};
use super::matching::holds;
use super::ticket::Ticket;
use crate::minute::Minute;

/// Where a ticket goes: tier, team and priority.
type Place = (Option<String>, Option<String>, Option<u16>);

/// Where the ticket was sent last.
#[derive(Debug, Default)]
pub(super) struct Routing(Option<Place>);

impl Routing {
    /// Looks at the table again, and says so where it leads elsewhere.
    pub(super) fn look(&mut self, at: Minute, policy: &Policy, ticket: &Ticket, ledger: &mut Ledger) {
        if ticket.is_terminal() {
            return;
        }
        let Some(row) = policy.routing.iter().find(|row| holds(&row.when, ticket)) else { return };
        let Route { tier, team, priority, .. } = row.clone();
        let place = Some((tier, team, priority));
        if self.0 != place {
            self.0 = place;
            ledger.enter_at_instant(Entry {
                at,
                objective: String::new(),
                cycle: 0,
                kind: kind::ROUTED.to_owned(),
                part: None,
                policy: policy.policy.clone(),
                due_at: None,
                says: Some(written(row)),
            });
        }
    }
}

fn written(route: &Route) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let priority = route.priority.map(|priority| priority.to_string());
    format!("to {}/{}/{}", or_none(route.tier.clone()), or_none(route.team.clone()), or_none(priority))
}
