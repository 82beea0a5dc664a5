//! Liability cases and investigations, of some lanes (L19, L21).

use duly_core::dossier::{CaseFile, InvestigationFile};
use duly_core::lane::{Asked, FileRank, Lane};
use duly_core::time::Instant;

use super::listed::{Listed, Ranked};

/// Cases, what was opened last before the rest.
pub type Cases = Listed<CaseFile>;

/// Investigations, likewise.
pub type Investigations = Listed<InvestigationFile>;

impl Ranked for CaseFile {
    type Rank = FileRank;

    fn rank(&self) -> FileRank {
        CaseFile::rank(self)
    }
}

impl Ranked for InvestigationFile {
    type Rank = FileRank;

    fn rank(&self) -> FileRank {
        InvestigationFile::rank(self)
    }
}

impl Cases {
    /// The first `limit` cases of `lane` that are asked for. `watermark` is how far the lane is committed.
    pub(crate) fn of_lane(number: i32, lane: &Lane, watermark: Instant, asked: &Asked, limit: usize) -> Self {
        let (items, total) = lane.cases(asked, limit);
        Listed::of(number, watermark, items, total)
    }
}

impl Investigations {
    /// The first `limit` investigations of `lane` that are asked for. `watermark` is how far the lane is committed.
    pub(crate) fn of_lane(number: i32, lane: &Lane, watermark: Instant, asked: &Asked, limit: usize) -> Self {
        let (items, total) = lane.investigations(asked, limit);
        Listed::of(number, watermark, items, total)
    }
}
