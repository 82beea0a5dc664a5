//! A record to deliver: a `CloudEvent`, and where it stands.

use std::collections::BTreeSet;
use std::time::Instant as Stopwatch;

use duly_core::notification::Occasion;
use duly_core::time::Instant;
use serde_json::{Value, json};

/// Where a record stands: which stream of a sink, and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// A partition, or the table of a store.
    pub(crate) stream: i32,
    /// The offset, or the row.
    pub(crate) position: i64,
}

/// A record to deliver.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The `CloudEvent` in structured mode.
    pub event: Value,
    /// The value as it was read: on Kafka the data, in a store the whole event.
    pub bytes: Vec<u8>,
    /// The headers that it was read with.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Where it was written first, on Kafka.
    pub origin: Option<Origin>,
}

/// Where a record was written first, on Kafka.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The topic.
    pub topic: String,
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// When the topic took it, in milliseconds since 1970.
    pub appended_ms: i64,
    /// The dead letter that it is redriven from.
    pub letter: Option<String>,
}

impl Origin {
    /// Where a record stands; of one that is redriven, where it stood.
    pub(crate) fn of(
        topic: &str,
        partition: i32,
        offset: i64,
        appended_ms: Option<i64>,
        headers: &[(String, Vec<u8>)],
    ) -> Self {
        let text = |name: &str| {
            let (_, value) = headers.iter().find(|(key, _)| key == name)?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        let number = |name: &str, here: i64| text(name).and_then(|text| text.parse().ok()).unwrap_or(here);
        Origin {
            topic: text("duly_topic").unwrap_or_else(|| topic.to_owned()),
            partition: number("duly_partition", partition.into()) as i32,
            offset: number("duly_offset", offset),
            appended_ms: number("duly_appended_ms", appended_ms.unwrap_or_default()),
            letter: text("duly_redriven"),
        }
    }
}

/// A record on its way.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) place: Place,
    pub(crate) record: Record,
    pub(crate) told: Told,
    /// How often it was tried.
    pub(crate) tries: u32,
    /// Since when it waits.
    pub(crate) since: Stopwatch,
}

/// What became of a record so far, where it goes to several people.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// To whom it was sent, and what will not be tried again.
    pub(crate) done: BTreeSet<String>,
    /// What will not arrive, and why.
    pub(crate) refused: Vec<String>,
}

impl Record {
    /// A record of a store: the `CloudEvent` in structured mode.
    pub fn structured(text: &str) -> Result<Record, serde_json::Error> {
        Ok(Record {
            event: serde_json::from_str(text)?,
            bytes: text.as_bytes().to_vec(),
            headers: Vec::new(),
            origin: None,
        })
    }

    /// Whether it is a reminder for people of a deadline that has passed: what has become of the promise tells more.
    pub(crate) fn is_outdated(&self, now: Instant) -> bool {
        let due_at = || self.data()["facts"]["due_at"].as_str()?.parse::<Instant>().ok();
        self.type_name() == Occasion::Reminder.type_name() && due_at().is_some_and(|due_at| due_at <= now)
    }

    /// A record of a topic: attributes in headers, the data in the value.
    pub(crate) fn binary(headers: Vec<(String, Vec<u8>)>, bytes: Vec<u8>) -> Result<Record, serde_json::Error> {
        let data: Value = serde_json::from_slice(&bytes)?;
        let mut event = json!({ "data": data });
        for (key, value) in &headers {
            let name = if key == "content-type" { Some("datacontenttype") } else { key.strip_prefix("ce_") };
            if let Some(name) = name {
                event[name] = String::from_utf8_lossy(value).into();
            }
        }
        Ok(Record { event, bytes, headers, origin: None })
    }

    fn text(&self, name: &str) -> &str {
        self.event[name].as_str().unwrap_or_default()
    }

    /// Its `CloudEvents` id.
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// `tenant/ticket`.
    pub fn subject(&self) -> &str {
        self.text("subject")
    }

    /// Its `CloudEvents` type.
    pub fn type_name(&self) -> &str {
        self.text("type")
    }

    /// Its type in a word: `breached` for `duly.sla.breached.v1`.
    pub fn name(&self) -> &str {
        short(self.type_name())
    }

    /// What it says.
    pub fn data(&self) -> &Value {
        &self.event["data"]
    }

    /// The SLA event that it withdraws, if it withdraws one.
    pub fn withdrawn(&self) -> Option<&Value> {
        self.data().get("event").filter(|event| event.is_object())
    }

    /// What it is known by: of several with the same key the first is enough.
    pub fn key(&self) -> &str {
        self.data()["deduplication"].as_str().unwrap_or_else(|| self.id())
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn size(&self) -> usize {
        // Once as it came and once as it was read, which takes about twice that.
        512 + 3 * self.bytes.len()
    }
}

/// A type in a word: `breached` for `duly.sla.breached.v1`.
pub(crate) fn short(type_name: &str) -> &str {
    type_name.rsplit('.').nth(1).unwrap_or(type_name)
}
