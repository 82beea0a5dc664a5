//! Objectives, from small tables of what they may say.

use duly_core::calendar::DayRule;
use duly_core::policy::{
    Duration, Objective, OnReopen, OnRetarget, ROUND_THE_CLOCK, RemindAt, Restart, Step, Target, Title,
};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::policies::CALENDARS;
use crate::build::{condition, duration, objective, remind_at, trigger};

const STARTS: [&str; 9] = [
    "received",
    "received",
    "received",
    "customer_replied",
    "class open",
    "milestone_reached milestone=contacted",
    "class pending,on_hold | customer_replied",
    "reopened",
    "resolved",
];

const STOPS: [&str; 11] = [
    "resolved",
    "resolved",
    "responded",
    "responded public=true automatic=false contains=answer,solution,unknown",
    "progress_reported",
    "class open",
    "class resolved,closed",
    "responded contains=answer | resolved",
    "class pending | progress_reported",
    "customer_replied",
    "reopened | class closed",
];

const PAUSES: [&str; 4] = [
    "status_class=pending",
    "status_class=pending,on_hold reason=customer",
    "reason=customer,vendor",
    "status_class=resolved",
];

const ENDS: [&str; 6] = [
    "class on_hold",
    "resolved",
    "milestone_reached milestone=contacted",
    "customer_replied",
    "class closed",
    "reopened",
];

const WHENS: [&str; 7] =
    ["", "priority=high", "priority=high,low", "tags=vip", "status_class=open,new", "floor=3", "priority=low tags=vip"];

const DURATIONS: [&str; 12] = [
    "2h",
    "4 working_hours",
    "1 working_day",
    "30m",
    "8h",
    "1d",
    "30 working_minutes",
    "450 working_minutes",
    "2 working_days",
    "10 working_hours",
    "3 working_days",
    "3d",
];

/// What is long enough not to fill a history with cycles that follow one another at their deadlines.
const LONG_DURATIONS: [&str; 6] = ["8h", "1d", "1 working_day", "450 working_minutes", "2 working_days", "2d"];

const REMINDERS: [&str; 9] = [
    "50%",
    "80%",
    "100%",
    "10%",
    "1 working_hour before",
    "2h before",
    "30m before",
    "1 working_day before",
    "2 working_days before",
];

/// Any objective. Working days need a calendar with a zone: where a row has none, what is counted in days is left out.
pub(super) fn any() -> impl Strategy<Value = Objective> {
    let restart = prop_oneof![
        5 => Just(Restart::Never),
        2 => Just(Restart::OnStop),
        2 => Just(Restart::OnStopOrDeadline),
        2 => Just(Restart::OnStart),
    ];
    let trigger_of = |table: &'static [&'static str]| select(table).prop_map(trigger);
    let ends = || prop::option::weighted(0.25, trigger_of(&ENDS));
    let rules = (
        trigger_of(&STARTS),
        trigger_of(&STOPS),
        prop::option::of(select(&PAUSES[..]).prop_map(condition)),
        ends(),
        ends(),
        restart,
        select(vec![OnRetarget::FromStart, OnRetarget::FromChange, OnRetarget::Keep]),
        select(vec![OnReopen::Resume, OnReopen::NewCycle]),
    );
    let notices = (subsequence(&REMINDERS[..], 0..4), prop::collection::vec(step(), 0..3));
    (rules, prop::collection::vec(target(), 1..4), notices).prop_map(|(rules, targets, (reminders, ladder))| {
        let (start, stop, pause, cancel, until, restart, on_retarget, on_reopen) = rules;
        let (_, base) = objective("received", "resolved").named("base");
        let targets: Vec<Target> = targets.into_iter().map(|target| target.express(restart)).collect();
        let has_days = targets.iter().all(|target| target.calendar != ROUND_THE_CLOCK);
        let fits = |duration: Duration| has_days || !matches!(duration, Duration::WorkingDays(_));
        let remind_at = reminders.into_iter().map(remind_at);
        let fits_reminder = |at: &RemindAt| !matches!(at, RemindAt::Before(duration) if !fits(*duration));
        let fits_step = |step: &Step| step.after.is_none_or(fits) && step.repeat.is_none_or(fits);
        Objective {
            start,
            stop,
            pause,
            cancel,
            until,
            restart,
            on_retarget,
            on_reopen,
            targets,
            remind_at: remind_at.filter(fits_reminder).collect(),
            ladder: numbered(ladder.into_iter().filter(fits_step).collect()),
            ..base
        }
    })
}

/// A row of the table, before it is known which durations are long enough.
#[derive(Debug, Clone)]
struct TargetGene {
    when: &'static str,
    within: Index,
    calendar: Option<&'static str>,
    day_rule: DayRule,
}

fn target() -> impl Strategy<Value = TargetGene> {
    let day_rule = select(vec![DayRule::Civil, DayRule::SameTime, DayRule::AsHours]);
    let calendar = prop::option::of(select(&CALENDARS[..]));
    (select(&WHENS[..]), any_index(), calendar, day_rule).prop_map(|(when, within, calendar, day_rule)| TargetGene {
        when,
        within,
        calendar,
        day_rule,
    })
}

impl TargetGene {
    fn express(self, restart: Restart) -> Target {
        let table: &[&str] = if restart == Restart::OnStopOrDeadline { &LONG_DURATIONS } else { &DURATIONS };
        let within = duration(self.within.get::<&str>(table));
        let default = if matches!(within, Duration::Elapsed(_)) { ROUND_THE_CLOCK } else { CALENDARS[0] };
        let is_days = matches!(within, Duration::WorkingDays(_));
        Target {
            title: Title::new(),
            when: condition(self.when),
            within,
            calendar: self.calendar.unwrap_or(default).to_owned(),
            day_rule: if is_days { self.day_rule } else { DayRule::Civil },
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let after = prop::option::of(select(&DURATIONS[..]).prop_map(duration));
    let repeat = prop::option::of((select(&DURATIONS[..]).prop_map(duration), 2..4_u32));
    (after, repeat).prop_map(|(after, repeat)| Step {
        step: String::new(),
        after,
        to: "lead".to_owned(),
        repeat: repeat.map(|(repeat, _)| repeat),
        times: repeat.map_or(1, |(_, times)| times),
    })
}

/// Gives the steps of a ladder names of their own.
fn numbered(mut ladder: Vec<Step>) -> Vec<Step> {
    ladder.iter_mut().zip(["lead", "manager", "director"]).for_each(|(step, name)| name.clone_into(&mut step.step));
    ladder
}

fn any_index() -> impl Strategy<Value = Index> {
    any_with::<Index>(())
}
