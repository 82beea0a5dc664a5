//! A case as a story: the policies, what happened in order of time, and two ledgers side by side.

use std::fmt::{self, Write as _};

use duly_core::calendar::{DayRule, Spec};
use duly_core::control::ControlEvent;
use duly_core::policy::{
    AppliesTo, Condition, Objective, OnReopen, OnRetarget, Policy, Remedy, RemindAt, Restart, Route, Step, Target,
    Task, Trigger, When,
};

use crate::emergency;
use crate::event::Event;
use crate::minute::{self, Minute};
use crate::model::{self, Entry, written};

/// Everything that a ledger follows from.
#[derive(Clone, PartialEq, Default)]
pub struct Case {
    /// Policy versions, in order of publication.
    pub policies: Vec<Policy>,
    /// What is told of emergencies, in order of publication.
    pub emergencies: Vec<ControlEvent>,
    /// Ticket events, in order of arrival.
    pub events: Vec<Event>,
    /// Up to when.
    pub until: Minute,
}

impl Case {
    /// The model's ledger, walked in steps of `step` minutes.
    pub fn ledger(&self, step: Minute) -> Vec<Entry> {
        model::ledger(&self.events, &self.policies, &self.emergencies, self.until, step)
    }

    /// The control log: policies, then emergencies.
    pub fn controls(&self) -> Vec<ControlEvent> {
        let publish = |policy: &Policy| ControlEvent::PolicyPublished { policy: policy.clone(), effective_from: None };
        self.policies.iter().map(publish).chain(self.emergencies.iter().cloned()).collect()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for policy in &self.policies {
            writeln!(f, "{}", yaml(policy))?;
        }
        for told in &self.emergencies {
            writeln!(f, "{}", emergency::line(told))?;
        }
        let mut told: Vec<(usize, &Event)> = self.events.iter().enumerate().collect();
        told.sort_by(|(_, a), (_, b)| model::order(a, b));
        for (arrival, event) in &told {
            write!(f, "{event}")?;
            let twins = told.iter().filter(|(_, other)| (&other.source, &other.id) == (&event.source, &event.id));
            if twins.count() > 1 {
                write!(f, " — arrives as number {}", arrival + 1)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "{} until", minute::local(self.until))
    }
}

/// Proptest shows a failing case by `Debug`: that is the story.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{self}")
    }
}

/// Two ledgers side by side, under their names, the first difference marked; `None` where they are equal.
pub fn difference(names: [&str; 2], left: &[Entry], right: &[Entry]) -> Option<String> {
    if left == right {
        return None;
    }
    let lines = |entries: &[Entry]| entries.iter().map(Entry::to_string).collect::<Vec<_>>();
    Some(aligned(&lines(left), &lines(right), names))
}

fn aligned(left: &[String], right: &[String], names: [&str; 2]) -> String {
    let width = left.iter().map(String::len).max().unwrap_or(0).max(names[0].len());
    let mut text = format!("\n  {:width$} | {}\n", names[0], names[1]);
    let (mut at, mut is_marked) = ((0, 0), false);
    while at.0 < left.len() || at.1 < right.len() {
        let (mine, its) = (left.get(at.0), right.get(at.1));
        // The lines begin with their instant, so that the lesser text is the earlier entry that the other side lacks.
        let (mine, its) = match (mine, its) {
            (Some(mine), Some(its)) if mine < its => (Some(mine), None),
            (Some(mine), Some(its)) if mine > its => (None, Some(its)),
            both => both,
        };
        let differs = mine != its;
        let mark = if differs && !is_marked {
            ">"
        } else if differs {
            "!"
        } else {
            " "
        };
        is_marked |= differs;
        let empty = String::new();
        let _ = writeln!(text, "{mark} {:width$} | {}", mine.unwrap_or(&empty), its.unwrap_or(&empty));
        at = (at.0 + usize::from(mine.is_some()), at.1 + usize::from(its.is_some()));
    }
    text
}

