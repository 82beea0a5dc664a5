//! Notifications: what the core says people are told, in words, to be written with the SLA events that it follows from.
//!
//! Deliberately absent: delivery. Whoever sends mail or messages reads the records.

mod templates;
mod words;

pub use templates::{Mistaken, Templates};
pub(crate) use words::duration;

use std::collections::BTreeMap;
use std::path::PathBuf;

use duly_core::lane::{Lane, SOURCE, Turn};
use duly_core::notification::{LANGUAGES, Notification, Occasion};
use duly_core::time::{Instant, Span};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// How notifications are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A folder with templates of a company's own, in the place of those that are built in.
    pub templates: Option<PathBuf>,
    /// What was so longer ago than this is not told any more.
    pub max_age: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { templates: None, max_age: Span::from_s(24 * 3600) }
    }
}

/// Makes notifications of turns.
#[derive(Debug)]
pub struct Notifier {
    templates: Templates,
    max_age: Span,
}

/// A notification as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub occasion: Occasion,
    /// The `CloudEvents` id.
    pub id: Uuid,
    /// `tenant/ticket`, the key.
    pub subject: String,
    /// The `CloudEvents` time: since when it is so.
    pub at: Instant,
    /// The data, JSON.
    pub data: Vec<u8>,
}

/// What is said in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Text {
    /// One line: the subject of a mail, or all of a short message.
    title: String,
    text: String,
}

/// The data of a notification.
#[derive(Serialize)]
struct Data<'n> {
    #[serde(flatten)]
    notification: &'n Notification,
    texts: BTreeMap<&'static str, Text>,
    /// Why a language is missing: the template can not say this.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl Notifier {
    /// Reads the templates, each of which has to be right.
    pub fn new(settings: &Settings) -> Result<Self, Vec<Mistaken>> {
        let templates = Templates::load(settings.templates.as_deref())?;
        Ok(Notifier { templates, max_age: settings.max_age })
    }

    /// What follows for people from the last turn of `lane`, by the time `wall`.
    pub fn notices(&self, lane: &Lane, turn: &Turn, wall: Instant) -> Vec<Notice> {
        let notifications = lane.notifications(turn, wall.minus(self.max_age));
        notifications.iter().map(|notification| self.notice(notification)).collect()
    }

    fn notice(&self, notification: &Notification) -> Notice {
        let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
        for language in LANGUAGES {
            match self.templates.render(notification.occasion, language, &words::of(notification, language)) {
                Ok(rendered) => drop(texts.insert(language, Text::of(&rendered))),
                Err(error) => problems.push(format!("{language}: {error}")),
            }
        }
        let data = Data { notification, texts, problems };
        Notice {
            occasion: notification.occasion,
            id: notification.id,
            subject: notification.subject.clone(),
            at: notification.at,
            data: serde_json::to_vec(&data).expect("plain data with text keys is always JSON"),
        }
    }
}

impl Text {
    /// The first line is the title.
    fn of(rendered: &str) -> Text {
        let (title, text) = rendered.trim().split_once('\n').unwrap_or((rendered.trim(), ""));
        Text { title: title.trim().to_owned(), text: text.trim().to_owned() }
    }
}

impl Notice {
    /// The `CloudEvent` in structured mode.
    pub fn cloudevent(&self) -> Value {
        let data: Value = serde_json::from_slice(&self.data).expect("it was written as JSON");
        json!({
            "specversion": "1.0",
            "id": self.id.to_string(),
            "source": SOURCE,
            "type": self.occasion.type_name(),
            "subject": self.subject,
            "time": self.at,
            "datacontenttype": "application/json",
            "data": data,
        })
    }
}
