//! The clocks of one ticket under one policy: in what order an event, a version and time act on them (rules 8, 9, 14).
//!
//! What each step does to a single cycle is in `cycle`.

use std::sync::Arc;

use super::notes::{Notes, Noting};
use super::view::{View, is_terminal};
use super::{Cause, Clock, Happening, Investigation, OwedFor, Phase, Sink, cycle};
use crate::control::Plan;
use crate::policy::{CompiledObjective, OnReopen, Policy, Restart, StatusClass};
use crate::ticket::Kind;
use crate::time::Instant;

/// The clocks of a ticket under one policy.
#[derive(Debug, Clone)]
pub(crate) struct Track {
    pub(crate) plan: Arc<Plan>,
    /// The version in force, as a stage of the plan.
    pub(super) stage: u16,
    /// The version that takes over next, if there is one.
    waiting: u16,
    slots: Vec<SlotState>,
    /// The row of the routing table by which the ticket was sent, with the stage of its version.
    pub(super) route: Option<(u16, u16)>,
    /// How the promises stand, for what follows from that.
    pub(crate) notes: Notes,
    pub(crate) investigations: Vec<Investigation>,
    /// Those that may still do something, in the order in which they started.
    pub(crate) clocks: Vec<Clock>,
    /// When a clock or the next version wants attention.
    pub(crate) next: Instant,
}

/// How far an objective has come on the ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct SlotState {
    /// The latest cycle; 0 before the first.
    cycle: u32,
    /// `until` has happened: there will be no more.
    is_over: bool,
    /// The stage whose rules it is recorded by (rule 17).
    rules: u16,
}

/// How a cycle begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// It is stopped at once, by a class that is held.
    pub(super) is_stopping: bool,
    /// What it is owed for, where it is no promise of its own.
    pub(super) owed_for: Option<OwedFor>,
}

impl Track {
    pub(crate) fn new(plan: &Arc<Plan>) -> Self {
        let slots = plan.slots.iter().map(|slot| SlotState { rules: slot.first, ..SlotState::default() }).collect();
        let mut track = Track {
            plan: Arc::clone(plan),
            stage: 0,
            waiting: 1,
            slots,
            route: None,
            notes: Notes::default(),
            investigations: Vec::new(),
            clocks: Vec::new(),
            next: Instant::MAX,
        };
        track.tidy();
        track
    }

