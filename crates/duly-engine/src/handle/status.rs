//! How an engine and its lanes stand, for those who ask from outside.

use std::sync::Arc;

use duly_core::lane::{Hindmost, OpenFiles, Sources};
use duly_core::time::Instant;
use serde::Serialize;

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
    /// Why it is not ready, while that is so.
    pub failure: Option<String>,
    /// The number of the last turn.
    pub turn: u64,
    /// How many tickets there are.
    pub tickets: usize,
    /// How many of them are set aside, because the core failed on them.
    pub quarantined: usize,
    /// How many have left memory, long after they were closed.
    pub retired: usize,
    /// What is open of their cases and investigations.
    pub files: OpenFiles,
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

/// How a lane stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneStatus {
    /// Its number: that of the partition.
    pub lane: i32,
    /// What it does.
    #[serde(flatten)]
    pub state: LaneState,
}

/// What a lane does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LaneState {
    /// It is at work.
    Live(LiveLane),
    /// It stands still: too much of what was read last can not be read.
    Frozen(LiveLane),
    /// It is being read back.
    Restoring,
    /// What is stored of it can not be used.
    Refused {
        /// What is wrong, and what to do.
        why: String,
    },
}

/// A lane at work, as it is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiveLane {
    /// The offset of the next record to read, where the log has offsets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// How many offsets the log was ahead when it was last asked how far it reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<i64>,
    /// Up to when silence has been judged; `None` before the first record.
    pub watermark: Option<Instant>,
    /// The part of a source that holds the watermark back, if any does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Hindmost>,
    /// How far its sources have come.
    #[serde(skip)]
    pub sources: Arc<Sources>,
    /// Whether all that was appended has been read.
    pub is_at_end: bool,
    /// How many tickets it has.
    pub tickets: usize,
    /// How many of them are set aside, because the core failed on them.
    #[serde(skip)]
    pub quarantined: usize,
    /// How many have left memory, long after they were closed.
    #[serde(skip)]
    pub retired: usize,
    /// What is open of their cases and investigations.
    #[serde(skip)]
    pub files: OpenFiles,
    /// The number of the last turn.
    pub turn: u64,
    /// When its next timer is due; [`Instant::MAX`] where none is.
    #[serde(skip)]
    pub next_timer: Instant,
}

impl LaneState {
    /// The names of all states, as they are shown.
    pub const NAMES: [&'static str; 4] = ["live", "frozen", "restoring", "refused"];

    /// Its name, one of [`LaneState::NAMES`].
    pub fn name(&self) -> &'static str {
        let place = match self {
            LaneState::Live(_) => 0,
            LaneState::Frozen(_) => 1,
            LaneState::Restoring => 2,
            LaneState::Refused { .. } => 3,
        };
        LaneState::NAMES[place]
    }
}

impl LaneStatus {
    /// The one lane of an engine that has no more.
    pub(super) fn only(status: &Status) -> Self {
        let live = LiveLane {
            offset: None,
            lag: None,
            watermark: known(status.watermark),
            waits_for: None,
            sources: Arc::default(),
            is_at_end: status.is_at_end,
            tickets: status.tickets,
            quarantined: status.quarantined,
            retired: status.retired,
            files: status.files,
            turn: status.turn,
            next_timer: status.next_timer,
        };
        LaneStatus { lane: 0, state: LaneState::Live(live) }
    }
}

/// A watermark, where there is one.
pub(crate) fn known(watermark: Instant) -> Option<Instant> {
    (watermark > Instant::MIN).then_some(watermark)
}
