//! Emergencies: what was declared, updated, lifted and voided, and what of it is in force when (L16, L17).
//!
//! What is wrong is refused with its reason as it is told; what is here is in order. An emergency lasts from its
//! `effective_from` until it is lifted, whenever that was told; updates are in force from theirs on.

mod check;
mod doubt;
mod mistake;
mod standing;
#[cfg(test)]
mod tests;
mod told;
mod written;

pub use mistake::{Fault, Mistake};
pub use standing::{Message, Standing, State};
pub use told::{Declaration, Duty, Effect, Kind, Lift, Update, Void};

use std::sync::Arc;

use super::ControlEvent;
use crate::policy::{Matcher, Policy};
use crate::time::Instant;

/// One emergency, with all that was told of it.
#[derive(Debug, Clone)]
pub(crate) struct Emergency {
    declaration: Declaration,
    /// What was told after the declaration, which is number 1; the first of these is number 2.
    later: Vec<Telling>,
    is_voided: bool,
    /// What follows from all that: what is so from when to when.
    phases: Vec<Arc<Phase>>,
}

/// Something told of an emergency after its declaration.
#[derive(Debug, Clone)]
struct Telling {
    what: Later,
    is_voided: bool,
}

#[derive(Debug, Clone)]
enum Later {
    Update(Update),
    Lift(Lift),
}

/// What is so of an emergency from one instant to another.
#[derive(Debug)]
pub(crate) struct Phase {
    pub(crate) id: Arc<str>,
    /// What is so, as if it had been declared like this.
    pub(crate) terms: Declaration,
    pub(crate) from: Instant,
    pub(crate) to: Instant,
    /// The number of what customers were told last.
    pub(crate) number: u32,
    /// The number of its lift, where it was lifted.
    pub(crate) lift: Option<u32>,
    pub(crate) scope: Matcher,
}

impl Phase {
    /// Whether it is about the clocks of an objective.
    pub(crate) fn concerns(&self, policy: &str, objective: &str) -> bool {
        let names = |list: &[String], name: &str| list.is_empty() || list.iter().any(|named| named == name);
        names(&self.terms.policies, policy) && names(&self.terms.objectives, objective)
    }
}

/// All emergencies.
#[derive(Debug, Default, Clone)]
pub(crate) struct Register {
    /// In the order in which they were declared.
    emergencies: Vec<Arc<Emergency>>,
    /// Each instant at which anything changes, with what is in force from then on, in the order of declaration.
    pub(crate) changes: Vec<(Instant, Vec<Arc<Phase>>)>,
}

impl Register {
    /// These and what the events of `log` from the position `from` on add.
    pub(super) fn with(&self, log: &[ControlEvent], from: usize) -> Result<Register, Vec<Mistake>> {
        let mut register = self.clone();
        for position in from..log.len() {
            register.take(&log[position], &log[..position])?;
        }
        register.lay_out();
        Ok(register)
    }

    /// Takes in the next event of the log; `before` are those told before it.
    fn take(&mut self, event: &ControlEvent, before: &[ControlEvent]) -> Result<(), Vec<Mistake>> {
        match event {
            ControlEvent::EmergencyDeclared(declaration) => {
                check::declaration(declaration, self, &policies(before))?;
                let (declaration, later, phases) = (declaration.clone(), Vec::new(), Vec::new());
                self.emergencies.push(Arc::new(Emergency { declaration, later, is_voided: false, phases }));
                self.change(self.emergencies.len() - 1, |_| {});
            }
            ControlEvent::EmergencyUpdated(update) => {
                let emergency = check::update(update, self, &policies(before))?;
                self.tell(emergency, Later::Update(update.clone()));
            }
            ControlEvent::EmergencyLifted(lift) => {
                let emergency = check::lift(lift, self)?;
                self.tell(emergency, Later::Lift(lift.clone()));
            }
            ControlEvent::EmergencyVoided(void) => match check::void(void, self)? {
                (emergency, None) => self.change(emergency, |known| known.is_voided = true),
                (emergency, Some(telling)) => self.change(emergency, |known| known.later[telling].is_voided = true),
            },
            ControlEvent::PolicyPublished { .. } | ControlEvent::CalendarPublished { .. } => {}
        }
        Ok(())
    }

