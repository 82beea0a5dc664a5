//! From what other systems write to ticket events (DESIGN §4): one module a source.
//!
//! A mapping needs no memory: a snapshot becomes an `observed` event that asserts what it shows, and the core works
//! out what has changed. Nothing here knows a policy or a clock.

pub mod servicenow_audit;
pub mod signature;
