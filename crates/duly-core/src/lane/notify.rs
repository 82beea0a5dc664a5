//! What a turn has people told of.

use super::Lane;
use super::guard::guarded;
use super::turn::Turn;
use crate::ledger::State;
use crate::notification::{Notification, People, follow};
use crate::ticket::{NameRef, Record};
use crate::time::Instant;

impl Lane {
    /// What follows for people from the last turn, in the order of what it publishes. What was so before `since` is not
    /// told any more: an engine that takes in a year of history wakes nobody up.
    pub fn notifications<'t>(&'t self, turn: &'t Turn, since: Instant) -> impl Iterator<Item = Notification> + 't {
        let told = turn.publications.iter().filter(move |queued| queued.at >= since);
        told.filter_map(|queued| {
            let occasion = turn.occasion(queued)?;
            follow(occasion, &turn.publication(queued), &self.people(&queued.subject), &self.controls)
        })
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
