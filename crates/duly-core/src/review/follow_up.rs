//! What customers' voices led to, and what broken promises cost (L19, L21): the part of a report that is about people and money.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::period::Range;
use super::timeline::Said;
use crate::dossier::{Dossier, Flow, InvestigationFile};
use crate::money::{Currency, Decimal};
use crate::policy;
use crate::ticket::{Kind, SCORE_DECIMALS};
use crate::time::Instant;

/// What customers said in the period, in figures that scales do not blur.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Feedback {
    /// Scores of which the scale is known.
    pub scores: u64,
    /// Their mean, in percent of the best.
    pub mean_percent: Option<f64>,
    /// Their median, in percent of the best; the lower of the two in the middle.
    pub median_percent: Option<f64>,
    /// Those of them that the policy calls low; null where it does not say.
    pub low: Option<u64>,
    /// The share of these, in percent.
    pub low_percent: Option<f64>,
    /// Complaints by what they were about.
    pub complaints_about: BTreeMap<String, u64>,
    /// Complaints about a response that was late, on tickets of which no promise had been broken by then.
    pub late_unbroken: u64,
    /// Feedback and complaints by channel, where one is named.
    pub channels: BTreeMap<String, u64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Investigations {
    /// Opened in the period.
    pub opened: u64,
    /// Those of them in which no promise had been broken, as far as the clocks say.
    pub opened_unbroken: u64,
    /// Closed in the period.
    pub closed: u64,
    /// Open at its end.
    pub open: u64,
    /// Causes recorded in the period, the most frequent first.
    pub causes: Vec<Cause>,
    /// Corrective actions set in the period.
    pub actions_set: u64,
    /// Corrective actions done in the period.
    pub actions_done: u64,
    /// Those that were opened or closed in the period, or are open at its end: first those in which something was found or
    /// is done, of each the last opened first; the report is asked for how many.
    pub list: Vec<InvestigationFile>,
}

/// A cause and how often it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// As it was recorded.
    pub cause: String,
    /// How often.
    pub count: u64,
}

/// What broken promises cost in one currency. Amounts are decimal strings; what was claimed or accepted before and is taken
/// back in the period counts less than nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Liability {
    /// The currency's ISO 4217 code.
    pub currency: String,
    /// Cases opened in the period.
    pub cases: u64,
    /// Claimed in the period.
    pub claimed: String,
    /// Accepted in the period.
    pub accepted: String,
    /// Paid in the period.
    pub settled: String,
    /// What was claimed in the cases that were rejected in the period.
    pub rejected: String,
    /// What was claimed in the cases that were waived in the period.
    pub waived: String,
    /// Cases in which something was claimed that are not over at the end of the period.
    pub open_claims: u64,
}

/// Something owed that was not done in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overdue {
    /// `tenant/ticket`.
    pub subject: String,
    /// The policy's name.
    pub policy: String,
    /// What is owed: a remedy, or a task such as `claim_assessment`.
    pub objective: String,
    /// Its cycle.
    pub cycle: u32,
    /// Who owes it.
    pub owner: String,
    /// By when it was to be done.
    pub due_at: Instant,
}

/// All that is gathered of it in a period.
#[derive(Debug, Default)]
pub(super) struct FollowUp {
    shares: Vec<i64>,
    feedback: Feedback,
    investigations: Investigations,
    causes: BTreeMap<String, u64>,
    flows: BTreeMap<Currency, Sums>,
}

/// Sums of a currency, in its smallest unit.
#[derive(Debug, Default)]
struct Sums {
    cases: u64,
    open_claims: u64,
    claimed: i128,
    accepted: i128,
    settled: i128,
    rejected: i128,
    waived: i128,
}

impl FollowUp {
    /// Hears what a customer said in the period; `is_broken` where a promise had been broken by then.
    pub(super) fn hear(&mut self, said: &Said, is_broken: bool, rules: Option<&policy::Feedback>) {
        if !said.kind.is_voice() {
            return;
        }
        if let Some(channel) = &said.channel {
            *self.feedback.channels.entry(channel.clone()).or_default() += 1;
        }
        if said.kind == Kind::ComplaintFiled {
            let about = said.about.as_deref().unwrap_or("other");
            *self.feedback.complaints_about.entry(about.to_owned()).or_default() += 1;
            self.feedback.late_unbroken += u64::from(about == "late" && !is_broken);
        }
        let number = |text: &str| Decimal::parse(text, SCORE_DECIMALS).ok().map(Decimal::units);
        let scale = said.scale.as_deref().and_then(number);
        let scale = scale.or_else(|| number(&rules?.scale?.to_string())).filter(|scale| *scale > 0);
        if let Some((score, scale)) = said.score.as_deref().and_then(number).zip(scale) {
            // In tenths of a percent.
            self.shares.push(i64::try_from(score * 1000 / scale).unwrap_or(i64::MAX));
            if let Some(most) = rules.and_then(|rules| rules.score_at_most) {
                *self.feedback.low.get_or_insert(0) += u64::from(score * 100 <= i128::from(most) * scale);
            }
        }
    }

