//! The HTTP API of a running engine, with its metrics and probes.
//!
//! Invariants: an answer to events is given after their commit; nothing is read from a request beyond the limits in
//! [`limits`]; every error is JSON, `{"error": {"what", "hint"}}`; on any other address than a loopback one there is a
//! token or no server ([`Token`]). Deliberately absent: TLS, which a proxy in front does better, and a log of requests,
//! so that no secret can be in it.

mod access;
mod announcements;
mod answer;
mod batch;
mod body;
mod emergencies;
mod events;
mod explain;
mod files;
mod gathered;
mod hooks;
mod instances;
mod limits;
mod origin;
mod peers;
mod probes;
mod queue;
mod risks;
mod routes;
mod server;
mod tickets;

pub use access::{Token, TokenError};
pub(crate) use limits::STOP_WAIT;
pub use server::{Announcements, ListenError, Server};
