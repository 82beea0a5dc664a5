//! How records are sent: what is made of one, and what became of it.

mod client;
mod email;
mod http;
mod language;
mod login;
mod people;
mod recipe;
mod retry_after;
mod secrets;
mod trust;
mod webhook;

use std::time::Duration;

pub(super) use client::Client;
pub(super) use email::{Email, Mail, Protection, send as email_send};
pub(super) use http::Request;
pub(super) use people::{People, Person};
pub use recipe::BUILT_IN;
pub(super) use recipe::{Around, Recipe};
pub(super) use secrets::{Hider, Secrets};
pub(super) use trust::Trust;
pub(super) use webhook::{Webhook, secrets as webhook_secrets};

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was accepted, with these words.
    Delivered(String),
    /// It was not, and may be another time.
    Later {
        /// Why.
        why: String,
        /// How long the receiver asks to wait.
        after: Option<Duration>,
    },
    /// It never will be.
    Refused {
        /// The dead letter's reason.
        reason: Reason,
        /// Why.
        why: String,
    },
}

/// Why a record is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The receiver refuses it, or has not taken it for too long.
    Undeliverable,
    /// It is meant for somebody whose address nobody has told.
    NoAddress,
}

impl Reason {
    /// Its name, as dead letters and metrics have it.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Undeliverable => "undeliverable",
            Reason::NoAddress => "no_address",
        }
    }
}

impl Outcome {
    pub(super) fn later(why: impl Into<String>) -> Self {
        Outcome::Later { why: why.into(), after: None }
    }

    pub(super) fn refused(why: impl Into<String>) -> Self {
        Outcome::Refused { reason: Reason::Undeliverable, why: why.into() }
    }

    /// The same in other words.
    pub(super) fn map(self, words: impl Fn(String) -> String) -> Self {
        match self {
            Outcome::Delivered(said) => Outcome::Delivered(words(said)),
            Outcome::Later { why, after } => Outcome::Later { why: words(why), after },
            Outcome::Refused { reason, why } => Outcome::Refused { reason, why: words(why) },
        }
    }
}

/// Something ready to be sent: of a record that goes to several people there is one for each.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Who it goes to; empty where there is only one.
    pub to: String,
    pub(super) content: Content,
}

/// What is sent.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Request(Request),
    Mail(Box<Mail>),
}

/// What is made of a record.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    pub(super) parcels: Vec<Parcel>,
    /// Who has no address.
    pub(super) unknown: Vec<String>,
}

/// A parcel as a person may see it: every secret hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(pub String);
