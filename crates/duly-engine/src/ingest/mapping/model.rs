//! A mapping file as it runs.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_json::Value;

use super::expr::Expr;
use super::jq::Program;
use super::path::Path;
use super::times::Format;
use super::values::Values;
use super::when::When;
use crate::ingest::signature::Signature;

/// All that a file says.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: String,
    /// How the system signs its webhooks.
    pub(super) signature: Option<Signature>,
    /// The events' source; that of the settings' name where it is not told.
    pub(super) source: Option<Expr>,
    /// Envelopes to take off where they are there: the first that is.
    pub(super) unwrap: Vec<Path>,
    /// Lists whose entries are mapped one by one: the first that is there.
    pub(super) each: Vec<Path>,
    /// Formats of times, tried in this order.
    pub(super) times: Vec<Format>,
    /// The zone of times without one, where the vendor says it once for all.
    pub(super) zone: Option<Tz>,
    /// Values that say nothing, not even that a field is empty.
    pub(super) absent: Vec<Value>,
    /// Maps of values by the attribute that they are for.
    pub(super) values: BTreeMap<String, Values>,
    /// What says nothing about a ticket, and why.
    pub(super) ignore: Vec<(When, String)>,
    /// What has to be looked at, and why.
    pub(super) refuse: Vec<(When, String)>,
    pub(super) rules: Vec<Rule>,
    pub(super) jq: Option<Program>,
}

/// One event, where its condition holds.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) when: When,
    pub(super) kind: Expr,
    pub(super) ticket: Expr,
    pub(super) time: Expr,
    pub(super) id: Option<Expr>,
    pub(super) sequence: Option<Expr>,
    pub(super) data: Data,
}

/// The data of an event.
#[derive(Debug)]
pub(super) enum Data {
    /// Members, each from somewhere.
    Members(Vec<Member>),
    /// All members of an object of the message.
    All(Expr),
}

/// A member of an event's data.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) from: Expr,
    /// The map that its value goes through: that of its own name, unless another is named or none is wanted.
    pub(super) values: Option<String>,
    /// When it is said at all.
    pub(super) when: When,
    /// What is said where the message says nothing.
    pub(super) default: Option<Value>,
}
