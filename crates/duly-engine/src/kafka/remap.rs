//! Messages of sources among the dead letters: mapped again, by the mapping of today, and what comes of them written to the log
//! as new events, in one transaction with the trace that says so.

use std::sync::Arc;

use rdkafka::message::{BorrowedMessage, Header, OwnedHeaders};

use super::dead_letters::{DeadLetters, Letter, REDRIVEN, content};
use super::writer::{Record, Writer};
use super::{KafkaError, partition};
use crate::ingest::Source;
use crate::ingest::letter;
use crate::ingest::mapping::Message;
use crate::record;

/// What came of a message that was mapped again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remapped {
    /// So many ticket events were written, and it is settled.
    Sent(usize),
    /// Something of it still can not be mapped, so that it waits on, and nothing of it is written: why.
    Still {
        /// The reason's name.
        reason: &'static str,
        /// What is wrong, where, and what to do.
        detail: String,
    },
    /// Nobody knows the source.
    NoSource,
}

impl DeadLetters<'_> {
    /// Maps a message, and writes what comes of it.
    pub(super) fn remap(
        &self,
        writer: &Writer,
        lanes: usize,
        sources: &[Arc<Source>],
        (message, letter): (&BorrowedMessage<'_>, &Letter),
    ) -> Result<Remapped, KafkaError> {
        let name = letter.source.as_deref().unwrap_or_default();
        let Some(source) = sources.iter().find(|source| source.name == name) else {
            return Ok(Remapped::NoSource);
        };
        let came = content(message);
        let headers: Vec<(&str, &[u8])> = came.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mapped = source.map(&Message { headers: &headers, body: &came.value }, letter.at);
        let (events, still) = (&mapped.events, letter::Letter::of(name, &mapped));
        // What could be mapped of it is there since it came: written again each time, what is refused of that would be a letter again.
        if let Some(letter::Letter { reason, detail, .. }) = still {
            return Ok(Remapped::Still { reason, detail });
        }
        writer.begin()?;
        for event in events {
            self.send(writer, lanes, event)?;
        }
        let (id, partition) = (letter.id.to_string(), letter.id.partition);
        let topic = &self.cluster.topics.dead_letters;
        let trace = Record { topic, partition, key: Some(id.as_bytes()), value: &[] };
        writer.write(trace, OwnedHeaders::new().insert(Header { key: REDRIVEN, value: Some(&id) }))?;
        writer.commit()?;
        Ok(Remapped::Sent(events.len()))
    }

    fn send(&self, writer: &Writer, lanes: usize, event: &[u8]) -> Result<(), KafkaError> {
        let read = record::read(event, event.len() as u64);
        let subject = read.expect("a mapping gives nothing else than ticket events").subject;
        let (topic, partition) = (&self.cluster.topics.tickets, partition::of(&subject, lanes));
        let record = Record { topic, partition, key: Some(subject.as_bytes()), value: event };
        writer.write(record, super::append::structured())
    }
}
