//! What a turn has people told of.

use std::collections::BTreeSet;

use super::Lane;
use super::turn::{Queued, Turn};
use crate::control::emergency::Standing;
use crate::guard::guarded;
use crate::ledger::State;
use crate::notification::{Notification, Occasion, People, Scene, emergency_of, follow};
use crate::ticket::{NameRef, Record};
use crate::time::Instant;

impl Lane {
    /// What follows for people from the last turn, in the order of what it publishes. What was so before `since` is not
    /// told any more: an engine that takes in a year of history wakes nobody up.
    pub fn notifications(&self, turn: &Turn, since: Instant) -> Vec<Notification> {
        let told = turn.publications.iter().filter(|queued| queued.at >= since);
        let told: Vec<_> = told.filter_map(|queued| Some((turn.occasion(queued)?, queued))).collect();
        if told.is_empty() {
            return Vec::new();
        }
        // As of the end of time it has all that was told of an emergency.
        let emergencies: Vec<Standing> = self.controls.emergencies(Instant::MAX);
        let scene = Scene { controls: &self.controls, emergencies: &emergencies };
        let anew = announced(turn, told.iter().any(|(occasion, _)| *occasion == Occasion::Correction));
        let is_anew = |subject: &str, data: &[u8]| {
            emergency_of(data).is_some_and(|emergency| anew.contains(&(subject.to_owned(), emergency)))
        };
        let follow = |(occasion, queued): (Occasion, &Queued)| {
            let event = turn.publication(queued);
            if occasion == Occasion::Correction && is_anew(event.subject, event.data) {
                return None;
            }
            follow(occasion, &event, &self.people(&queued.subject), &scene)
        };
        told.into_iter().filter_map(follow).collect()
    }

    /// The people about a ticket, as it is after the last step.
    fn people(&self, subject: &str) -> People {
        let ticket = self.tickets.get(subject).and_then(|place| place.kept.ticket());
        let found = ticket.and_then(|ticket| {
            let controls = self.controls_of(ticket.controls as usize);
            guarded(|| people(&ticket.record, &ticket.simulated(&controls))).ok()
        });
        found.unwrap_or_default()
    }
}

/// Tickets and the emergencies of which something is told them in this turn, where that is `wanted`: they need no correction.
fn announced(turn: &Turn, wanted: bool) -> BTreeSet<(String, String)> {
    let told = turn.publications.iter().filter(|queued| wanted && turn.is_told_of_an_emergency(queued));
    told.filter_map(|queued| {
        let event = turn.publication(queued);
        Some((event.subject.to_owned(), emergency_of(event.data)?))
    })
    .collect()
}

fn people(record: &Record, state: &State) -> People {
    let of_itself = |name: &str| {
        let wanted = NameRef::known(name);
        let is_it = |given: NameRef| wanted.map_or_else(|| record.dict.name(given) == name, |known| known == given);
        let (_, value) = state.attributes.iter().find(|(given, _)| is_it(*given))?;
        record.dict.texts(*value).next().map(str::to_owned)
    };
    People {
        owner: of_itself("agent"),
        team: state.route().and_then(|route| route.team.clone()).or_else(|| of_itself("team")),
        customer: of_itself("customer"),
        language: of_itself("language"),
    }
}
