//! What the embedded engine says when it can not do what was asked, or can not run.

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

/// Why an engine does not start, or has ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store can not be used.
    #[error(transparent)]
    Store(#[from] crate::sqlite::Error),
    /// A feed can not be read, or not to its end.
    #[error("cannot read the feed {name}: {why}")]
    Feed {
        /// The file, or `-`.
        name: String,
        /// What happened.
        why: String,
    },
    /// A policy is wrong in itself.
    #[error("the policies can not be put in force: {0}")]
    Policies(String),
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    NoThread(String),
    /// A defect: the thread of the engine has panicked.
    #[error("the engine has failed; what was answered is stored, and a new start goes on from there")]
    Panicked,
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
