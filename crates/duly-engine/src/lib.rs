//! Everything of Duly that waits or talks: stores, feeds, HTTP, metrics.

pub mod alive;
pub mod clock;
pub mod config;
pub mod counters;
pub mod deliver;
pub mod demo;
pub mod embedded;
pub mod emergency;
pub mod feeds;
pub mod handle;
pub mod http;
pub mod ingest;
pub mod kafka;
pub mod metrics;
pub mod notify;
mod publish;
pub mod record;
pub mod schemas;
pub mod sqlite;
pub mod standing;
mod template;
