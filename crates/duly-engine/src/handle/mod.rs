//! A running engine as the API, metrics and tests see it, whatever it runs on.
//!
//! What the engines have in common to say stands here: receipts, how things stand, why something could not be done. The
//! embedded engine has one lane and all of it here; on Kafka an engine is one of several instances, and says of a ticket that
//! is in another's lane that it is [elsewhere](EngineError::Elsewhere), never that it is not there.

mod budget;
mod error;
mod files;
mod listed;
mod risk;
mod status;
mod work;

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::explain::Explanation;
use duly_core::lane::{Asked, Counts, TicketView, Wanted};
use duly_core::time::{Instant, Span};

use crate::counters::Counters;
use crate::emergency::{Order, Told};
use crate::ingest::letter::Letter;
use crate::{embedded, kafka};
pub(crate) use budget::Budget;
pub use error::EngineError;
pub(crate) use error::chain;
pub use files::{Cases, Investigations};
pub use listed::{Listed, Missing, Ranked};
pub use risk::{AtRisk, Risk, RiskRank};
pub(crate) use status::known;
pub use status::{FeedStatus, LaneState, LaneStatus, LiveLane, Status};
pub use work::{Work, WorkRank};

/// A running engine. Clones lead to the same one.
#[derive(Clone)]
pub enum Handle {
    /// One lane over one `SQLite` file.
    Embedded(embedded::Handle),
    /// An instance on Kafka.
    Kafka(kafka::Handle),
}

/// What became of a record (I7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It is part of its ticket's history, and stored.
    Applied,
    /// It was there already.
    Duplicate,
    /// It is in the log of ticket events. What becomes of it there, the lane that reads it says.
    Appended,
    /// It is stored with the dead letters.
    DeadLetter {
        /// The reason's name, one of a fixed set.
        reason: &'static str,
        /// What is wrong, where, and what to do.
        detail: String,
    },
    /// It is no ticket event, and was not put into the log.
    Refused {
        /// The reason's name, one of the same set.
        reason: &'static str,
        /// What is wrong, where, and what to do.
        detail: String,
    },
}

impl From<embedded::Handle> for Handle {
    fn from(handle: embedded::Handle) -> Self {
        Handle::Embedded(handle)
    }
}

impl From<kafka::Handle> for Handle {
    fn from(handle: kafka::Handle) -> Self {
        Handle::Kafka(handle)
    }
}

impl Handle {
    /// Takes in records, each one `CloudEvent` in structured mode, and answers in their order once they are safe: committed
    /// by the embedded engine, on Kafka acknowledged by all replicas in sync.
    ///
    /// Given again they are duplicates, so that a caller who got no answer may repeat.
    pub async fn append(&self, records: Vec<Vec<u8>>) -> Result<Vec<Receipt>, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.append(records).await,
            Handle::Kafka(handle) => handle.append(records).await,
        }
    }

    /// Keeps a message of a source, of which something could not be mapped, with the dead letters; answers once that is safe.
    pub async fn keep(&self, letter: Letter) -> Result<(), EngineError> {
        match self {
            Handle::Embedded(handle) => handle.keep(letter).await,
            Handle::Kafka(handle) => handle.keep(letter).await,
        }
    }

    /// Puts a control event in force, and answers once it is: stored by the embedded engine, on Kafka read back from the
    /// control topic, which every instance follows. Told again it is known, so that a caller who got no answer may repeat.
    pub async fn tell(&self, order: Order) -> Result<Told, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.tell(order).await,
            Handle::Kafka(handle) => handle.tell(order).await,
        }
    }

    /// The ticket `subject` (`tenant/ticket`) and the watermark at which that holds.
    pub async fn ticket(&self, subject: String) -> Result<Option<(TicketView, Instant)>, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.ticket(subject).await,
            Handle::Kafka(handle) => handle.ticket(subject).await,
        }
    }

    /// Clocks of this engine's lanes that are due within `within` of now, or have breached and run on: the `limit` soonest,
    /// and how many in all.
    pub async fn at_risk(&self, within: Span, limit: usize) -> Result<AtRisk, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.at_risk(within, limit).await,
            Handle::Kafka(handle) => handle.at_risk(within, limit).await,
        }
    }

    /// Open tickets of this engine's lanes in the order in which they want to be worked on: the first `limit` of those
    /// wanted, and how many in all.
    pub async fn work(&self, wanted: Wanted, limit: usize) -> Result<Work, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.work(wanted, limit).await,
            Handle::Kafka(handle) => handle.work(wanted, limit).await,
        }
    }

    /// Liability cases of this engine's lanes: the first `limit` of those asked for, and how many in all.
    pub async fn cases(&self, asked: Asked, limit: usize) -> Result<Cases, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.cases(asked, limit).await,
            Handle::Kafka(handle) => handle.cases(asked, limit).await,
        }
    }

    /// Investigations of this engine's lanes: the first `limit` of those asked for, and how many in all.
    pub async fn investigations(&self, asked: Asked, limit: usize) -> Result<Investigations, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.investigations(asked, limit).await,
            Handle::Kafka(handle) => handle.investigations(asked, limit).await,
        }
    }

    /// Why the SLA events of the ticket `subject` stand at `at`, or at the watermark where that is earlier or none is given.
    pub async fn explain(&self, subject: String, at: Option<Instant>) -> Result<Option<Explanation>, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.explain(subject, at).await,
            Handle::Kafka(handle) => handle.explain(subject, at).await,
        }
    }

    /// What is in force.
    pub async fn controls(&self) -> Result<Arc<Controls>, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.controls().await,
            Handle::Kafka(handle) => Ok(handle.controls()),
        }
    }

    /// What its clock says.
    pub fn now(&self) -> Instant {
        match self {
            Handle::Embedded(handle) => handle.now(),
            Handle::Kafka(handle) => handle.now(),
        }
    }

    /// How the engine stands; of several lanes the one that is furthest behind counts.
    pub async fn status(&self) -> Result<Status, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.status().await,
            Handle::Kafka(handle) => handle.status().await,
        }
    }

    /// How the tickets and clocks of its lanes stand, those together that are at work.
    pub async fn counts(&self) -> Result<Counts, EngineError> {
        match self {
            Handle::Embedded(handle) => handle.counts().await,
            Handle::Kafka(handle) => handle.counts().await,
        }
    }

    /// How each of its lanes stands.
    pub async fn lanes(&self) -> Result<Vec<LaneStatus>, EngineError> {
        match self {
            Handle::Embedded(handle) => Ok(vec![LaneStatus::only(&handle.status().await?)]),
            Handle::Kafka(handle) => handle.lanes().await,
        }
    }

    /// What is counted.
    pub fn counters(&self) -> &Arc<Counters> {
        match self {
            Handle::Embedded(handle) => handle.counters(),
            Handle::Kafka(handle) => handle.counters(),
        }
    }

    /// The same engine as an instance on Kafka, where it is one.
    pub fn as_kafka(&self) -> Option<&kafka::Handle> {
        match self {
            Handle::Embedded(_) => None,
            Handle::Kafka(handle) => Some(handle),
        }
    }
}
