//! Everything of Duly that waits or talks: stores, feeds, HTTP, metrics.

pub mod chunks;
pub mod demo;
pub mod embedded;
pub mod feeds;
pub mod ingest;
pub mod sqlite;
