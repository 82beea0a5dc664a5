//! Tables of holidays: China's statutory calendar, shipped as data, and iCalendar files.
//!
//! A table is looked up when a policy is published; what follows from it travels in the policy (I3). Nothing here
//! reads a file: callers bring the text.

mod cn;
mod ics;
mod lines;
mod yearly;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

pub use cn::cn;
pub use ics::{Error, Problem, from_ics};

/// Holidays and make-up workdays by local date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Dates that are closed, with what they are called; the name may be empty.
    pub off: BTreeMap<NaiveDate, String>,
    /// Make-up workdays: open although the week would close them.
    pub makeup: BTreeSet<NaiveDate>,
    /// The last date that the table speaks of (T12); absent where it holds for ever.
    pub known_until: Option<NaiveDate>,
}

impl Table {
    /// Adds a closed date; where two holidays fall together, both names are kept.
    fn close(&mut self, date: NaiveDate, name: &str) {
        let known = self.off.entry(date).or_default();
        if known.is_empty() {
            name.clone_into(known);
        } else if !name.is_empty() && known != name {
            known.push_str(", ");
            known.push_str(name);
        }
    }
}
