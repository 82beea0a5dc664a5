//! The work queue: open tickets in the order in which they want to be worked on (L13; rule 25).
//!
//! By the priority of the route, then by the open time that is left until the first deadline of a clock that runs, on the
//! calendar of its target: four hours of this afternoon come before two of tomorrow.

use serde::Serialize;

use super::{Lane, Ticket};
use crate::clock::Track;
use crate::guard::guarded;
use crate::ledger::{LAST_PLACE, State};
use crate::policy::StatusClass;
use crate::ticket::{NameRef, Record};
use crate::time::{Instant, Span};

/// Which tickets are asked for; all where nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of this team.
    pub team: Option<String>,
    /// Those of this tier.
    pub tier: Option<String>,
}

/// An open ticket that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// `tenant/ticket`.
    pub subject: String,
    /// The priority of its route; 1 goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u16>,
    /// The tier that it was sent to; where its route names none, the tier that it says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The team that it was sent to; where its route names none, the team that it says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Its status class.
    pub status_class: StatusClass,
    /// What is due first; none where no clock runs.
    #[serde(flatten)]
    pub due: Option<Due>,
}

/// A deadline that comes near.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The policy's name.
    pub policy: String,
    /// The objective's name.
    pub objective: String,
    /// The cycle, from 1.
    pub cycle: u32,
    /// The deadline as it stands.
    pub due_at: Instant,
    /// Open time until then, in milliseconds; less than nothing where it has passed.
    pub open_left_ms: i64,
}

impl Lane {
    /// The first `limit` of the tickets wanted, as they were after the last committed turn, with open time counted from
    /// `now`; and how many there are.
    pub fn work(&self, wanted: &Wanted, now: Instant, limit: usize) -> (Vec<Waiting>, usize) {
        let mut open: Vec<_> = self.tickets().filter(|(_, ticket)| ticket.place > 0).collect();
        open.sort_by_key(|(_, ticket)| ticket.place);
        let is_all = *wanted == Wanted::default();
        let (mut queue, mut total) = (Vec::new(), 0);
        for group in open.chunk_by(|(_, a), (_, b)| a.place == b.place) {
            total += group.len();
            // Where all are wanted, those that would come after the last one told need no looking at.
            if is_all && queue.len() >= limit {
                continue;
            }
            let mut waiting: Vec<Waiting> = group
                .iter()
                .filter_map(|(subject, ticket)| self.waiting(subject, ticket, now))
                .filter(|waiting| wanted.takes(waiting))
                .collect();
            total -= group.len() - waiting.len();
            waiting.sort_by_cached_key(Waiting::rank);
            waiting.truncate(limit - queue.len().min(limit));
            queue.append(&mut waiting);
        }
        (queue, total)
    }

    /// The ticket as it waits; `None` where the core fails on it.
    fn waiting(&self, subject: &str, ticket: &Ticket, now: Instant) -> Option<Waiting> {
        let controls = self.controls_of(ticket.controls as usize);
        guarded(|| waiting(subject, &ticket.record, &ticket.simulated(&controls), now)).ok()
    }
}

impl Wanted {
    fn takes(&self, waiting: &Waiting) -> bool {
        let fits = |wanted: &Option<String>, given: &Option<String>| wanted.is_none() || wanted == given;
        fits(&self.team, &waiting.team) && fits(&self.tier, &waiting.tier)
    }
}

/// What the queue is ordered by.
pub type Rank = (u16, bool, i64, String);

impl Waiting {
    /// Its place in the queue: priority, whether nothing is due, open time left, subject.
    pub fn rank(&self) -> Rank {
        let left = self.due.as_ref().map(|due| due.open_left_ms);
        (self.priority.unwrap_or(LAST_PLACE), left.is_none(), left.unwrap_or_default(), self.subject.clone())
    }
}

fn waiting(subject: &str, record: &Record, state: &State, now: Instant) -> Waiting {
    let route = state.route();
    let of_itself = |name: &str| {
        let known = NameRef::known(name);
        let (_, value) = state.attributes.iter().find(|(given, _)| Some(*given) == known)?;
        record.dict.texts(*value).next().map(str::to_owned)
    };
    Waiting {
        subject: subject.to_owned(),
        priority: route.and_then(|route| route.priority),
        tier: route.and_then(|route| route.tier.clone()).or_else(|| of_itself("tier")),
        team: route.and_then(|route| route.team.clone()).or_else(|| of_itself("team")),
        status_class: state.class.unwrap_or(StatusClass::New),
        due: state.tracks.iter().flat_map(|track| due(track, now)).min_by_key(|due| (due.open_left_ms, due.due_at)),
    }
}

/// The deadlines of clocks that run, those that have passed included; what is owed for a breach is not the team's work.
fn due(track: &Track, now: Instant) -> impl Iterator<Item = Due> {
    let running =
        track.clocks.iter().filter(|clock| clock.is_live() && clock.held_since.is_none() && clock.owed_for.is_none());
    running.filter_map(move |clock| {
        let judged = clock.judged.as_ref().filter(|judged| judged.due < Instant::MAX)?;
        let slot = usize::from(clock.slot);
        let calendar = &track.plan.row(slot, (judged.stage, judged.target)).measure;
        let (left, passed) = (calendar.between(now, judged.due), calendar.between(judged.due, now));
        Some(Due {
            policy: track.plan.stages[0].policy.policy.policy.clone(),
            objective: track.plan.slots[slot].name.clone(),
            cycle: clock.cycle,
            due_at: judged.due,
            open_left_ms: if passed > Span::ZERO { -passed.ms() } else { left.ms() },
        })
    })
}
