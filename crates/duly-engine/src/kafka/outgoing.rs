//! What a transaction will write, put together while the one before it is still being committed.
//!
//! Keys and values of all records lie in one buffer, so that a batch of thousands costs a handful of allocations.

use std::ops::Range;

use duly_core::lane::{Lane, PROGRESS, Progress, Publication, Turn};
use duly_core::ticket::Refusal;
use duly_core::time::Instant;
use rdkafka::message::{BorrowedMessage, Header, Message as _, OwnedHeaders};
use uuid::Uuid;

use super::changelog::{LANE_KEY, LaneRecord};
use super::envelope::REDRIVE;
use super::messages::{self, Place};
use crate::notify::Notice;

/// The records of a transaction, in order.
#[derive(Default)]
pub(super) struct Outgoing {
    buffer: Vec<u8>,
    records: Vec<Record>,
}

/// A record to write.
pub(super) struct Record {
    key: Range<usize>,
    value: Range<usize>,
    what: What,
}

/// Which topic a record is for, and what its headers say.
enum What {
    Sla { type_name: &'static str, id: Uuid, at: Instant, incarnation: u32 },
    Changelog { partition: i32 },
    DeadLetter { headers: OwnedHeaders },
    Notification { type_name: &'static str, id: Uuid, at: Instant },
    Event,
    Progress { partition: i32, headers: OwnedHeaders },
}

/// A record as a producer wants it.
pub(super) struct Written<'o> {
    pub(super) topic: Topic,
    /// Where it has to be; elsewhere the key decides.
    pub(super) partition: Option<i32>,
    pub(super) key: Option<&'o [u8]>,
    pub(super) value: &'o [u8],
    pub(super) headers: Option<OwnedHeaders>,
}

/// The topics that a transaction writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Sla,
    Changelog,
    DeadLetters,
    Notifications,
    Tickets,
}

impl Outgoing {
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.records.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many bytes of keys and values it has.
    pub(super) fn bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Adds what a turn publishes.
    pub(super) fn add_turn(&mut self, turn: &Turn) {
        for publication in turn.publications() {
            self.add_publication(publication);
        }
    }

    /// Adds what people are told.
    pub(super) fn add_notice(&mut self, notice: &Notice) {
        let Notice { occasion, id, subject, at, data } = notice;
        let what = What::Notification { type_name: occasion.type_name(), id: *id, at: *at };
        self.add(subject.as_bytes(), |value| value.extend_from_slice(data), what);
    }

    /// Adds the tickets that a lane's turns have changed, as they are after the last of them, and how far it is with that.
    pub(super) fn add_lane(&mut self, lane: &Lane, changed: &[u32], record: &LaneRecord, partition: i32) {
        for &position in changed {
            let (subject, ticket) = lane.ticket(position).expect("a turn names tickets of its lane");
            self.add(subject.as_bytes(), |value| ticket.write(value), What::Changelog { partition });
        }
        self.add(LANE_KEY, |value| record.write(value), What::Changelog { partition });
    }

    /// Adds a record that was refused, as it came.
    pub(super) fn add_dead_letter(&mut self, message: &BorrowedMessage<'_>, refusal: &Refusal) {
        let key = message.key().unwrap_or_default();
        let value = message.payload().unwrap_or_default();
        let headers = dead_letter_headers(message, refusal.kind.name(), &refusal.what);
        self.add(key, |out| out.extend_from_slice(value), What::DeadLetter { headers });
    }

    /// Adds a message of the source `source` that could not be mapped, as it came, and why.
    pub(super) fn add_unmapped(&mut self, message: &BorrowedMessage<'_>, source: &str, reason: &str, detail: &str) {
        let key = message.key().unwrap_or_default();
        let value = message.payload().unwrap_or_default();
        let (topic, appended_ms) = (message.topic(), message.timestamp().to_millis().unwrap_or_default());
        let place = Place { topic, partition: message.partition(), offset: message.offset(), appended_ms };
        let came_with = message.headers().into_iter().flat_map(rdkafka::message::Headers::iter);
        let came_with = came_with.map(|header| (header.key, header.value.unwrap_or_default()));
        let headers = messages::headers(source, reason, detail, Some(place), came_with);
        self.add(key, |out| out.extend_from_slice(value), What::DeadLetter { headers });
    }

    /// Adds a ticket event of `subject`: a `CloudEvent` in structured mode.
    pub(super) fn add_event(&mut self, subject: &str, event: &[u8]) {
        self.add(subject.as_bytes(), |value| value.extend_from_slice(event), What::Event);
    }

    /// Adds a progress mark for one lane.
    pub(super) fn add_progress(&mut self, mark: &Progress, partition: i32) {
        let what = What::Progress { partition, headers: progress_headers(mark) };
        self.add(&[], |value| value.extend_from_slice(&mark.data()), what);
    }