    /// Takes what a ticket's dossier has of the period, which is looked at up to `end`.
    pub(super) fn take(&mut self, dossier: &Dossier, flows: &[Flow], range: Range, end: Instant) {
        for flow in flows.iter().filter(|flow| range.contains(flow.at)) {
            let sums = self.flows.entry(flow.currency).or_default();
            sums.cases += u64::from(flow.is_opening);
            sums.claimed += flow.claimed;
            sums.accepted += flow.accepted;
            sums.settled += flow.settled;
            sums.rejected += flow.rejected;
            sums.waived += flow.waived;
        }
        let mut claims: BTreeMap<usize, (Currency, bool)> = BTreeMap::new();
        for flow in flows.iter().filter(|flow| flow.at < end) {
            claims.insert(flow.case, (flow.currency, flow.is_open_claim));
        }
        for (currency, _) in claims.into_values().filter(|(_, is_open)| *is_open) {
            self.flows.entry(currency).or_default().open_claims += 1;
        }
        for file in dossier.investigations.iter().filter(|file| file.opened_at < end) {
            self.investigate(file, range, end);
        }
    }

    fn investigate(&mut self, file: &InvestigationFile, range: Range, end: Instant) {
        let within = |at: Option<Instant>| at.is_some_and(|at| range.contains(at));
        let all = &mut self.investigations;
        let (is_opened, is_closed) = (within(Some(file.opened_at)), within(file.closed_at));
        let is_open = file.closed_at.is_none_or(|at| at >= end);
        all.opened += u64::from(is_opened);
        all.opened_unbroken += u64::from(is_opened && file.is_about_kept_promises());
        all.closed += u64::from(is_closed);
        all.open += u64::from(is_open);
        for finding in file.findings.iter().filter(|finding| range.contains(finding.at)) {
            *self.causes.entry(finding.cause.clone()).or_default() += 1;
        }
        for action in &file.actions {
            all.actions_set += u64::from(within(Some(action.since)));
            all.actions_done += u64::from(within(action.done_at));
        }
        if is_opened || is_closed || is_open {
            all.list.push(file.clone());
        }
    }

    /// What is told of it: feedback, investigations with at most `top` of a list, liability by currency.
    pub(super) fn finish(mut self, top: usize) -> (Feedback, Investigations, Vec<Liability>) {
        self.shares.sort_unstable();
        let (count, tenths) = (self.shares.len(), |tenths: i64| tenths as f64 / 10.0);
        let feedback = Feedback {
            scores: count as u64,
            mean_percent: (count > 0).then(|| tenths(self.shares.iter().sum::<i64>() / count as i64)),
            median_percent: (count > 0).then(|| tenths(self.shares[(count - 1) / 2])),
            low_percent: self.feedback.low.map(|low| tenths((low * 1000 / count as u64) as i64)),
            ..self.feedback
        };
        let mut causes: Vec<Cause> = self.causes.into_iter().map(|(cause, count)| Cause { cause, count }).collect();
        causes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.cause.cmp(&b.cause)));
        causes.truncate(top);
        let mut list = self.investigations.list;
        list.sort_by_cached_key(|file| (file.findings.is_empty() && file.actions.is_empty(), file.rank()));
        list.truncate(top);
        let investigations = Investigations { causes, list, ..self.investigations };
        let liability = self.flows.into_iter().map(|(currency, sums)| {
            let amount = |minor| Decimal::new(minor, currency.decimals()).to_string();
            Liability {
                currency: currency.code().to_owned(),
                cases: sums.cases,
                claimed: amount(sums.claimed),
                accepted: amount(sums.accepted),
                settled: amount(sums.settled),
                rejected: amount(sums.rejected),
                waived: amount(sums.waived),
                open_claims: sums.open_claims,
            }
        });
        (feedback, investigations, liability.collect())
    }
}
