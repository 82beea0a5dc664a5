//! What `duly cases` and `duly investigations` have in common: where the history is, and lists out of it.

pub(super) mod columns;

use std::io::Write as _;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ArgGroup;
use duly_core::lane::Asked;
use duly_core::time::Instant;
use miette::Diagnostic;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::report::history;
use crate::controls;
use crate::files;
use crate::kafka::KafkaArgs;
use crate::remote::{self, Unanswered, encoded};

/// Where the history is, and how things are told.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("history").required(true).multiple(true).args(["logs", "store", "url", "bootstrap", "config"])))]
pub(super) struct From {
    /// An event log to look in, as `duly replay` reads them; may be given several times
    #[arg(long = "log", value_name = "FILE", conflicts_with_all = ["store", "url", "bootstrap", "config", "prefix"])]
    logs: Vec<PathBuf>,
    /// The store of an engine, which may be running
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "policies", "control", "bootstrap", "config", "prefix"])]
    store: Option<PathBuf>,
    /// A running engine, such as http://127.0.0.1:8321; its token is taken from DULY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with_all = ["policies", "control", "bootstrap", "config", "prefix"])]
    url: Option<String>,
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    controls: controls::Args,
    /// How things stood then; without it, at the latest event, of a store or an engine at its watermark
    #[arg(long, value_name = "INSTANT", conflicts_with = "url")]
    at: Option<Instant>,
    /// JSON, for programs
    #[arg(long)]
    json: bool,
    /// The time zone of the text; without it, that of the policy's calendars, of an engine UTC
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
}

/// What can not be told.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum Error {
    #[error("{ticket} has no {what}")]
    #[diagnostic(help(
        "a ticket is named as its events' subject names it, TENANT/TICKET; `list` tells those that have one"
    ))]
    None { ticket: String, what: &'static str },
}

/// Items of a list, of how many, and in which zone they are told.
pub(super) struct Found<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
    pub(super) zone: Tz,
}

/// What a running engine answers.
#[derive(serde::Deserialize)]
struct Answer<T> {
    total: usize,
    #[serde(alias = "cases", alias = "investigations")]
    items: Vec<T>,
}

impl From {
    /// Whether a running engine is asked, which lists a thousand at most.
    pub(super) fn is_url(&self) -> bool {
        self.url.is_some()
    }

    /// The first `limit` of what is asked for: `path` is where an engine tells it, `of_lane` what a lane says, and `rank` its
    /// order.
    pub(super) fn find<T: DeserializeOwned, K: Ord>(
        &self,
        mut asked: Asked,
        limit: usize,
        path: &str,
        of_lane: impl Fn(&duly_core::lane::Lane, &Asked) -> Vec<T>,
        rank: impl Fn(&T) -> K,
    ) -> miette::Result<Found<T>> {
        if let Some(url) = &self.url {
            let Answer { total, items } = ask(url, path, &asked, limit)?;
            return Ok(Found { items, total, zone: self.zone.unwrap_or(Tz::UTC) });
        }
        let history = history::read(&self.logs, self.store.as_deref(), &self.kafka, &self.controls)?;
        asked.until = Some(self.at.unwrap_or(history.latest));
        let mut items: Vec<T> = history.lanes.iter().flat_map(|lane| of_lane(lane, &asked)).collect();
        items.sort_by_cached_key(rank);
        let total = items.len();
        items.truncate(limit);
        let of_policy = || history.lanes.first().map_or(Tz::UTC, |lane| duly_core::review::zone(lane.controls()));
        Ok(Found { items, total, zone: self.zone.unwrap_or_else(of_policy) })
    }

    /// Writes JSON where that is wanted, otherwise the text that `tell` makes of each item; of what is not shown, how many.
    pub(super) fn write<T: Serialize>(
        &self,
        found: &Found<T>,
        heading: &str,
        tell: impl Fn(&T) -> String,
    ) -> miette::Result<()> {
        let mut out = files::stdout();
        let written = if self.json {
            serde_json::to_writer_pretty(&mut out, &found.items).map_err(Into::into).and_then(|()| writeln!(out))
        } else {
            let texts: String = found.items.iter().map(tell).collect();
            write!(out, "{heading}{texts}")
        };
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        if found.total > found.items.len() {
            files::tell!("{} of {}; --limit shows more", found.items.len(), found.total);
        }
        Ok(())
    }
}

/// Asks a running engine.
fn ask<T: DeserializeOwned>(url: &str, path: &str, asked: &Asked, limit: usize) -> Result<Answer<T>, Unanswered> {
    let mut query = format!("limit={limit}");
    if let Some(ticket) = &asked.ticket {
        query += &format!("&ticket={}", encoded(ticket));
    }
    let states: Vec<&str> = asked.states.iter().map(|state| state.name()).collect();
    let state = asked.is_open.map(|is_open| if is_open { "open" } else { "closed" });
    if let Some(states) = state.map(str::to_owned).or((!states.is_empty()).then(|| states.join(","))) {
        query += &format!("&state={states}");
    }
    let answer = remote::get(url, &format!("/api/v1/{path}?{query}"))?;
    let body = answer.body;
    match answer.status {
        200 => serde_json::from_str(&body).map_err(|error| Unanswered(format!("{url} is no Duly: {error}"))),
        status => Err(Unanswered(format!("{url} answers {status}: {}", body.trim()))),
    }
}
