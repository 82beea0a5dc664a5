//! Rules 37 and 38: what customers say, and what is made of it. Of rule 27, which breaches are known.

use std::collections::BTreeMap;

use duly_core::policy::Feedback;

use super::commitment::Commitment;
use super::cycle::Cycle;
use super::entry::{Entry, Ledger, kind};
use super::matching::{means, says, word};
use super::money::fixed;
use super::objective::Opening;
use super::owed::Purpose;
use super::ticket::Fact;
use crate::event::Event;
use crate::minute::Minute;

impl Commitment {
    /// Rule 27: whether a breach is known that the event means; `None` where it names none, or no remedy is in force.
    pub(super) fn knows_breach(&self, event: &Event) -> Option<bool> {
        if word(event, "objective").is_none() && word(event, "cycle").is_none() {
            return None;
        }
        let (_, policy) = self.in_force()?;
        let is_meant = |name: &str, cycle: &Cycle| cycle.has_breached && means(event, self.name(), name, cycle.number);
        let is_known =
            self.promises().any(|(name, objective)| objective.cycles.iter().any(|cycle| is_meant(name, cycle)));
        (!policy.remedies.is_empty()).then_some(is_known)
    }

    /// Rule 37.
    pub(super) fn hear(&mut self, fact: &Fact, ledger: &mut Ledger) {
        let event = &fact.event;
        let Some((_, policy)) = self.in_force() else { return };
        let Some(rules) = &policy.feedback else { return };
        let is_voice = matches!(event.name.as_str(), "feedback_given" | "complaint_filed");
        if !is_voice || !says(event, "policy", self.name()) || !opens(event, rules) {
            return;
        }
        let scale = word(event, "scale").or_else(|| rules.scale.map(|scale| scale.to_string()));
        self.investigations.push(true);
        let number = self.investigations.len() as u32;
        let mut told = format!("by {}", event.name);
        if let Some(about) = about(event) {
            told += &format!(" about {about}");
        }
        if let (Some(score), Some(scale)) = (word(event, "score"), scale) {
            told += &format!(" {score} of {scale}");
        }
        for (objective, cycle, standing, open) in self.standings(event, ledger) {
            told += &format!(", {objective}/{cycle} {standing}");
            if let Some(open) = open {
                told += &format!(" {open}");
            }
        }
        ledger.enter(self.about_investigation(number, event.at, kind::INVESTIGATION_OPENED, Some(told)));
        self.with_clocks("investigation", |clocks| {
            clocks.start_cycle(event.at, &fact.ticket, Opening::ByCourse(Purpose::Investigation), ledger);
        });
    }

    /// How the clocks stand that an event means: from the ledger what became of each, from the clock its open time.
    fn standings(&self, event: &Event, ledger: &Ledger) -> Vec<(String, u32, &'static str, Option<Minute>)> {
        let promises: BTreeMap<_, _> = self.promises().collect();
        let mut order: Vec<(String, u32)> = Vec::new();
        let mut known: BTreeMap<(String, u32), (bool, &str)> = BTreeMap::new();
        let of_promises = ledger.entries().iter().filter(|entry| promises.contains_key(&entry.objective));
        for entry in of_promises.filter(|entry| entry.policy == self.name()) {
            let clock = (entry.objective.clone(), entry.cycle);
            if entry.kind == kind::CLOCK_STARTED {
                order.push(clock.clone());
            }
            let (has_breached, standing) = known.entry(clock).or_insert((false, "running"));
            *has_breached |= entry.kind == kind::BREACHED;
            let runs = if *has_breached { "breached" } else { "running" };
            *standing = match entry.kind.as_str() {
                kind::CLOCK_MET => "met",
                kind::CLOCK_STOPPED_LATE => "late",
                kind::CLOCK_CANCELLED if !*has_breached => "cancelled",
                kind::CLOCK_STARTED
                | kind::CLOCK_PAUSED
                | kind::CLOCK_RESUMED
                | kind::CLOCK_RETARGETED
                | kind::BREACHED => runs,
                _ => *standing,
            };
        }
        order.retain(|(objective, cycle)| means(event, self.name(), objective, *cycle));
        let mut last: Vec<_> = order.into_iter().rev().take(50).collect();
        last.sort();
        let told = last.into_iter().map(|(objective, cycle)| {
            let (_, standing) = known[&(objective.clone(), cycle)];
            let open = promises[&objective].cycles[cycle as usize - 1].open_time(event.at);
            (objective, cycle, standing, open.filter(|_| standing != "cancelled"))
        });
        told.collect()
    }

