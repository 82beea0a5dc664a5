//! Ticket events as the tests write them: one a line, `2026-03-02 09:00 observed priority=high [e3]`.
//!
//! A line shown by a failing property can be pasted into a story as it is.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use crate::minute::{self, Minute};

/// The subject of all events of a test.
pub const SUBJECT: &str = "acme/T-1";

/// The source of an event that names none.
pub const SOURCE: &str = "crm";

/// One ticket event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it occurred.
    pub at: Minute,
    /// The short name of its type: `observed`.
    pub name: String,
    /// Its data.
    pub data: BTreeMap<String, Value>,
    /// The extension `sequence`.
    pub sequence: Option<String>,
    /// Its `source`.
    pub source: String,
    /// Its `id`.
    pub id: String,
}

impl Event {
    /// Reads `2026-03-02 09:00 observed priority=high tags=["vip"] agent=null #3 [e3@mail]`.
    ///
    /// A value that is JSON is that value, anything else is a text without blanks. `#3` is the sequence, `[id@source]` the
    /// identity; the source is [`SOURCE`] where none is given.
    pub fn parse(line: &str, id: &str) -> Event {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [day, time, name, rest @ ..] = &words[..] else { panic!("`{line}` lacks a time or a name") };
        let mut event = Event {
            at: minute::at(&format!("{day} {time}")),
            name: (*name).to_owned(),
            data: BTreeMap::new(),
            sequence: None,
            source: SOURCE.to_owned(),
            id: id.to_owned(),
        };
        for word in rest {
            event.read_word(word);
        }
        event
    }

    fn read_word(&mut self, word: &str) {
        if let Some(sequence) = word.strip_prefix('#') {
            self.sequence = Some(sequence.to_owned());
        } else if let Some(identity) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
            let (id, source) = identity.split_once('@').unwrap_or((identity, SOURCE));
            (self.id, self.source) = (id.to_owned(), source.to_owned());
        } else {
            let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("`{word}` is not name=value"));
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            self.data.insert(name.to_owned(), value);
        }
    }

    /// The event as a `CloudEvent` in structured mode, one line of JSON.
    pub fn to_json(&self) -> String {
        let mut event = json!({
            "specversion": "1.0",
            "type": format!("duly.ticket.{}.v1", self.name),
            "source": self.source,
            "id": self.id,
            "subject": SUBJECT,
            "time": minute::utc(self.at),
        });
        if let Some(sequence) = &self.sequence {
            event["sequence"] = json!(sequence);
        }
        event["data"] = Value::Object(self.data.clone().into_iter().collect::<Map<_, _>>());
        event.to_string()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", minute::local(self.at), self.name)?;
        for (name, value) in &self.data {
            match value {
                Value::String(text) if serde_json::from_str::<Value>(text).is_err() => write!(f, " {name}={text}")?,
                other => write!(f, " {name}={other}")?,
            }
        }
        if let Some(sequence) = &self.sequence {
            write!(f, " #{sequence}")?;
        }
        match self.source.as_str() {
            SOURCE => write!(f, " [{}]", self.id),
            source => write!(f, " [{}@{source}]", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_as_it_is_shown() {
        for line in [
            "2026-03-02 09:00 received [e1]",
            "2026-03-02 09:00 observed agent=null priority=high tags=[\"a\",\"b\"] #3 [e3]",
            "2026-03-02 09:00 observed floor=3 room=\"3\" [e3@mail]",
        ] {
            assert_eq!(Event::parse(line, "").to_string(), line);
        }
    }

    #[test]
    fn an_event_is_rendered_as_a_cloud_event() {
        let event = Event::parse("2026-03-02 09:00 observed priority=high #3", "e7");
        assert_eq!(
            serde_json::from_str::<Value>(&event.to_json()).expect("JSON"),
            json!({
                "specversion": "1.0", "type": "duly.ticket.observed.v1", "source": "crm", "id": "e7",
                "subject": "acme/T-1", "time": "2026-03-02T01:00:00Z", "sequence": "3", "data": {"priority": "high"},
            })
        );
    }
}
