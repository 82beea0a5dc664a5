//! Clocks that are running out, or have.

use duly_core::lane::{ClockState, ClockView, Lane};
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};

use super::status::known;

/// Clocks that are running out, or have, among some lanes.
#[derive(Debug, Clone, Default)]
pub struct AtRisk {
    /// Up to when silence has been judged in all of the lanes; `None` where there is none, or one has no record yet.
    pub watermark: Option<Instant>,
    /// The soonest of them: subject and clock, by due time.
    pub clocks: Vec<(String, ClockView)>,
    /// How many there are in all.
    pub total: usize,
    /// The lanes that were asked.
    pub lanes: Vec<i32>,
    /// Those that could not be.
    pub missing: Vec<Missing>,
}

/// Lanes that an answer does not cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The instance that they are at, where another one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The lanes.
    pub lanes: Vec<i32>,
    /// Why they are not covered.
    pub why: String,
}

impl AtRisk {
    /// The clocks of `lane` that are due by `until` or have breached: the `limit` soonest. `watermark` is how far the lane
    /// is committed.
    pub(crate) fn among(number: i32, lane: &Lane, watermark: Instant, until: Instant, limit: usize) -> Self {
        let mut clocks: Vec<(String, ClockView)> = lane
            .tickets()
            .filter(|(_, ticket)| ticket.due_at() <= until)
            .filter_map(|(subject, _)| lane.view(subject))
            .flat_map(|ticket| ticket.clocks.into_iter().map(move |clock| (ticket.subject.clone(), clock)))
            .filter(|(_, clock)| is_at_risk(clock, until))
            .collect();
        let total = clocks.len();
        sort(&mut clocks, limit);
        AtRisk { watermark: known(watermark), clocks, total, lanes: vec![number], missing: Vec::new() }
    }

    /// Those of several lanes in one: the `limit` soonest.
    pub(crate) fn merge(parts: impl IntoIterator<Item = AtRisk>, limit: usize) -> Self {
        let mut merged = AtRisk::default();
        let mut watermark = Instant::MAX;
        for part in parts {
            if !part.lanes.is_empty() {
                watermark = watermark.min(part.watermark.unwrap_or(Instant::MIN));
            }
            merged.clocks.extend(part.clocks);
            merged.total += part.total;
            merged.lanes.extend(part.lanes);
            merged.missing.extend(part.missing);
        }
        merged.watermark = known(watermark).filter(|_| !merged.lanes.is_empty());
        sort(&mut merged.clocks, limit);
        merged
    }
}

fn sort(clocks: &mut Vec<(String, ClockView)>, limit: usize) {
    clocks.sort_by(|(a_subject, a), (b_subject, b)| {
        (a.due_at, a_subject, &a.policy, &a.objective).cmp(&(b.due_at, b_subject, &b.policy, &b.objective))
    });
    clocks.truncate(limit);
}

fn is_at_risk(clock: &ClockView, until: Instant) -> bool {
    match clock.state {
        ClockState::Running => clock.due_at.is_some_and(|due| due <= until),
        ClockState::Breached => true,
        ClockState::Dormant | ClockState::Paused | ClockState::Stopped | ClockState::Escalating => false,
    }
}
