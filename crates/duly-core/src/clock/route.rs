//! Routing: to whom a ticket goes, by the policy's table (L13; rule 24).

use super::view::is_terminal;
use super::{Detail, Happening, Moment, Part, Sink, SlaKind, Track};
use crate::control::Plan;
use crate::policy::Route;

impl Track {
    /// Sends the ticket where the first row that matches says, and tells it where that is another place than before. A
    /// ticket that no row matches stays where it is; so does one that is closed, cancelled or merged.
    pub(super) fn send(&mut self, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
        let policy = &plan.stages[usize::from(self.stage)].policy;
        if policy.routes.is_empty() || !now.is_change || is_terminal(now.view.class) {
            return;
        }
        let Some(row) = policy.routes.iter().position(|when| now.view.matches(when)) else { return };
        let route = &policy.policy.routing[row];
        let is_known = self.route().is_some_and(|known| known.leads_where(route));
        self.route = Some((self.stage, row as u16));
        if !is_known {
            let detail = Detail::Routed { policy, route };
            sink.publish(&Moment {
                kind: SlaKind::Routed,
                at: now.at,
                part: Part::At,
                cause: now.cause,
                clock: None,
                detail,
            });
        }
    }

    /// Where the ticket was sent, if anywhere.
    pub(crate) fn route(&self) -> Option<&Route> {
        let (stage, row) = self.route?;
        self.plan.stages[usize::from(stage)].policy.policy.routing.get(usize::from(row))
    }
}
