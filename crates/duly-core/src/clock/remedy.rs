//! Remedies: clocks that a breach starts, and that run on whatever becomes of the ticket (L22; rules 26, 27).

use super::cycle::{end_ladder, stop};
use super::track::Opening;
use super::{Happening, Sink, Track};
use crate::control::Plan;
use crate::policy::CompiledObjective;
use crate::ticket::Entry;

impl Track {
    /// Opens a cycle of every remedy that follows from one of the breaches that are new, in the order of objectives and
    /// cycles.
    pub(super) fn open_remedies(&mut self, plan: &Plan, now: &Happening<'_>, sink: &mut impl Sink) {
        self.breaches.sort_unstable();
        for (slot, cycle) in std::mem::take(&mut self.breaches) {
            let objective = &plan.slots[usize::from(slot)];
            if objective.is_remedy {
                continue;
            }
            for remedy in (0..plan.slots.len()).filter(|slot| plan.slots[*slot].is_remedy) {
                let rules = self.rules(plan, remedy);
                if rules.remedy.as_ref().is_some_and(|owed| owed.follows(&objective.name)) {
                    let opening = Opening { owed_for: Some((slot, cycle)), ..Opening::default() };
                    self.open_cycle(plan, remedy, rules, now, opening, sink);
                }
            }
        }
    }

    /// Rule 9 for a remedy: targets, fulfilment and pauses, and nothing else. An event fulfils all that is owed at the time,
    /// or what is owed for the breach that it names.
    pub(super) fn apply_to_remedy(
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
            for clock in of_slot.filter(|clock| clock.owed_for.is_some_and(|breach| names(event, plan, breach))) {
                end_ladder(clock, plan, now.at);
                stop(clock, plan, false, now.at, now.cause, sink);
            }
        }
        self.pause(plan, slot, rules, now, sink);
    }
}

/// Whether an event that names an objective, a cycle or a policy means this breach; one that names nothing means any.
fn names(event: &Entry<'_>, plan: &Plan, (slot, cycle): (u16, u32)) -> bool {
    let is = |field: &str, value: &str| event.field(field).is_none_or(|named| named == value);
    is("policy", &plan.stages[0].policy.policy.policy)
        && is("objective", &plan.slots[usize::from(slot)].name)
        && is("cycle", &cycle.to_string())
}
