//! Everything of Duly that waits or talks: stores, feeds, HTTP, metrics.

pub mod config;
pub mod demo;
pub mod embedded;
pub mod feeds;
pub mod http;
pub mod ingest;
pub mod metrics;
pub mod schemas;
pub mod sqlite;
