//! Rule 17: the versions of one policy on a ticket, and the objectives that they make.

use std::collections::BTreeMap;
use std::rc::Rc;

use duly_core::policy::{AppliesTo, Policy, ROUND_THE_CLOCK, Task};

use super::calendar::{Calendar, Reach};
use super::claims::Case;
use super::entry::Ledger;
use super::objective::{Calendars, Objective};
use super::owed::{Breach, Rules};
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
    /// Everything that happened since `received`, the breaches among it.
    past: Vec<Past>,
    /// Rule 34.
    pub(super) cases: Vec<Case>,
    /// Rule 37: which of its investigations are open, the first being number 1.
    pub(super) investigations: Vec<bool>,
}

/// What an objective of which no version spoke yet has to go through, once one does.
#[derive(Debug)]
enum Past {
    Fact(Fact),
    /// Emergencies have begun, changed or ended.
    Heed(Minute, Ticket),
    Breach(Breach),
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
            past: Vec::new(),
            cases: Vec::new(),
            investigations: Vec::new(),
        }
    }

    /// The version in force, with its number.
    pub(super) fn in_force(&self) -> Option<(usize, &Policy)> {
        self.in_force.map(|version| (version, &self.versions[version].policy))
    }

    /// A version by its number.
    pub(super) fn version(&self, version: usize) -> &Policy {
        &self.versions[version].policy
    }

    /// The name that its versions share.
    pub(super) fn name(&self) -> &str {
        &self.versions[0].policy.policy
    }

    /// The clocks of a name, and what is planned for them, which is worked out again afterwards.
    pub(super) fn with_clocks<T>(&mut self, name: &str, act: impl FnOnce(&mut Objective) -> T) -> Option<T> {
        let (objective, plan) = self.objectives.get_mut(name)?;
        let result = act(objective);
        *plan = Plan::of(objective);
        Some(result)
    }

    /// The clocks of all promises, by name.
    pub(super) fn promises(&self) -> impl Iterator<Item = (&String, &Objective)> {
        self.objectives.iter().map(|(name, (objective, _))| (name, objective)).filter(|(_, of)| of.rules.is_promise())
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
        self.owe(at, ticket, ledger);
    }

    /// Puts a version in force. An objective that none before it had was dormant: it goes through all that happened without
    /// a target, under the rules of the first version that has it.
    fn put_in_force(&mut self, version: usize, ledger: &mut Ledger) {
        self.in_force = Some(version);
        let Version { policy, calendars, .. } = &self.versions[version];
        for (objective, _) in self.objectives.values_mut() {
            objective.is_in_force = false;
        }
        for (name, rules) in &promises(policy) {
            let (objective, _) = self.objectives.entry(name.clone()).or_insert_with(|| {
                let first = first_with(name, &self.versions, self.governing, &self.past);
                let rules = &promises(&first.policy)[name];
                let mut dormant = Objective::new(&policy.policy, name, rules, &first.calendars);
                for past in &self.past {
                    match past {
                        Past::Fact(fact) => dormant.apply(fact, ledger),
                        Past::Heed(at, ticket) => drop(dormant.heed(*at, ticket, ledger)),
                        Past::Breach(breach) => dormant.owe(breach, ledger),
                    }
                }
                (dormant, Plan::default())
            });
            objective.govern(rules, calendars);
        }
    }

    /// Emergencies have begun, changed or ended.
    pub(super) fn heed(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        if !ticket.is_received {
            return;
        }
        self.past.push(Past::Heed(at, ticket.clone()));
        for (objective, plan) in self.objectives.values_mut() {
            *plan = objective.heed(at, ticket, ledger);
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
        self.past.push(Past::Fact(fact.clone()));
        if let Some(version) = self.in_force {
            self.routing.look(fact.event.at, &self.versions[version].policy, &fact.ticket, ledger);
        }
        for (objective, plan) in self.objectives.values_mut() {
            objective.apply(fact, ledger);
            *plan = Plan::of(objective);
        }
        self.owe(fact.event.at, &fact.ticket, ledger);
        self.hear(fact, ledger);
    }

    /// Rule 26: remedies start once all else of the moment has happened.
    fn owe(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        let breaches: Vec<Breach> =
            self.objectives.values_mut().flat_map(|(objective, _)| objective.new_breaches(at, ticket)).collect();
        for breach in breaches {
            self.open_case(&breach, ledger);
            for (objective, plan) in self.objectives.values_mut() {
                objective.owe(&breach, ledger);
                *plan = Plan::of(objective);
            }
            self.past.push(Past::Breach(breach));
        }
    }

    /// Timers, after all events of the instant.
    pub(super) fn fire(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        while self.objectives.values().any(|(_, plan)| plan.is_due(at)) {
            for (objective, plan) in self.objectives.values_mut().filter(|(_, plan)| plan.is_due(at)) {
                objective.fire(at, ticket, ledger);
                *plan = Plan::of(objective);
            }
            self.owe(at, ticket, ledger);
        }
    }
}

/// The first version with the objective, of the one that governs and those for open tickets after `received`.
fn first_with<'v>(name: &str, versions: &'v [Version], governing: Option<usize>, past: &[Past]) -> &'v Version {
    let takes_over = |version: &&Version| {
        version.policy.applies_to == AppliesTo::OpenTickets
            && matches!(past.first(), Some(Past::Fact(received)) if received.event.at < version.from)
    };
    let in_turn = governing.map(|governing| &versions[governing]).into_iter().chain(versions.iter().filter(takes_over));
    let mut with_it = in_turn.filter(|version| promises(&version.policy).contains_key(name));
    with_it.next().expect("one of them is being put in force")
}

/// All that is measured by clocks: objectives, and remedies.
fn promises(policy: &Policy) -> BTreeMap<String, Rules> {
    let objectives = policy.objectives.iter().map(|(name, objective)| (name.clone(), Rules::of(objective)));
    let remedies = policy.remedies.iter().map(|(name, remedy)| (name.clone(), Rules::of_remedy(remedy)));
    let task = |name: &str, task: &Task| (name.to_owned(), Rules::of_task(task));
    let of_feedback = policy.feedback.iter().flat_map(|feedback| {
        [task("investigation", &feedback.investigate), task("corrective_action", &feedback.correct)]
    });
    let of_liability = policy.liability.iter().flat_map(|liability| {
        [task("claim_assessment", &liability.assess), task("claim_settlement", &liability.settle)]
    });
    objectives.chain(remedies).chain(of_feedback).chain(of_liability).collect()
}