    /// Rule 38; `None` where no investigation or action is meant.
    pub(super) fn investigate(&mut self, fact: &Fact, ledger: &mut Ledger) -> Option<Result<(), &'static str>> {
        let event = &fact.event;
        if !says(event, "policy", self.name()) {
            return None;
        }
        if event.name == "corrective_action_done" {
            return self.finish_action(event, ledger);
        }
        let meant = (1..).zip(&self.investigations).filter(|(_, is_open)| **is_open).map(|(number, _)| number);
        let meant: Vec<u32> = meant.filter(|number: &u32| says(event, "investigation", &number.to_string())).collect();
        let last = *meant.last()?;
        match event.name.as_str() {
            "corrective_action_set" => return Some(self.set_action(last, fact, ledger)),
            "finding_recorded" => {
                for number in meant {
                    let found = word(event, "cause").map(|cause| format!("found {cause}"));
                    ledger.enter_at_instant(self.about_investigation(number, event.at, kind::FINDING_RECORDED, found));
                }
            }
            _ => {
                for number in meant {
                    self.investigations[number as usize - 1] = false;
                    let closed = self.about_investigation(number, event.at, kind::INVESTIGATION_CLOSED, None);
                    ledger.enter_at_instant(closed);
                    let is_it = |cycle: &Cycle, _: &Purpose| cycle.number == number;
                    self.with_clocks("investigation", |clocks| clocks.finish_all(event.at, is_it, ledger));
                }
            }
        }
        Some(Ok(()))
    }

    fn set_action(&mut self, investigation: u32, fact: &Fact, ledger: &mut Ledger) -> Result<(), &'static str> {
        let name = word(&fact.event, "action").unwrap_or_default();
        let owner = word(&fact.event, "owner");
        let is_it = |of: &Purpose| {
            matches!(of, Purpose::Action { name: known, investigation: number, .. }
                if *known == name && *number == investigation)
        };
        let set = self.with_clocks("corrective_action", |clocks| {
            if clocks.runs_for(is_it) {
                return Err("action_set_again");
            }
            let purpose = Purpose::Action { name: name.clone(), investigation, owner };
            clocks.start_cycle(fact.event.at, &fact.ticket, Opening::ByCourse(purpose), ledger);
            Ok(())
        });
        set.unwrap_or(Ok(()))
    }

    fn finish_action(&mut self, event: &Event, ledger: &mut Ledger) -> Option<Result<(), &'static str>> {
        let is_it = |_: &Cycle, of: &Purpose| match of {
            Purpose::Action { name, investigation, .. } => {
                says(event, "action", name) && says(event, "investigation", &investigation.to_string())
            }
            _ => false,
        };
        let count = self.with_clocks("corrective_action", |clocks| clocks.finish_all(event.at, is_it, ledger));
        count.filter(|count| *count > 0).map(|_| Ok(()))
    }

    fn about_investigation(&self, number: u32, at: Minute, kind: &str, says: Option<String>) -> Entry {
        Entry {
            at,
            objective: "investigation".to_owned(),
            cycle: number,
            kind: kind.to_owned(),
            part: None,
            policy: self.name().to_owned(),
            due_at: None,
            says,
        }
    }
}

/// What it is about; a complaint that says nothing is about something other.
fn about(event: &Event) -> Option<String> {
    word(event, "about").or_else(|| (event.name == "complaint_filed").then(|| "other".to_owned()))
}

/// Rule 37: whether it opens an investigation.
fn opens(event: &Event, rules: &Feedback) -> bool {
    match about(event) {
        Some(about) => rules.about.contains(&about),
        None => {
            let scale = word(event, "scale").or_else(|| rules.scale.map(|scale| scale.to_string()));
            let (Some(score), Some(scale), Some(most)) = (word(event, "score"), scale, rules.score_at_most) else {
                return false;
            };
            100 * fixed(&score, 3) <= i128::from(most) * fixed(&scale, 3)
        }
    }
}
