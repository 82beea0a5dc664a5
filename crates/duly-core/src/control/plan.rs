//! Which versions of a policy a ticket obeys, by the instant of its receipt, and what takes over later (T10, T12).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ControlEvent;
use crate::clock::View;
use crate::policy::{AppliesTo, CompileError, Compiled, CompiledObjective, CompiledTarget, OwedKind, Policy, Reminder};
use crate::time::Instant;

/// The versions of one policy.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// By the receipt from which on they are followed, ascending.
    pub(crate) plans: Vec<Arc<Plan>>,
}

/// What a ticket obeys under one policy, by the instant of its receipt: the version in force, and what takes over later.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) from: Instant,
    pub(crate) stages: Vec<Stage>,
    pub(crate) slots: Vec<Slot>,
    /// Whether anything follows from a breach but its ladder, or from what customers say.
    pub(crate) has_consequences: bool,
}

/// A version and when it takes over.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) from: Instant,
    pub(crate) policy: Arc<Compiled>,
}

/// One objective through all stages of a plan.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: String,
    /// By stage: its position in that version, where it has the objective.
    pub(crate) objective: Vec<Option<u16>>,
    /// The first stage that has it: it is recorded by the rules of that one before (rule 17).
    pub(crate) first: u16,
    /// What starts it where that is no trigger of its own, in all stages that have it.
    pub(crate) owed: Option<OwedKind>,
    /// By stage: the bit of each of its reminders. One figure has one bit through all stages, so that a reminder that has
    /// fired is known for fired whichever versions are without it in between (rule 15).
    reminder_bits: Vec<Vec<u8>>,
}

/// How many reminders of different figures an objective may have, over all versions that take over one ticket.
const REMINDERS_MAX: usize = u64::BITS as usize;

impl Line {
    /// The plan of a ticket received at `received`.
    pub(crate) fn plan(&self, received: Instant) -> Option<&Arc<Plan>> {
        let after = self.plans.partition_point(|plan| plan.from <= received);
        after.checked_sub(1).map(|at| &self.plans[at])
    }
}

