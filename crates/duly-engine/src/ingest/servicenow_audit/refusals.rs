//! The rows that could not be taken, counted and in part kept.

use std::collections::BTreeMap;
use std::fmt;

/// How many refusals are kept in full; the rest is counted.
const KEPT_MAX: usize = 10;

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file that the row begins on; the header is line 1.
    pub line: u64,
    /// What is wrong.
    pub reason: Reason,
    /// The offending text, shortened.
    pub found: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {} (found `{}`)", self.line, self.reason, self.found)
    }
}

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Reason {
    #[error("the number of columns is not that of the first line")]
    ColumnCount,
    #[error("not UTF-8 text")]
    Encoding,
    #[error("`number` is empty")]
    Number,
    #[error("`sys_mod_count` is not a whole number")]
    Sequence,
    #[error("`sys_updated_at` is not a time such as 29/2/2016 01:23, of the years 1970 to 2199")]
    UpdatedAt,
    #[error("`opened_at` is not a time such as 29/2/2016 01:23, of the years 1970 to 2199")]
    OpenedAt,
    #[error("`incident_state` is not known")]
    State,
}

/// All refusals of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// The first ones, at most ten, in the order of the file.
    pub first: Vec<Refusal>,
    /// How many there are, by reason.
    pub by_reason: BTreeMap<Reason, u64>,
}

impl Refusals {
    /// How many rows were refused.
    pub fn total(&self) -> u64 {
        self.by_reason.values().sum()
    }

    pub(super) fn push(&mut self, line: u64, (reason, found): (Reason, String)) {
        *self.by_reason.entry(reason).or_default() += 1;
        if self.first.len() < KEPT_MAX {
            self.first.push(Refusal { line, reason, found });
        }
    }
}

/// `reason` with the text that it is about, short enough to be shown.
pub(super) fn because(reason: Reason, found: &[u8]) -> (Reason, String) {
    const SHOWN_MAX: usize = 40;
    let text = String::from_utf8_lossy(&found[..found.len().min(4 * SHOWN_MAX)]);
    let mut shown: String = text.chars().take(SHOWN_MAX).flat_map(char::escape_default).collect();
    if text.chars().count() > SHOWN_MAX {
        shown.push('…');
    }
    (reason, shown)
}