/// A policy version, in lines as people write them.
pub fn yaml(policy: &Policy) -> String {
    let mut text = format!("policy: {}\n", policy.policy);
    let _ = writeln!(text, "effective_from: {}", policy.effective_from);
    if policy.applies_to == AppliesTo::OpenTickets {
        text += "applies_to: open_tickets\n";
    }
    let used = |name: &str| {
        policy.objectives.values().flat_map(|objective| &objective.targets).any(|row| row.calendar == name)
    };
    let calendars: Vec<_> = policy.calendars.iter().filter(|(name, _)| used(name)).collect();
    if !calendars.is_empty() {
        text += "calendars:\n";
    }
    for (name, spec) in calendars {
        let _ = writeln!(text, "  {name}: {}", calendar(spec));
    }
    if !policy.routing.is_empty() {
        text += "routing:\n";
        policy.routing.iter().for_each(|row| {
            let _ = writeln!(text, "  - {}", route(row));
        });
    }
    if !policy.remedies.is_empty() {
        text += "remedies:\n";
    }
    for (name, rules) in &policy.remedies {
        let _ = writeln!(text, "  {name}:");
        text += &remedy(rules);
    }
    if let Some(rules) = &policy.feedback {
        text += "feedback:\n";
        let _ = writeln!(text, "  about: {}", listed(rules.about.iter().cloned()));
        rules.score_at_most.iter().for_each(|most| {
            let _ = writeln!(text, "  score_at_most: {most}%");
        });
        rules.scale.iter().for_each(|scale| {
            let _ = writeln!(text, "  scale: {scale}");
        });
        text += &task("investigate", &rules.investigate);
        text += &task("correct", &rules.correct);
    }
    if let Some(terms) = &policy.liability {
        text += "liability:\n";
        if !terms.after.is_empty() {
            let _ = writeln!(text, "  after: {{breached: {}}}", listed(terms.after.iter().cloned()));
        }
        let _ = writeln!(text, "  currency: {}", terms.currency);
        terms.cap.iter().for_each(|cap| {
            let _ = writeln!(text, "  cap: {}", cap.amount());
        });
        text += &task("assess", &terms.assess);
        text += &task("settle", &terms.settle);
    }
    text += "objectives:\n";
    for (name, rules) in &policy.objectives {
        let _ = writeln!(text, "  {name}:");
        text += &objective(rules);
    }
    text
}

fn calendar(spec: &Spec) -> String {
    let days = |hours: Vec<String>| format!("{{{}}}", hours.join(", "));
    let mut text = format!("{{zone: {}, week: ", spec.zone);
    text += &days(spec.week.iter().map(|(day, hours)| format!("{day:?}: {hours:?}").to_lowercase()).collect());
    if let Some(day) = spec.day {
        let _ = write!(text, ", day: {}", day.to_string().replace(' ', ""));
    }
    if !spec.holidays.is_empty() {
        let _ = write!(text, ", holidays: {:?}", spec.holidays.keys().collect::<Vec<_>>());
    }
    for (name, dates) in [("makeup", &spec.makeup), ("open", &spec.open), ("breaks", &spec.breaks)] {
        if !dates.is_empty() {
            let _ = write!(text, ", {name}: ");
            text += &days(dates.iter().map(|(date, hours)| format!("{date}: {hours:?}")).collect());
        }
    }
    text + "}"
}

fn objective(rules: &Objective) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "    {name}: {value}");
    };
    line("start", trigger(&rules.start));
    line("stop", trigger(&rules.stop));
    rules.pause.iter().for_each(|pause| line("pause", condition(pause)));
    rules.cancel.iter().for_each(|cancel| line("cancel", trigger(cancel)));
    match rules.restart {
        Restart::Never => {}
        Restart::OnStop => line("restart", "on_stop".to_owned()),
        Restart::OnStopOrDeadline => line("restart", "on_stop_or_deadline".to_owned()),
        Restart::OnStart => line("restart", "on_start".to_owned()),
    }
    rules.until.iter().for_each(|until| line("until", trigger(until)));
    match rules.on_retarget {
        OnRetarget::FromStart => {}
        OnRetarget::FromChange => line("on_retarget", "from_change".to_owned()),
        OnRetarget::Keep => line("on_retarget", "keep".to_owned()),
    }
    if rules.on_reopen == OnReopen::NewCycle {
        line("on_reopen", "new_cycle".to_owned());
    }
    line("targets", String::new());
    rules.targets.iter().for_each(|row| line("  -", target(row)));
    if !rules.remind_at.is_empty() {
        line("remind_at", listed(rules.remind_at.iter().map(reminder)));
    }
    if !rules.ladder.is_empty() {
        line("ladder", listed(rules.ladder.iter().map(step)));
    }
    text.replace("targets: \n", "targets:\n").replace("  -: ", "  - ")
}

