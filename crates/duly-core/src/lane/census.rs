//! How many tickets of a lane are kept in which way, and what is open of their cases, for metrics.

use super::files::Files;
use super::kept::Kept;
use crate::clock::CaseState;

/// The counts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Census {
    pub(super) retired: usize,
    pub(super) quarantined: usize,
    pub(super) files: OpenFiles,
}

/// How many cases and investigations are open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// Cases that are open, claimed and assessed.
    cases: [usize; 3],
    /// Investigations that are open.
    pub investigations: usize,
}

impl OpenFiles {
    /// Cases that are open, claimed and assessed, each with the word for it.
    pub fn cases(&self) -> [(&'static str, usize); 3] {
        let states = [CaseState::Open, CaseState::Claimed, CaseState::Assessed];
        std::array::from_fn(|at| (states[at].name(), self.cases[at]))
    }

    /// These and others.
    #[must_use]
    pub fn plus(self, other: OpenFiles) -> OpenFiles {
        OpenFiles {
            cases: std::array::from_fn(|at| self.cases[at] + other.cases[at]),
            investigations: self.investigations + other.investigations,
        }
    }
}

impl Census {
    /// Counts what is kept now.
    pub(super) fn count(&mut self, kept: &Kept) {
        self.retired += usize::from(kept.is_retired());
        self.quarantined += usize::from(kept.is_quarantined());
        self.change(Files::default(), files(kept));
    }

    /// No longer counts what was kept.
    pub(super) fn forget(&mut self, kept: &Kept) {
        self.retired -= usize::from(kept.is_retired());
        self.quarantined -= usize::from(kept.is_quarantined());
        self.change(files(kept), Files::default());
    }

    /// What is open of a ticket's cases and investigations has become another.
    pub(super) fn change(&mut self, before: Files, after: Files) {
        let open = &mut self.files;
        for ((sum, before), after) in open.cases.iter_mut().zip(before.cases).zip(after.cases) {
            *sum = *sum + usize::from(after) - usize::from(before);
        }
        open.investigations =
            open.investigations + usize::from(after.investigations) - usize::from(before.investigations);
    }
}

fn files(kept: &Kept) -> Files {
    kept.ticket().map(|ticket| ticket.files).unwrap_or_default()
}
