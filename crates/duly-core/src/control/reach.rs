//! How far back a control event reaches. What it changes for tickets that were retired since would not be published (DESIGN §7), so
//! that whoever publishes it is told before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime};

use super::emergency::{Declaration, Lift, Update, Void};
use super::plan::{published, with_calendars};
use super::{ControlEvent, Controls};
use crate::calendar::Spec;
use crate::policy::Policy;
use crate::time::Instant;

impl Controls {
    /// The earliest instant at which something is different with `event`; [`Instant::MAX`] where nothing is.
    ///
    /// A version reaches back to when it is in force from. One that takes the place of a version with the same beginning, and
    /// differs from it in dates of calendars alone, reaches back to the first of those, as a calendar does. What is told of an
    /// emergency reaches back to from when it counts, and what voids that as far.
    pub fn reach(&self, event: &ControlEvent) -> Instant {
        match event {
            ControlEvent::PolicyPublished { policy, effective_from } => {
                let from = effective_from.unwrap_or(policy.effective_from);
                let is_replaced = |known: &Policy, at| known.policy == policy.policy && at == from;
                let replaced = published(&self.log).filter(|(known, at)| is_replaced(known, *at)).last();
                replaced.map_or(from, |(known, _)| from.max(self.difference(known, policy)))
            }
            ControlEvent::CalendarPublished { calendar, policy: only, spec } => {
                let policies = published(&self.log).map(|(policy, _)| policy);
                let meant = policies.filter(|policy| only.as_ref().is_none_or(|only| *only == policy.policy));
                let known = meant.filter_map(|policy| with_calendars(policy, &self.log).calendars.remove(calendar));
                known.map(|known| first_difference(&known, spec)).min().unwrap_or(Instant::MAX)
            }
            ControlEvent::EmergencyDeclared(Declaration { effective_from, .. })
            | ControlEvent::EmergencyUpdated(Update { effective_from, .. })
            | ControlEvent::EmergencyLifted(Lift { effective_from, .. }) => *effective_from,
            ControlEvent::EmergencyVoided(Void { emergency, number }) => {
                let tellings = self.log.iter().filter(|known| known.emergency() == Some(emergency) && !known.is_void());
                let voided = tellings.into_iter().nth(number.map_or(0, |number| number.saturating_sub(1) as usize));
                voided.map_or(Instant::MAX, |voided| self.reach(voided))
            }
        }
    }

    /// The first instant for which two versions promise something different, if they differ in dates of calendars alone.
    fn difference(&self, old: &Policy, new: &Policy) -> Instant {
        let (mut old, mut new) = (with_calendars(old, &self.log), with_calendars(new, &self.log));
        let (was, is) = (std::mem::take(&mut old.calendars), std::mem::take(&mut new.calendars));
        old.tzdata.clone_from(&new.tzdata);
        if old != new || !was.keys().eq(is.keys()) {
            return Instant::MIN;
        }
        was.values().zip(is.values()).map(|(was, is)| first_difference(was, is)).min().unwrap_or(Instant::MAX)
    }
}

impl ControlEvent {
    fn is_void(&self) -> bool {
        matches!(self, ControlEvent::EmergencyVoided(_))
    }
}

/// The first instant that may be open in one calendar and not in the other, or known in one alone.
fn first_difference(was: &Spec, is: &Spec) -> Instant {
    if (&was.zone, &was.week, was.day) != (&is.zone, &is.week, is.day) {
        return Instant::MIN;
    }
    // What a holiday is called moves no deadline.
    let closed = |spec: &Spec| -> BTreeSet<NaiveDate> { spec.holidays.keys().copied().collect() };
    let known = |spec: &Spec| -> BTreeSet<NaiveDate> { spec.known_until.into_iter().collect() };
    let dates = [
        closed(was).symmetric_difference(&closed(is)).min().copied(),
        known(was).symmetric_difference(&known(is)).min().copied(),
        first_date(&was.makeup, &is.makeup),
        first_date(&was.open, &is.open),
        first_date(&was.breaks, &is.breaks),
    ];
    dates.into_iter().flatten().min().map_or(Instant::MAX, beginning)
}

/// The first date of which two maps say something different.
fn first_date<V: PartialEq>(a: &BTreeMap<NaiveDate, V>, b: &BTreeMap<NaiveDate, V>) -> Option<NaiveDate> {
    let dates = a.keys().chain(b.keys());
    dates.filter(|date| a.get(date) != b.get(date)).min().copied()
}

/// No later than the date begins anywhere.
fn beginning(date: NaiveDate) -> Instant {
    let before = date.checked_sub_days(Days::new(1)).unwrap_or(date);
    Instant::from_s(before.and_time(NaiveTime::MIN).and_utc().timestamp())
}
