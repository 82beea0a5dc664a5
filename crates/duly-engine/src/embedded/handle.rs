//! The way to a running engine from other threads: HTTP, tests, the demo.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use duly_core::control::Controls;
use duly_core::explain::Explanation;
use duly_core::lane::{Asked, Counts, TicketView, Wanted};
use duly_core::ticket::Record;
use duly_core::time::{Instant, Span};
use tokio::sync::oneshot;

use super::command::{Append, Command, Inside};
use super::{AtRisk, Clock, Counters, EngineError, Receipt, Status};
use crate::emergency::{Order, Told};
use crate::handle::{Budget, Cases, Investigations, Work};
use crate::ingest::letter::Letter;

/// A running engine. Clones lead to the same one.
#[derive(Clone)]
pub struct Handle {
    commands: SyncSender<Command>,
    queued: Budget,
    counters: Arc<Counters>,
    clock: Arc<dyn Clock>,
}

impl Handle {
    pub(super) fn new(commands: SyncSender<Command>, counters: Arc<Counters>, clock: Arc<dyn Clock>) -> Self {
        Handle { commands, queued: Budget::default(), counters, clock }
    }

    /// Takes in records, each one `CloudEvent` in structured mode, and answers once they are committed, in their order.
    ///
    /// All of them are stored or none is. Given again they are duplicates, so that a caller who got no answer may repeat.
    pub async fn append(&self, records: Vec<Vec<u8>>) -> Result<Vec<Receipt>, EngineError> {
        let _reserved = self.queued.reserve(&records)?;
        let (reply, answer) = oneshot::channel();
        self.send(Command::Append(Append { records, reply }))?;
        answer.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Keeps a message of a source with the dead letters, and answers once it is stored.
    pub async fn keep(&self, letter: Letter) -> Result<(), EngineError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Keep(Box::new(letter), reply))?;
        answer.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Puts a control event in force, and answers once it is stored.
    pub async fn tell(&self, order: Order) -> Result<Told, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Tell(Box::new(order), reply))?;
        answer.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// The ticket `subject` (`tenant/ticket`) and the watermark at which that holds.
    pub async fn ticket(&self, subject: String) -> Result<Option<(TicketView, Instant)>, EngineError> {
        self.ask(move |inside| Some((inside.lane.view(&subject)?, inside.lane.watermark()))).await
    }

    /// Clocks that are due within `within` of now, or have breached and run on: the `limit` soonest, and how many in all.
    pub async fn at_risk(&self, within: Span, limit: usize) -> Result<AtRisk, EngineError> {
        let until = self.clock.now().plus(within);
        self.ask(move |inside| AtRisk::among(0, inside.lane, inside.lane.watermark(), until, limit)).await
    }

    /// Open tickets in the order in which they want to be worked on: the first `limit` of those wanted, and how many in all.
    pub async fn work(&self, wanted: Wanted, limit: usize) -> Result<Work, EngineError> {
        let now = self.clock.now();
        self.ask(move |inside| Work::of_lane(0, inside.lane, inside.lane.watermark(), &wanted, now, limit)).await
    }

    /// Liability cases: the first `limit` of those asked for, and how many in all.
    pub async fn cases(&self, asked: Asked, limit: usize) -> Result<Cases, EngineError> {
        self.ask(move |inside| Cases::of_lane(0, inside.lane, inside.lane.watermark(), &asked, limit)).await
    }

    /// Investigations: the first `limit` of those asked for, and how many in all.
    pub async fn investigations(&self, asked: Asked, limit: usize) -> Result<Investigations, EngineError> {
        self.ask(move |inside| Investigations::of_lane(0, inside.lane, inside.lane.watermark(), &asked, limit)).await
    }

    /// Why the SLA events of the ticket `subject` stand at `at`, or at the watermark where that is earlier or none is given.
    pub async fn explain(&self, subject: String, at: Option<Instant>) -> Result<Option<Explanation>, EngineError> {
        self.ask(move |inside| inside.lane.explain(&subject, at.unwrap_or(Instant::MAX))).await
    }

    /// All events of the ticket `subject`.
    pub async fn record(&self, subject: String) -> Result<Option<Record>, EngineError> {
        self.ask(move |inside| Some(inside.lane.find(&subject)?.record().clone())).await
    }

    /// What is in force.
    pub async fn controls(&self) -> Result<Arc<Controls>, EngineError> {
        self.ask(|inside| Arc::clone(inside.lane.controls())).await
    }

    /// What its clock says.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// How the engine stands.
    pub async fn status(&self) -> Result<Status, EngineError> {
        self.ask(|inside| inside.status.clone()).await
    }

    /// How its tickets and clocks stand.
    pub async fn counts(&self) -> Result<Counts, EngineError> {
        self.ask(|inside| inside.lane.counts(inside.status.wall)).await
    }

    /// Says that time has passed; the answer comes when what is due by now is published. Only clocks that do not pass by
    /// themselves need it.
    pub async fn tick(&self) -> Result<(), EngineError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Tick(reply))?;
        answer.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Asks the engine to finish what is queued and to end.
    pub fn stop(&self) {
        // Blocks while the queue is full, which the loop empties; an engine that has ended needs no stopping.
        let _ = self.commands.send(Command::Stop);
    }

    /// What is counted.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Inside<'_>) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        // Whoever asked may have gone meanwhile.
        self.send(Command::Ask(Box::new(move |inside| drop(reply.send(question(inside))))))?;
        answer.await.map_err(|_| EngineError::Stopped)
    }

    fn send(&self, command: Command) -> Result<(), EngineError> {
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => EngineError::Busy,
            TrySendError::Disconnected(_) => EngineError::Stopped,
        })
    }
}
