//! From what other systems write to ticket events (DESIGN §4): mappings, which people write, and one importer of a file.
//!
//! A mapping needs no memory: a snapshot becomes an `observed` event that asserts what it shows, and the core works
//! out what has changed. Nothing here knows a policy or a clock.

mod hook;
pub mod letter;
mod local_time;
pub mod mapping;
pub mod servicenow_audit;
pub mod signature;
mod source;

pub use hook::Hook;
pub(crate) use source::EVENT_BYTES_MAX;
pub use source::{Counts, Source, Unusable};
