//! How a company sees to its promises: who is reminded and told, and where requests go (L13, L14).

use duly_core::policy::{Policy, RemindAt, Route, Step};
use serde::Serialize;

use super::promises::Group;
use super::teller::Teller;

/// Promises that the same people are reminded and told of in the same way.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Watched {
    /// None where they are all others.
    promises: Vec<String>,
    reminders: Option<String>,
    ladder: Vec<String>,
}

/// Where requests go.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Routed {
    request: Option<String>,
    team: Option<String>,
    tier: Option<String>,
    priority: Option<u16>,
}

impl Teller<'_> {
    /// The largest group of promises that are watched alike comes last, as all others.
    pub(super) fn watched(&self, policy: &Policy, groups: &[Group]) -> Vec<Watched> {
        let mut alike: Vec<((&[RemindAt], &[Step]), Vec<String>)> = Vec::new();
        for (name, objective) in self.in_order(policy, groups) {
            let by = (&objective.remind_at[..], &objective.ladder[..]);
            let title = self.objective_title(name, objective);
            match alike.iter_mut().find(|(known, _)| *known == by) {
                Some((_, titles)) => titles.push(title),
                None => alike.push((by, vec![title])),
            }
        }
        alike.sort_by_key(|(_, titles)| titles.len());
        let last = alike.len().saturating_sub(1);
        let told = alike.into_iter().enumerate().map(|(place, ((remind_at, ladder), promises))| Watched {
            promises: if place == last { Vec::new() } else { promises },
            reminders: self.reminders(remind_at),
            ladder: self.ladder(ladder),
        });
        told.collect()
    }

    pub(super) fn routed(&self, route: &Route) -> Routed {
        Routed {
            request: self.condition(&route.when),
            team: route.team.as_ref().map(|team| self.word("team", team)),
            tier: route.tier.as_ref().map(|tier| self.word("tier", tier)),
            priority: route.priority,
        }
    }
}
