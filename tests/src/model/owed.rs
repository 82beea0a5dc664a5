//! Rules 26, 27, 34 and 37: what is owed, be it for a breach, a case or an investigation.

use duly_core::policy::{self, OnReopen, OnRetarget, Restart};

use super::cycle::{Cycle, Stop};
use super::entry::{Ledger, kind};
use super::matching::{Stopping, happens, means};
use super::objective::{Objective, Opening};
use super::ticket::{Fact, Ticket};
use crate::minute::Minute;

/// The rules of an objective or a remedy.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) clock: policy::Objective,
    /// What starts it, where its own trigger does not.
    owed: Option<Owed>,
}

/// What starts a clock that is no promise of its own.
#[derive(Debug, Clone)]
enum Owed {
    /// A breach of one of these objectives; of any where none is named.
    ByBreach(Vec<String>),
    /// What becomes of a case or an investigation.
    ByCourse,
}

impl Rules {
    pub(super) fn of(objective: &policy::Objective) -> Rules {
        Rules { clock: objective.clone(), owed: None }
    }

    /// Rule 26: nothing of the ticket starts, cancels or reopens it.
    pub(super) fn of_remedy(remedy: &policy::Remedy) -> Rules {
        let policy::Remedy { stop, pause, target, remind_at, ladder, .. } = remedy.clone();
        let clock = policy::Objective { stop, pause, ..owed(&target, &remind_at, &ladder) };
        Rules { clock, owed: Some(Owed::ByBreach(remedy.after.clone())) }
    }

    /// Rules 34 and 37: what becomes of a case or an investigation starts and stops it.
    pub(super) fn of_task(task: &policy::Task) -> Rules {
        Rules { clock: owed(&task.target, &task.remind_at, &task.ladder), owed: Some(Owed::ByCourse) }
    }

    /// Whether it is a promise of its own.
    pub(super) fn is_promise(&self) -> bool {
        self.owed.is_none()
    }
}

/// A clock of one target that nothing starts, stops or cancels by itself.
fn owed(target: &policy::Target, remind_at: &[policy::RemindAt], ladder: &[policy::Step]) -> policy::Objective {
    policy::Objective {
        title: policy::Title::new(),
        start: policy::Trigger(Vec::new()),
        stop: policy::Trigger(Vec::new()),
        pause: None,
        cancel: None,
        restart: Restart::Never,
        until: None,
        on_retarget: OnRetarget::FromStart,
        on_reopen: OnReopen::Resume,
        targets: vec![target.clone()],
        remind_at: remind_at.to_vec(),
        ladder: ladder.to_vec(),
    }
}

/// A breach, and the ticket as it was then.
#[derive(Debug, Clone)]
pub(super) struct Breach {
    pub(super) at: Minute,
    ticket: Ticket,
    pub(super) objective: String,
    pub(super) cycle: u32,
    /// The emergencies that lay over the promise before.
    pub(super) emergencies: Vec<String>,
}

/// What a clock of a case or an investigation is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The case of the breach of this cycle of an objective.
    Case(String, u32),
    /// An investigation.
    Investigation,
    /// A corrective action of an investigation, with its owner where one is named.
    Action { name: String, investigation: u32, owner: Option<String> },
}

impl Objective {
    /// Breaches that nothing has followed from yet; those of a remedy have no consequences.
    pub(super) fn new_breaches(&mut self, at: Minute, ticket: &Ticket) -> Vec<Breach> {
        let has_consequences = self.rules.is_promise();
        let new = self.cycles.iter_mut().filter(|cycle| cycle.has_breached && !cycle.is_answered && has_consequences);
        let breach = |cycle: &mut Cycle| {
            cycle.is_answered = true;
            let (objective, cycle, emergencies) = (self.name.clone(), cycle.number, cycle.emergencies(at));
            Breach { at, ticket: ticket.clone(), objective, cycle, emergencies }
        };
        new.map(breach).collect()
    }

    /// Rule 26: a remedy has a cycle for each breach that it follows.
    pub(super) fn owe(&mut self, breach: &Breach, ledger: &mut Ledger) {
        let Some(Owed::ByBreach(after)) = &self.rules.owed else { return };
        if !after.is_empty() && !after.contains(&breach.objective) {
            return;
        }
        let opening = Opening::ByBreach(breach.objective.clone(), breach.cycle);
        self.start_cycle(breach.at, &breach.ticket, opening, ledger);
    }

    /// Rule 27: an event fulfils all that is owed, or what is owed for the breach that it names.
    pub(super) fn fulfil(&mut self, fact: &Fact, ledger: &mut Ledger) {
        if !happens(&self.rules.clock.stop, fact) {
            return;
        }
        for index in 0..self.cycles.len() {
            let cycle = &self.cycles[index];
            let Some((objective, number)) = &cycle.owed_for else { continue };
            if cycle.is_running() && means(&fact.event, &self.policy, objective, *number) {
                self.finish(index, fact.event.at, ledger);
            }
        }
    }

    /// Stops what is owed.
    fn finish(&mut self, index: usize, at: Minute, ledger: &mut Ledger) {
        self.cycles[index].stop(Stop { at, stopping: Stopping::Finally });
        self.cycles[index].ladder.clear();
        self.judge_stop(index, at, ledger);
    }

    /// Stops the cycles that run for such a purpose; how many.
    pub(super) fn finish_all(
        &mut self,
        at: Minute,
        is_meant: impl Fn(&Cycle, &Purpose) -> bool,
        ledger: &mut Ledger,
    ) -> usize {
        let runs = |cycle: &Cycle| cycle.is_running() && cycle.purpose.as_ref().is_some_and(|of| is_meant(cycle, of));
        let running: Vec<usize> = (0..self.cycles.len()).filter(|index| runs(&self.cycles[*index])).collect();
        for index in &running {
            self.finish(*index, at, ledger);
        }
        running.len()
    }

    /// Ends the cycles that run for this purpose without a verdict.
    pub(super) fn call_off(&mut self, at: Minute, purpose: &Purpose, ledger: &mut Ledger) {
        for index in 0..self.cycles.len() {
            if self.cycles[index].is_running() && self.cycles[index].purpose.as_ref() == Some(purpose) {
                self.cycles[index].is_over = true;
                self.cycles[index].held_since = None;
                self.enter(index, at, kind::CLOCK_CANCELLED, ledger);
            }
        }
    }

    /// Whether a cycle runs for this purpose, whoever owns it.
    pub(super) fn runs_for(&self, is_meant: impl Fn(&Purpose) -> bool) -> bool {
        self.cycles.iter().any(|cycle| cycle.is_running() && cycle.purpose.as_ref().is_some_and(&is_meant))
    }
}

impl Cycle {
    /// What it says of itself where it is no promise of its own. It says so while it has a target.
    pub(super) fn says(&self) -> Option<String> {
        if let Some((objective, cycle)) = &self.owed_for {
            return Some(format!("for {objective}/{cycle}"));
        }
        match self.purpose.as_ref()? {
            Purpose::Case(objective, cycle) => Some(format!("for the case {objective}/{cycle}")),
            Purpose::Investigation => None,
            Purpose::Action { name, investigation, owner } => {
                let owner = owner.as_deref().unwrap_or("manager");
                Some(format!("{name} of {investigation} by {owner}"))
            }
        }
    }
}
