//! What may happen by a policy, for metrics that are there before it does.

use super::{Compiled, Step};

/// A clock that a policy may start, as metrics foresee it.
#[derive(Debug, Clone, Copy)]
pub struct Foreseen<'p> {
    /// The name of the objective, remedy or task.
    pub name: &'p str,
    /// It is a promise of its own: an objective.
    pub is_promise: bool,
    ladder: &'p [Step],
}

impl<'p> Foreseen<'p> {
    /// The steps of its ladder, each with whether it is the last.
    pub fn steps(&self) -> impl Iterator<Item = (&'p str, bool)> {
        let count = self.ladder.len();
        self.ladder.iter().enumerate().map(move |(at, step)| (step.step.as_str(), at + 1 == count))
    }
}

impl Compiled {
    /// The clocks that it may start, by name.
    pub fn clocks(&self) -> impl Iterator<Item = Foreseen<'_>> {
        self.objectives.iter().map(|objective| Foreseen {
            name: &objective.name,
            is_promise: objective.owed.is_none(),
            ladder: &objective.ladder,
        })
    }
}
