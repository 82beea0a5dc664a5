//! Policies as the tests write them by hand: short texts for triggers, conditions and durations.

use std::collections::BTreeMap;

use duly_core::calendar::{DayRule, Interval, Spec, Weekday};
use duly_core::money::{Currency, Money};
use duly_core::policy::{
    AppliesTo, Condition, Duration, Feedback, Liability, Objective, OnReopen, OnRetarget, Policy, ROUND_THE_CLOCK,
    Remedy, RemindAt, Restart, Route, StatusClass, Step, Target, Task, Title, Trigger, When,
};
use duly_core::time::Span;

use crate::minute::{self, DAY};

/// The calendar that working hours and days are counted on where nothing else is said.
pub const BUSINESS: &str = "business";

/// Reads `received`, `resolved`, `reopened`, `class open,pending`, `responded contains=answer,solution`; alternatives stand
/// between `|`.
pub fn trigger(text: &str) -> Trigger {
    Trigger(text.split('|').map(|text| when(text.trim())).collect())
}

fn when(text: &str) -> When {
    let mut words = text.split_whitespace();
    match words.next().expect("a trigger names something") {
        "resolved" => When::Resolved,
        "reopened" => When::Reopened,
        "class" => When::Class(words.flat_map(|words| words.split(',')).map(class).collect()),
        name => When::Event { name: name.to_owned(), fields: fields(words) },
    }
}

fn class(name: &str) -> StatusClass {
    StatusClass::from_name(name).unwrap_or_else(|| panic!("`{name}` is no status class"))
}

/// Reads `priority=high,low team=blue`; an empty text holds always.
pub fn condition(text: &str) -> Condition {
    Condition(fields(text.split_whitespace()))
}

fn fields<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<String, Vec<String>> {
    let field = |word: &str| {
        let (name, values) = word.split_once('=').unwrap_or_else(|| panic!("`{word}` is not name=value"));
        (name.to_owned(), values.split(',').map(str::to_owned).collect())
    };
    words.map(field).collect()
}

/// Reads `30m`, `2h`, `3d`, `90 working_minutes`, `4 working_hours`, `2 working_days`.
pub fn duration(text: &str) -> Duration {
    let (count, unit) = text.split_once(' ').unwrap_or_else(|| text.split_at(text.len() - 1));
    let count: u32 = count.parse().unwrap_or_else(|_| panic!("`{text}` is no duration"));
    match unit {
        "m" => Duration::Elapsed(count * 60),
        "h" => Duration::Elapsed(count * 3_600),
        "d" => Duration::Elapsed(count * 86_400),
        "working_minute" | "working_minutes" => Duration::Open(count * 60),
        "working_hour" | "working_hours" => Duration::Open(count * 3_600),
        "working_day" | "working_days" => Duration::WorkingDays(count),
        _ => panic!("`{text}` is no duration"),
    }
}

/// Reads `50%` or `1 working_hour before`.
pub fn remind_at(text: &str) -> RemindAt {
    match (text.strip_suffix('%'), text.strip_suffix(" before")) {
        (Some(percent), _) => RemindAt::Percent(percent.parse().expect("a percentage")),
        (_, Some(before)) => RemindAt::Before(duration(before)),
        _ => panic!("`{text}` is no reminder"),
    }
}

/// Open hours by day of the week, such as `business_hours(&[(&WORKDAYS, "09:00-12:00 13:30-18:00")])`.
pub fn calendar(zone: &str, week: &[(&[Weekday], &str)]) -> Spec {
    let hours = |text: &str| text.split(' ').map(|text| Interval::parse(text).expect(text)).collect::<Vec<_>>();
    Spec {
        zone: zone.to_owned(),
        week: week.iter().flat_map(|(days, text)| days.iter().map(|day| (*day, hours(text)))).collect(),
        day: Some(Span::from_s(27_000)),
        holidays: BTreeMap::new(),
        makeup: BTreeMap::new(),
        open: BTreeMap::new(),
        breaks: BTreeMap::new(),
        known_until: None,
    }
}

/// Monday to Friday.
pub const WORKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// Monday to Friday, 09:00 to 12:00 and 13:30 to 18:00 in Shanghai: 7h30m a day.
pub fn business() -> Spec {
    calendar("Asia/Shanghai", &[(&WORKDAYS, "09:00-12:00 13:30-18:00")])
}

