//! What people are told, and what it follows from (L14, L17).
//!
//! A notification follows from one SLA event at the moment in which that is published, from the policy's words on whom to
//! tell, and from the ticket as it stands then: who owns it, whose it is. So it is written once, with the SLA event, and has
//! an id that follows from the SLA event's. The words for people are made of its facts elsewhere, and so is delivery.

mod announcement;
mod occasion;
mod people;
mod reminder;

pub use announcement::channels_of_emergencies;
pub(crate) use announcement::emergency_of;
pub use occasion::Occasion;
pub use people::{People, Recipient};

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::control::Controls;
use crate::control::emergency::Standing;
use crate::lane::Publication;
use crate::policy::{Policy, Title};
use crate::time::Instant;

/// The languages that people are told things in.
pub const LANGUAGES: [&str; 2] = ["zh", "en"];

/// Something that people are told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notification {
    /// What it is about.
    #[serde(skip)]
    pub occasion: Occasion,
    /// Its id, which follows from that of the SLA event.
    #[serde(skip)]
    pub id: Uuid,
    /// `tenant/ticket`.
    pub subject: String,
    /// Since when it is so.
    pub at: Instant,
    /// The id of the SLA event that it follows from.
    pub sla_event: String,
    /// Who is told.
    pub recipients: Vec<Recipient>,
    /// By which ways: `email`, `sms`, ….
    pub channels: Vec<String>,
    /// The language that the ticket asks for, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Of several with the same one the first is enough: a customer with fifty tickets is told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deduplication: Option<String>,
    /// What words are made of.
    pub facts: Map<String, Value>,
}

/// What notifications follow from beside the SLA event.
pub(crate) struct Scene<'s> {
    pub(crate) controls: &'s Controls,
    /// All emergencies, with all that was told of them.
    pub(crate) emergencies: &'s [Standing],
}

/// What follows from `event`, an SLA event on this occasion; `None` where nobody is to be told.
pub(crate) fn follow(
    occasion: Occasion,
    event: &Publication<'_>,
    people: &People,
    scene: &Scene<'_>,
) -> Option<Notification> {
    let body: Map<String, Value> = serde_json::from_slice(event.data).expect("a body is a JSON object");
    let told = if occasion.is_of_a_clock() {
        reminder::told(occasion, &body, people, scene)
    } else {
        announcement::told(occasion, event.subject, &body, people, scene)
    }?;
    if told.recipients.is_empty() {
        return None;
    }
    Some(Notification {
        occasion,
        id: Uuid::new_v5(&event.id, occasion.type_name().as_bytes()),
        subject: event.subject.to_owned(),
        at: event.at,
        sla_event: event.id.to_string(),
        recipients: told.recipients,
        channels: told.channels,
        language: people.language.clone(),
        deduplication: told.deduplication,
        facts: told.facts,
    })
}

/// Who is told what.
struct Telling {
    recipients: Vec<Recipient>,
    channels: Vec<String>,
    deduplication: Option<String>,
    facts: Map<String, Value>,
}

/// A member of a body that is a text; nothing where it is not there.
fn text<'b>(body: &'b Map<String, Value>, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The members of a body less those that are told beside the facts.
fn own(body: &Map<String, Value>) -> Map<String, Value> {
    let mut facts = body.clone();
    facts.retain(|name, _| !["subject", "type", "at", "to", "cause"].contains(&name.as_str()));
    facts
}

/// What something is called in each language: its title, else its name.
fn titles(title: Option<&Title>, name: &str) -> Value {
    let of = |language: &str| title.and_then(|title| title.get(language)).map_or(name, String::as_str);
    json!({ "zh": of("zh"), "en": of("en") })
}

/// The time zone of a calendar; round the clock it is that of the policy's first calendar.
fn zone(policy: &Policy, calendar: &str) -> String {
    let spec = policy.calendars.get(calendar).or_else(|| policy.calendars.values().next());
    spec.map_or_else(|| "UTC".to_owned(), |spec| spec.zone.clone())
}
