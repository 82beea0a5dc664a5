//! Rules 28 to 32: which emergencies concern the ticket, what its customer is told, and what they do to clocks.

use std::collections::BTreeMap;

use duly_core::control::ControlEvent;
use duly_core::control::emergency::{Declaration, Effect, Update};

use super::entry::{Entry, Ledger, kind};
use super::matching::holds;
use super::objective::Objective;
use super::ticket::Ticket;
use super::timers::Plan;
use crate::minute::{Minute, from_instant};
use crate::model::written;

/// An emergency as it is at an instant, in whose scope the ticket is.
#[derive(Debug, Clone)]
pub(super) struct Acting {
    terms: Declaration,
    /// The number of the message that the customer has to know.
    number: u32,
}

impl Acting {
    fn id(&self) -> &str {
        &self.terms.emergency
    }

    /// Whether it is about the clocks of an objective.
    fn concerns(&self, policy: &str, objective: &str) -> bool {
        let is_named = |list: &[String], name: &str| list.is_empty() || list.iter().any(|named| named == name);
        is_named(&self.terms.policies, policy) && is_named(&self.terms.objectives, objective)
    }
}

/// All that was told of emergencies, and what the customer knows.
#[derive(Debug)]
pub(super) struct Emergencies {
    /// What was told and not voided, with its number, in order of publication.
    told: Vec<(u32, ControlEvent)>,
    /// By emergency, in the words of the last message: what the customer knows.
    known: BTreeMap<String, Acting>,
}

impl Emergencies {
    pub(super) fn new(published: &[ControlEvent]) -> Self {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut told = Vec::new();
        for event in published {
            match event {
                ControlEvent::EmergencyVoided(void) => told.retain(|(number, known): &(u32, ControlEvent)| {
                    let is_it = known.emergency() == Some(&void.emergency)
                        && void.number.is_none_or(|voided| voided == *number);
                    !is_it
                }),
                _ => {
                    let Some(id) = event.emergency() else { continue };
                    let number = numbers.entry(id).or_default();
                    *number += 1;
                    told.push((*number, event.clone()));
                }
            }
        }
        Emergencies { told, known: BTreeMap::new() }
    }

    /// Whether anything begins, changes or ends at `at`.
    pub(super) fn is_change(&self, at: Minute) -> bool {
        self.told.iter().any(|(_, event)| from(event) == at)
    }

    /// Those in force at `at` in whose scope the ticket is, in the order of declaration.
    pub(super) fn acting(&self, at: Minute, ticket: &Ticket) -> Vec<Acting> {
        let declared = self.told.iter().filter_map(|(_, event)| match event {
            ControlEvent::EmergencyDeclared(declaration) => Some(declaration),
            _ => None,
        });
        let in_force = declared.filter_map(|declaration| self.in_force(declaration, at));
        in_force.filter(|acting| holds(&acting.terms.when, ticket)).collect()
    }

    fn in_force(&self, declaration: &Declaration, at: Minute) -> Option<Acting> {
        let mine = || {
            self.told.iter().filter(|(_, event)| event.emergency() == Some(&declaration.emergency) && from(event) <= at)
        };
        let is_lifted = mine().any(|(_, event)| matches!(event, ControlEvent::EmergencyLifted(_)));
        if from_instant(declaration.effective_from) > at || is_lifted {
            return None;
        }
        let mut acting = Acting { terms: declaration.clone(), number: 1 };
        let mut updates: Vec<(Minute, u32, &Update)> = mine()
            .filter_map(|(number, event)| match event {
                ControlEvent::EmergencyUpdated(update) => Some((from(event), *number, update)),
                _ => None,
            })
            .collect();
        updates.sort_by_key(|(from, number, _)| (*from, *number));
        for (_, number, update) in updates {
            acting.update(number, update);
        }
        Some(acting)
    }

