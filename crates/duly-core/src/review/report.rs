//! A review as data: what `duly report --format json` writes, and what its pages are made of.
//!
//! `docs/report.md` defines every figure. Percentages are cut to one decimal, so that 100 means all; times are open time
//! in milliseconds unless they say otherwise.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::causes::Causes;
use super::follow_up::{Feedback, Investigations, Liability, Overdue};
use crate::control::emergency;
use crate::policy::{Condition, Title};
use crate::time::Instant;

/// How the promises were kept in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The period.
    pub period: Stretch,
    /// The IANA zone in which the period's days begin.
    pub zone: String,
    /// What occurred later is not looked at: the end of the period, or of the history where that is earlier.
    pub until: Instant,
    /// The policy versions that there are, in the order of their names and of taking over.
    pub policies: Vec<Version>,
    /// The emergencies that were in force for some of the period, in the order of their beginnings.
    #[serde(default)]
    pub emergencies: Vec<Emergency>,
    /// What came in and went.
    pub tickets: Tickets,
    /// All clocks.
    pub figures: Figures,
    /// All clocks in the period before, where that was asked for.
    pub previous: Option<Previous>,
    /// Promised against actual, objective by objective.
    pub objectives: Vec<Objective>,
    /// What was owed after breaches, remedy by remedy: counted here alone, not among the promises.
    pub remedies: Vec<Objective>,
    /// All clocks by the value of an attribute as it held when the clock was decided; one of them for each attribute.
    pub breakdowns: Vec<Breakdown>,
    /// Where the time of all breached clocks went.
    pub causes: Causes,
    /// The parts of the period, each as it stood at its end.
    pub course: Vec<Part>,
    /// The periods before and this one, each as it stood at its end.
    pub trend: Vec<Part>,
    /// The breaches that ran over the most open time, the worst first.
    pub worst: Vec<Broken>,
    /// Those that were met with the least of their time left, the closest first.
    pub near_misses: Vec<Near>,
    /// What customers said about the promises, and what was done about it.
    pub voices: Voices,
    /// What customers said, by scores and words.
    pub feedback: Feedback,
    /// What came of it: investigations, causes and corrective actions.
    pub investigations: Investigations,
    /// What broken promises cost, currency by currency.
    pub liability: Vec<Liability>,
    /// Remedies and tasks that are owed and were not done in time, at the end of the period, the longest overdue first; the
    /// report is asked for how many.
    pub overdue: Vec<Overdue>,
    /// What another policy would have said of the same history.
    pub what_if: Option<WhatIf>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stretch {
    /// As people write it: `2026-10`.
    pub name: String,
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
}

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// The policy's name.
    pub policy: String,
    /// The version's content hash.
    pub version: String,
    /// What people call it, by language.
    pub title: Title,
}

/// An emergency as it stood at the end of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Emergency {
    /// Its id.
    pub emergency: String,
    /// What kind of emergency it is.
    pub kind: emergency::Kind,
    /// What people call it, by language.
    pub title: Title,
    /// The tickets in its scope; all where it asks for nothing.
    pub when: Condition,
    /// What it did to the clocks in scope, as it was last.
    pub effect: emergency::Effect,
    /// Since when it lasted.
    pub from: Instant,
    /// When it was lifted; absent where it lasted at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// When it was expected to be over, as was told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_end: Option<Instant>,
    /// Tickets whose customers were told of it by the end.
    pub tickets: u64,
}

/// What came in and went in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tickets {
    /// Tickets received.
    pub received: u64,
    /// Steps from a live class to resolved or closed.
    pub resolved: u64,
    /// Steps back from resolved or closed to a live class.
    pub reopened: u64,
    /// Tickets that were open at the end.
    pub open: u64,
}

/// How clocks were kept.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// Clocks that were decided by being met.
    pub met: u64,
    /// Clocks that were decided by their breach.
    pub breached: u64,
    /// Hundredths of those decided that were met, cut to one decimal; null where none was decided.
    pub attainment_percent: Option<f64>,
    /// Of those met, the ones with under a tenth of their open time left.
    pub near_misses: u64,
    /// Clocks that ran or were paused at the end, and had not breached.
    pub running: u64,
    /// Clocks that had breached and were not stopped at the end.
    pub overdue: u64,
    /// Clocks that were stopped, in time or late: those whose response times the percentiles are of.
    pub responses: u64,
    /// Half of the responses took no longer; open time, nearest rank.
    pub p50_ms: Option<i64>,
    /// Nine of ten took no longer.
    pub p90_ms: Option<i64>,
    /// Ninety-nine of a hundred took no longer.
    pub p99_ms: Option<i64>,
}

/// The period before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Previous {
    /// Which one.
    pub period: Stretch,
    /// What came in and went.
    pub tickets: Tickets,
    /// All clocks.
    pub figures: Figures,
    /// Where the time of all breached clocks went.
    pub causes: Causes,
    /// What customers said.
    pub voices: Voices,
    /// What customers said, by scores and words.
    pub feedback: Feedback,
    /// What broken promises cost, currency by currency.
    pub liability: Vec<Liability>,
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Objective {
    /// The policy's name.
    pub policy: String,
    /// The objective's name.
    pub objective: String,
    /// What people call it, by language.
    pub title: Title,
    /// All its clocks.
    pub figures: Figures,
    /// The same of the period before, where that was asked for.
    pub previous: Option<Figures>,
    /// Row by row of its table: what was promised, and what became of it.
    pub rows: Vec<Row>,
    /// How long responses took.
    pub distribution: Vec<Band>,
    /// Where the time of its breached clocks went.
    pub causes: Causes,
}

