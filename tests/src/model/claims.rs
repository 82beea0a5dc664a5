//! Rules 34 and 35: what a breach costs.

use super::commitment::Commitment;
use super::entry::{Entry, Ledger, kind};
use super::matching::{means, word};
use super::money::{self, part, stated};
use super::objective::Opening;
use super::owed::{Breach, Purpose};
use super::ticket::Fact;
use crate::minute::Minute;

/// The case of a breach.
#[derive(Debug)]
pub(super) struct Case {
    /// The version that was in force at the breach.
    version: usize,
    objective: String,
    cycle: u32,
    opened_at: Minute,
    /// The emergencies that may excuse the breach.
    emergencies: Vec<String>,
    items: Vec<Item>,
    /// What came of it: paid so much, or a word.
    end: Option<End>,
}

#[derive(Debug, Clone)]
struct Item {
    name: String,
    claimed: i128,
    accepted: Option<i128>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Paid(i128),
    Rejected,
    Waived,
}

impl Case {
    fn is_assessed(&self) -> bool {
        !self.items.is_empty() && self.items.iter().all(|item| item.accepted.is_some())
    }

    fn accepted(&self) -> i128 {
        self.items.iter().filter_map(|item| item.accepted).sum()
    }

    fn payable(&self, cap: Option<i128>) -> Option<i128> {
        self.is_assessed().then(|| self.accepted().min(cap.unwrap_or(i128::MAX)))
    }
}

impl Commitment {
    /// Rule 34.
    pub(super) fn open_case(&mut self, breach: &Breach, ledger: &mut Ledger) {
        let Some((version, policy)) = self.in_force() else { return };
        let Some(terms) = &policy.liability else { return };
        if !terms.after.is_empty() && !terms.after.contains(&breach.objective) {
            return;
        }
        let breached = ledger.entries().iter().rfind(|entry| {
            entry.kind == kind::BREACHED && entry.objective == breach.objective && entry.cycle == breach.cycle
        });
        let emergencies = breach.emergencies.clone();
        ledger.enter(Entry {
            at: breach.at,
            objective: breach.objective.clone(),
            cycle: breach.cycle,
            kind: kind::CASE_OPENED.to_owned(),
            part: None,
            policy: self.name().to_owned(),
            due_at: breached.and_then(|entry| entry.due_at),
            says: (!emergencies.is_empty()).then(|| format!("under {}", emergencies.join(" "))),
        });
        self.cases.push(Case {
            version,
            objective: breach.objective.clone(),
            cycle: breach.cycle,
            opened_at: breach.at,
            emergencies,
            items: Vec::new(),
            end: None,
        });
    }

