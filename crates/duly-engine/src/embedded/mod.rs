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
mod start;
mod status;
mod turn;

pub use error::{EngineError, RunError};
pub use handle::{Handle, Receipt};
pub use options::{End, Feed, OnCommit, Options, Tell};
pub use redrive::{Redriven, redrive};
pub use start::{Running, start};
pub use status::{AtRisk, FeedStatus, Status};

use crate::clock::{Clock, WallClock};
use crate::counters::Counters;
use crate::{publish, record};
