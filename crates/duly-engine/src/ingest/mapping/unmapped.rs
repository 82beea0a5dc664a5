//! Why a message, or a part of one, is no ticket event.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// What could not be mapped, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// The reason, for counting.
    pub reason: Reason,
    /// What is wrong, where, and what to do.
    pub detail: String,
    /// The value that a map lacks, where that is the reason.
    pub unknown: Option<Unknown>,
}

/// A value that a map of the file lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// The map's name under `values:`.
    pub map: String,
    /// The value, as text.
    pub value: String,
    /// Where in the message it stands.
    pub place: String,
}

/// The reasons why something is unmapped. The names are a metric's label: bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Not JSON, cut off, or nested too deep.
    NotJson,
    /// Larger than a message may be, or of more parts.
    TooLarge,
    /// No rule is for such a message.
    NoRule,
    /// A rule says that such a message has to be looked at.
    Refused,
    /// What an event needs is not there: its ticket, its time.
    Missing,
    /// A time in none of the formats.
    BadTime,
    /// A status, a priority or another value that its map lacks.
    UnknownValue,
    /// What came out is no ticket event.
    InvalidEvent,
    /// The jq program failed.
    JqError,
    /// The jq program went on for too long, or gave too much.
    JqLimit,
    /// Duly itself failed on it.
    Failed,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 11] = [
        Reason::NotJson,
        Reason::TooLarge,
        Reason::NoRule,
        Reason::Refused,
        Reason::Missing,
        Reason::BadTime,
        Reason::UnknownValue,
        Reason::InvalidEvent,
        Reason::JqError,
        Reason::JqLimit,
        Reason::Failed,
    ];

    /// The written name.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::NotJson => "not_json",
            Reason::TooLarge => "too_large",
            Reason::NoRule => "no_rule",
            Reason::Refused => "refused",
            Reason::Missing => "missing",
            Reason::BadTime => "bad_time",
            Reason::UnknownValue => "unknown_value",
            Reason::InvalidEvent => "invalid_event",
            Reason::JqError => "jq_error",
            Reason::JqLimit => "jq_limit",
            Reason::Failed => "failed",
        }
    }
}

impl Unmapped {
    pub(in crate::ingest) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Unmapped { reason, detail: detail.into(), unknown: None }
    }
}

/// The beginning of a text, for messages.
pub(super) fn excerpt(text: &str) -> String {
    const CHARS: usize = 60;
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(CHARS).map(shown).collect();
    if text.chars().nth(CHARS).is_some() {
        short.push('…');
    }
    short
}

/// Sixteen digits that stand for `bytes`. They are part of ids: fixed for ever.
pub(super) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
        text
    })
}
