//! How the engine stands, for those who ask from outside.

use duly_core::lane::{ClockState, ClockView, Lane};
use duly_core::time::Instant;

/// How the engine stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// Up to when silence has been judged (T11); [`Instant::MIN`] before the first record.
    pub watermark: Instant,
    /// What the engine's clock says.
    pub wall: Instant,
    /// Whether all that was appended has been read: the watermark follows the clock.
    pub is_at_end: bool,
    /// Whether the state is restored and the last turn could be stored.
    pub is_ready: bool,
    /// Why the last turn could not be stored, while that is so.
    pub failure: Option<String>,
    /// The number of the last turn.
    pub turn: u64,
    /// How many tickets there are.
    pub tickets: usize,
    /// When the next timer is due; [`Instant::MAX`] where none is.
    pub next_timer: Instant,
    /// How far each feed was read, in their order.
    pub feeds: Vec<FeedStatus>,
}

/// How far a feed was read and stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedStatus {
    /// The file, or `-`.
    pub name: String,
    /// Lines so far.
    pub lines: u64,
    /// Bytes so far, after decompression.
    pub bytes: u64,
    /// Whether there was no more when it was last looked at.
    pub is_at_end: bool,
    /// Why it is not read any further, where that is so.
    pub failure: Option<String>,
}

/// Clocks that are running out, or have.
#[derive(Debug, Clone)]
pub struct AtRisk {
    /// Up to when silence has been judged.
    pub watermark: Instant,
    /// The soonest of them: subject and clock, by due time.
    pub clocks: Vec<(String, ClockView)>,
    /// How many there are in all.
    pub total: usize,
}

impl AtRisk {
    /// The clocks of `lane` that are due by `until` or have breached: the `limit` soonest.
    pub(super) fn among(lane: &Lane, until: Instant, limit: usize) -> Self {
        let mut clocks: Vec<(String, ClockView)> = lane
            .tickets()
            .filter(|(_, ticket)| ticket.due_at() <= until)
            .filter_map(|(subject, _)| lane.view(subject))
            .flat_map(|ticket| ticket.clocks.into_iter().map(move |clock| (ticket.subject.clone(), clock)))
            .filter(|(_, clock)| is_at_risk(clock, until))
            .collect();
        clocks.sort_by(|(a_subject, a), (b_subject, b)| {
            (a.due_at, a_subject, &a.policy, &a.objective).cmp(&(b.due_at, b_subject, &b.policy, &b.objective))
        });
        let total = clocks.len();
        clocks.truncate(limit);
        AtRisk { watermark: lane.watermark(), clocks, total }
    }
}

fn is_at_risk(clock: &ClockView, until: Instant) -> bool {
    match clock.state {
        ClockState::Running => clock.due_at.is_some_and(|due| due <= until),
        ClockState::Breached => true,
        ClockState::Dormant | ClockState::Paused | ClockState::Stopped | ClockState::Escalating => false,
    }
}
