//! Liability: the case that a breach opens, and what is claimed, accepted and paid in it (L21; rules 34, 35).

use std::sync::Arc;

use super::cycle::{cancel, stop};
use super::notes::terms;
use super::remedy::names;
use super::track::Opening;
use super::{Detail, Happening, Moment, OwedFor, Part, Sink, SlaKind, Track};
use crate::money::{Currency, Decimal, Money};
use crate::policy::{Compiled, Liability, OwedKind};
use crate::ticket::{Entry, Kind, PROBABILITY_DECIMALS};
use crate::time::Instant;

/// The most items of a case.
const ITEMS_MAX: usize = 100;

/// What a breach costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    /// The stage of the version whose terms hold: that in force at the breach.
    pub(crate) stage: u16,
    opened_at: Instant,
    /// The emergencies that lay over the promise before it was broken: they may excuse that.
    emergencies: Vec<Arc<str>>,
    items: Vec<Item>,
    /// How it ended; none while it is open.
    end: Option<End>,
}

/// What is claimed by one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The name.
    pub name: String,
    /// What is claimed.
    pub claimed: Money,
    /// What of it is accepted; none before that was decided.
    pub accepted: Option<Money>,
}

/// How a case came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Settled(Money),
    Rejected,
    Waived,
}

/// How far a case has come.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// A promise was broken, and nothing is claimed yet.
    Open,
    /// Something is claimed, and not all of it was assessed.
    Claimed,
    /// All that is claimed was assessed.
    Assessed,
    /// What is owed was paid.
    Settled,
    /// Nothing is paid: the claim was rejected.
    Rejected,
    /// Nothing is paid: something excuses the breach.
    Waived,
}

impl CaseState {
    /// All of them.
    pub const ALL: [CaseState; 6] = [
        CaseState::Open,
        CaseState::Claimed,
        CaseState::Assessed,
        CaseState::Settled,
        CaseState::Rejected,
        CaseState::Waived,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Claimed => "claimed",
            CaseState::Assessed => "assessed",
            CaseState::Settled => "settled",
            CaseState::Rejected => "rejected",
            CaseState::Waived => "waived",
        }
    }

    /// Whether nothing can be claimed in it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, CaseState::Settled | CaseState::Rejected | CaseState::Waived)
    }
}

/// A case as a moment tells it.
#[derive(Debug, Clone, Copy)]
pub struct CaseFacts<'a> {
    /// The version whose terms hold.
    pub policy: &'a Compiled,
    /// The objective that was broken.
    pub objective: &'a str,
    /// Its cycle.
    pub cycle: u32,
    /// How far the case has come.
    pub state: CaseState,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What is claimed, item by item.
    pub items: &'a [Item],
    /// The sum of what is claimed.
    pub claimed: Money,
    /// The sum of what is accepted so far.
    pub accepted: Money,
    /// What has to be paid, once all was assessed: what is accepted, up to the cap.
    pub payable: Option<Money>,
    /// What was paid.
    pub paid: Option<Money>,
    /// Why nothing is paid.
    pub reason: Option<&'a str>,
    /// The emergency that excuses.
    pub emergency: Option<&'a str>,
}

/// Why an event about a case or an investigation comes to nothing: the word for it in an anomaly.
pub(crate) type Unfit = &'static str;

impl Case {
    /// Of a breach, under the terms of the version in force.
    pub(super) fn new(stage: u16, breach: &Moment<'_>) -> Self {
        let emergencies = breach.emergencies().cloned().collect();
        Case { stage, opened_at: breach.at, emergencies, items: Vec::new(), end: None }
    }

