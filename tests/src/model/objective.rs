//! Rule 9: one event applied to one objective, in the order of the rule.

use std::collections::BTreeMap;
use std::rc::Rc;

use duly_core::policy::{self, OnReopen, OnRetarget, ROUND_THE_CLOCK, Restart};

use super::calendar::Calendar;
use super::cycle::{Cycle, Stop, Target};
use super::entry::{Entry, Ledger, kind};
use super::matching::{Stopping, happens, holds, is_stopped_at_start, stops, waits_for_resolved};
use super::owed::{Purpose, Rules};
use super::ticket::{Fact, Ticket};
use crate::minute::Minute;

/// The calendars of a policy version, by name.
pub(super) type Calendars = Rc<BTreeMap<String, Rc<Calendar>>>;

/// What opens a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opening {
    /// The objective's `start`.
    ByTrigger,
    /// A restart or a reopening.
    Again,
    /// The breach of this cycle of an objective.
    ByBreach(String, u32),
    /// A case or an investigation; with what the clock then says of itself.
    ByCourse(Purpose),
}

/// One objective on the ticket, with all its cycles.
#[derive(Debug)]
pub(super) struct Objective {
    pub(super) policy: String,
    pub(super) name: String,
    pub(super) rules: Rules,
    calendars: Calendars,
    /// Whether the version in force has it. Where not it has no target (rule 17).
    pub(super) is_in_force: bool,
    pub(super) cycles: Vec<Cycle>,
    /// Whether `until` has happened: nothing starts or runs on any more (rule 9.4).
    has_ended: bool,
    /// How many events it has seen since `received`.
    pub(super) seen: usize,
}

impl Objective {
    /// An objective of which no version in force speaks yet.
    pub(super) fn new(policy: &str, name: &str, rules: &Rules, calendars: &Calendars) -> Self {
        Objective {
            policy: policy.to_owned(),
            name: name.to_owned(),
            rules: rules.clone(),
            calendars: Rc::clone(calendars),
            is_in_force: false,
            cycles: Vec::new(),
            has_ended: false,
            seen: 0,
        }
    }

    /// Puts it under the rules of a version that has it.
    pub(super) fn govern(&mut self, rules: &Rules, calendars: &Calendars) {
        self.rules = rules.clone();
        self.calendars = Rc::clone(calendars);
        self.is_in_force = true;
    }

    /// Rule 9.
    pub(super) fn apply(&mut self, fact: &Fact, ledger: &mut Ledger) {
        let at = fact.event.at;
        self.seen += 1;
        self.acknowledge(fact);
        if !self.rules.is_promise() {
            self.match_targets(at, &fact.ticket, ledger);
            self.fulfil(fact, ledger);
            self.pause(at, &fact.ticket, ledger);
            return;
        }
        self.reopen(fact, ledger);
        self.match_targets(at, &fact.ticket, ledger);
        let has_stopped = self.stop(fact, ledger);
        let has_ended = self.end(fact, ledger);
        self.pause(at, &fact.ticket, ledger);
        // A restart follows the stop, unless the very same event ends what it would start (9.4, 9.7).
        let restarts = matches!(self.rules.clock.restart, Restart::OnStop | Restart::OnStopOrDeadline);
        if has_stopped && restarts && !has_ended {
            self.start_cycle(at, &fact.ticket, Opening::Again, ledger);
        } else {
            self.start(fact, ledger);
        }
    }

    /// Rule 9.1.
    fn reopen(&mut self, fact: &Fact, ledger: &mut Ledger) {
        let at = fact.event.at;
        if !fact.is_reopening() || self.has_ended || !waits_for_resolved(&self.rules.clock.stop) {
            return;
        }
        let Some(cycle) = self.cycles.last_mut() else { return };
        if cycle.stop.is_none_or(|stop| stop.stopping != Stopping::ByResolved) {
            return;
        }
        match self.rules.clock.on_reopen {
            OnReopen::Resume => {
                cycle.stop = None;
                cycle.release(at); // The time between is a hold, with the pause that held at the stop.
                let last = self.cycles.len() - 1;
                self.enter(last, at, kind::CLOCK_RESUMED, ledger);
            }
            OnReopen::NewCycle => self.start_cycle(at, &fact.ticket, Opening::Again, ledger),
        }
    }

