//! A sink: what it takes, how it sends it, and within which limits.

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use duly_core::policy::source::Mistake;
use lettre::SmtpTransport;
use serde_json::Value;

use crate::clock::{Clock as _, WallClock};

use super::record::{Record, Told};
use super::select::{Of, Selection};
use super::send::{
    Around, Client, Content, Email, Hider, Outcome, Parcel, Parcels, Reason, Recipe, Secrets, Shown, Webhook,
};

/// How a sink goes about its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many records are on their way at a time.
    pub parallel: usize,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// After how long without success a record becomes a dead letter.
    pub give_up_after: Duration,
    /// The longest wait after the first attempt; it doubles from one to the next.
    pub retry_first: Duration,
    /// The longest wait of all.
    pub retry_most: Duration,
    /// The longest wait that a receiver may ask for.
    pub retry_after_most: Duration,
}

/// A file of a sink that can not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistaken {
    /// The file, or what else it is about.
    pub path: PathBuf,
    /// Its text, where that could be read.
    pub text: Option<String>,
    /// What is wrong, where, and what to do.
    pub mistakes: Vec<Mistake>,
}

/// Where records of a topic go.
#[derive(Debug, Clone)]
pub struct Sink {
    /// Its name: that of its section in the settings.
    pub name: String,
    /// Which records it takes.
    pub selection: Selection,
    /// Whether one without a mark begins with all that there is; else with what is written from then on.
    pub begins_at_start: bool,
    /// Within which limits.
    pub limits: Limits,
    pub(super) language: Option<String>,
    pub(super) zone: Tz,
    pub(super) secrets: Secrets,
    pub(super) way: Way,
}

/// How records are sent.
#[derive(Debug, Clone)]
pub(super) enum Way {
    Webhook(Webhook, Client),
    Recipe(Box<Recipe>, Client),
    Email(Box<Email>),
}

impl Sink {
    /// Sends a record to all whom it is for and that have not got it.
    pub(super) fn deliver(&self, record: &Record, told: &mut Told) -> Outcome {
        let Parcels { parcels, unknown } = match self.made(record) {
            Ok(parcels) => parcels,
            Err(why) => return Outcome::refused(why),
        };
        let mut post = match self.post() {
            Ok(post) => post,
            Err(why) => return Outcome::later(why),
        };
        let (mut later, mut last) = (None, String::new());
        for parcel in parcels.iter().filter(|parcel| !told.done.contains(&parcel.to)).collect::<Vec<_>>() {
            match post.send(parcel) {
                Outcome::Delivered(said) => {
                    last = said;
                    told.done.insert(parcel.to.clone());
                }
                Outcome::Refused { why, .. } => {
                    told.refused.push(if parcel.to.is_empty() { why } else { format!("{}: {why}", parcel.to) });
                    told.done.insert(parcel.to.clone());
                }
                waiting @ Outcome::Later { .. } => later = Some(waiting),
            }
        }
        if let Some(later) = later {
            return later;
        }
        if !told.refused.is_empty() {
            return Outcome::refused(told.refused.join("; "));
        }
        if unknown.is_empty() {
            return Outcome::Delivered(last);
        }
        let why = format!("nobody has told an address of {}", unknown.join(", of "));
        Outcome::Refused { reason: Reason::NoAddress, why }
    }

    /// What is made of a record: to each whom it is for.
    pub fn parcels(&self, record: &Record) -> Result<(Vec<Parcel>, Vec<String>), String> {
        self.made(record).map(|parcels| (parcels.parcels, parcels.unknown))
    }

    fn made(&self, record: &Record) -> Result<Parcels, String> {
        match &self.way {
            Way::Webhook(webhook, _) => webhook.parcels(record, &self.secrets, now_s()),
            Way::Recipe(recipe, _) => recipe.parcels(record, &self.around()),
            Way::Email(email) => {
                let language = record.data()["language"].as_str().or(self.language.as_deref());
                Ok(email.parcels(record, language, self.zone))
            }
        }
    }

