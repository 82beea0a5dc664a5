//! How many tickets of a lane are kept in which way, for metrics.

use super::kept::Kept;

/// The counts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Census {
    pub(super) retired: usize,
    pub(super) quarantined: usize,
}

impl Census {
    /// Counts what is kept now.
    pub(super) fn count(&mut self, kept: &Kept) {
        self.retired += usize::from(kept.is_retired());
        self.quarantined += usize::from(kept.is_quarantined());
    }

    /// No longer counts what was kept.
    pub(super) fn forget(&mut self, kept: &Kept) {
        self.retired -= usize::from(kept.is_retired());
        self.quarantined -= usize::from(kept.is_quarantined());
    }
}
