//! An event of the story, and the line that it becomes.

use duly_core::time::Instant;
use serde::Serialize;
use serde_json::Value;

/// What the demo's events name as their source.
pub(super) const SOURCE: &str = "/demo/crm";

/// The tenant that the demo's tickets belong to.
const TENANT: &str = "demo";

/// The members of an event's data, in the order written. Values are texts, lists and booleans, no objects.
pub(super) type Data = Vec<(&'static str, Value)>;

/// Something that happened to a ticket.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// When it reaches Duly.
    pub(super) arrives_at: Instant,
    pub(super) time: Instant,
    pub(super) ticket: String,
    /// The event's place in its ticket's story.
    pub(super) sequence: u32,
    /// The short name: `observed`.
    pub(super) name: &'static str,
    pub(super) data: Data,
    /// Where the line was cut off on its way, in bytes.
    pub(super) cut_at: Option<usize>,
}

#[derive(Serialize)]
struct Line<'a> {
    specversion: &'static str,
    id: String,
    source: &'static str,
    r#type: String,
    subject: String,
    time: Instant,
    sequence: String,
    #[serde(serialize_with = "in_order")]
    data: &'a Data,
}

impl Event {
    /// Identifies the event, together with the source.
    pub(super) fn id(&self) -> String {
        format!("{}/{}", self.ticket, self.sequence)
    }

    /// What arrivals are ordered by.
    pub(super) fn arrival(&self) -> (Instant, Instant, &str, u32) {
        (self.arrives_at, self.time, &self.ticket, self.sequence)
    }

    /// The event as a structured `CloudEvent` on one line.
    pub(super) fn into_line(self) -> String {
        let line = Line {
            specversion: "1.0",
            id: self.id(),
            source: SOURCE,
            r#type: format!("duly.ticket.{}.v1", self.name),
            subject: format!("{TENANT}/{}", self.ticket),
            time: self.time,
            sequence: self.sequence.to_string(),
            data: &self.data,
        };
        let mut text = serde_json::to_string(&line).expect("texts, lists and booleans are always JSON");
        if let Some(bytes) = self.cut_at {
            text.truncate(bytes);
        }
        text
    }
}

fn in_order<S: serde::Serializer>(data: &Data, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(data.iter().map(|(name, value)| (name, value)))
}
