//! What the tests of Duly share: a naive model of the whole domain, generators of policies and histories, and the text
//! in which a case is written and shown.
//!
//! - [`model`] computes a ticket's ledger a second time, by docs/rules.md alone; it shares no computation with `duly-core`.
//! - [`generate`] makes policies and histories for property tests.
//! - [`stories`] are short histories and what must follow from them, a chapter for every few rules.
//! - [`scenario`] are the stories in `tests/scenarios/`, which the whole program must tell as they are written.
//! - [`broker`] starts a real Kafka, [`prometheus`] a real Prometheus and Alertmanager, [`ground`] is topics on it that a test has for itself, [`served`] an engine with its API, [`program`] is the program as it was built.
//! - [`manager`] hears what a service tells systemd.
//! - [`clock`] stands still until it is moved, [`expected`] is the ledger that must stand, [`real_log`] a service desk's history, [`open_ticket`] one that is
//!   open, [`chance`] dice with a seed.
//! - [`story`] shows a case and two ledgers side by side; [`event`], [`emergency`] and [`build`] read what people write by hand.

pub mod broker;
pub mod build;
pub mod chance;
pub mod clock;
pub mod crm_day;
pub mod debezium;
pub mod emergency;
pub mod event;
pub mod expected;
pub mod generate;
pub mod ground;
pub mod mail;
pub mod manager;
pub mod minute;
pub mod model;
pub mod open_ticket;
pub mod program;
pub mod prometheus;
pub mod raw;
pub mod real_log;
pub mod receiver;
pub mod scenario;
pub mod served;
pub mod stories;
pub mod story;
