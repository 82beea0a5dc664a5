//! What the embedded engine says when it can not run.

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
