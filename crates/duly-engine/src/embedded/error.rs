//! What the embedded engine answers when it can not do what was asked.

use std::sync::Arc;

/// Why a command was not carried out. Nothing of it has happened, and it may be tried again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The queue is full.
    #[error("the engine has more work than it can queue: try again in a moment")]
    Busy,
    /// The engine is stopping or has stopped.
    #[error("the engine has stopped")]
    Stopped,
    /// The turn could not be stored; none of its records counts.
    #[error("cannot store the records: {}", chain(.0))]
    NotStored(Arc<crate::sqlite::Error>),
}

/// An error and its causes in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
