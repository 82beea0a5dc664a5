//! The store of the embedded engine: one `SQLite` file with everything, and a turn in one transaction (DESIGN §7).
//!
//! Every table's key counts upwards, so that writing is appending; nothing is found by a random key. What a reader would
//! look up by name, the lane has in memory. One process writes ([`Store`]); others may read meanwhile ([`ReadOnly`]).

mod dead_letters;
mod deliveries;
mod error;
mod ledger;
mod lock;
mod notifications;
mod open;
mod restore;
mod schema;
mod write;

pub use dead_letters::{DeadLetter, Letters};
pub use deliveries::{Deliveries, SinkLetter, Table, source as sink_source};
pub use error::Error;
pub use ledger::standing_ledger;
pub use notifications::StoredNotice;
pub use open::{ReadOnly, Store};
pub use restore::{FeedRow, LaneRow, Restored};
pub use write::{Origin, Progress, StoredRecord, TurnRecord};
