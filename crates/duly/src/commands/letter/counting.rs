//! What the times of a policy are counted by: its calendars, and the readings of working days (T4).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use duly_core::calendar::DayRule;
use duly_core::policy::{Duration, Policy, ROUND_THE_CLOCK, Target};

use super::hours::Hours;
use super::teller::Teller;

impl Teller<'_> {
    /// How long a target allows, and what that is counted by: `4 working hours`, `2 小时（全天候）`.
    pub(super) fn within(&self, target: &Target) -> String {
        let is_round_the_clock = target.calendar == ROUND_THE_CLOCK;
        let told = match target.within {
            Duration::Open(s) if is_round_the_clock => self.duration(Duration::Elapsed(s)),
            other => self.duration(other),
        };
        if is_round_the_clock || matches!(target.within, Duration::Elapsed(_)) {
            return told + self.say(", round the clock", "（全天候）");
        }
        let rule = match target.day_rule {
            _ if !matches!(target.within, Duration::WorkingDays(_)) => "",
            DayRule::Civil => "",
            DayRule::SameTime => self.say(", to the same time of day", "（至同一时刻）"),
            DayRule::AsHours => self.say(", counted as hours", "（按工时折算）"),
        };
        let on = match in_use(self.policy()).len() {
            0 | 1 => String::new(),
            _ => self.say_with(" ({})", "（{}）", &self.word("calendar", &target.calendar)),
        };
        told + rule + &on
    }

    /// The calendars that something is counted on, named where there are several.
    pub(super) fn calendars(&self, policy: &Policy, since: NaiveDate) -> Vec<Hours> {
        let used = in_use(policy);
        let named = used.len() > 1;
        let known = used.into_iter().filter_map(|name| Some((name, policy.calendars.get(name)?)));
        known.map(|(name, spec)| self.hours(named.then(|| self.word("calendar", name)), spec, since)).collect()
    }
}

/// The day on which it comes into force, where most of its promises are counted.
pub(super) fn first_day(policy: &Policy) -> NaiveDate {
    let zone = in_use(policy).into_iter().find_map(|name| policy.calendars.get(name)?.zone.parse().ok());
    policy.effective_from.to_chrono().with_timezone(&zone.unwrap_or(Tz::UTC)).date_naive()
}

/// All targets, those of remedies and tasks too.
fn targets(policy: &Policy) -> impl Iterator<Item = &Target> {
    let owed = policy.remedies.values().map(|remedy| &remedy.target);
    let owed = owed.chain(policy.tasks().map(|(_, task)| &task.target));
    policy.objectives.values().flat_map(|objective| &objective.targets).chain(owed)
}

/// The calendars that something is counted on, in the order of their names.
fn in_use(policy: &Policy) -> BTreeSet<&str> {
    targets(policy).map(|target| target.calendar.as_str()).filter(|name| *name != ROUND_THE_CLOCK).collect()
}

/// Which readings of working days there are: `civil`, `same_time`, `as_hours`.
pub(super) fn day_rules(policy: &Policy) -> Vec<&'static str> {
    let all = [(DayRule::Civil, "civil"), (DayRule::SameTime, "same_time"), (DayRule::AsHours, "as_hours")];
    let counts = |rule: DayRule| {
        targets(policy).any(|target| matches!(target.within, Duration::WorkingDays(_)) && target.day_rule == rule)
    };
    all.into_iter().filter(|(rule, _)| counts(*rule)).map(|(_, name)| name).collect()
}