    /// How far it has come.
    pub(crate) fn state(&self) -> CaseState {
        match self.end {
            Some(End::Settled(_)) => CaseState::Settled,
            Some(End::Rejected) => CaseState::Rejected,
            Some(End::Waived) => CaseState::Waived,
            None if self.items.is_empty() => CaseState::Open,
            None if self.items.iter().all(|item| item.accepted.is_some()) => CaseState::Assessed,
            None => CaseState::Claimed,
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let names = self.items.iter().map(|item| item.name.capacity()).sum::<usize>();
        let emergencies = self.emergencies.capacity() * size_of::<Arc<str>>();
        size_of::<Case>() + emergencies + self.items.capacity() * size_of::<Item>() + names
    }

    /// Takes what an event says of it, under its terms; the SLA event that this is, or why it comes to nothing.
    fn take(&mut self, event: &Entry<'_>, terms: &Liability) -> Result<SlaKind, Unfit> {
        match (event.kind, self.end) {
            (Kind::ClaimSettled, Some(End::Settled(_))) => Err("settled_again"),
            (_, Some(_)) => Err("case_is_over"),
            (Kind::LossClaimed, None) => self.claim(event, terms),
            (Kind::ClaimAssessed, None) => self.assess(event, terms),
            (Kind::ClaimSettled, None) => self.settle(event, terms),
            (Kind::ClaimWaived, None) => self.waive(event),
            _ if self.items.is_empty() => Err("nothing_claimed"),
            _ => {
                self.end = Some(End::Rejected);
                Ok(SlaKind::CaseRejected)
            }
        }
    }

    /// An item claimed, or claimed anew: what was accepted of it before does not hold any more.
    fn claim(&mut self, event: &Entry<'_>, terms: &Liability) -> Result<SlaKind, Unfit> {
        let claimed = match amount(event, "amount", terms)? {
            Some(amount) => amount,
            None => {
                let share = event.field("probability").map(|text| Decimal::parse(text, PROBABILITY_DECIMALS));
                let revenue = amount(event, "expected_revenue", terms)?;
                let part = revenue.zip(share.and_then(Result::ok)).map(|(revenue, share)| revenue.part(share));
                part.unwrap_or(Money::zero(terms.currency))
            }
        };
        let name = event.field("item").unwrap_or_default();
        if let Some(item) = self.items.iter_mut().find(|item| item.name == name) {
            (item.claimed, item.accepted) = (claimed, None);
        } else if self.items.len() < ITEMS_MAX {
            self.items.push(Item { name: name.to_owned(), claimed, accepted: None });
        } else {
            return Err("too_many_items");
        }
        Ok(SlaKind::CaseClaimed)
    }

    fn assess(&mut self, event: &Entry<'_>, terms: &Liability) -> Result<SlaKind, Unfit> {
        let accepted = amount(event, "amount", terms)?;
        let name = event.field("item").unwrap_or_default();
        let item = self.items.iter_mut().find(|item| item.name == name).ok_or("item_not_claimed")?;
        if accepted.is_some_and(|accepted| accepted > item.claimed) {
            return Err("more_than_claimed");
        }
        item.accepted = accepted;
        Ok(SlaKind::CaseAssessed)
    }

    fn settle(&mut self, event: &Entry<'_>, terms: &Liability) -> Result<SlaKind, Unfit> {
        let paid = amount(event, "amount", terms)?;
        if self.items.is_empty() {
            return Err("nothing_claimed");
        }
        let payable = self.payable(terms).ok_or("not_assessed")?;
        let paid = paid.unwrap_or(payable);
        if paid > payable {
            return Err("more_than_accepted");
        }
        self.end = Some(End::Settled(paid));
        Ok(SlaKind::CaseSettled)
    }

    /// Waived for its reason alone, or because of an emergency, which then has to have lain over the promise.
    fn waive(&mut self, event: &Entry<'_>) -> Result<SlaKind, Unfit> {
        if event.field("emergency").is_some_and(|named| self.emergencies.iter().all(|known| **known != *named)) {
            return Err("not_excused");
        }
        self.end = Some(End::Waived);
        Ok(SlaKind::CaseWaived)
    }

    fn sum(&self, of: impl Fn(&Item) -> Option<Money>, terms: &Liability) -> Money {
        let amounts = self.items.iter().filter_map(of);
        amounts.fold(Money::zero(terms.currency), |sum, amount| sum.plus(amount).unwrap_or(sum))
    }

    /// What has to be paid, once all was assessed.
    fn payable(&self, terms: &Liability) -> Option<Money> {
        let is_assessed = !self.items.is_empty() && self.items.iter().all(|item| item.accepted.is_some());
        let accepted = self.sum(|item| item.accepted, terms);
        is_assessed.then(|| terms.cap.map_or(accepted, |cap| cap.min(accepted)))
    }
}

/// An amount of an event, which has to be in the currency of the case.
fn amount(event: &Entry<'_>, name: &str, terms: &Liability) -> Result<Option<Money>, Unfit> {
    let amount = stated(event, name);
    if amount.is_some_and(|amount| amount.currency() != terms.currency) { Err("other_currency") } else { Ok(amount) }
}

/// An amount that an event states, in its own currency.
fn stated(event: &Entry<'_>, name: &str) -> Option<Money> {
    let currency = event.field("currency").and_then(Currency::from_code)?;
    event.field(name).and_then(|text| Money::parse(text, currency).ok())
}

/// The money that an event is about, for an anomaly.
pub(crate) fn money_of(event: &Entry<'_>) -> Option<Money> {
    stated(event, "amount").or_else(|| stated(event, "expected_revenue"))
}

impl Track {
    /// Takes what an event says of a case of this policy; none where it means no case here (rule 35).
    pub(crate) fn take_claim(
        &mut self,
        event: &Entry<'_>,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> Option<Result<(), Unfit>> {
        let plan = Arc::clone(&self.plan);
        let meant = self.notes.standings.iter().enumerate().filter(|(_, of)| names(event, &plan, (of.slot, of.cycle)));
        let ranked = meant.filter_map(|(position, of)| {
            let case = of.case.as_ref()?;
            Some(((case.end.is_none(), !case.items.is_empty(), case.opened_at, of.slot, of.cycle), position))
        });
        let (_, position) = ranked.max()?;
        let standing = &mut self.notes.standings[position];
        let (breach, case) = ((standing.slot, standing.cycle), standing.case.as_mut()?);
        let terms = terms(&plan, case)?;
        let kind = match case.take(event, terms) {
            Ok(kind) => kind,
            Err(unfit) => return Some(Err(unfit)),
        };
        self.tell(kind, position, event.field("reason"), event.field("emergency"), now, sink);
        let case = self.notes.standings[position].case.as_mut()?;
        if kind == SlaKind::CaseAssessed && case.payable(terms).is_some_and(Money::is_zero) {
            case.end = Some(End::Rejected);
            self.tell(SlaKind::CaseRejected, position, Some("nothing_accepted"), None, now, sink);
        }
        self.follow_case(position, breach, now, sink);
        Some(Ok(()))
    }

