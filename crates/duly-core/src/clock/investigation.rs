//! Feedback: what customers say opens investigations, and those end in findings and corrective actions (L19; rules 37, 38).

use std::sync::Arc;

use super::cycle::{end_ladder, stop};
use super::remedy::names;
use super::track::Opening;
use super::{Action, Detail, Happening, Moment, OwedFor, Part, Sink, SlaKind, Stand, Track, Unfit};
use crate::control::Plan;
use crate::money::Decimal;
use crate::policy::{Compiled, Feedback, OwedKind};
use crate::ticket::{Entry, Kind, SCORE_DECIMALS};
use crate::time::Span;

/// How many clocks an opening tells of: those that were started last.
const FACTS_MAX: usize = 50;

/// An investigation, which has its place among those of its policy as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Investigation {
    pub(crate) is_open: bool,
}

/// The opening of an investigation as a moment tells it.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'a> {
    /// The version by which it was opened.
    pub policy: &'a Compiled,
    /// Its number.
    pub number: u32,
    /// The short name of the ticket event that opened it.
    pub by: &'a str,
    /// What that was about, where it says so.
    pub about: Option<&'a str>,
    /// The score given, and the best that there is.
    pub score: Option<(&'a str, &'a str)>,
    /// How the clocks stood that it is about.
    pub clocks: &'a [Fact<'a>],
}

/// How a clock stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    /// The objective's name.
    pub objective: &'a str,
    /// The cycle.
    pub cycle: u32,
    /// How it stood.
    pub stand: Stand,
    /// The open time that it had taken; none where that is not counted any more.
    pub open: Option<Span>,
}

impl Track {
    /// Opens an investigation where the version in force has one follow from what a customer says.
    pub(super) fn hear(&mut self, event: &Entry<'_>, now: &Happening<'_>, sink: &mut impl Sink) {
        let plan = Arc::clone(&self.plan);
        let policy = &plan.stages[usize::from(self.stage)].policy;
        let Some(rules) = policy.policy.feedback.as_deref().filter(|rules| opens(event, rules)) else { return };
        let Some(slot) = plan.slot_of(OwedKind::Investigation) else { return };
        if event.field("policy").is_some_and(|named| named != policy.policy.policy) {
            return;
        }
        self.investigations.push(Investigation { is_open: true });
        let scale = rules.scale.map(|scale| scale.to_string());
        let score = event.field("score").zip(event.field("scale").or(scale.as_deref()));
        let opened = Opened {
            policy,
            number: self.investigations.len() as u32,
            by: event.kind.name(),
            about: event.field("about"),
            score,
            clocks: &self.facts(&plan, event, now),
        };
        publish(SlaKind::InvestigationOpened, Part::None, Detail::Opened(opened), now, sink);
        let opening = Opening { owed_for: Some(OwedFor::Investigation), ..Opening::default() };
        self.open_cycle(&plan, slot, self.rules(&plan, slot), now, opening, sink);
    }

