//! Where emergencies are told and asked for: a running engine, the control topic, or the store of an engine that is not
//! running.

use std::path::{Path, PathBuf};

use clap::ArgGroup;
use duly_core::control::Controls;
use duly_core::control::emergency::Standing;
use duly_core::time::Instant;
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::emergency::{Order, Told, What};
use duly_engine::kafka::{self, Cluster};
use duly_engine::sqlite::{ReadOnly, Store};
use miette::{Diagnostic, IntoDiagnostic as _};
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::kafka::{Failed, KafkaArgs};
use crate::remote::{self, Answer, Unanswered, encoded};

/// The options that say where.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(group(ArgGroup::new("place").required(true).multiple(true).args(["url", "store", "bootstrap", "config"])))]
pub(super) struct Args {
    /// A running engine, such as http://127.0.0.1:8321; its token is taken from DULY_TOKEN
    #[arg(long, value_name = "URL", conflicts_with_all = ["store", "bootstrap", "config", "prefix"])]
    url: Option<String>,
    /// The store of an embedded engine; to tell something it must not be running
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bootstrap", "config", "prefix"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
}

/// One of them.
pub(super) enum Place {
    Engine(String),
    Topic(Box<Cluster>),
    Store(PathBuf),
}

/// Why something that was told does not hold.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("{what}")]
    Refused {
        what: String,
        #[help]
        hint: Option<String>,
    },
    #[error("{0}")]
    #[diagnostic(help("`duly emergency declare --help` has examples"))]
    Unreadable(String),
    #[error(transparent)]
    #[diagnostic(help("an engine that runs is told with --url"))]
    InUse(duly_engine::sqlite::Error),
}

/// What an engine says when it refuses.
#[derive(Deserialize)]
struct Wrong {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    what: String,
    hint: String,
}

/// How emergencies stand, as an engine tells it.
#[derive(Deserialize)]
struct Emergencies {
    at: Instant,
    emergencies: Vec<Standing>,
}

/// What became of what was told, as an engine tells it.
#[derive(Deserialize)]
struct Outcome {
    outcome: String,
    emergency: Option<Standing>,
}

impl Args {
    pub(super) fn place(&self) -> miette::Result<Place> {
        Ok(match (&self.url, &self.store, self.kafka.cluster()?) {
            (Some(url), ..) => Place::Engine(url.clone()),
            (_, Some(store), _) => Place::Store(store.clone()),
            (.., Some(cluster)) => Place::Topic(Box::new(cluster)),
            _ => unreachable!("the command line is not understood without one"),
        })
    }
}

impl Place {
    /// Tells it. Returns whether it is news, and how the emergency stands with it.
    pub(super) fn tell(&self, what: What, id: &str, said: Map<String, Value>) -> miette::Result<(bool, Standing)> {
        let (is_news, standing) = match self {
            Place::Engine(url) => tell_engine(url, what, id, &Value::Object(said))?,
            Place::Topic(cluster) => {
                let (now, order) = order(what, id, said)?;
                let (told, controls) = kafka::tell(cluster, order).map_err(Failed::from)?;
                (is_news(&told)?, find(&controls, id, now))
            }
            Place::Store(store) => {
                let (now, order) = order(what, id, said)?;
                let (told, controls) = tell_store(store, order, now)?;
                (is_news(&told)?, find(&controls, id, now))
            }
        };
        let gone = || Error::Refused { what: format!("emergency `{id}` is not there any more"), hint: None };
        Ok((is_news, standing.ok_or_else(gone)?))
    }

    /// How all of them stand, at an instant or now.
    pub(super) fn list(&self, at: Option<Instant>) -> miette::Result<(Instant, Vec<Standing>)> {
        let controls = match self {
            Place::Engine(url) => {
                let query = at.map(|at| format!("?at={at}")).unwrap_or_default();
                let answer = remote::get(url, &format!("/api/v1/emergencies{query}"))?;
                let Emergencies { at, emergencies } = read(url, &answer)?;
                return Ok((at, emergencies));
            }
            Place::Topic(cluster) => kafka::controls(cluster).map_err(Failed::from)?,
            Place::Store(store) => ReadOnly::open(store).and_then(|store| store.controls()).into_diagnostic()?,
        };
        let at = at.unwrap_or_else(|| WallClock.now());
        Ok((at, controls.emergencies(at)))
    }
}

fn order(what: What, id: &str, said: Map<String, Value>) -> miette::Result<(Instant, Order)> {
    let now = WallClock.now();
    Ok((now, Order::read(what, Some(id), said, now).map_err(Error::Unreadable)?))
}

fn tell_engine(url: &str, what: What, id: &str, said: &Value) -> miette::Result<(bool, Option<Standing>)> {
    let id = encoded(id);
    let path = match what {
        What::Declare => "/api/v1/emergencies".to_owned(),
        What::Update => format!("/api/v1/emergencies/{id}/update"),
        What::Lift => format!("/api/v1/emergencies/{id}/lift"),
        What::Void => format!("/api/v1/emergencies/{id}/void"),
    };
    let answer = remote::post(url, &path, &said.to_string())?;
    let Outcome { outcome, emergency } = read(url, &answer)?;
    Ok((outcome == "taken", emergency))
}

/// What an engine has answered, or why it refuses.
fn read<T: for<'d> Deserialize<'d>>(url: &str, answer: &Answer) -> miette::Result<T> {
    let Answer { status, body } = answer;
    if (200..300).contains(status) {
        return serde_json::from_str(body).map_err(|error| Unanswered(format!("{url} is no Duly: {error}")).into());
    }
    match serde_json::from_str::<Wrong>(body) {
        Ok(Wrong { error: Reason { what, hint } }) => Err(Error::Refused { what, hint: Some(hint) }.into()),
        Err(_) => Err(Unanswered(format!("{url} answers {status}: {}", body.trim())).into()),
    }
}

fn tell_store(path: &Path, order: Order, now: Instant) -> miette::Result<(Told, Controls)> {
    let mut store = match Store::open(path) {
        Err(error @ duly_engine::sqlite::Error::InUse(_)) => return Err(Error::InUse(error).into()),
        opened => opened.into_diagnostic()?,
    };
    store.tell(order, now).into_diagnostic()
}

fn is_news(told: &Told) -> Result<bool, Error> {
    match told {
        Told::Taken => Ok(true),
        Told::Known => Ok(false),
        Told::Refused(errors) => {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Err(Error::Refused { what: all.join("\n"), hint: None })
        }
        Told::ReachesBack(why) => Err(Error::Refused { what: why.clone(), hint: None }),
    }
}

fn find(controls: &Controls, id: &str, at: Instant) -> Option<Standing> {
    controls.emergencies(at).into_iter().find(|standing| standing.terms.emergency == id)
}
