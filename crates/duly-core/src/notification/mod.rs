//! What people are told, and what it follows from (L14, L17).
//!
//! A notification follows from one SLA event at the moment in which that is published, from the policy's words on whom to
//! tell, and from the ticket as it stands then: who owns it, whose it is. So it is written once, with the SLA event, and has
//! an id that follows from the SLA event's. The words for people are made of its facts elsewhere, and so is delivery.

mod people;

pub use people::{People, Recipient};

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::clock::SlaKind;
use crate::control::Controls;
use crate::lane::Publication;
use crate::policy::{Policy, Telling, Title};
use crate::time::Instant;

/// The languages that people are told things in.
pub const LANGUAGES: [&str; 2] = ["zh", "en"];

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A deadline comes near.
    Reminder,
    /// A promise was broken.
    Breach,
    /// A step of the ladder after a breach.
    Escalation,
}

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
    /// What words are made of.
    pub facts: Map<String, Value>,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Occasion; 3] = [Occasion::Reminder, Occasion::Breach, Occasion::Escalation];

    /// Its name, which is also that of its templates.
    pub const fn name(self) -> &'static str {
        match self {
            Occasion::Reminder => "reminder",
            Occasion::Breach => "breach",
            Occasion::Escalation => "escalation",
        }
    }

    /// The CloudEvents type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Occasion::Reminder => "duly.notification.reminder.v1",
            Occasion::Breach => "duly.notification.breach.v1",
            Occasion::Escalation => "duly.notification.escalation.v1",
        }
    }

    /// What an SLA event of this kind is the occasion of, if people are told of it at all.
    pub(crate) const fn of(kind: SlaKind) -> Option<Occasion> {
        match kind {
            SlaKind::ReminderDue => Some(Occasion::Reminder),
            SlaKind::Breached => Some(Occasion::Breach),
            SlaKind::Escalated => Some(Occasion::Escalation),
            _ => None,
        }
    }

    /// Whom the policy wants told, and by which ways.
    fn telling(self, policy: &Policy) -> Telling {
        let notify = &policy.notify;
        let (said, usual) = match self {
            Occasion::Reminder => (&notify.reminder_due, &["owner"][..]),
            Occasion::Breach => (&notify.breached, &["owner"][..]),
            Occasion::Escalation => (&notify.escalated, &[][..]),
        };
        said.clone().unwrap_or_else(|| Telling::by_email(usual))
    }
}

/// What follows from `event`, an SLA event on this occasion; `None` where the policy wants nobody told.
pub(crate) fn follow(
    occasion: Occasion,
    event: &Publication<'_>,
    people: &People,
    controls: &Controls,
) -> Option<Notification> {
    let body: Map<String, Value> = serde_json::from_slice(event.data).expect("a body is a JSON object");
    let said = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let version = controls
        .versions()
        .find(|known| known.policy.policy == said("policy") && known.version == said("policy_version"));
    let policy = &version?.policy;
    let Telling { mut to, by } = occasion.telling(policy);
    if occasion == Occasion::Escalation {
        to.insert(0, said("to").to_owned());
    }
    let recipients: Vec<Recipient> = to.iter().map(|who| people.recipient(who)).collect();
    if recipients.is_empty() {
        return None;
    }
    Some(Notification {
        occasion,
        id: Uuid::new_v5(&event.id, occasion.type_name().as_bytes()),
        subject: event.subject.to_owned(),
        at: event.at,
        sla_event: event.id.to_string(),
        recipients,
        channels: by,
        language: people.language.clone(),
        facts: facts(&body, policy, people),
    })
}

/// The SLA event's own words, less those that are told beside, with what people call things.
fn facts(body: &Map<String, Value>, policy: &Policy, people: &People) -> Map<String, Value> {
    let said = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut facts = body.clone();
    facts.retain(|name, _| !["subject", "type", "at", "to", "cause"].contains(&name.as_str()));
    let objective = said("objective");
    let title = policy.objectives.get(objective).map(|objective| &objective.title);
    let title = title.or_else(|| policy.remedies.get(objective).map(|remedy| &remedy.title));
    facts.insert("title".to_owned(), titles(title, objective));
    facts.insert("commitment".to_owned(), titles(Some(&policy.title), &policy.policy));
    facts.insert("zone".to_owned(), zone(policy, said("calendar")).into());
    people.add_to(&mut facts);
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