    /// Publishes how a case stands.
    fn tell(
        &self,
        kind: SlaKind,
        position: usize,
        reason: Option<&str>,
        emergency: Option<&str>,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) {
        let standing = &self.notes.standings[position];
        let Some(case) = standing.case.as_ref() else { return };
        let Some(terms) = terms(&self.plan, case) else { return };
        let facts = CaseFacts {
            policy: &self.plan.stages[usize::from(case.stage)].policy,
            objective: &self.plan.slots[usize::from(standing.slot)].name,
            cycle: standing.cycle,
            state: case.state(),
            currency: terms.currency,
            items: &case.items,
            claimed: case.sum(|item| Some(item.claimed), terms),
            accepted: case.sum(|item| item.accepted, terms),
            payable: case.payable(terms),
            paid: match case.end {
                Some(End::Settled(paid)) => Some(paid),
                _ => None,
            },
            reason: reason.filter(|_| case.end.is_some()),
            emergency,
        };
        let (part, cause, detail) = (Part::At, now.cause, Detail::Case(facts));
        sink.publish(&Moment { kind, at: now.at, part, cause, clock: None, detail });
    }

    /// The clocks of a case are as it is: one runs while a claim waits to be assessed, one while it waits to be settled.
    fn follow_case(&mut self, position: usize, breach: (u16, u32), now: &Happening<'_>, sink: &mut impl Sink) {
        let Some(state) = self.notes.standings[position].case.as_ref().map(|case| case.state()) else { return };
        let plan = Arc::clone(&self.plan);
        for (kind, wanted) in [(OwedKind::Assessment, CaseState::Claimed), (OwedKind::Settlement, CaseState::Assessed)]
        {
            let Some(slot) = plan.slot_of(kind) else { continue };
            let owed_for = OwedFor::Breach(breach.0, breach.1);
            let running = self.clocks.iter_mut().find(|clock| {
                usize::from(clock.slot) == slot && clock.is_live() && clock.owed_for.as_ref() == Some(&owed_for)
            });
            match running {
                // Something was claimed anew: what was to be paid is to be assessed first.
                Some(clock) if state == CaseState::Claimed && kind == OwedKind::Settlement => {
                    cancel(clock, &plan, "claimed_anew", now, sink);
                }
                Some(clock) if state != wanted => stop(clock, &plan, false, now.at, now.cause, sink),
                None if state == wanted => {
                    let opening = Opening { owed_for: Some(owed_for), ..Opening::default() };
                    let rules = self.rules(&plan, slot);
                    self.open_cycle(&plan, slot, rules, now, opening, sink);
                }
                _ => {}
            }
        }
        self.tidy();
    }
}