    fn tell(&mut self, emergency: usize, what: Later) {
        self.change(emergency, |known| known.later.push(Telling { what, is_voided: false }));
    }

    /// Changes what is known of one emergency, and what follows from that.
    fn change(&mut self, emergency: usize, change: impl FnOnce(&mut Emergency)) {
        let known = Arc::make_mut(&mut self.emergencies[emergency]);
        change(known);
        known.phases = known.work_out().into_iter().map(Arc::new).collect();
    }

    /// Works out what is in force when.
    fn lay_out(&mut self) {
        let phases = || self.emergencies.iter().flat_map(|emergency| &emergency.phases);
        let mut instants: Vec<Instant> = phases().flat_map(|phase| [phase.from, phase.to]).collect();
        instants.retain(|at| *at < Instant::MAX);
        instants.sort_unstable();
        instants.dedup();
        let mut changes: Vec<_> = instants.into_iter().map(|at| (at, Vec::new())).collect();
        for phase in phases() {
            let begin = changes.partition_point(|(at, _)| *at < phase.from);
            for (_, in_force) in changes[begin..].iter_mut().take_while(|(at, _)| *at < phase.to) {
                in_force.push(Arc::clone(phase));
            }
        }
        self.changes = changes;
    }
}

impl Emergency {
    /// What is so from when to when; nothing where it was voided.
    fn work_out(&self) -> Vec<Phase> {
        if self.is_voided {
            return Vec::new();
        }
        let (lift, lifted_at) = self.lift().map(|(number, lift)| (number, lift.effective_from)).unzip();
        let lifted_at = lifted_at.unwrap_or(Instant::MAX);
        let id: Arc<str> = Arc::from(self.declaration.emergency.as_str());
        let first = (self.declaration.effective_from, self.declaration.clone(), 1);
        let (mut phases, mut is): (Vec<Phase>, _) = (Vec::new(), first);
        for (number, update) in self.updates().into_iter().map(Some).chain([None]).map(Option::unzip) {
            let until = update.map_or(lifted_at, |update: &Update| update.effective_from.min(lifted_at));
            let (from, terms, told) = &is;
            if *from < until {
                let (terms, scope) = (terms.clone(), Matcher::new(&terms.when));
                let (id, from, number) = (Arc::clone(&id), *from, *told);
                phases.push(Phase { id, terms, from, to: until, number, lift, scope });
            }
            if let Some((number, update)) = number.zip(update) {
                is = (update.effective_from, is.1.updated(update), if update.is_told() { number } else { is.2 });
            }
        }
        phases
    }

    /// The updates that stand with their numbers, in the order in which they come into force.
    fn updates(&self) -> Vec<(u32, &Update)> {
        let mut updates: Vec<(u32, &Update)> = self
            .standing()
            .filter_map(|(number, later)| match later {
                Later::Update(update) => Some((number, update)),
                Later::Lift(_) => None,
            })
            .collect();
        updates.sort_by_key(|(number, update)| (update.effective_from, *number));
        updates
    }

    /// The lift that stands, with its number.
    fn lift(&self) -> Option<(u32, &Lift)> {
        self.standing().find_map(|(number, later)| match later {
            Later::Lift(lift) => Some((number, lift)),
            Later::Update(_) => None,
        })
    }

    /// What stands of what was told after the declaration, with its numbers.
    fn standing(&self) -> impl Iterator<Item = (u32, &Later)> {
        let numbered = (2..).zip(&self.later).filter(|(_, telling)| !telling.is_voided);
        numbered.map(|(number, telling)| (number, &telling.what))
    }
}

/// The policies that were published.
fn policies(log: &[ControlEvent]) -> Vec<&Policy> {
    log.iter()
        .filter_map(|event| match event {
            ControlEvent::PolicyPublished { policy, .. } => Some(policy),
            _ => None,
        })
        .collect()
}
