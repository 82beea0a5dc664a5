//! What ends ladders early: an acknowledgement, a stop, the end of an objective (rule 16).

use super::{Track, cycle};
use crate::control::Plan;
use crate::ticket::Entry;
use crate::time::Instant;

impl Track {
    /// An acknowledgement ends the ladders of the objective it names, of one cycle or of all.
    pub(super) fn acknowledge(&mut self, plan: &Plan, event: &Entry<'_>, at: Instant) {
        let (objective, number) = (event.field("objective"), event.field("cycle"));
        for clock in &mut self.clocks {
            let is_named = objective == Some(plan.slots[usize::from(clock.slot)].name.as_str());
            if is_named && number.is_none_or(|number| number.parse() == Ok(clock.cycle)) {
                cycle::end_ladder(clock, plan, at);
            }
        }
    }

    /// Of all cycles of an objective.
    pub(super) fn end_ladders(&mut self, plan: &Plan, slot: usize, at: Instant) {
        for clock in self.clocks.iter_mut().filter(|clock| usize::from(clock.slot) == slot) {
            cycle::end_ladder(clock, plan, at);
        }
    }
}