    /// Rules 9.2, 12 and 13. Dormant cycles are matched also when they have stopped.
    pub(super) fn match_targets(&mut self, at: Minute, ticket: &Ticket, ledger: &mut Ledger) {
        let matching = self.matching_target(ticket);
        for index in 0..self.cycles.len() {
            let cycle = &mut self.cycles[index];
            if cycle.is_over || (cycle.stop.is_some() && cycle.target.is_some()) {
                continue;
            }
            match (cycle.target.clone(), matching.clone()) {
                (None, None) => {}
                (None, Some(target)) => self.awake(index, at, target, ledger),
                (Some(_), None) => {
                    cycle.target = None;
                    self.enter(index, at, kind::CLOCK_CANCELLED, ledger);
                    self.end_ladders();
                }
                (Some(old), Some(new)) if old.is_same(&new) => cycle.target = Some(new),
                (Some(_), Some(_)) if self.rules.clock.on_retarget == OnRetarget::Keep => {}
                (Some(_), Some(new)) => {
                    self.retarget(index, at, new);
                    self.enter(index, at, kind::CLOCK_RETARGETED, ledger);
                }
            }
        }
    }

    /// The target of the first row that matches.
    fn matching_target(&self, ticket: &Ticket) -> Option<Target> {
        let row = self.rules.clock.targets.iter().find(|row| self.is_in_force && holds(&row.when, ticket))?;
        let calendar =
            |name: &str| Rc::clone(self.calendars.get(name).expect("a target names a calendar that is there"));
        Some(Target {
            within: row.within,
            day_rule: row.day_rule,
            calendar: calendar(&row.calendar),
            round_the_clock: calendar(ROUND_THE_CLOCK),
            remind_at: self.rules.clock.remind_at.clone(),
            ladder: self.rules.clock.ladder.clone(),
        })
    }

    /// Rule 12: `from_change` counts from the change and forgets earlier holds.
    fn retarget(&mut self, index: usize, at: Minute, target: Target) {
        let cycle = &mut self.cycles[index];
        cycle.base = if self.rules.clock.on_retarget == OnRetarget::FromChange { at } else { cycle.start };
        cycle.target = Some(target);
    }

    /// Rule 13: a dormant cycle finds a target, and is judged by it. What runs is judged for a breach with the timers.
    fn awake(&mut self, index: usize, at: Minute, target: Target, ledger: &mut Ledger) {
        self.cycles[index].base = self.cycles[index].start;
        self.cycles[index].target = Some(target);
        if self.cycles[index].is_announced {
            self.enter(index, at, kind::CLOCK_RETARGETED, ledger);
        } else {
            self.cycles[index].is_announced = true;
            self.enter(index, at, kind::CLOCK_STARTED, ledger);
        }
        if self.cycles[index].stop.is_some() {
            self.judge_stop(index, at, ledger);
        } else if self.cycles[index].held_since.is_some() {
            let emergency = self.cycles[index].suspended_by.clone();
            self.enter_hold(index, at, kind::CLOCK_PAUSED, emergency.as_deref(), ledger);
        }
    }

    /// Rule 9.3: whether the event stops the current cycle.
    fn stop(&mut self, fact: &Fact, ledger: &mut Ledger) -> bool {
        let seen = self.seen;
        let Some(cycle) = self.cycles.last_mut().filter(|cycle| cycle.is_running() && cycle.started_by != seen) else {
            return false;
        };
        let Some(stopping) = stops(&self.rules.clock.stop, fact) else { return false };
        let at = fact.event.at;
        cycle.stop(Stop { at, stopping });
        self.judge_stop(self.cycles.len() - 1, at, ledger);
        self.end_ladders();
        true
    }

    /// Rules 11 and 13: a stop at `at` or before, judged at `at`. A stop at the very instant of the judgement is met unless
    /// the breach came before that instant (DESIGN §2: deadlines are judged after the last event of an instant).
    pub(super) fn judge_stop(&mut self, index: usize, at: Minute, ledger: &mut Ledger) {
        let cycle = &mut self.cycles[index];
        let (Some(stop), Some(deadline)) = (cycle.stop, cycle.deadline_of_stop()) else { return };
        if !cycle.has_breached && stop.at > deadline && stop.at < at {
            cycle.has_breached = true;
            self.enter(index, at, kind::BREACHED, ledger);
        }
        let is_late = self.cycles[index].has_breached;
        self.enter(index, at, if is_late { kind::CLOCK_STOPPED_LATE } else { kind::CLOCK_MET }, ledger);
    }

    /// Rule 9.4: `until`, `cancel` and the terminal classes. Whether any of them happened.
    fn end(&mut self, fact: &Fact, ledger: &mut Ledger) -> bool {
        let happens =
            |trigger: &Option<policy::Trigger>| trigger.as_ref().is_some_and(|trigger| happens(trigger, fact));
        let ends_for_good = happens(&self.rules.clock.until);
        self.has_ended |= ends_for_good;
        if !(ends_for_good || happens(&self.rules.clock.cancel) || fact.is_terminal()) {
            return false;
        }
        if self.cycles.last().is_some_and(Cycle::is_running) {
            let last = self.cycles.len() - 1;
            self.cycles[last].is_over = true;
            self.cycles[last].held_since = None;
            self.enter(last, fact.event.at, kind::CLOCK_CANCELLED, ledger);
        }
        self.end_ladders();
        true
    }

