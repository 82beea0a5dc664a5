//! The embedded engine: one lane over one `SQLite` file (DESIGN §7), fed by files and through a [`Handle`].
//!
//! One thread owns the lane and the connection, so that there is no lock on the lane's path; everybody else sends it
//! commands through a bounded queue. A turn is one transaction, and an answer is given after the commit.

mod batch;
mod clock;
mod command;
mod control;
mod counters;
mod engine;
mod error;
mod feeder;
mod handle;
mod options;
mod progress;
mod record;
mod redrive;
mod start;
mod status;
mod turn;

pub use clock::{Clock, WallClock};
pub use counters::{BOUNDS_S, Counters, Distribution};
pub use error::{EngineError, RunError};
pub use handle::{Handle, Receipt};
pub use options::{End, Feed, OnCommit, Options, Tell};
pub use record::RECORD_BYTES_MAX;
pub use redrive::{Redriven, redrive};
pub use start::{Running, start};
pub use status::{AtRisk, FeedStatus, Status};
