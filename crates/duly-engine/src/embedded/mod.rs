//! The embedded engine: one lane over one SQLite file (DESIGN §7), fed by files and through a [`Handle`].
//!
//! One thread owns the lane and the connection, so that there is no lock on the lane's path; everybody else sends it
//! commands through a bounded queue. A turn is one transaction, and an answer is given after the commit.

mod clock;
mod command;
mod counters;
mod error;
mod handle;
mod status;

pub use clock::{Clock, WallClock};
pub use counters::{BOUNDS_S, Counters, Distribution};
pub use error::EngineError;
pub use handle::{Handle, RECORD_BYTES_MAX, Receipt};
pub use status::{AtRisk, FeedStatus, Status};
