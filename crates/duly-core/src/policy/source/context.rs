//! What objectives need to know of the rest of their policy.

use std::collections::BTreeMap;

use super::mistake::did_you_mean;
use crate::calendar::{DayRule, Spec};
use crate::policy::ROUND_THE_CLOCK;

/// The default calendar.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DefaultCalendar {
    /// None is named.
    Absent,
    /// One is named that is not there, which has been reported.
    Broken,
    /// This one.
    Named(String),
}

/// Calendars and defaults of the policy that is being read.
pub(super) struct Context {
    /// Calendars by name; `None` for those with mistakes, which are there nevertheless.
    pub(super) calendars: BTreeMap<String, Option<Spec>>,
    /// Whether `calendars` could be read at all.
    pub(super) calendars_known: bool,
    /// `default_calendar`.
    pub(super) default_calendar: DefaultCalendar,
    /// `day_rule` of the policy.
    pub(super) day_rule: DayRule,
}

impl Context {
    /// Whether a calendar of that name is there, or might have been.
    pub(super) fn has(&self, name: &str) -> bool {
        name == ROUND_THE_CLOCK || !self.calendars_known || self.calendars.contains_key(name)
    }

    /// What to write instead of the name of a calendar that is not there.
    pub(super) fn hint(&self, name: &str) -> String {
        let names = || self.calendars.keys().map(String::as_str).chain([ROUND_THE_CLOCK]);
        did_you_mean(name, names()).unwrap_or_else(|| format!("there is {}", super::mistake::listed(names())))
    }

    /// How to name a calendar that counts working days.
    pub(super) fn name_one(&self, key: &str) -> String {
        match self.calendars.keys().next() {
            Some(name) => format!("add `{key}: {name}`"),
            None => format!("add a calendar with a zone and working hours, and `{key}: NAME`"),
        }
    }
}
