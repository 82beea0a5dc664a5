//! What `duly cases` and `duly investigations` have in common: where the history is, and lists out of it.

pub(super) mod columns;

use std::io::Write as _;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ArgGroup;
use duly_core::lane::{Asked, FileRank, Lane};
use duly_core::time::Instant;
use miette::Diagnostic;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::report::history;
use crate::controls;
use crate::exit::Exit;
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

/// What is kept on file of tickets: how it is found, and told.
pub(super) trait Filed: Serialize + DeserializeOwned {
    /// Where an engine tells it: `/api/v1/PATH`.
    const PATH: &'static str;
    /// What one of them is called.
    const NAME: &'static str;
    /// Over the lines of a list.
    const HEADING: &'static str;

    /// Those of a lane that are asked for.
    fn of_lane(lane: &Lane, asked: &Asked) -> Vec<Self>;

    /// Its place in a list.
    fn rank(&self) -> FileRank;

    /// A line of 80 columns.
    fn line(&self, zone: Tz) -> String;

    /// All that is known of it.
    fn whole(&self, zone: Tz) -> String;
}

/// How many of them a running engine lists at most.
const ENGINE_LIMIT: usize = 1_000;

/// What can not be told.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("{ticket} has no {what}")]
    #[diagnostic(help(
        "a ticket is named as its events' subject names it, TENANT/TICKET; `list` tells those that have one"
    ))]
    None { ticket: String, what: &'static str },
}

/// Items of a list, of how many, and in which zone they are told.
struct Found<T> {
    items: Vec<T>,
    total: usize,
    zone: Tz,
}

/// What a running engine answers.
#[derive(serde::Deserialize)]
struct Answer<T> {
    total: usize,
    #[serde(alias = "cases", alias = "investigations")]
    items: Vec<T>,
}

impl From {
    /// Lists the first `limit` of what is asked for, a line each.
    pub(super) fn list<F: Filed>(&self, asked: Asked, limit: usize) -> miette::Result<Exit> {
        let found = self.find::<F>(asked, limit)?;
        self.write(&found, F::HEADING, |file| file.line(found.zone))
    }

    /// Shows all there is of a ticket.
    pub(super) fn show<F: Filed>(&self, ticket: String) -> miette::Result<Exit> {
        let asked = Asked { ticket: Some(ticket.clone()), ..Asked::default() };
        let found = self.find::<F>(asked, usize::MAX)?;
        if found.items.is_empty() {
            return Err(Error::None { ticket, what: F::NAME }.into());
        }
        self.write(&found, "", |file| file.whole(found.zone))
    }

    fn find<F: Filed>(&self, mut asked: Asked, limit: usize) -> miette::Result<Found<F>> {
        if let Some(url) = &self.url {
            let Answer { total, items } = ask(url, F::PATH, &asked, limit.min(ENGINE_LIMIT))?;
            return Ok(Found { items, total, zone: self.zone.unwrap_or(Tz::UTC) });
        }
        let history = history::read(&self.logs, self.store.as_deref(), &self.kafka, &self.controls)?;
        asked.until = Some(self.at.unwrap_or(history.latest));
        let mut items: Vec<F> = history.lanes.iter().flat_map(|lane| F::of_lane(lane, &asked)).collect();
        items.sort_by_cached_key(F::rank);
        let total = items.len();
        items.truncate(limit);
        let of_policy = || history.lanes.first().map_or(Tz::UTC, |lane| duly_core::review::zone(lane.controls()));
        Ok(Found { items, total, zone: self.zone.unwrap_or_else(of_policy) })
    }

    /// Writes JSON where that is wanted, otherwise the text that `tell` makes of each item; of what is not shown, how many.
    fn write<F: Filed>(&self, found: &Found<F>, heading: &str, tell: impl Fn(&F) -> String) -> miette::Result<Exit> {
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
        Ok(Exit::Done)
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
