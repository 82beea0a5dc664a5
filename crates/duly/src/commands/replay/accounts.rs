//! What became of every record of a replay (I7), and the first of those that were refused.

use duly_core::lane::Outcome;

use crate::files::tell;

/// What became of them.
#[derive(Debug, Default)]
pub(in crate::commands) struct Accounts {
    applied: u64,
    duplicates: u64,
    refused: Vec<(&'static str, u64)>,
    shown: usize,
}

impl Accounts {
    /// How many refused records are shown; the others are counted.
    const SHOWN_MAX: usize = 10;

    /// Counts a record; `place` says where it stands.
    pub(in crate::commands) fn count(&mut self, outcome: Outcome, place: impl FnOnce() -> String) {
        let refusal = match outcome {
            Outcome::Applied => {
                self.applied += 1;
                return;
            }
            Outcome::Duplicate => {
                self.duplicates += 1;
                return;
            }
            Outcome::DeadLetter(refusal) => refusal,
            Outcome::Progress => return,
        };
        let reason = refusal.kind.name();
        match self.refused.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.refused.push((reason, 1)),
        }
        if self.shown < Self::SHOWN_MAX {
            self.shown += 1;
            tell!("{}: {reason}: {refusal}", place());
        }
    }

    /// Whether there was none.
    pub(in crate::commands) fn is_empty(&self) -> bool {
        self.applied + self.duplicates == 0 && self.refused.is_empty()
    }

    /// Tells the sums; `what` is what records are called.
    pub(in crate::commands) fn tell(&self, what: &str) {
        let refused: u64 = self.refused.iter().map(|(_, count)| count).sum();
        let all = self.applied + self.duplicates + refused;
        tell!("{all} {what}: {} applied, {} duplicates, {refused} refused", self.applied, self.duplicates);
        for (reason, count) in &self.refused {
            tell!("  {count} refused as {reason}");
        }
    }
}