/// The lines that follow from all control events, by the policies' names.
pub(super) fn lines(log: &[ControlEvent]) -> Result<Vec<Line>, Vec<CompileError>> {
    let mut names: Vec<&str> = published(log).map(|(policy, _)| policy.policy.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let line = |name: &str| {
        let mut versions: Vec<Stage> = Vec::new();
        for (policy, from) in published(log).filter(|(policy, _)| policy.policy == name) {
            // Of equal ones the later published holds.
            versions.retain(|stage| stage.from != from);
            let policy = Arc::new(with_calendars(policy, log).compile()?);
            versions.push(Stage { from, policy });
        }
        versions.sort_by_key(|stage| stage.from);
        versions.splice(0..0, nothing_before(&versions)?);
        let plans = (0..versions.len()).map(|at| plan(&versions[at..]).map(Arc::new));
        let plans = plans.collect::<Result<_, _>>().map_err(|error| vec![error])?;
        Ok(Line { plans })
    };
    names.into_iter().map(line).collect()
}

/// Before the first version nothing is promised; a version that takes over open tickets finds those received then too.
fn nothing_before(versions: &[Stage]) -> Result<Option<Stage>, Vec<CompileError>> {
    let Some(first) = versions.first().filter(|first| first.from > Instant::MIN) else { return Ok(None) };
    let nothing = Policy {
        objectives: BTreeMap::new(),
        calendars: BTreeMap::new(),
        routing: Vec::new(),
        remedies: BTreeMap::new(),
        feedback: None,
        liability: None,
        words: BTreeMap::new(),
        letter: None,
        notify: Box::default(),
        ..first.policy.policy.clone()
    };
    Ok(Some(Stage { from: Instant::MIN, policy: Arc::new(nothing.compile()?) }))
}

pub(super) fn published(log: &[ControlEvent]) -> impl Iterator<Item = (&Policy, Instant)> {
    log.iter().filter_map(|event| match event {
        ControlEvent::PolicyPublished { policy, effective_from } => {
            Some((policy, effective_from.unwrap_or(policy.effective_from)))
        }
        _ => None,
    })
}

/// `policy` on the calendars published last under the names it uses.
pub(super) fn with_calendars(policy: &Policy, log: &[ControlEvent]) -> Policy {
    let mut policy = policy.clone();
    for event in log {
        if let ControlEvent::CalendarPublished { calendar, policy: only, spec } = event
            && only.as_ref().is_none_or(|only| *only == policy.policy)
            && let Some(known) = policy.calendars.get_mut(calendar)
        {
            known.clone_from(spec);
        }
    }
    policy
}

/// The plan that begins with the first of `versions`, which are in order of taking over.
fn plan(versions: &[Stage]) -> Result<Plan, CompileError> {
    let later = versions[1..].iter().filter(|stage| stage.policy.policy.applies_to == AppliesTo::OpenTickets);
    let stages: Vec<Stage> = versions[..1].iter().chain(later).cloned().collect();
    let mut names: Vec<&str> = stages
        .iter()
        .flat_map(|stage| stage.policy.objectives.iter().map(|objective| objective.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let slots: Vec<Slot> = names.into_iter().map(|name| slot(name, &stages)).collect::<Result<_, _>>()?;
    let has_consequences = slots.iter().any(|slot| slot.owed.is_some());
    Ok(Plan { from: versions[0].from, stages, slots, has_consequences })
}

fn slot(name: &str, stages: &[Stage]) -> Result<Slot, CompileError> {
    let position = |stage: &Stage| stage.policy.objectives.iter().position(|objective| objective.name == name);
    let objective: Vec<Option<u16>> = stages.iter().map(|stage| position(stage).map(|at| at as u16)).collect();
    let first = objective.iter().position(Option::is_some).unwrap_or(0) as u16;
    let kind = |stage: &Stage| Some(stage.policy.objectives[position(stage)?].owed.as_ref().map(|owed| owed.kind));
    let mut kinds = stages.iter().filter_map(kind);
    let owed = kinds.next().unwrap_or_default();
    if kinds.any(|other| other != owed) {
        return Err(CompileError::NameTaken { name: name.to_owned() });
    }
    let of_stage = |stage: &Stage| -> Vec<String> {
        let objective = position(stage).map(|at| &stage.policy.objectives[at]);
        objective.into_iter().flat_map(|objective| &objective.remind_at).map(|known| known.label.clone()).collect()
    };
    let reminder_bits = reminder_bits(stages.iter().map(of_stage))
        .ok_or_else(|| CompileError::TooManyReminders { objective: name.to_owned(), max: REMINDERS_MAX })?;
    Ok(Slot { name: name.to_owned(), first, objective, owed, reminder_bits })
}

/// A bit for each figure, stage by stage; `None` where there are not enough.
fn reminder_bits(stages: impl Iterator<Item = Vec<String>>) -> Option<Vec<Vec<u8>>> {
    let mut figures: Vec<String> = Vec::new();
    let mut bit = |figure: String| {
        let at = figures.iter().position(|known| *known == figure).unwrap_or_else(|| {
            figures.push(figure);
            figures.len() - 1
        });
        (at < REMINDERS_MAX).then_some(at as u8)
    };
    stages.map(|stage| stage.into_iter().map(&mut bit).collect()).collect()
}

impl Plan {
    /// The rules of the objective in `slot` in the version of `stage`, which has it.
    pub(crate) fn rules(&self, slot: usize, stage: u16) -> &CompiledObjective {
        let stage = usize::from(stage);
        let position = self.slots[slot].objective[stage].expect("only stages that have the objective are asked");
        &self.stages[stage].policy.objectives[usize::from(position)]
    }

    /// The names of the policy and of the objective in `slot`.
    pub(crate) fn names(&self, slot: usize) -> (&str, &str) {
        (&self.stages[0].policy.policy.policy, &self.slots[slot].name)
    }

    /// The slot of the clock of that kind, of those of which there is one.
    pub(crate) fn slot_of(&self, kind: OwedKind) -> Option<usize> {
        self.slots.iter().position(|slot| slot.owed == Some(kind))
    }

    /// The reminders of the objective in `slot` in the version of `stage`, each with the bit that stands for it.
    pub(crate) fn reminders(&self, slot: usize, stage: u16) -> impl Iterator<Item = (u64, &Reminder)> {
        let bits = &self.slots[slot].reminder_bits[usize::from(stage)];
        bits.iter().map(|bit| 1 << bit).zip(&self.rules(slot, stage).remind_at)
    }

    /// The row of the objective's table that matches the ticket, if its version has the objective.
    pub(crate) fn target(&self, slot: usize, stage: u16, view: View<'_>) -> Option<u16> {
        let position = self.slots[slot].objective[usize::from(stage)]?;
        let objective = &self.stages[usize::from(stage)].policy.objectives[usize::from(position)];
        objective.targets.iter().position(|target| view.matches(&target.when)).map(|at| at as u16)
    }

    /// The row at a place that [`Plan::target`] has given.
    pub(crate) fn row(&self, slot: usize, (stage, target): (u16, u16)) -> &CompiledTarget {
        &self.rules(slot, stage).targets[usize::from(target)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stages: &[&[&str]], expected: &[&[u8]]) {
        let stages = stages.iter().map(|stage| stage.iter().map(|figure| (*figure).to_owned()).collect());
        let expected: Vec<Vec<u8>> = expected.iter().map(|stage| stage.to_vec()).collect();
        assert_eq!(reminder_bits(stages), Some(expected));
    }

    #[test]
    fn a_figure_has_one_bit_through_all_stages() {
        check(&[], &[]);
        check(&[&["50%", "80%"], &[], &["80%", "10%", "50%"]], &[&[0, 1], &[], &[1, 2, 0]]);
        check(&[&["50%", "50%"]], &[&[0, 0]]);
    }

    #[test]
    fn what_has_no_bit_left_is_refused() {
        let of = |count: usize| (0..count).map(|at| format!("{at}%")).collect::<Vec<String>>();
        let bits = |stages: [Vec<String>; 2]| reminder_bits(stages.into_iter());
        assert!(bits([of(REMINDERS_MAX), of(REMINDERS_MAX)]).is_some());
        assert!(bits([of(1), of(REMINDERS_MAX + 1)]).is_none());
    }
}