    /// Rule 9.6.
    fn start(&mut self, fact: &Fact, ledger: &mut Ledger) {
        if self.has_ended || fact.ticket.is_terminal() || !happens(&self.rules.clock.start, fact) {
            return;
        }
        match self.cycles.last() {
            None => {}
            Some(last) if self.rules.clock.restart == Restart::OnStart && !last.is_running() => {}
            Some(_) => return,
        }
        self.start_cycle(fact.event.at, &fact.ticket, Opening::ByTrigger, ledger);
    }

    /// Starts the next cycle. One that its trigger opens may find itself stopped by a class that is held; one opened by a
    /// restart or a reopening asks for a new entry (rule 9.3).
    pub(super) fn start_cycle(&mut self, at: Minute, ticket: &Ticket, opening: Opening, ledger: &mut Ledger) {
        let index = self.cycles.len();
        self.cycles.push(Cycle::new(index as u32 + 1, at, self.seen));
        let stopping = is_stopped_at_start(&self.rules.clock.stop, ticket).filter(|_| opening == Opening::ByTrigger);
        if let Some(stopping) = stopping {
            self.cycles[index].stop(Stop { at, stopping });
        } else {
            self.begin(index, at, ticket);
        }
        match opening {
            Opening::ByBreach(objective, cycle) => self.cycles[index].owed_for = Some((objective, cycle)),
            Opening::ByCourse(purpose) => self.cycles[index].purpose = Some(purpose),
            Opening::ByTrigger | Opening::Again => {}
        }
        if let Some(target) = self.matching_target(ticket) {
            self.awake(index, at, target, ledger);
        }
        if stopping.is_some() && matches!(self.rules.clock.restart, Restart::OnStop | Restart::OnStopOrDeadline) {
            self.start_cycle(at, ticket, Opening::Again, ledger);
        }
    }

    /// Rule 16: an acknowledgement ends the ladders of its objective, or of one cycle of it.
    fn acknowledge(&mut self, fact: &Fact) {
        let field = |name: &str| fact.event.data.get(name);
        if fact.event.name != "escalation_acknowledged" || field("objective").is_none_or(|name| *name != *self.name) {
            return;
        }
        let cycle = field("cycle").and_then(serde_json::Value::as_u64);
        for acknowledged in
            self.cycles.iter_mut().filter(|known| cycle.is_none_or(|cycle| cycle == u64::from(known.number)))
        {
            acknowledged.ladder.clear();
        }
    }

    /// Rule 16: what ends the current cycle ends the ladders of those before it too.
    pub(super) fn end_ladders(&mut self) {
        self.cycles.iter_mut().for_each(|cycle| cycle.ladder.clear());
    }

    /// Enters an SLA event of a cycle, unless the cycle has no target, or is over and only has its ladder left.
    pub(super) fn enter(&self, index: usize, at: Minute, kind: &str, ledger: &mut Ledger) {
        self.enter_saying(index, at, kind, None, ledger);
    }

    /// The same with what it says beside the rest.
    pub(super) fn enter_saying(&self, index: usize, at: Minute, kind: &str, says: Option<&str>, ledger: &mut Ledger) {
        let cycle = &self.cycles[index];
        let is_end = kind == kind::CLOCK_CANCELLED;
        // A cycle that loses its target has none any more when that is entered; one that is cancelled while dormant goes
        // without a word (rule 13).
        let is_silent =
            if is_end { cycle.is_over && cycle.target.is_none() } else { cycle.is_over || cycle.target.is_none() };
        if is_silent {
            return;
        }
        let due_at = match kind {
            kind::CLOCK_CANCELLED => None,
            kind::CLOCK_MET | kind::CLOCK_STOPPED_LATE | kind::BREACHED if cycle.stop.is_some() => {
                cycle.deadline_of_stop()
            }
            _ => cycle.deadline(),
        };
        let mut entry = self.entry(index, at, kind, None, due_at);
        if let Some(says) = says {
            entry.says = Some([entry.says.as_deref(), Some(says)].into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        match kind {
            kind::CLOCK_STARTED | kind::BREACHED => ledger.enter(entry),
            _ => ledger.enter_at_instant(entry),
        }
    }

    /// An SLA event of a cycle.
    pub(super) fn entry(
        &self,
        index: usize,
        at: Minute,
        kind: &str,
        part: Option<String>,
        due_at: Option<Minute>,
    ) -> Entry {
        Entry {
            at,
            objective: self.name.clone(),
            cycle: self.cycles[index].number,
            kind: kind.to_owned(),
            part,
            policy: self.policy.clone(),
            due_at,
            says: self.cycles[index].says(),
        }
    }
}
