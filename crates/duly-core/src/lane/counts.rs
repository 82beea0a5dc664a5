//! How many tickets and clocks stand how, as metrics tell it.

use std::sync::Arc;

use crate::policy::StatusClass;

/// How the tickets and clocks of a lane stand, those in quarantine and those that were retired left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets by status class and category.
    pub tickets: Vec<Tickets>,
    /// Clocks of objectives, by name.
    pub promises: Vec<Clocks>,
    /// Clocks of remedies and tasks, by name.
    pub owed: Vec<Clocks>,
}

/// Tickets of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tickets {
    /// The status class; `None` where none is known yet.
    pub class: Option<StatusClass>,
    /// The category, [`OTHER`](super::OTHER) where there are too many; `None` of tickets without one.
    pub category: Option<Arc<str>>,
    /// How many there are.
    pub count: usize,
}

/// Clocks of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks {
    /// The name of the objective, remedy or task; [`OTHER`](super::OTHER) where there are too many.
    pub name: Arc<str>,
    /// Those that run towards their deadlines.
    pub running: usize,
    /// Those that are paused.
    pub paused: usize,
    /// Those that run on past their deadlines.
    pub overdue: usize,
    /// Those that are past their deadlines, and paused.
    pub paused_overdue: usize,
    /// Those of the running ones that fall due [within](WITHIN) each time.
    pub due: [usize; WITHIN.len()],
}

/// Within how many minutes clocks fall due that are counted, and how that is called.
pub const WITHIN: [(&str, u32); 4] = [("15m", 15), ("1h", 60), ("4h", 240), ("1d", 1_440)];

impl Clocks {
    /// How many stand how, each with the word for it.
    pub fn states(&self) -> [(&'static str, usize); 4] {
        [
            ("running", self.running),
            ("paused", self.paused),
            ("overdue", self.overdue),
            ("paused_overdue", self.paused_overdue),
        ]
    }

    /// Adds others.
    pub fn add(&mut self, others: &Clocks) {
        self.running += others.running;
        self.paused += others.paused;
        self.overdue += others.overdue;
        self.paused_overdue += others.paused_overdue;
        for (sum, count) in self.due.iter_mut().zip(others.due) {
            *sum += count;
        }
    }
}

impl Counts {
    /// These and others; what is of one name in both is there twice.
    #[must_use]
    pub fn plus(mut self, mut others: Counts) -> Counts {
        self.tickets.append(&mut others.tickets);
        self.promises.append(&mut others.promises);
        self.owed.append(&mut others.owed);
        self
    }
}