/// A row of an objective's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// What people call these tickets, by language.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub title: Title,
    /// Which tickets it is for; empty: all others.
    pub when: Condition,
    /// What was promised.
    pub within: String,
    /// The calendar that it is counted on.
    pub calendar: String,
    /// Its clocks.
    pub figures: Figures,
}

/// Responses of about the same length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Band {
    /// Responses of more than this; the first band has those of no time too.
    pub over_ms: i64,
    /// Up to this, included; null in the last band.
    pub to_ms: Option<i64>,
    /// How many.
    pub responses: u64,
}

/// All clocks by one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breakdown {
    /// The attribute.
    pub attribute: String,
    /// Each value, the one with the most clocks first.
    pub values: Vec<OfValue>,
}

/// The clocks of tickets with one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfValue {
    /// The value; null where it was not set.
    pub value: Option<String>,
    /// Its clocks.
    pub figures: Figures,
    /// The same of the period before, where that was asked for.
    pub previous: Option<Figures>,
}

/// A stretch and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Which one.
    pub period: Stretch,
    /// All clocks.
    pub figures: Figures,
    /// By objective, in the order of the report's objectives; each as in `objectives`.
    pub objectives: Vec<Figures>,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// `tenant/ticket`.
    pub subject: String,
    /// The policy's name.
    pub policy: String,
    /// The objective's name.
    pub objective: String,
    /// The cycle.
    pub cycle: u32,
    /// What was promised.
    pub within: String,
    /// When the clock started.
    pub started_at: Instant,
    /// The deadline.
    pub due_at: Instant,
    /// When it breached.
    pub breached_at: Instant,
    /// When it was stopped after all.
    pub stopped_at: Option<Instant>,
    /// Open time after the deadline, in which nothing held the clock.
    pub over_ms: i64,
    /// Where the time went.
    pub causes: Causes,
    /// The emergencies that lay over it before it was broken, whatever their effect.
    #[serde(default)]
    pub emergencies: Vec<String>,
    /// The attributes that the report breaks down by.
    pub attributes: BTreeMap<String, String>,
}

/// A promise that was only just kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Near {
    /// `tenant/ticket`.
    pub subject: String,
    /// The policy's name.
    pub policy: String,
    /// The objective's name.
    pub objective: String,
    /// The cycle.
    pub cycle: u32,
    /// What was promised.
    pub within: String,
    /// When it was met.
    pub met_at: Instant,
    /// Open time that was left.
    pub left_ms: i64,
    /// Open time from the start to the deadline.
    pub of_ms: i64,
}

/// What customers said about the promises, and what was done about it: ticket events of the period.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Voices {
    /// `feedback_given`.
    pub feedback: u64,
    /// Those of them that have a number as `score`.
    pub scores: u64,
    /// The mean of these, cut to two decimals.
    pub score_mean: Option<f64>,
    /// `complaint_filed`.
    pub complaints: u64,
    /// Those of them about tickets of which no promise had been broken by then.
    pub complaints_unbroken: u64,
    /// `loss_claimed`.
    pub losses_claimed: u64,
    /// `claim_assessed`.
    pub claims_assessed: u64,
    /// `apology_issued`.
    pub apologies: u64,
    /// `remedy_granted`.
    pub remedies: u64,
}

/// What another policy would have said of the same history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIf {
    /// The other policies.
    pub policies: Vec<Version>,
    /// All clocks under them.
    pub figures: Figures,
    /// Objective by objective, by name.
    pub objectives: Vec<BothWays>,
    /// Clocks that were broken and would have been met.
    pub would_be_met: u64,
    /// Clocks that were met and would have been broken.
    pub would_be_broken: u64,
    /// Clocks that are decided in the period only under one of the two.
    pub otherwise_decided: u64,
    /// Clocks that would have been decided otherwise, by ticket; the report is asked for how many.
    pub changes: Vec<Changed>,
}

/// An objective under both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BothWays {
    /// The objective's name.
    pub objective: String,
    /// What people call it, by language.
    pub title: Title,
    /// What it promises now, row by row.
    pub within: Vec<String>,
    /// What it would promise.
    pub within_then: Vec<String>,
    /// As it was; null where no policy in force has it.
    pub now: Option<Figures>,
    /// As it would have been; null where the other policies lack it.
    pub then: Option<Figures>,
}

/// A clock that would have been decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// `tenant/ticket`.
    pub subject: String,
    /// The objective's name.
    pub objective: String,
    /// The cycle.
    pub cycle: u32,
    /// What it was.
    pub now: Decided,
    /// What it would have been.
    pub then: Decided,
}

/// What a clock was decided as in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// Met.
    Met,
    /// Breached.
    Breached,
    /// Not in the period.
    No,
}
