//! What an engine says when it can not do what was asked.

use std::sync::Arc;

/// Why a command was not carried out or a question not answered. It may be tried again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The queue is full.
    #[error("the engine has more work than it can queue: try again in a moment")]
    Busy,
    /// The engine is stopping or has stopped.
    #[error("the engine has stopped")]
    Stopped,
    /// It is at work, and did not come round to the question in time.
    #[error("the engine is busy with something that takes long, and did not answer in time")]
    Late,
    /// The turn could not be stored; none of its records counts.
    #[error("cannot store the records: {}", chain(.0))]
    NotStored(Arc<crate::sqlite::Error>),
    /// The log of ticket events did not take all records; some of them may be in it.
    #[error("cannot append the records to the log of ticket events: {0}")]
    NotAppended(String),
    /// The control topic did not take what an operator told, or it could not be read back from it.
    #[error("cannot tell whether it is in force: {0}")]
    NotTold(String),
    /// The lane of the ticket is this instance's, and is being restored.
    #[error("restoring: lane {lane} is being read back, and answers when it is complete")]
    Restoring {
        /// The lane.
        lane: i32,
    },
    /// The lane of the ticket is this instance's, and stands still.
    #[error("lane {lane} stands still: {why}")]
    StandsStill {
        /// The lane.
        lane: i32,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// The lane of the ticket is not this instance's.
    #[error("lane {lane} is not this instance's")]
    Elsewhere {
        /// The lane.
        lane: i32,
    },
    /// It is not known which instance has which lanes.
    #[error("cannot find out which instance has which lanes: {0}")]
    NoOwners(String),
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
