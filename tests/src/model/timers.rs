//! Rules 11 and 14 to 16: what falls due at an instant, after its events.

use duly_core::policy::Restart;

use super::cycle::figure;
use super::entry::{Ledger, kind};
use super::ladder::Rung;
use super::objective::{Objective, Opening};
use super::ticket::Ticket;
use crate::minute::Minute;

/// What is due when, as things stand: worked out again whenever anything has changed.
#[derive(Debug, Default)]
pub(super) struct Plan(Vec<CyclePlan>);

/// The plan of one cycle.
#[derive(Debug)]
struct CyclePlan {
    index: usize,
    /// When it breaches, unless that is impossible or done, with the reminders on the way.
    deadline: Option<Minute>,
    reminders: Vec<(Minute, String)>,
    /// When each rung of its ladder fires next.
    rungs: Vec<Minute>,
}

impl CyclePlan {
    fn of(objective: &Objective, index: usize) -> Self {
        let cycle = &objective.cycles[index];
        let deadline = cycle.deadline().filter(|_| cycle.is_running() && !cycle.has_breached);
        let deadline = deadline.filter(|deadline| !cycle.stands_still(*deadline));
        let mut reminders = Vec::new();
        if let Some(target) = cycle.target.as_ref().filter(|_| deadline.is_some() && cycle.held_since.is_none()) {
            let left = target.remind_at.iter().filter(|remind_at| !cycle.reminded.contains(&figure(remind_at)));
            reminders.extend(left.filter_map(|remind_at| Some((cycle.reminder(remind_at)?, figure(remind_at)))));
        }
        let due = |rung: &Rung| {
            let due = rung.due(&cycle.holds);
            if rung.stands_still(due, cycle.held_since) { Minute::MAX } else { due }
        };
        CyclePlan { index, deadline, reminders, rungs: cycle.ladder.iter().map(due).collect() }
    }

    /// Whether nothing will come of it.
    fn is_empty(&self) -> bool {
        self.deadline.is_none() && self.rungs.is_empty()
    }
}

impl Plan {
    /// The plan for all cycles of an objective.
    pub(super) fn of(objective: &Objective) -> Self {
        let plans = (0..objective.cycles.len()).map(|index| CyclePlan::of(objective, index));
        Plan(plans.filter(|plan| !plan.is_empty()).collect())
    }

    /// Whether anything of it is due at `at`.
    pub(super) fn is_due(&self, at: Minute) -> bool {
        self.0.iter().any(|plan| {
            plan.deadline.is_some_and(|deadline| deadline <= at)
                || plan.reminders.iter().any(|(due, _)| *due <= at)
                || plan.rungs.iter().any(|due| *due <= at)
        })
    }
}

impl Objective {
    /// Everything that is due at `at`, cycle by cycle; a cycle that a breach starts comes into its turn at the end.
    pub(super) fn fire(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        let mut index = 0;
        while index < self.cycles.len() {
            let plan = CyclePlan::of(self, index);
            if let Some(deadline) = plan.deadline {
                self.remind(&plan, at, deadline, ledger);
                if deadline <= at {
                    self.breach(index, at, ticket, ledger);
                }
            }
            self.escalate(index, at, ledger);
            index += 1;
        }
    }

    /// Rule 15: at the deadline itself a reminder still fires, after it no more.
    fn remind(&mut self, plan: &CyclePlan, at: Minute, deadline: Minute, ledger: &mut Ledger) {
        for (_, figure) in plan.reminders.iter().filter(|(due, _)| *due <= at && at <= deadline) {
            self.cycles[plan.index].reminded.insert(figure.clone());
            ledger.enter(self.entry(plan.index, at, kind::REMINDER_DUE, Some(figure.clone()), Some(deadline)));
        }
    }

    /// Rules 11 and 14.
    fn breach(&mut self, index: usize, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        self.cycles[index].has_breached = true;
        self.enter(index, at, kind::BREACHED, ledger);
        let target = self.cycles[index].target.clone().expect("only a cycle with a target breaches");
        self.cycles[index].ladder = target.ladder.iter().map(|step| Rung::new(step, &target, at)).collect();
        if self.rules.clock.restart == Restart::OnStopOrDeadline {
            self.cycles[index].is_over = true;
            self.start_cycle(at, ticket, Opening::Again, ledger);
        }
    }

    /// Rule 16.
    fn escalate(&mut self, index: usize, at: Minute, ledger: &mut Ledger) {
        let mut rung = 0;
        while rung < self.cycles[index].ladder.len() {
            let deadline = self.cycles[index].deadline();
            let cycle = &mut self.cycles[index];
            let due = cycle.ladder[rung].due(&cycle.holds);
            if due > at || cycle.ladder[rung].stands_still(due, cycle.held_since) {
                rung += 1;
                continue;
            }
            let part = cycle.ladder[rung].fire(at);
            if cycle.ladder[rung].is_done() {
                cycle.ladder.remove(rung);
            }
            ledger.enter(self.entry(index, at, kind::ESCALATED, Some(part), deadline));
        }
    }
}
