//! Dead letters on Kafka, as they are listed, shown and taken out to be tried again. Read outside of any group.
//!
//! A letter is never removed. One that was redriven leaves a trace beside it on the same topic: a record without a value that
//! names it in its header `duly_redriven`. What is redriven carries the letter's name in `duly_redrive`, so that one which is
//! refused again is known by its new letter.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use duly_core::time::Instant;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use serde::Serialize;

use super::envelope::REDRIVE;
use super::history::{from_ms, partitions};
use super::messages::SOURCE;
use super::outgoing::DEAD_LETTER_PREFIX;
use super::reader::{Period, Reader};
use super::{Cluster, KafkaError};

/// On a trace: the letter that was redriven.
pub(super) const REDRIVEN: &str = "duly_redriven";

/// The place of a dead letter on its topic, written `3:42`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LetterId {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

/// A record that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Which.
    pub id: LetterId,
    /// When it was refused.
    pub at: Instant,
    /// The source whose message it is, where it is one: then it is mapped again where it is redriven.
    #[serde(rename = "message_of", skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The topic that it came from; none for a message that came by a webhook.
    #[serde(rename = "source")]
    pub topic: String,
    /// Its partition there.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
    /// When that log took it.
    pub appended_at: Instant,
    /// How many bytes its value has.
    pub length: u64,
    /// The reason's name.
    pub reason: String,
    /// What is wrong, where, and what to do.
    pub detail: String,
    /// What became of it since.
    #[serde(flatten)]
    pub redriven: Option<Redriven>,
}

/// What became of a letter that was redriven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redriven {
    /// When it was written to the log again, or refused again.
    #[serde(rename = "redriven_at")]
    pub at: Instant,
    /// The reason for which it was refused again; `sent` as long as it was not.
    #[serde(rename = "redriven_as")]
    pub outcome: String,
    /// The new letter of one that was refused again.
    #[serde(rename = "redriven_letter", skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterId>,
}

/// What a record was like when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its key; `None` where it had none, or an empty one.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Vec<u8>,
    /// Its headers, in order.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Which dead letters are meant.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Only with this reason.
    pub reason: Option<String>,
    /// Only those that were not redriven.
    pub only_waiting: bool,
    /// Only these, if any are named.
    pub ids: Vec<LetterId>,
    /// Only later ones than this, in the order of the list.
    pub after: Option<LetterId>,
    /// At most so many.
    pub limit: usize,
}

/// The dead letters of a cluster, as of when they were opened.
pub struct DeadLetters<'c> {
    pub(super) cluster: &'c Cluster,
    partitions: i32,
    traces: BTreeMap<LetterId, Redriven>,
}

impl<'c> DeadLetters<'c> {
    /// Looks through the topic for what was redriven.
    pub fn open(cluster: &'c Cluster) -> Result<Self, KafkaError> {
        let partitions = partitions(cluster, &cluster.topics.dead_letters)? as i32;
        let mut letters = DeadLetters { cluster, partitions, traces: BTreeMap::new() };
        let mut traces = BTreeMap::new();
        letters.each_batch(|messages| {
            for message in messages {
                if let Some(of) = header(message, REDRIVEN).and_then(|text| text.parse().ok()) {
                    let sent = Redriven { at: at(message), outcome: "sent".to_owned(), letter: None };
                    traces.entry(of).or_insert(sent);
                } else if let Some(of) = header(message, REDRIVE).and_then(|text| text.parse().ok()) {
                    let outcome = header(message, "duly_reason").unwrap_or_default();
                    traces.insert(of, Redriven { at: at(message), outcome, letter: Some(id(message)) });
                }
            }
            Ok(())
        })?;
        letters.traces = traces;
        Ok(letters)
    }

    /// Those that are meant, oldest first. Memory holds no more than `limit` of them.
    pub fn list(&self, which: &Which) -> Result<Vec<Letter>, KafkaError> {
        let after = match which.after {
            Some(id) => self.find(id, |message| (at(message), id))?,
            None => None,
        };
        let mut first = BTreeMap::new();
        self.each_batch(|messages| {
            for letter in messages.iter().filter_map(|message| self.letter(message)) {
                let place = (letter.at, letter.id);
                if which.fits(&letter) && after.is_none_or(|after| place > after) {
                    first.insert(place, letter);
                    if first.len() > which.limit {
                        first.pop_last();
                    }
                }
            }
            Ok(())
        })?;
        Ok(first.into_values().collect())
    }

