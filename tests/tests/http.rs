//! The HTTP API against a real server on a free port of the loopback: events in, tickets and metrics out, limits, access.

#[path = "http/desk.rs"]
mod desk;
#[path = "http/emergencies.rs"]
mod emergencies;
#[path = "http/events.rs"]
mod events;
#[path = "http/files.rs"]
mod files;
#[path = "http/guard.rs"]
mod guard;
#[path = "http/hooks.rs"]
mod hooks;
#[path = "http/promises.rs"]
mod promises;
#[path = "http/questions.rs"]
mod questions;
#[path = "http/queue.rs"]
mod queue;