    /// Rule 35: the case that is meant, and what becomes of it; `None` where none is.
    pub(super) fn claim(&mut self, fact: &Fact, ledger: &mut Ledger) -> Option<Result<(), &'static str>> {
        let policy = self.name().to_owned();
        let meant = (0..self.cases.len()).filter(|index| {
            let case = &self.cases[*index];
            means(&fact.event, &policy, &case.objective, case.cycle)
        });
        let index = meant.max_by_key(|index| {
            let case = &self.cases[*index];
            (case.end.is_none(), !case.items.is_empty(), case.opened_at, case.objective.clone(), case.cycle)
        })?;
        let kind = match self.take(index, fact) {
            Ok(kind) => kind,
            Err(word) => return Some(Err(word)),
        };
        self.tell(index, fact, kind, word(&fact.event, "reason"), ledger);
        if kind == kind::CASE_ASSESSED && self.cases[index].payable(self.cap(index)) == Some(0) {
            self.cases[index].end = Some(End::Rejected);
            self.tell(index, fact, kind::CASE_REJECTED, Some("nothing_accepted".to_owned()), ledger);
        }
        self.run_clocks(index, fact, ledger);
        Some(Ok(()))
    }

    fn currency(&self, index: usize) -> String {
        let terms = self.version(self.cases[index].version).liability.as_ref();
        terms.expect("a case has the terms of its version").currency.to_string()
    }

    fn cap(&self, index: usize) -> Option<i128> {
        let terms = self.version(self.cases[index].version).liability.as_ref();
        let cap = terms.expect("a case has the terms of its version").cap?.to_string();
        let (amount, currency) = cap.split_once(' ').expect("an amount and a currency");
        Some(money::fixed(amount, if currency == "JPY" { 0 } else { 2 }))
    }

    /// What the event does to the case: the type of SLA event that it is, or why it is none.
    fn take(&mut self, index: usize, fact: &Fact) -> Result<&'static str, &'static str> {
        let event = &fact.event;
        let (currency, cap) = (self.currency(index), self.cap(index));
        let amount = |field: &str| match stated(event, field) {
            Some((_, other)) if other != currency => Err("other_currency"),
            Some((amount, _)) => Ok(Some(amount)),
            None => Ok(None),
        };
        let case = &mut self.cases[index];
        if let Some(end) = case.end {
            let is_again = matches!(end, End::Paid(_)) && event.name == "claim_settled";
            return Err(if is_again { "settled_again" } else { "case_is_over" });
        }
        let name = word(event, "item").unwrap_or_else(|| "loss".to_owned());
        match event.name.as_str() {
            "loss_claimed" => {
                let claimed = match amount("amount")? {
                    Some(amount) => amount,
                    None => {
                        let share = word(event, "probability").expect("a lost opportunity has a probability");
                        part(amount("expected_revenue")?.expect("a loss has an amount"), &share)
                    }
                };
                if case.items.iter().any(|item| item.name == name) {
                    let renewed = case.items.iter_mut().filter(|item| item.name == name);
                    renewed.for_each(|item| *item = Item { claimed, accepted: None, ..item.clone() });
                } else if case.items.len() == 100 {
                    return Err("too_many_items");
                } else {
                    case.items.push(Item { name, claimed, accepted: None });
                }
                Ok(kind::CASE_CLAIMED)
            }
            "claim_assessed" => {
                let accepted = amount("amount")?;
                let item = case.items.iter_mut().find(|item| item.name == name).ok_or("item_not_claimed")?;
                if accepted > Some(item.claimed) {
                    return Err("more_than_claimed");
                }
                item.accepted = accepted;
                Ok(kind::CASE_ASSESSED)
            }
            "claim_settled" => {
                let paid = amount("amount")?;
                if case.items.is_empty() {
                    return Err("nothing_claimed");
                }
                let payable = case.payable(cap).ok_or("not_assessed")?;
                if paid.is_some_and(|paid| paid > payable) {
                    return Err("more_than_accepted");
                }
                case.end = Some(End::Paid(paid.unwrap_or(payable)));
                Ok(kind::CASE_SETTLED)
            }
            "claim_waived" => {
                if word(event, "emergency").is_some_and(|named| !case.emergencies.contains(&named)) {
                    return Err("not_excused");
                }
                case.end = Some(End::Waived);
                Ok(kind::CASE_WAIVED)
            }
            _ if case.items.is_empty() => Err("nothing_claimed"),
            _ => {
                case.end = Some(End::Rejected);
                Ok(kind::CASE_REJECTED)
            }
        }
    }

    /// Enters how a case stands.
    fn tell(&self, index: usize, fact: &Fact, kind: &str, reason: Option<String>, ledger: &mut Ledger) {
        let (case, currency) = (&self.cases[index], self.currency(index));
        let written = |amount: i128| money::written(amount, &currency);
        let claimed = case.items.iter().map(|item| item.claimed).sum();
        let mut says = format!("claimed {} accepted {}", written(claimed), written(case.accepted()));
        if let Some(payable) = case.payable(self.cap(index)) {
            says += &format!(" payable {}", written(payable));
        }
        match case.end {
            Some(End::Paid(paid)) => says += &format!(" paid {}", written(paid)),
            Some(End::Rejected | End::Waived) => says += &format!(" for {}", reason.unwrap_or_default()),
            None => {}
        }
        for item in &case.items {
            says += &format!(", {} {}", item.name, written(item.claimed));
            if let Some(accepted) = item.accepted {
                says += &format!(" of which {}", written(accepted));
            }
        }
        ledger.enter_at_instant(Entry {
            at: fact.event.at,
            objective: case.objective.clone(),
            cycle: case.cycle,
            kind: kind.to_owned(),
            part: None,
            policy: self.name().to_owned(),
            due_at: None,
            says: Some(says),
        });
    }

    /// Rule 34: one clock runs while a claim is to be assessed, another while it is to be settled.
    fn run_clocks(&mut self, index: usize, fact: &Fact, ledger: &mut Ledger) {
        let case = &self.cases[index];
        let purpose = Purpose::Case(case.objective.clone(), case.cycle);
        let (is_open, is_assessed) = (case.end.is_none(), case.is_assessed());
        let is_claimed = is_open && !case.items.is_empty() && !is_assessed;
        let at = fact.event.at;
        for (name, runs) in [("claim_assessment", is_claimed), ("claim_settlement", is_open && is_assessed)] {
            self.with_clocks(name, |clocks| {
                let is_running = clocks.runs_for(|of| *of == purpose);
                if runs && !is_running {
                    clocks.start_cycle(at, &fact.ticket, Opening::ByCourse(purpose.clone()), ledger);
                } else if is_running && is_claimed && name == "claim_settlement" {
                    clocks.call_off(at, &purpose, ledger);
                } else if is_running && !runs {
                    clocks.finish_all(at, |_, of| *of == purpose, ledger);
                }
            });
        }
    }
}