fn remedy(rules: &Remedy) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "    {name}: {value}");
    };
    if !rules.after.is_empty() {
        line("after", format!("{{breached: {}}}", listed(rules.after.iter().cloned())));
    }
    line("owner", rules.owner.clone());
    line("stop", trigger(&rules.stop));
    rules.pause.iter().for_each(|pause| line("pause", condition(pause)));
    line("target", target(&rules.target));
    if !rules.remind_at.is_empty() {
        line("remind_at", listed(rules.remind_at.iter().map(reminder)));
    }
    if !rules.ladder.is_empty() {
        line("ladder", listed(rules.ladder.iter().map(step)));
    }
    text
}

fn task(name: &str, rules: &Task) -> String {
    let mut text = format!("  {name}:\n    owner: {}\n    target: {}\n", rules.owner, target(&rules.target));
    if !rules.remind_at.is_empty() {
        let _ = writeln!(text, "    remind_at: {}", listed(rules.remind_at.iter().map(reminder)));
    }
    if !rules.ladder.is_empty() {
        let _ = writeln!(text, "    ladder: {}", listed(rules.ladder.iter().map(step)));
    }
    text
}

fn target(row: &Target) -> String {
    let mut text = String::from("{");
    if !row.when.is_empty() {
        let _ = write!(text, "when: {}, ", condition(&row.when));
    }
    let _ = write!(text, "within: {}, calendar: {}", written(row.within), row.calendar);
    match row.day_rule {
        DayRule::Civil => {}
        DayRule::SameTime => text += ", day_rule: same_time",
        DayRule::AsHours => text += ", day_rule: as_hours",
    }
    text + "}"
}

fn route(row: &Route) -> String {
    let mut members = Vec::new();
    if !row.when.is_empty() {
        members.push(format!("when: {}", condition(&row.when)));
    }
    let named =
        [("tier", row.tier.clone()), ("team", row.team.clone()), ("priority", row.priority.map(|n| n.to_string()))];
    members.extend(named.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?))));
    format!("{{{}}}", members.join(", "))
}

fn step(step: &Step) -> String {
    let mut text = format!("{{step: {}, to: {}", step.step, step.to);
    step.after.iter().for_each(|after| {
        let _ = write!(text, ", after: {}", written(*after));
    });
    step.repeat.iter().for_each(|repeat| {
        let _ = write!(text, ", repeat: {}, times: {}", written(*repeat), step.times);
    });
    text + "}"
}

fn reminder(remind_at: &RemindAt) -> String {
    match remind_at {
        RemindAt::Percent(percent) => format!("{percent}%"),
        RemindAt::Before(duration) => format!("{} before", written(*duration)),
    }
}

fn trigger(trigger: &Trigger) -> String {
    let whens: Vec<String> = trigger.0.iter().map(when).collect();
    if let [only] = &whens[..] { only.clone() } else { listed(whens.into_iter()) }
}

fn when(when: &When) -> String {
    match when {
        When::Event { name, fields } if fields.is_empty() => name.clone(),
        When::Event { name, fields } => format!("{{{name}: {}}}", condition(&Condition(fields.clone()))),
        When::Class(classes) => {
            format!("{{status_class: {}}}", listed(classes.iter().map(|class| class.name().to_owned())))
        }
        When::Resolved => "resolved".to_owned(),
        When::Reopened => "reopened".to_owned(),
    }
}

fn condition(condition: &Condition) -> String {
    let fields: Vec<String> =
        condition.0.iter().map(|(name, values)| format!("{name}: {}", listed(values.iter().cloned()))).collect();
    format!("{{{}}}", fields.join(", "))
}

fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}