    /// One of them, with what it was like when it came.
    pub fn show(&self, id: LetterId) -> Result<Option<(Letter, Content)>, KafkaError> {
        let found = self.find(id, |message| Some((self.letter(message)?, content(message))))?;
        Ok(found.flatten())
    }

    fn find<T>(&self, id: LetterId, see: impl FnOnce(&BorrowedMessage<'_>) -> T) -> Result<Option<T>, KafkaError> {
        if !(0..self.partitions).contains(&id.partition) {
            return Ok(None);
        }
        let mut reader = Reader::open_at(self.cluster, &self.cluster.topics.dead_letters, id.partition, id.offset)?;
        Ok(reader.next_batch()?.first().map(see))
    }

    /// Hands out all records, traces among them, batch by batch.
    pub(super) fn each_batch(
        &self,
        mut each: impl FnMut(&[BorrowedMessage<'_>]) -> Result<(), KafkaError>,
    ) -> Result<(), KafkaError> {
        let topic = &self.cluster.topics.dead_letters;
        let mut reader = Reader::open(self.cluster, topic, 0..self.partitions, Period::default())?;
        loop {
            let messages = reader.next_batch()?;
            if messages.is_empty() {
                return Ok(());
            }
            each(&messages)?;
        }
    }

    /// The letter in a record, unless it is a trace.
    pub(super) fn letter(&self, message: &BorrowedMessage<'_>) -> Option<Letter> {
        if header(message, REDRIVEN).is_some() {
            return None;
        }
        let text = |name| header(message, name).unwrap_or_default();
        let number = |name| text(name).parse().unwrap_or(-1);
        let id = id(message);
        Some(Letter {
            id,
            at: at(message),
            source: header(message, SOURCE),
            topic: text("duly_topic"),
            partition: number("duly_partition") as i32,
            offset: number("duly_offset"),
            appended_at: from_ms(number("duly_appended_ms")),
            length: message.payload_len() as u64,
            reason: text("duly_reason"),
            detail: text("duly_detail"),
            redriven: self.traces.get(&id).cloned(),
        })
    }
}

impl Which {
    /// Whether the letter is meant, wherever it stands in the list.
    pub(super) fn fits(&self, letter: &Letter) -> bool {
        self.reason.as_ref().is_none_or(|reason| *reason == letter.reason)
            && (!self.only_waiting || letter.redriven.is_none())
            && (self.ids.is_empty() || self.ids.contains(&letter.id))
    }
}

/// What the record was like when it came: without what was said about it since.
pub(super) fn content(message: &BorrowedMessage<'_>) -> Content {
    let headers = message.headers().into_iter().flat_map(rdkafka::message::Headers::iter);
    let original = headers.filter(|header| !header.key.starts_with(DEAD_LETTER_PREFIX));
    Content {
        key: message.key().filter(|key| !key.is_empty()).map(<[u8]>::to_vec),
        value: message.payload().unwrap_or_default().to_vec(),
        headers: original.map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec())).collect(),
    }
}

pub(super) fn header(message: &BorrowedMessage<'_>, name: &str) -> Option<String> {
    let value = message.headers()?.iter().find(|header| header.key == name)?.value.unwrap_or_default();
    Some(String::from_utf8_lossy(value).into_owned())
}

fn id(message: &BorrowedMessage<'_>) -> LetterId {
    LetterId { partition: message.partition(), offset: message.offset() }
}

fn at(message: &BorrowedMessage<'_>) -> Instant {
    from_ms(message.timestamp().to_millis().unwrap_or_default())
}

/// A text that names no dead letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the place of a dead letter, which is PARTITION:OFFSET, such as 3:42")]
pub struct NotALetterId(String);

impl FromStr for LetterId {
    type Err = NotALetterId;

    fn from_str(text: &str) -> Result<Self, NotALetterId> {
        let parsed = text.split_once(':').and_then(|(partition, offset)| {
            Some(LetterId { partition: partition.parse().ok()?, offset: offset.parse().ok()? })
        });
        parsed.filter(|id| id.partition >= 0 && id.offset >= 0).ok_or_else(|| NotALetterId(text.to_owned()))
    }
}

impl Serialize for LetterId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_named_by_its_place() {
        let id = LetterId { partition: 3, offset: 42 };
        assert_eq!((id.to_string(), "3:42".parse()), ("3:42".to_owned(), Ok(id)));
        for wrong in ["", "3", "3:", ":42", "-1:3", "3:-1", "3:4:2", "a:b"] {
            assert!(LetterId::from_str(wrong).is_err(), "{wrong}");
        }
    }
}
