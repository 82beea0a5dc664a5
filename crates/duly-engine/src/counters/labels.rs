//! Labels that stay few whatever the input says: what comes after the first values of a label is shown as `other`.

use std::collections::{BTreeMap, BTreeSet};

/// Shown in place of values that are too many, too long, or no text to show.
pub(super) const OTHER: &str = "other";

/// Shown where there is no value.
pub(super) const NONE: &str = "none";

/// How many values a label has at most, beside [`OTHER`] and [`NONE`].
const VALUES_MAX: usize = 50;

/// How long a value may be, in bytes.
const LENGTH_MAX: usize = 100;

/// How many sets of labels a metric has at most, those with [`OTHER`] not among them.
pub(super) const SETS_MAX: usize = 2_000;

/// The label that sets of labels are told under where they are too many.
pub(super) const LABEL_SET: &str = "label_set";

/// A value that is not to be shown: no value that is shown has a control character.
const UNFIT: &str = "\0";

/// What is to be shown of a value from outside: itself, or that it is unfit.
pub(crate) fn shown(value: Option<&str>) -> &str {
    match value {
        None | Some("") => NONE,
        Some(value) if value.len() > LENGTH_MAX || value.contains(char::is_control) => UNFIT,
        Some(value) => value,
    }
}

/// The values that each label has had, and what fell into [`OTHER`].
#[derive(Debug, Default)]
pub struct Labels {
    known: BTreeMap<&'static str, BTreeSet<String>>,
    overflows: BTreeMap<&'static str, u64>,
}

impl Labels {
    /// The labels that are limited.
    pub const ALL: [&'static str; 6] = ["category", LABEL_SET, "objective", "priority", "step", "team"];

    /// What a value is shown as, of the first values of its label itself.
    pub fn admit<'v>(&mut self, label: &'static str, value: &'v str) -> &'v str {
        self.admit_times(label, value, 0)
    }

    /// The same, of something that is counted `times` under it.
    pub(super) fn admit_times<'v>(&mut self, label: &'static str, value: &'v str, times: u64) -> &'v str {
        let known = self.known.entry(label).or_default();
        if value == NONE || value == OTHER || known.contains(value) {
            return value;
        }
        if value == UNFIT || known.len() >= VALUES_MAX {
            self.overflow(label, times);
            return OTHER;
        }
        known.insert(value.to_owned());
        value
    }

    /// Counts what fell into [`OTHER`].
    pub(super) fn overflow(&mut self, label: &'static str, times: u64) {
        *self.overflows.entry(label).or_default() += times;
    }

    /// How much fell into [`OTHER`], by label.
    pub fn overflows(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Labels::ALL.into_iter().map(|label| (label, self.overflows.get(label).copied().unwrap_or_default()))
    }
}
