//! A policy, resolved: what a published version carries and what its content hash is taken over (I3).
//!
//! The YAML that people write is read by `source`, which reports every mistake with its place; this form has none left.
//! Everything is plain data in a stable order; `compiled` makes from it what clocks run on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Feedback, Letter, Liability, Notify, Remedy, Route, StatusClass, Words};
use crate::calendar::{DayRule, Spec};
use crate::time::{Instant, Span};

/// The calendar that is always there, open round the clock.
pub const ROUND_THE_CLOCK: &str = "24x7";

/// One version of a response-time commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The policy's name; versions of one policy share it, and it is part of every SLA event's key.
    pub policy: String,
    /// From when this version is in force (T10).
    pub effective_from: Instant,
    /// Whether tickets received earlier change over as well.
    #[serde(default)]
    pub applies_to: AppliesTo,
    /// What people call the commitment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: Title,
    /// The release of the IANA time-zone data that the calendars were checked with, such as `2025b` (I3).
    pub tzdata: String,
    /// Calendars by name, holidays resolved. `24x7` is always there and never listed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, Spec>,
    /// Objectives by name.
    pub objectives: BTreeMap<String, Objective>,
    /// To whom tickets go: the first row whose `when` matches (L13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing: Vec<Route>,
    /// What is owed once a promise was broken, by names that no objective has (L22).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remedies: BTreeMap<String, Remedy>,
    /// What customers' voices lead to (L19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Box<Feedback>>,
    /// What a broken promise costs (L21).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liability: Option<Box<Liability>>,
    /// What values are called, for letters and reviews.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: Words,
    /// Who sends it to whom (L23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// Who is told of what happens to clocks, where that is not as usual (L14).
    #[serde(default, skip_serializing_if = "Notify::is_empty")]
    pub notify: Box<Notify>,
}

/// A text per language (`en`, `zh`).
pub type Title = BTreeMap<String, String>;

/// Which tickets a version governs (T10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    /// Those received while it is in force.
    #[default]
    NewTickets,
    /// Those too that are open at `effective_from`: a retarget at that instant.
    OpenTickets,
}

/// One promise measured on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// What people call it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: Title,
    /// What starts its clock.
    pub start: Trigger,
    /// What stops it, and thereby meets it or is late.
    pub stop: Trigger,
    /// While this holds the clock is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Condition>,
    /// What cancels it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel: Option<Trigger>,
    /// What opens the next cycle.
    #[serde(default)]
    pub restart: Restart,
    /// What ends it for good, restarts included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Trigger>,
    /// What a change of target does (T8).
    #[serde(default)]
    pub on_retarget: OnRetarget,
    /// What a reopening does to a clock that waits for resolved (T9).
    #[serde(default)]
    pub on_reopen: OnReopen,
    /// The table of targets: the first whose `when` matches is in force.
    pub targets: Vec<Target>,
    /// When the people concerned are reminded, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind_at: Vec<RemindAt>,
    /// Who is told when the promise was broken, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Step>,
}

/// What opens the next cycle of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    /// Nothing: there is one cycle, but for reopening.
    #[default]
    Never,
    /// The stop: the next cycle starts at that instant.
    OnStop,
    /// The stop or the breach, whichever is first, so that silence breaches again and again.
    OnStopOrDeadline,
    /// The start trigger, seen again after the cycle has ended: each reply of a customer wants an answer.
    OnStart,
}

/// What a change of target does to a running clock (T8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRetarget {
    /// Start and pauses are kept; the deadline is the new target's.
    #[default]
    FromStart,
    /// The new target is counted from the change.
    FromChange,
    /// The target that the cycle began with stays.
    Keep,
}

/// What a reopening does to a clock that waits for resolved (T9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnReopen {
    /// It runs on; the time between does not count.
    #[default]
    Resume,
    /// The next cycle starts at the reopening.
    NewCycle,
}

/// A row of an objective's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What people call the requests that it is for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: Title,
    /// Matches the tickets that it is for; empty matches all.
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub when: Condition,
    /// How long may pass.
    pub within: Duration,
    /// The calendar that `working_…` durations of this target, its reminders and its ladder are counted on.
    pub calendar: String,
    /// How `working_days` are read here (T4).
    #[serde(default)]
    pub day_rule: DayRule,
}

/// A duration as promises state it (T2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duration {
    /// Plain elapsed time round the clock, in seconds: `30m`, `2h`, `3d`.
    Elapsed(u32),
    /// Open time on the calendar, in seconds: `90 working_minutes`, `4 working_hours`.
    Open(u32),
    /// Working days, N ≥ 1 (T4).
    WorkingDays(u32),
}

/// When a reminder is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemindAt {
    /// Hundredths of the open time from the start to the unpaused deadline (T6), 1 to 100.
    Percent(u32),
    /// That long before the deadline as it stands.
    Before(Duration),
}

/// A step of an escalation ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The step's name, one of its kind in the ladder.
    pub step: String,
    /// How long after the breach; absent: at the breach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Duration>,
    /// The role that is told.
    pub to: String,
    /// How long after a firing the next one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Duration>,
    /// Firings in all, the first included.
    #[serde(default = "one")]
    pub times: u32,
}

fn one() -> u32 {
    1
}

/// What holds on a ticket: every attribute named has one of the values listed. Empty holds always.
///
/// `status_class` is an attribute like any other here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Condition(pub BTreeMap<String, Vec<String>>);

impl Condition {
    /// Whether it holds always.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What has to happen: any of the alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Trigger(pub Vec<When>);

/// One way for a trigger to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// A ticket event of this type whose data has, for every field named, one of the values listed.
    Event {
        /// The type's short name: `responded`, `milestone_reached`, ….
        name: String,
        /// Fields of its data and the values that count, as text.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<String, Vec<String>>,
    },
    /// The ticket enters one of these classes, or is in one already at the start (DESIGN §6).
    Class(Vec<StatusClass>),
    /// The short form `resolved`: as `Class([Resolved])`, but stopped by closed as well and waiting for a reopening (T9).
    Resolved,
    /// The short form `reopened`: from resolved or closed back to a live class.
    Reopened,
}

/// Reads a span from whole seconds.
impl Duration {
    /// The span of an `Elapsed` or `Open` duration; `None` for working days, whose length depends on where they lie.
    pub fn span(self) -> Option<Span> {
        match self {
            Duration::Elapsed(s) | Duration::Open(s) => Some(Span::from_s(i64::from(s))),
            Duration::WorkingDays(_) => None,
        }
    }
}
