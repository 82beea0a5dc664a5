//! Rule 17: the versions of one policy on a ticket, and the objectives that they make.

use std::collections::BTreeMap;
use std::rc::Rc;

use duly_core::policy::{AppliesTo, Policy, ROUND_THE_CLOCK};

use super::calendar::{Calendar, Reach};
use super::entry::Ledger;
use super::objective::{Calendars, Objective};
use super::routing::Routing;
use super::ticket::{Fact, Ticket};
use super::timers::Plan;
use crate::minute::{Minute, from_instant};

/// A policy version with its calendars laid out.
#[derive(Debug)]
struct Version {
    policy: Policy,
    from: Minute,
    calendars: Calendars,
}

/// All versions of one policy, and what they make of the ticket.
#[derive(Debug)]
pub(super) struct Commitment {
    /// By `effective_from`; of equal ones only the one published later.
    versions: Vec<Version>,
    /// The version that was in force at `received`.
    governing: Option<usize>,
    /// The version in force.
    in_force: Option<usize>,
    routing: Routing,
    objectives: BTreeMap<String, (Objective, Plan)>,
    /// Everything that happened since `received`.
    facts: Vec<Fact>,
}

impl Commitment {
    /// The versions of one policy, in order of publication.
    pub(super) fn new(published: &[&Policy], reach: Reach) -> Self {
        let mut versions: BTreeMap<Minute, Version> = BTreeMap::new();
        for policy in published {
            let from = from_instant(policy.effective_from);
            let calendars = policy.calendars.iter().map(|(name, spec)| (name.clone(), Some(spec)));
            let calendars = calendars.chain([(ROUND_THE_CLOCK.to_owned(), None)]);
            let calendars = calendars.map(|(name, spec)| (name, Rc::new(Calendar::new(spec, reach)))).collect();
            versions.insert(from, Version { policy: (*policy).clone(), from, calendars: Rc::new(calendars) });
        }
        Commitment {
            versions: versions.into_values().collect(),
            governing: None,
            in_force: None,
            routing: Routing::default(),
            objectives: BTreeMap::new(),
            facts: Vec::new(),
        }
    }

    /// Rule 1: policy changes come first.
    pub(super) fn change(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        let Some(version) = self.versions.iter().position(|version| version.from == at) else { return };
        if self.versions[version].policy.applies_to == AppliesTo::OpenTickets
            && ticket.is_received
            && !ticket.is_terminal()
        {
            self.take_over(version, at, ticket, ledger);
        }
    }

    fn take_over(&mut self, version: usize, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        self.put_in_force(version, ledger);
        self.routing.look(at, &self.versions[version].policy, ticket, ledger);
        for (objective, plan) in self.objectives.values_mut() {
            objective.match_targets(at, ticket, ledger);
            objective.pause(at, ticket, ledger);
            *plan = Plan::of(objective);
        }
    }

    /// Puts a version in force. An objective that none before it had was dormant: it goes through all that happened without
    /// a target, under the rules of the first version that has it.
    fn put_in_force(&mut self, version: usize, ledger: &mut Ledger) {
        self.in_force = Some(version);
        let Version { policy, calendars, .. } = &self.versions[version];
        for (objective, _) in self.objectives.values_mut() {
            objective.is_in_force = false;
        }
        for (name, rules) in &policy.objectives {
            let first = first_with(name, &self.versions, self.governing, &self.facts);
            let (objective, _) = self.objectives.entry(name.clone()).or_insert_with(|| {
                let rules = &first.policy.objectives[name];
                let mut dormant = Objective::new(&policy.policy, name, rules, &first.calendars);
                self.facts.iter().for_each(|fact| dormant.apply(fact, ledger));
                (dormant, Plan::default())
            });
            objective.govern(rules, calendars);
        }
    }

    /// One event.
    pub(super) fn apply(&mut self, fact: &Fact, ledger: &mut Ledger) {
        if fact.opens {
            self.governing = self.versions.iter().rposition(|version| version.from <= fact.event.at);
            self.governing.into_iter().for_each(|version| self.put_in_force(version, ledger));
        }
        if !fact.ticket.is_received {
            return; // Rule 4: without `received` there are no clocks.
        }
        self.facts.push(fact.clone());
        if let Some(version) = self.in_force {
            self.routing.look(fact.event.at, &self.versions[version].policy, &fact.ticket, ledger);
        }
        for (objective, plan) in self.objectives.values_mut() {
            objective.apply(fact, ledger);
            *plan = Plan::of(objective);
        }
    }

    /// Timers, after all events of the instant.
    pub(super) fn fire(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        for (objective, plan) in self.objectives.values_mut() {
            if plan.is_due(at) {
                objective.fire(at, ticket, ledger);
                *plan = Plan::of(objective);
            }
        }
    }
}

/// The first version with the objective, of the one that governs and those for open tickets after `received`.
fn first_with<'v>(name: &str, versions: &'v [Version], governing: Option<usize>, facts: &[Fact]) -> &'v Version {
    let takes_over = |version: &&Version| {
        version.policy.applies_to == AppliesTo::OpenTickets
            && facts.first().is_some_and(|received| received.event.at < version.from)
    };
    let in_turn = governing.map(|governing| &versions[governing]).into_iter().chain(versions.iter().filter(takes_over));
    let mut with_it = in_turn.filter(|version| version.policy.objectives.contains_key(name));
    with_it.next().expect("one of them is being put in force")
}
