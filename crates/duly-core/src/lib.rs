//! The pure core of Duly: from a ticket's events, the control events and an instant follows its ledger.
//!
//! Nothing here asks a clock, a random source, the environment, a file or a network (I3); `clippy.toml` beside this
//! crate's manifest holds that line. What can be worked out on paper is here, what has to wait or talk is in
//! `duly-engine`.

pub mod calendar;
pub mod clock;
pub mod control;
pub mod dossier;
pub mod explain;
mod guard;
pub mod lacking;
pub mod lane;
pub mod ledger;
pub mod money;
pub mod notification;
pub mod policy;
pub mod review;
pub mod schema;
pub mod ticket;
pub mod time;
pub mod upcast;
