//! Remedies: clocks that a breach starts, and that run on whatever becomes of the ticket (L22; rules 26, 27).

use super::cycle::{end_ladder, stop};
use super::track::Opening;
use super::{Clock, Happening, OwedFor, Sink, Standing, Track};
use crate::control::Plan;
use crate::policy::CompiledObjective;
use crate::ticket::Entry;

impl Track {
    /// Whether the version in force has remedies, and of these breaches an event names none that ever was.
    pub(crate) fn lacks_breach(&self, event: &Entry<'_>) -> Option<bool> {
        let policy = &self.plan.stages[usize::from(self.stage)].policy.policy;
        let breaches = self.notes.standings.iter().filter(|of| of.has_breached);
        let is_named = |of: &Standing| names(event, &self.plan, (of.slot, of.cycle));
        (!policy.remedies.is_empty()).then(|| !breaches.into_iter().any(is_named))
    }

    /// Opens a cycle of every remedy that follows from one of the breaches that are new, in the order of objectives and
    /// cycles.
    pub(super) fn open_remedies(&mut self, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
        let mut breaches = std::mem::take(&mut self.notes.breaches);
        breaches.sort_unstable();
        for (slot, cycle) in breaches {
            let objective = &plan.slots[usize::from(slot)].name;
            for remedy in (0..plan.slots.len()).filter(|slot| plan.slots[*slot].owed.is_some()) {
                let rules = self.rules(plan, remedy);
                if rules.owed.as_ref().is_some_and(|owed| owed.remedies(objective)) {
                    let opening = Opening { owed_for: Some(OwedFor::Breach(slot, cycle)), ..Opening::default() };
                    self.open_cycle(plan, remedy, rules, now, opening, sink);
                }
            }
        }
    }

    /// Rule 9 for what is owed: targets, fulfilment and pauses, and nothing else. An event fulfils all that is owed at the time,
    /// or what is owed for the breach that it names.
    pub(super) fn apply_to_owed(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) {
        if now.is_change {
            self.match_targets(plan, slot, now, sink);
        }
        if let Some(event) = now.event.filter(|_| now.is(&rules.stop)) {
            let of_slot = self.clocks.iter_mut().filter(|clock| usize::from(clock.slot) == slot && clock.is_live());
            let breach = |clock: &Clock| clock.owed_for.as_ref().and_then(OwedFor::breach);
            for clock in of_slot.filter(|clock| breach(clock).is_some_and(|breach| names(event, plan, breach))) {
                end_ladder(clock, plan, now.at);
                stop(clock, plan, false, now.at, now.cause, sink);
            }
        }
        self.pause(plan, slot, rules, now, sink);
    }
}

/// Whether an event that names an objective, a cycle or a policy means this one; one that names nothing means any.
pub(super) fn names(event: &Entry<'_>, plan: &Plan, (slot, cycle): (u16, u32)) -> bool {
    let is = |field: &str, value: &str| event.field(field).is_none_or(|named| named == value);
    is("policy", &plan.stages[0].policy.policy.policy)
        && is("objective", &plan.slots[usize::from(slot)].name)
        && is("cycle", &cycle.to_string())
}