    /// What a recipe does not know by itself.
    pub(super) fn around(&self) -> Around<'_> {
        let (language, zone, now) = (self.language.as_deref(), self.zone, now_s());
        Around { secrets: &self.secrets, language, zone, now }
    }

    /// Sends one parcel; what is told of it has no secrets in it.
    pub fn send(&self, parcel: &Parcel) -> Outcome {
        match self.post() {
            Ok(mut post) => post.send(parcel),
            Err(why) => Outcome::later(why),
        }
    }

    /// A parcel as a person may see it.
    pub fn shown(&self, parcel: &Parcel) -> Shown {
        let text = match &parcel.content {
            Content::Request(request) => request.shown(),
            Content::Mail(mail) => mail.shown.clone(),
        };
        Shown(self.secrets.hider().hide(&text))
    }

    fn post(&self) -> Result<Post<'_>, String> {
        let mail = match &self.way {
            Way::Email(email) => Some(email.transport()?),
            _ => None,
        };
        Ok(Post { sink: self, hider: self.secrets.hider(), mail })
    }
}

/// What time it is, in seconds since 1970: receivers judge signatures by their clocks, so that no other will do.
fn now_s() -> i64 {
    WallClock.now().to_chrono().timestamp()
}

/// A way that is open for the parcels of one record.
struct Post<'s> {
    sink: &'s Sink,
    hider: Hider,
    mail: Option<SmtpTransport>,
}

impl Post<'_> {
    fn send(&mut self, parcel: &Parcel) -> Outcome {
        let outcome = match (&parcel.content, &self.sink.way, &self.mail) {
            (Content::Request(request), Way::Webhook(_, client), _) => {
                client.ask(request).map_or_else(|outcome| outcome, |answer| answer.outcome())
            }
            (Content::Request(request), Way::Recipe(recipe, client), _) => {
                recipe.send(request, client, &self.sink.around())
            }
            (Content::Mail(mail), _, Some(transport)) => super::send::email_send(transport, &mail.message),
            _ => unreachable!("a parcel goes the way that it was made for"),
        };
        // What a receiver says may repeat what it was sent.
        outcome.map(|text| self.hider.hide(&text))
    }
}

/// Examples of all that the core publishes, to try sinks with before anything real is sent.
macro_rules! samples {
    ($($of:ident: [$($name:literal),+ $(,)?]),+ $(,)?) => {
        /// Examples of what there is to deliver of a kind, as `schemas/examples` has them.
        const fn examples(of: Of) -> &'static [&'static str] {
            match of {
                $(Of::$of => &[$(include_str!(concat!("../../../../schemas/examples/duly.", $name, ".v1.json"))),+]),+
            }
        }
    };
}

samples! {
    Sla: [
        "sla.breached", "sla.reminder_due", "sla.escalated", "sla.retracted", "sla.clock_started", "sla.clock_met",
        "sla.clock_stopped_late", "sla.clock_paused", "sla.clock_resumed", "sla.clock_retargeted", "sla.clock_cancelled",
        "sla.clock_extended", "sla.case_opened", "sla.case_claimed", "sla.case_assessed", "sla.case_settled",
        "sla.case_rejected", "sla.case_waived", "sla.investigation_opened", "sla.finding_recorded",
        "sla.investigation_closed", "ticket.routed", "ticket.anomaly", "ticket.emergency_announced",
        "ticket.emergency_updated", "ticket.emergency_lifted",
    ],
    Notifications: [
        "notification.breach", "notification.reminder", "notification.escalation", "notification.emergency_announced",
        "notification.emergency_updated", "notification.emergency_lifted", "notification.correction",
    ],
}

/// An example of each type that a sink takes, whatever it says of objectives and ways.
pub fn samples(selection: &Selection) -> impl Iterator<Item = Record> {
    let records = examples(selection.of).iter().map(|text| Record::structured(text).expect("examples are JSON"));
    records.filter(|record| selection.types.is_empty() || selection.types.iter().any(|name| name == record.name()))
}

/// The same, the first of them; with `to` as the one whom it is for.
pub fn sample(selection: &Selection, to: Option<&str>) -> Option<Record> {
    let mut record = samples(selection).next()?;
    if let Some(to) = to {
        record.event["data"]["recipients"] = Value::from(vec![serde_json::json!({"as": "owner", "name": to})]);
    }
    Some(record)
}