    /// How the clocks stand that the event means, by objective and cycle.
    fn facts<'p>(&self, plan: &'p Plan, event: &Entry<'_>, now: &Happening<'_>) -> Vec<Fact<'p>> {
        let meant = self.notes.standings.iter().rev().filter(|of| names(event, plan, (of.slot, of.cycle)));
        let mut meant: Vec<_> = meant.take(FACTS_MAX).collect();
        meant.sort_by_key(|of| (of.slot, of.cycle));
        let fact = |slot: u16, cycle: u32, stand: Stand| {
            let clock = self.clocks.iter().find(|clock| (clock.slot, clock.cycle) == (slot, cycle) && clock.is_live());
            let open = match stand {
                Stand::Met(open) | Stand::Late(open) => Some(open),
                Stand::Running | Stand::Breached => clock.and_then(|clock| {
                    let judged = clock.judged.as_ref()?;
                    let target = plan.row(usize::from(slot), (judged.stage, judged.target));
                    Some(clock.response(&target.measure, now.at).0)
                }),
                Stand::Cancelled => None,
            };
            Fact { objective: &plan.slots[usize::from(slot)].name, cycle, stand, open }
        };
        meant.into_iter().map(|of| fact(of.slot, of.cycle, of.stand)).collect()
    }

    /// Takes what an event says of an investigation of this policy; none where it means none here (rule 38).
    pub(crate) fn take_investigation(
        &mut self,
        event: &Entry<'_>,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> Option<Result<(), Unfit>> {
        let plan = Arc::clone(&self.plan);
        if event.field("policy").is_some_and(|named| named != plan.stages[0].policy.policy.policy) {
            return None;
        }
        if event.kind == Kind::CorrectiveActionDone {
            return self.finish_action(event, now, sink);
        }
        let named: Option<u32> = event.field("investigation").and_then(|number| number.parse().ok());
        let open = (1..).zip(&self.investigations).filter(|(_, known)| known.is_open).map(|(number, _)| number);
        let meant: Vec<u32> = open.filter(|number| named.is_none_or(|named| named == *number)).collect();
        let last = *meant.last()?;
        if event.kind == Kind::CorrectiveActionSet {
            return Some(self.set_action(event, last, now, sink));
        }
        let policy = &plan.stages[usize::from(self.stage)].policy;
        for number in meant {
            let (kind, cause) = match event.kind {
                Kind::FindingRecorded => (SlaKind::FindingRecorded, event.field("cause")),
                _ => (SlaKind::InvestigationClosed, None),
            };
            publish(kind, Part::At, Detail::Investigation { policy, number, cause }, now, sink);
            if kind == SlaKind::InvestigationClosed {
                self.investigations[number as usize - 1].is_open = false;
                self.stop_owed(OwedKind::Investigation, |clock| clock.cycle == number, now, sink);
            }
        }
        Some(Ok(()))
    }

    /// A corrective action: a clock of its own, of the investigation that is meant.
    fn set_action(
        &mut self,
        event: &Entry<'_>,
        investigation: u32,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), Unfit> {
        let plan = Arc::clone(&self.plan);
        let Some(slot) = plan.slot_of(OwedKind::Action) else { return Ok(()) };
        let name = event.field("action").unwrap_or_default();
        let is_it = |action: &Action| action.name == name && action.investigation == investigation;
        if self.clocks.iter().any(|clock| clock.is_live() && clock.action().is_some_and(is_it)) {
            return Err("action_set_again");
        }
        let owner = event.field("owner").map(str::to_owned);
        let action = Action { name: name.to_owned(), investigation, owner };
        let opening = Opening { owed_for: Some(OwedFor::Action(Box::new(action))), ..Opening::default() };
        self.open_cycle(&plan, slot, self.rules(&plan, slot), now, opening, sink);
        self.tidy();
        Ok(())
    }

    /// A corrective action was done; none where no such one runs.
    fn finish_action(
        &mut self,
        event: &Entry<'_>,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> Option<Result<(), Unfit>> {
        let name = event.field("action")?;
        let named: Option<u32> = event.field("investigation").and_then(|number| number.parse().ok());
        let is_it = |action: &Action| action.name == name && named.is_none_or(|named| named == action.investigation);
        let count = self.stop_owed(OwedKind::Action, |clock| clock.action().is_some_and(is_it), now, sink);
        (count > 0).then_some(Ok(()))
    }

    /// Stops those clocks of a kind that run and are meant; how many.
    fn stop_owed(
        &mut self,
        kind: OwedKind,
        is_meant: impl Fn(&super::Clock) -> bool,
        now: &Happening<'_>,
        sink: &mut impl Sink,
    ) -> usize {
        let plan = Arc::clone(&self.plan);
        let Some(slot) = plan.slot_of(kind) else { return 0 };
        let mut count = 0;
        let of_slot = self.clocks.iter_mut().filter(|clock| usize::from(clock.slot) == slot && clock.is_live());
        for clock in of_slot.filter(|clock| is_meant(clock)) {
            end_ladder(clock, &plan, now.at);
            stop(clock, &plan, false, now.at, now.cause, sink);
            count += 1;
        }
        self.tidy();
        count
    }
}

impl super::Clock {
    /// The corrective action that it is of.
    fn action(&self) -> Option<&Action> {
        match &self.owed_for {
            Some(OwedFor::Action(action)) => Some(action),
            _ => None,
        }
    }
}

/// Whether what a customer says opens an investigation (rule 37): by what it is about, or by a low score that is not about
/// something else.
fn opens(event: &Entry<'_>, rules: &Feedback) -> bool {
    let about = event.field("about");
    if about.is_some_and(|about| rules.about.iter().any(|opening| opening == about)) {
        return true;
    }
    let number = |text: &str| Decimal::parse(text, SCORE_DECIMALS).ok().map(Decimal::units);
    let scale = match event.field("scale") {
        Some(scale) => number(scale),
        None => rules.scale.and_then(|scale| number(&scale.to_string())),
    };
    let score = event.field("score").and_then(number).filter(|_| about.is_none());
    let share = score.zip(scale).zip(rules.score_at_most);
    share.is_some_and(|((score, scale), most)| score * 100 <= i128::from(most) * scale)
}

fn publish(kind: SlaKind, part: Part<'_>, detail: Detail<'_>, now: &Happening<'_>, sink: &mut impl Sink) {
    sink.publish(&Moment { kind, at: now.at, part, cause: now.cause, clock: None, detail });
}
