//! What the loop is asked to do.

use duly_core::lane::Lane;
use tokio::sync::oneshot;

use super::feeder::News;
use super::{EngineError, Receipt, Status};
use crate::emergency::{Order, Told};
use crate::ingest::letter::Letter;

/// A command to the loop.
pub(super) enum Command {
    /// Records to take in.
    Append(Append),
    /// A control event to put in force.
    Tell(Box<Order>, oneshot::Sender<Result<Told, EngineError>>),
    /// A message to keep with the dead letters.
    Keep(Box<Letter>, oneshot::Sender<Result<(), EngineError>>),
    /// A question about what is committed.
    Ask(Question),
    /// Time may have passed: step, and say when it is done.
    Tick(oneshot::Sender<Result<(), EngineError>>),
    /// What the thread that reads the feeds has found.
    Feed(News),
    /// Finish what is queued, and end.
    Stop,
}

/// Records that wait to be taken in.
pub(super) struct Append {
    pub(super) records: Vec<Vec<u8>>,
    pub(super) reply: oneshot::Sender<Result<Vec<Receipt>, EngineError>>,
}

/// A question, which carries its own reply.
pub(super) type Question = Box<dyn FnOnce(&Inside<'_>) + Send>;

/// What questions may look at: the lane between turns, where all of it is committed.
pub(super) struct Inside<'a> {
    pub(super) lane: &'a Lane,
    pub(super) status: &'a Status,
}
