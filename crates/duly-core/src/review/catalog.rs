//! The promises that a review meets: objectives and rows of their tables, each with a number.
//!
//! Rows of different versions that promise the same to the same tickets are one row.

use crate::clock::ClockFacts;
use crate::policy::{Condition, Policy};

/// The numbers given so far, in the order in which promises were met with.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) objectives: Vec<Objective>,
    pub(super) rows: Vec<Row>,
    known: Vec<Known>,
}

/// An objective of a policy, through all its versions.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Objective {
    pub(super) policy: String,
    pub(super) name: String,
    /// What is owed after a breach: no promise of its own.
    pub(super) is_remedy: bool,
}

/// A row of an objective's table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) objective: u32,
    pub(super) when: Condition,
    pub(super) within: String,
    pub(super) calendar: String,
}

/// A row of one version, and its number.
#[derive(Debug)]
struct Known {
    version: String,
    objective: String,
    position: usize,
    row: u32,
}

impl Catalog {
    /// The number of the clock's objective.
    pub(super) fn objective(&mut self, clock: &ClockFacts<'_>) -> u32 {
        let policy = &clock.policy.policy.policy;
        let known = self.objectives.iter().position(|known| known.name == clock.objective && known.policy == *policy);
        known.unwrap_or_else(|| {
            self.objectives.push(Objective {
                policy: policy.clone(),
                name: clock.objective.to_owned(),
                is_remedy: clock.owed.is_some(),
            });
            self.objectives.len() - 1
        }) as u32
    }

    /// Whether the objective of that number is a remedy.
    pub(super) fn is_remedy(&self, objective: u32) -> bool {
        self.objectives[objective as usize].is_remedy
    }

    /// The number of the row that is in force on the clock.
    pub(super) fn row(&mut self, clock: &ClockFacts<'_>) -> u32 {
        let compiled = clock.policy.objectives.iter().find(|objective| objective.name == clock.objective);
        let targets = compiled.map_or(&[][..], |objective| &objective.targets);
        let position = targets.iter().position(|target| std::ptr::eq(target, clock.target)).unwrap_or(usize::MAX);
        let is_it = |known: &&Known| {
            known.position == position && known.objective == clock.objective && known.version == clock.policy.version
        };
        if let Some(known) = self.known.iter().find(is_it) {
            return known.row;
        }
        let row = self.new_row(clock, position);
        self.known.push(Known {
            version: clock.policy.version.clone(),
            objective: clock.objective.to_owned(),
            position,
            row,
        });
        row
    }

    fn new_row(&mut self, clock: &ClockFacts<'_>, position: usize) -> u32 {
        let row = Row {
            objective: self.objective(clock),
            when: condition(&clock.policy.policy, clock.objective, position),
            within: clock.target.within_label.clone(),
            calendar: clock.target.calendar_name.clone(),
        };
        let known = self.rows.iter().position(|known| *known == row);
        known.unwrap_or_else(|| {
            self.rows.push(row);
            self.rows.len() - 1
        }) as u32
    }
}

fn condition(policy: &Policy, objective: &str, position: usize) -> Condition {
    let targets = policy.objectives.get(objective).map_or(&[][..], |objective| &objective.targets);
    targets.get(position).map(|target| target.when.clone()).unwrap_or_default()
}