    /// Rule 30: what the customer has to be told at `at`.
    pub(super) fn tell(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        if !ticket.is_live() {
            self.known.clear();
            return;
        }
        let concerned: BTreeMap<String, Acting> =
            ticket.acting.iter().map(|acting| (acting.id().to_owned(), acting.clone())).collect();
        for (id, known) in &self.known {
            if !concerned.contains_key(id) {
                let lift = self.told.iter().find_map(|(number, event)| {
                    let is_over = matches!(event, ControlEvent::EmergencyLifted(_)) && from(event) <= at;
                    (event.emergency() == Some(id) && is_over).then_some(*number)
                });
                let number = lift.unwrap_or(known.number);
                ledger.enter_of_emergency(notice(at, kind::EMERGENCY_LIFTED, known, number, lift.is_none()), id);
            }
        }
        for (id, acting) in &concerned {
            let kind = match self.known.get(id) {
                None => kind::EMERGENCY_ANNOUNCED,
                Some(known) if known.number == acting.number => continue,
                Some(_) => kind::EMERGENCY_UPDATED,
            };
            ledger.enter_of_emergency(notice(at, kind, acting, acting.number, false), id);
        }
        self.known = concerned;
    }
}

impl Acting {
    fn update(&mut self, number: u32, update: &Update) {
        let Update { title, message, when, policies, objectives, effect, expected_end, .. } = update.clone();
        if title.is_some() || message.is_some() || effect.is_some() || expected_end.is_some() {
            self.number = number;
        }
        let terms = &mut self.terms;
        terms.when = when.unwrap_or_else(|| terms.when.clone());
        terms.policies = policies.unwrap_or_else(|| terms.policies.clone());
        terms.objectives = objectives.unwrap_or_else(|| terms.objectives.clone());
        terms.effect = effect.unwrap_or(terms.effect);
        terms.expected_end = expected_end.unwrap_or(terms.expected_end);
    }
}

/// When something told counts from.
fn from(event: &ControlEvent) -> Minute {
    from_instant(match event {
        ControlEvent::EmergencyDeclared(declaration) => declaration.effective_from,
        ControlEvent::EmergencyUpdated(update) => update.effective_from,
        ControlEvent::EmergencyLifted(lift) => lift.effective_from,
        other => panic!("{other:?} does not count from an instant"),
    })
}

fn notice(at: Minute, kind: &str, acting: &Acting, number: u32, is_out_of_scope: bool) -> Entry {
    let terms = &acting.terms;
    let effect = match terms.effect {
        Effect::Extend(by) => format!("extend by {}", written(by)),
        other => other.name().to_owned(),
    };
    let end = terms.expected_end.map(|end| format!(" until {end}")).unwrap_or_default();
    let scope = if is_out_of_scope { " out of scope" } else { "" };
    Entry {
        at,
        objective: String::new(),
        cycle: 0,
        kind: kind.to_owned(),
        part: None,
        policy: String::new(),
        due_at: None,
        says: Some(format!("{} {number} {effect} since {}{end}{scope}", acting.id(), terms.effective_from)),
    }
}

impl Objective {
    /// Emergencies have begun, changed or ended.
    pub(super) fn heed(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) -> Plan {
        self.pause(at, ticket, ledger);
        Plan::of(self)
    }

    /// Rules 9.5, 31 and 32. A cycle that is over but for its ladder is held without a word.
    pub(super) fn pause(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        let is_paused = self.rules.clock.pause.as_ref().is_some_and(|pause| holds(pause, ticket));
        let suspending = self.suspending(ticket).filter(|_| !is_paused);
        for index in 0..self.cycles.len() {
            if self.cycles[index].stop.is_some() {
                continue;
            }
            self.cover(index, at, ticket);
            self.extend(index, at, ticket, ledger);
            let cycle = &mut self.cycles[index];
            if cycle.is_over && cycle.ladder.is_empty() {
                continue;
            }
            let before = std::mem::replace(&mut cycle.suspended_by, suspending.clone());
            match (cycle.held_since, is_paused || suspending.is_some()) {
                (None, true) => {
                    cycle.held_since = Some(at);
                    self.enter_hold(index, at, kind::CLOCK_PAUSED, suspending.as_deref(), ledger);
                }
                (Some(_), false) => {
                    cycle.release(at);
                    self.enter_hold(index, at, kind::CLOCK_RESUMED, before.as_deref(), ledger);
                }
                _ => {}
            }
        }
    }