    fn add_publication(&mut self, publication: Publication<'_>) {
        let Publication { subject, type_name, at, id, incarnation, data } = publication;
        let what = What::Sla { type_name, id, at, incarnation };
        self.add(subject.as_bytes(), |value| value.extend_from_slice(data), what);
    }

    fn add(&mut self, key: &[u8], write: impl FnOnce(&mut Vec<u8>), what: What) {
        let from = self.buffer.len();
        self.buffer.extend_from_slice(key);
        let key = from..self.buffer.len();
        write(&mut self.buffer);
        self.records.push(Record { value: key.end..self.buffer.len(), key, what });
    }

    /// The records, as a producer wants them.
    pub(super) fn records(&self) -> impl Iterator<Item = Written<'_>> {
        self.records.iter().map(|record| {
            let (topic, partition, headers) = match &record.what {
                What::Sla { type_name, id, at, incarnation } => {
                    let subject = &self.buffer[record.key.clone()];
                    (Topic::Sla, None, Some(sla_headers(subject, type_name, *id, *at, *incarnation)))
                }
                What::Changelog { partition } => (Topic::Changelog, Some(*partition), None),
                What::DeadLetter { headers } => (Topic::DeadLetters, None, Some(headers.clone())),
                What::Notification { type_name, id, at } => {
                    let subject = &self.buffer[record.key.clone()];
                    (Topic::Notifications, None, Some(sla_headers(subject, type_name, *id, *at, 0)))
                }
                What::Event => (Topic::Tickets, None, Some(content_type("application/cloudevents+json"))),
                What::Progress { partition, headers } => (Topic::Tickets, Some(*partition), Some(headers.clone())),
            };
            let (key, value) = (&self.buffer[record.key.clone()], &self.buffer[record.value.clone()]);
            let key = (!key.is_empty()).then_some(key);
            Written { topic, partition, key, value, headers }
        })
    }
}

/// A `CloudEvent` in binary mode: its attributes are headers, its data the value.
fn sla_headers(subject: &[u8], type_name: &str, id: Uuid, at: Instant, incarnation: u32) -> OwnedHeaders {
    let id = id.hyphenated().to_string();
    let at = at.to_string();
    let text = |key, value| Header { key, value: Some(value) };
    let headers = OwnedHeaders::new_with_capacity(8)
        .insert(text("ce_specversion", "1.0".as_bytes()))
        .insert(text("ce_id", id.as_bytes()))
        .insert(text("ce_source", duly_core::lane::SOURCE.as_bytes()))
        .insert(text("ce_type", type_name.as_bytes()))
        .insert(text("ce_subject", subject))
        .insert(text("ce_time", at.as_bytes()))
        .insert(text("content-type", "application/json".as_bytes()));
    if incarnation == 0 {
        return headers;
    }
    headers.insert(text("ce_incarnation", incarnation.to_string().as_bytes()))
}

fn content_type(what: &str) -> OwnedHeaders {
    OwnedHeaders::new_with_capacity(1).insert(Header { key: "content-type", value: Some(what) })
}

/// The attributes of a progress mark.
pub(super) fn progress_headers(mark: &Progress) -> OwnedHeaders {
    let (id, source) = mark.identity();
    let id = id.hyphenated().to_string();
    [("ce_specversion", "1.0"), ("ce_id", &id), ("ce_source", &source), ("ce_type", PROGRESS)]
        .into_iter()
        .fold(content_type("application/json"), |headers, (key, value)| {
            headers.insert(Header { key, value: Some(value) })
        })
}

/// The headers that the record came with, and why it is here.
fn dead_letter_headers(message: &BorrowedMessage<'_>, reason: &str, detail: &str) -> OwnedHeaders {
    let mut headers = OwnedHeaders::new();
    for header in message.headers().into_iter().flat_map(rdkafka::message::Headers::iter) {
        if !header.key.starts_with(DEAD_LETTER_PREFIX) || header.key == REDRIVE {
            headers = headers.insert(header);
        }
    }
    let said = [
        ("duly_reason", reason.to_owned()),
        ("duly_detail", detail.to_owned()),
        ("duly_topic", message.topic().to_owned()),
        ("duly_partition", message.partition().to_string()),
        ("duly_offset", message.offset().to_string()),
        ("duly_appended_ms", message.timestamp().to_millis().unwrap_or_default().to_string()),
    ];
    said.iter().fold(headers, |headers, (key, value)| headers.insert(Header { key, value: Some(value.as_bytes()) }))
}

/// What the headers begin with that say why a record is a dead letter.
pub(super) const DEAD_LETTER_PREFIX: &str = "duly_";
