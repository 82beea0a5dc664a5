//! Everything of Duly that waits or talks: stores, feeds, HTTP, metrics.

pub mod chunks;
pub mod demo;
pub mod ingest;
