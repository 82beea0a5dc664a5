//! Where emergencies are told and asked for: a running engine, the control topic, or the store of an engine that is not
//! running.

use std::path::{Path, PathBuf};

use clap::ArgGroup;
use duly_core::control::emergency::Standing;
use duly_core::control::{ControlEvent, Controls};
use duly_core::time::Instant;
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::config::Retention;
use duly_engine::emergency::{Order, Told, What};
use duly_engine::kafka::{self, Cluster};
use duly_engine::sqlite::{ReadOnly, Store};
use miette::{Diagnostic, IntoDiagnostic as _};
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::files::tell;
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
    /// The store of an embedded engine; to tell something it must not be running. With --config, its settings say how far back
    /// something may reach
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bootstrap", "prefix"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
}

/// One of them.
pub(super) enum Place {
    Engine(String),
    Topic(Box<Cluster>, Reach),
    Store(PathBuf, Reach),
}

/// How far back what is told may reach: tickets closed before may be retired. Known where settings are given.
#[derive(Clone, Copy)]
pub(super) struct Reach(Option<Retention>);

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
    #[serde(default)]
    warnings: Vec<String>,
}

impl Reach {
    fn kept_since(self, now: Instant) -> Instant {
        self.0.unwrap_or_default().kept_since(now)
    }
}

impl Args {
    pub(super) fn place(&self) -> miette::Result<Place> {
        if let Some(url) = &self.url {
            return Ok(Place::Engine(url.clone()));
        }
        let settings = self.kafka.settings()?;
        let reach = Reach(self.kafka.has_settings().then_some(settings.retention));
        Ok(match (&self.store, settings.kafka) {
            (Some(store), _) => Place::Store(store.clone(), reach),
            (None, Some(kafka)) => Place::Topic(Box::new(crate::kafka::cluster(&kafka)?), reach),
            (None, None) => Place::Store(settings.store, reach),
        })
    }
}

impl Place {
    /// Tells it. Returns whether it is news, and how the emergency stands with it.
    pub(super) fn tell(&self, what: What, id: &str, said: Map<String, Value>) -> miette::Result<(bool, Standing)> {
        let (is_news, standing) = match self {
            Place::Engine(url) => tell_engine(url, what, id, &Value::Object(said))?,
            Place::Topic(cluster, reach) => {
                let (now, order) = order(what, id, said)?;
                let event = order.event.clone();
                let told = kafka::tell(cluster, order, reach.kept_since(now)).map_err(Failed::from)?;
                outcome(&told, &event, *reach, now)?
            }
            Place::Store(store, reach) => {
                let (now, order) = order(what, id, said)?;
                let event = order.event.clone();
                outcome(&tell_store(store, order, now, reach.kept_since(now))?, &event, *reach, now)?
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
            Place::Topic(cluster, _) => kafka::controls(cluster).map_err(Failed::from)?,
            Place::Store(store, _) => ReadOnly::open(store).and_then(|store| store.controls()).into_diagnostic()?,
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
    let Outcome { outcome, emergency, warnings } = read(url, &answer)?;
    warn(&warnings);
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

fn tell_store(path: &Path, order: Order, now: Instant, kept_since: Instant) -> miette::Result<(Told, Controls)> {
    let mut store = match Store::open(path) {
        Err(error @ duly_engine::sqlite::Error::InUse(_)) => return Err(Error::InUse(error).into()),
        opened => opened.into_diagnostic()?,
    };
    store.tell(order, now, kept_since).into_diagnostic()
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

/// Whether what was told is news, and how its emergency stands. What may be a slip in it is said.
fn outcome(
    (told, controls): &(Told, Controls),
    event: &ControlEvent,
    reach: Reach,
    now: Instant,
) -> miette::Result<(bool, Option<Standing>)> {
    let is_news = is_news(told)?;
    let mut warnings = controls.doubts(event);
    if is_news && reach.0.is_none() && controls.reach(event) < now {
        let what = "it changes what was; whether tickets closed since are all kept is not known here";
        warnings.push(format!("{what} (with --config the settings' retention.closed is heeded)"));
    }
    warn(&warnings);
    Ok((is_news, find(controls, event.emergency().unwrap_or_default(), now)))
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        tell!("warning: {warning}");
    }
}

fn find(controls: &Controls, id: &str, at: Instant) -> Option<Standing> {
    controls.emergencies(at).into_iter().find(|standing| standing.terms.emergency == id)
}