    /// The emergency that suspends its clocks: of several the one declared first.
    pub(super) fn suspending(&self, ticket: &Ticket) -> Option<String> {
        let suspends = |acting: &&Acting| acting.terms.effect == Effect::Suspend && self.is_concerned(acting);
        ticket.acting.iter().find(suspends).map(|acting| acting.id().to_owned())
    }

    fn is_concerned(&self, acting: &Acting) -> bool {
        acting.concerns(&self.policy, &self.name)
    }

    /// Rule 39: notes which emergencies lie over a cycle that has not breached, for longer than an instant.
    fn cover(&mut self, index: usize, at: Minute, ticket: &Ticket) {
        let acting: Vec<&Acting> = ticket.acting.iter().filter(|acting| self.is_concerned(acting)).collect();
        let ids: Vec<String> = acting.iter().map(|acting| acting.id().to_owned()).collect();
        let cycle = &mut self.cycles[index];
        if cycle.has_breached {
            return;
        }
        cycle.covers.retain(|(id, since)| *since < at || ids.contains(id));
        for id in ids {
            if !cycle.covers.iter().any(|(known, _)| *known == id) {
                cycle.covers.push((id, at));
            }
        }
    }

    /// Rule 32: what runs or is paused, and has not breached, gets what each emergency extends it by.
    fn extend(&mut self, index: usize, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        for acting in &ticket.acting {
            let Effect::Extend(by) = acting.terms.effect else { continue };
            let cycle = &mut self.cycles[index];
            let is_known = cycle.extensions.iter().any(|known| *known == (acting.id().to_owned(), by));
            if !cycle.is_running() || cycle.has_breached || is_known || !acting.concerns(&self.policy, &self.name) {
                continue;
            }
            match cycle.extensions.iter_mut().find(|(id, _)| id == acting.id()) {
                Some((_, known)) => *known = by,
                None => cycle.extensions.push((acting.id().to_owned(), by)),
            }
            let says = format!("{} by {}", acting.id(), written(by));
            self.enter_saying(index, at, kind::CLOCK_EXTENDED, Some(&says), ledger);
        }
    }

    /// Rules 31 and 32: a cycle begins under what holds and extends the clocks of its objective.
    pub(super) fn begin(&mut self, index: usize, at: Minute, ticket: &Ticket) {
        self.cover(index, at, ticket);
        let is_paused = self.rules.clock.pause.as_ref().is_some_and(|pause| holds(pause, ticket));
        let suspending = self.suspending(ticket).filter(|_| !is_paused);
        let extending = ticket.acting.iter().filter(|acting| self.is_concerned(acting));
        let extensions = extending.filter_map(|acting| match acting.terms.effect {
            Effect::Extend(by) => Some((acting.id().to_owned(), by)),
            _ => None,
        });
        let extensions = extensions.collect();
        let cycle = &mut self.cycles[index];
        cycle.held_since = (is_paused || suspending.is_some()).then_some(at);
        (cycle.suspended_by, cycle.extensions) = (suspending, extensions);
    }

    /// Enters that a hold begins or ends, and the emergency that alone is the reason.
    pub(super) fn enter_hold(
        &self,
        index: usize,
        at: Minute,
        kind: &str,
        emergency: Option<&str>,
        ledger: &mut Ledger,
    ) {
        let says = emergency.map(|id| format!("in {id}"));
        self.enter_saying(index, at, kind, says.as_deref(), ledger);
    }
}
