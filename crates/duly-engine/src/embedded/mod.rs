//! The embedded engine: one lane over one `SQLite` file (DESIGN §7), fed by files and through a [`Handle`].
//!
//! One thread owns the lane and the connection, so that there is no lock on the lane's path; everybody else sends it
//! commands through a bounded queue. A turn is one transaction, and an answer is given after the commit.

mod batch;
mod command;
mod engine;
mod error;
mod feeder;
mod handle;
mod options;
mod progress;
mod redrive;
mod remap;
mod start;
mod turn;

pub use error::RunError;
pub use handle::Handle;
pub use options::{End, Feed, OnCommit, Options, Tell};
pub use redrive::{Again, Redriven, deliver_again, redrive};
pub use remap::Remapped;
pub use start::{Running, start};

use crate::clock::{Clock, WallClock};
use crate::counters::Counters;
pub use crate::handle::{AtRisk, EngineError, FeedStatus, Receipt, Status};
use crate::{publish, record};