/// Closes local dates, such as `2026-03-04`.
#[must_use]
pub fn with_holidays(mut spec: Spec, dates: &[&str]) -> Spec {
    spec.holidays.extend(dates.iter().map(|date| (date.parse().expect(date), "holiday".to_owned())));
    spec
}

/// Opens local dates that would be closed.
#[must_use]
pub fn with_makeup(mut spec: Spec, date: &str, hours: &str) -> Spec {
    let hours = hours.split(' ').map(|text| Interval::parse(text).expect(text)).collect();
    spec.makeup.insert(date.parse().expect(date), hours);
    spec
}

/// A version of the policy `promise`, in force long before every history, on [`business`].
pub fn policy(objectives: impl IntoIterator<Item = (&'static str, Objective)>) -> Policy {
    Policy {
        policy: "promise".to_owned(),
        effective_from: minute::to_instant(10_957 * DAY), // 2000-01-01
        applies_to: AppliesTo::NewTickets,
        title: Title::new(),
        tzdata: "2025b".to_owned(),
        calendars: BTreeMap::from([(BUSINESS.to_owned(), business())]),
        objectives: objectives.into_iter().map(|(name, objective)| (name.to_owned(), objective)).collect(),
        routing: Vec::new(),
        remedies: BTreeMap::new(),
        feedback: None,
        liability: None,
        words: BTreeMap::new(),
        letter: None,
        notify: Box::default(),
    }
}

/// The version with liability in yuan for breaches of `after`, of any where that is empty, up to a cap where one is given.
/// `assess` and `settle` are the clocks.
#[must_use]
pub fn liability(mut policy: Policy, after: &[&str], cap: Option<&str>, [assess, settle]: [Draft; 2]) -> Policy {
    let currency = Currency::from_code("CNY").expect("a currency");
    policy.liability = Some(Box::new(Liability {
        after: after.iter().map(|name| (*name).to_owned()).collect(),
        currency,
        cap: cap.map(|amount| Money::parse(amount, currency).expect("an amount")),
        assess: assess.task(),
        settle: settle.task(),
    }));
    policy
}

/// The version in which voices about one of `about` open an investigation, and scores of so many hundredths of the best,
/// which is 5. `investigate` and `correct` are the clocks.
#[must_use]
pub fn feedback(mut policy: Policy, about: &[&str], score_at_most: Option<u32>, clocks: [Draft; 2]) -> Policy {
    let [investigate, correct] = clocks.map(Draft::task);
    let about = about.iter().map(|word| (*word).to_owned()).collect();
    policy.feedback = Some(Box::new(Feedback { about, score_at_most, scale: Some(5), investigate, correct }));
    policy
}

/// The version with a routing table, its rows written `condition -> tier/team/priority`, where `-` names none.
#[must_use]
pub fn routing(mut policy: Policy, rows: &[&str]) -> Policy {
    let row = |row: &&str| {
        let (when, place) = row.split_once("->").unwrap_or_else(|| panic!("`{row}` leads nowhere"));
        let mut place = place.trim().split('/').map(|name| Some(name.to_owned()).filter(|name| name != "-"));
        let mut next = || place.next().unwrap_or_else(|| panic!("`{row}` is not tier/team/priority"));
        Route {
            when: condition(when),
            tier: next(),
            team: next(),
            priority: next().map(|text| text.parse().unwrap_or_else(|_| panic!("`{text}` is no priority"))),
        }
    };
    policy.routing = rows.iter().map(row).collect();
    policy
}

/// The version with a remedy, owed by the manager after a breach of one of `after`, of any where that is empty. `draft` is
/// its clock: what starts it is not looked at.
#[must_use]
pub fn remedy(mut policy: Policy, name: &str, after: &[&str], draft: Draft) -> Policy {
    let Draft(Objective { stop, pause, mut targets, remind_at, ladder, .. }) = draft;
    let target = targets.pop().expect("a remedy has a target");
    let after = after.iter().map(|name| (*name).to_owned()).collect();
    let owner = "manager".to_owned();
    let remedy = Remedy { title: Title::new(), after, owner, stop, pause, target, remind_at, ladder };
    policy.remedies.insert(name.to_owned(), remedy);
    policy
}

/// The same version in force from `from` on, for open tickets too.
#[must_use]
pub fn taking_over(mut policy: Policy, from: &str) -> Policy {
    policy.effective_from = minute::to_instant(minute::at(from));
    policy.applies_to = AppliesTo::OpenTickets;
    policy
}

/// An objective, without targets yet.
pub fn objective(start: &str, stop: &str) -> Draft {
    Draft(Objective {
        title: Title::new(),
        start: trigger(start),
        stop: trigger(stop),
        pause: None,
        cancel: None,
        restart: Restart::Never,
        until: None,
        on_retarget: OnRetarget::FromStart,
        on_reopen: OnReopen::Resume,
        targets: Vec::new(),
        remind_at: Vec::new(),
        ladder: Vec::new(),
    })
}

/// An objective in the making.
#[derive(Debug, Clone)]
pub struct Draft(Objective);

#[expect(missing_docs, reason = "each sets the member that it is called after")]
#[expect(clippy::return_self_not_must_use, reason = "a draft that is dropped leaves an objective without its name")]
impl Draft {
    pub fn pause(mut self, text: &str) -> Self {
        self.0.pause = Some(condition(text));
        self
    }

    pub fn cancel(mut self, text: &str) -> Self {
        self.0.cancel = Some(trigger(text));
        self
    }

    pub fn until(mut self, text: &str) -> Self {
        self.0.until = Some(trigger(text));
        self
    }

    pub fn restart(mut self, restart: Restart) -> Self {
        self.0.restart = restart;
        self
    }

    pub fn on_retarget(mut self, on_retarget: OnRetarget) -> Self {
        self.0.on_retarget = on_retarget;
        self
    }

    pub fn on_reopen(mut self, on_reopen: OnReopen) -> Self {
        self.0.on_reopen = on_reopen;
        self
    }

    /// A row of the table on the calendar that its duration asks for.
    pub fn target(mut self, when: &str, within: &str) -> Self {
        let within = duration(within);
        let calendar = if matches!(within, Duration::Elapsed(_)) { ROUND_THE_CLOCK } else { BUSINESS };
        let row = Target {
            title: Title::new(),
            when: condition(when),
            within,
            calendar: calendar.to_owned(),
            day_rule: DayRule::Civil,
        };
        self.0.targets.push(row);
        self
    }

    /// A row that matches always.
    pub fn within(self, within: &str) -> Self {
        self.target("", within)
    }

    /// The rule of days of the last row.
    pub fn day_rule(mut self, day_rule: DayRule) -> Self {
        self.0.targets.last_mut().expect("a row comes before its rule of days").day_rule = day_rule;
        self
    }

    /// The calendar of the last row.
    pub fn on(mut self, calendar: &str) -> Self {
        calendar.clone_into(&mut self.0.targets.last_mut().expect("a row comes before its calendar").calendar);
        self
    }

    pub fn remind(mut self, figures: &[&str]) -> Self {
        self.0.remind_at = figures.iter().map(|text| remind_at(text)).collect();
        self
    }

    /// A step of the ladder: at the breach where `after` is empty.
    pub fn step(mut self, step: &str, after: &str) -> Self {
        let after = (!after.is_empty()).then(|| duration(after));
        self.0.ladder.push(Step { step: step.to_owned(), after, to: step.to_owned(), repeat: None, times: 1 });
        self
    }

    /// Repeats the last step.
    pub fn repeat(mut self, repeat: &str, times: u32) -> Self {
        let step = self.0.ladder.last_mut().expect("a step comes before its repetition");
        (step.repeat, step.times) = (Some(duration(repeat)), times);
        self
    }

    /// A task of the manager with this clock; what starts and stops it is not looked at.
    pub fn task(self) -> Task {
        let Objective { mut targets, remind_at, ladder, .. } = self.0;
        let target = targets.pop().expect("a task has a target");
        Task { title: Title::new(), owner: "manager".to_owned(), target, remind_at, ladder }
    }

    pub fn named(self, name: &'static str) -> (&'static str, Objective) {
        (name, self.0)
    }
}