    /// Bytes that it takes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let holds =
            self.clocks.iter().map(|clock| clock.holds.capacity() * size_of::<(Instant, Instant)>()).sum::<usize>();
        self.slots.capacity() * size_of::<SlotState>()
            + self.clocks.capacity() * size_of::<Clock>()
            + holds
            + self.notes.heap_bytes()
    }

    /// The version in force.
    pub(crate) fn policy(&self) -> &Policy {
        &self.plan.stages[usize::from(self.stage)].policy.policy
    }

    /// When the next version takes over.
    pub(crate) fn next_stage_at(&self) -> Instant {
        self.plan.stages.get(usize::from(self.waiting)).map_or(Instant::MAX, |stage| stage.from)
    }

    /// Lets the next version take over. A ticket that is closed, cancelled or merged then is not open: it keeps its own.
    pub(crate) fn take_over(&mut self, at: Instant, view: View<'_>, sink: &mut impl Sink) {
        self.waiting += 1;
        if is_terminal(view.class) {
            self.tidy();
            return;
        }
        self.stage = self.waiting - 1;
        for (state, slot) in self.slots.iter_mut().zip(&self.plan.slots) {
            if slot.objective[usize::from(self.stage)].is_some() {
                state.rules = self.stage;
            }
        }
        let happening = Happening {
            at,
            cause: Cause::Policy,
            event: None,
            entered: None,
            is_reopening: false,
            is_change: true,
            view,
        };
        self.apply(&happening, sink);
    }

    /// Applies one happening to every objective in turn.
    pub(crate) fn apply(&mut self, happening: &Happening<'_>, sink: &mut impl Sink) {
        let plan = Arc::clone(&self.plan);
        self.send(&plan, happening, sink);
        let mut notes = std::mem::take(&mut self.notes);
        let noting = &mut Noting { notes: &mut notes, plan: &plan, stage: self.stage, sink };
        for slot in 0..plan.slots.len() {
            let rules = self.rules(&plan, slot);
            if plan.slots[slot].owed.is_some() {
                self.apply_to_owed(&plan, slot, rules, happening, noting);
            } else {
                self.apply_to(&plan, slot, rules, happening, noting);
            }
        }
        self.notes = notes;
        self.open_remedies(&plan, happening, sink);
        if let Some(event) = happening.event.filter(|event| event.kind.is_voice()) {
            self.hear(event, happening, sink);
        }
        if let Some(event) = happening.event.filter(|event| event.kind == Kind::EscalationAcknowledged) {
            self.acknowledge(&plan, event, happening.at);
        }
        self.tidy();
    }

    /// The rules by which an objective is recorded (rule 17).
    pub(super) fn rules<'p>(&self, plan: &'p Plan, slot: usize) -> &'p CompiledObjective {
        plan.rules(slot, self.slots[slot].rules)
    }

    /// Rule 9, in its order, for one objective.
    fn apply_to(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) {
        if now.is_reopening && rules.stop.waits_for_resolved {
            self.reopen(plan, slot, rules, now, sink);
        }
        if now.is_change {
            self.match_targets(plan, slot, now, sink);
        }
        let has_stopped = self.stop(plan, slot, rules, now, sink);
        let has_ended = self.end(plan, slot, rules, now, sink);
        self.pause(plan, slot, rules, now, sink);
        self.start(plan, slot, rules, now, has_stopped && !has_ended, sink);
    }

    /// 9.1: what was resolved runs on, or begins anew.
    fn reopen(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) {
        if self.slots[slot].is_over {
            return;
        }
        let Some(clock) = self.current(slot).filter(|clock| clock.is_resumable) else { return };
        match rules.on_reopen {
            OnReopen::Resume => cycle::reopen(clock, plan, now, sink),
            OnReopen::NewCycle => {
                cycle::settle(clock);
                self.open_cycle(plan, slot, rules, now, Opening::default(), sink);
            }
        }
    }

    /// 9.2: the target that matches now, for the running cycle and for those that were never judged.
    pub(super) fn match_targets(&mut self, plan: &Plan, slot: usize, now: &Happening<'_>, sink: &mut impl Sink) {
        let found = plan.target(slot, self.stage, now.view);
        let mut has_lost = false;
        for clock in self.clocks.iter_mut().filter(|clock| usize::from(clock.slot) == slot) {
            let was = clock.judged.is_some();
            cycle::match_target(clock, plan, found.map(|target| (self.stage, target)), now, sink);
            has_lost |= was && clock.judged.is_none();
        }
        if has_lost {
            self.end_ladders(plan, slot, now.at);
        }
    }

    /// 9.3: whether the running cycle was stopped.
    fn stop(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> bool {
        let by_closed = rules.stop.waits_for_resolved && now.entered == Some(StatusClass::Closed);
        if !by_closed && !now.is(&rules.stop) {
            return false;
        }
        let is_resumable =
            rules.stop.waits_for_resolved && matches!(now.entered, Some(StatusClass::Resolved | StatusClass::Closed));
        self.end_ladders(plan, slot, now.at);
        let Some(clock) = self.current(slot).filter(|clock| clock.is_live()) else { return false };
        cycle::stop(clock, plan, is_resumable, now.at, now.cause, sink);
        true
    }

    /// 9.4: whether the objective was ended, the running cycle cancelled with it.
    fn end(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> bool {
        let reason = if now.is(&rules.until) {
            self.slots[slot].is_over = true;
            "until"
        } else if now.is(&rules.cancel) {
            "cancel"
        } else if now.is_terminal() {
            now.entered.map_or("", StatusClass::name)
        } else {
            return false;
        };
        self.end_ladders(plan, slot, now.at);
        if let Some(clock) = self.current(slot).filter(|clock| clock.is_live()) {
            cycle::cancel(clock, plan, reason, now, sink);
        }
        true
    }

    /// 9.6 and 9.7: the first cycle at its trigger, later ones by restart.
    fn start(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        is_restart: bool,
        sink: &mut impl Sink,
    ) {
        let state = self.slots[slot];
        if state.is_over || is_terminal(now.view.class) {
            return;
        }
        if is_restart && matches!(rules.restart, Restart::OnStop | Restart::OnStopOrDeadline) {
            self.open_cycle(plan, slot, rules, now, Opening::default(), sink);
            return;
        }
        let is_running = self.current(slot).is_some_and(|clock| clock.is_live());
        let may_start = state.cycle == 0 || rules.restart == Restart::OnStart && !is_running;
        if may_start && now.is(&rules.start) {
            if let Some(clock) = self.current(slot) {
                cycle::settle(clock);
            }
            let class = now.view.class;
            let is_held = rules.stop.classes & 1 << class as u8 != 0;
            self.open_cycle(plan, slot, rules, now, Opening { is_stopping: is_held, ..Opening::default() }, sink);
            if let Some(clock) = self.current(slot).filter(|_| is_held) {
                cycle::stop(
                    clock,
                    plan,
                    rules.stop.waits_for_resolved && class == StatusClass::Resolved,
                    now.at,
                    now.cause,
                    sink,
                );
                if matches!(rules.restart, Restart::OnStop | Restart::OnStopOrDeadline) {
                    self.open_cycle(plan, slot, rules, now, Opening::default(), sink);
                }
            }
        }
    }

    /// Starts the objective's next cycle. One that stops as it starts is not paused as well.
    pub(super) fn open_cycle(
        &mut self,
        plan: &Plan,
        slot: usize,
        rules: &CompiledObjective,
        now: &Happening<'_>,
        opening: Opening,
        sink: &mut impl Sink,
    ) {
        self.slots[slot].cycle += 1;
        let mut clock = Clock::new(slot as u16, self.slots[slot].cycle, now.at);
        clock.owed_for = opening.owed_for;
        if !opening.is_stopping {
            clock.begin(plan, rules, now);
        }
        let target = plan.target(slot, self.stage, now.view).map(|target| (self.stage, target));
        cycle::match_target(&mut clock, plan, target, now, sink);
        self.clocks.push(clock);
    }

    /// Fires what has fallen due; nothing was due earlier.
    pub(crate) fn fire(&mut self, at: Instant, view: View<'_>, sink: &mut impl Sink) {
        let plan = Arc::clone(&self.plan);
        let now = Happening {
            at,
            cause: Cause::Time,
            event: None,
            entered: None,
            is_reopening: false,
            is_change: false,
            view,
        };
        let mut notes = std::mem::take(&mut self.notes);
        let noting = &mut Noting { notes: &mut notes, plan: &plan, stage: self.stage, sink };
        for position in 0..self.clocks.len() {
            let clock = &mut self.clocks[position];
            if clock.next <= at && cycle::fire(clock, &plan, at, noting) {
                self.restart_at_breach(&plan, position, &now, noting);
            }
        }
        self.notes = notes;
        self.open_remedies(&plan, &now, sink);
        self.tidy();
    }

    /// Rule 14: the next cycle starts at the breach, and the old one is over but for its ladder.
    fn restart_at_breach(&mut self, plan: &Plan, position: usize, now: &Happening<'_>, sink: &mut impl Sink) {
        let slot = usize::from(self.clocks[position].slot);
        let rules = self.rules(plan, slot);
        if rules.restart != Restart::OnStopOrDeadline {
            return;
        }
        self.clocks[position].end();
        self.open_cycle(plan, slot, rules, now, Opening::default(), sink);
    }

    /// The objective's latest cycle, while it is not over.
    fn current(&mut self, slot: usize) -> Option<&mut Clock> {
        let cycle = self.slots[slot].cycle;
        self.clocks
            .iter_mut()
            .rfind(|clock| usize::from(clock.slot) == slot && clock.cycle == cycle && clock.phase != Phase::Over)
    }

    /// Drops the clocks that can do nothing more, and works out when the rest want attention.
    pub(super) fn tidy(&mut self) {
        self.clocks.retain(|clock| clock.phase != Phase::Over || clock.ladder.is_some());
        let next = self.clocks.iter().map(|clock| clock.next).min().unwrap_or(Instant::MAX);
        self.next = next.min(self.next_stage_at());
    }
}
