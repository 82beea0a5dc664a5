//! Clocks that are running out, or have.

use duly_core::lane::{ClockState, ClockView, Lane};
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};

use super::listed::{Listed, Ranked, sort};

/// A clock that is running out, or has.
#[derive(Debug, Clone, Serialize)]
pub struct Risk {
    /// Its ticket.
    pub subject: String,
    /// The clock.
    #[serde(flatten)]
    pub clock: ClockView,
}

/// What clocks are ordered by: the soonest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct RiskRank {
    due_at: Option<Instant>,
    subject: String,
    policy: String,
    objective: String,
}

impl Ranked for Risk {
    type Rank = RiskRank;

    fn rank(&self) -> RiskRank {
        let Risk { subject, clock } = self;
        RiskRank {
            due_at: clock.due_at,
            subject: subject.clone(),
            policy: clock.policy.clone(),
            objective: clock.objective.clone(),
        }
    }
}

/// Clocks that are running out, or have, among some lanes: the soonest, by due time.
pub type AtRisk = Listed<Risk>;

impl AtRisk {
    /// The clocks of `lane` that are due by `until` or have breached: the `limit` soonest. `watermark` is how far the lane
    /// is committed.
    pub(crate) fn among(number: i32, lane: &Lane, watermark: Instant, until: Instant, limit: usize) -> Self {
        let mut clocks: Vec<Risk> = lane
            .tickets()
            .filter(|(_, ticket)| ticket.due_at() <= until)
            .filter_map(|(subject, _)| lane.view(subject))
            .flat_map(|ticket| {
                ticket.clocks.into_iter().map(move |clock| Risk { subject: ticket.subject.clone(), clock })
            })
            .filter(|risk| is_at_risk(&risk.clock, until))
            .collect();
        let total = clocks.len();
        sort(&mut clocks, limit);
        Listed::of(number, watermark, clocks, total)
    }
}

fn is_at_risk(clock: &ClockView, until: Instant) -> bool {
    match clock.state {
        ClockState::Running => clock.due_at.is_some_and(|due| due <= until),
        ClockState::Breached => true,
        ClockState::Dormant | ClockState::Paused | ClockState::Stopped | ClockState::Escalating => false,
    }
}
