//! What holds clocks and what extends them: the policy's pause, and emergencies (rules 9.5, 31, 32).

use std::sync::Arc;

use super::relief::{concerning, extending, suspending};
use super::{Clock, Happening, Phase, Sink, Track, View, cycle};
use crate::control::Plan;
use crate::policy::CompiledObjective;

/// What holds the clocks of an objective.
#[derive(Clone, Copy)]
struct Holding<'a> {
    /// The condition of its pause does.
    is_paused: bool,
    /// The emergency that alone does.
    emergency: Option<&'a Arc<str>>,
}

impl<'a> Holding<'a> {
    fn of(plan: &Plan, slot: usize, rules: &CompiledObjective, view: View<'a>) -> Self {
        let is_paused = rules.pause.as_ref().is_some_and(|pause| view.matches(pause));
        let (policy, objective) = plan.names(slot);
        let emergency = suspending(view.acting, policy, objective).filter(|_| !is_paused);
        Holding { is_paused, emergency }
    }

    fn is_any(self) -> bool {
        self.is_paused || self.emergency.is_some()
    }
}

impl Track {
    /// Emergencies have begun, changed or ended: clocks are extended, held and released.
    pub(crate) fn heed(&mut self, now: &Happening<'_>, sink: &mut impl Sink) {
        let plan = Arc::clone(&self.plan);
        for slot in 0..plan.slots.len() {
            self.pause(&plan, slot, self.rules(&plan, slot), now, sink);
        }
        self.tidy();
    }

    /// 9.5: holds begin and end as the pause's condition does, and as emergencies do; what is left of a ladder is held alike.
    pub(super) fn pause(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) {
        if !now.is_change {
            return;
        }
        let holding = Holding::of(plan, slot, rules, now.view);
        let (policy, objective) = plan.names(slot);
        let of_slot = self.clocks.iter_mut().filter(|clock| usize::from(clock.slot) == slot);
        for clock in of_slot.filter(|clock| !matches!(clock.phase, Phase::Stopped(_))) {
            if clock.breached_at.is_none() {
                clock.cover(concerning(now.view.acting, policy, objective), now.at);
            }
            for extension in extending(now.view.acting, policy, objective) {
                cycle::extend(clock, plan, extension, now, sink);
            }
            let before = clock.suspend(holding.emergency, now.at);
            match (holding.is_any(), clock.held_since) {
                (true, None) => cycle::hold(clock, plan, now, sink),
                (false, Some(_)) => cycle::release(clock, plan, before.as_ref(), now, sink),
                _ => {}
            }
        }
    }
}

impl Clock {
    /// Begins under what holds and extends the clocks of its objective.
    pub(super) fn begin(&mut self, plan: &Plan, rules: &CompiledObjective, now: &Happening<'_>) {
        let slot = usize::from(self.slot);
        let holding = Holding::of(plan, slot, rules, now.view);
        self.suspend(holding.emergency, now.at);
        self.held_since = holding.is_any().then_some(now.at);
        let (policy, objective) = plan.names(slot);
        self.cover(concerning(now.view.acting, policy, objective), now.at);
        for (emergency, by) in extending(now.view.acting, policy, objective) {
            self.extend(emergency, by);
        }
    }
}
