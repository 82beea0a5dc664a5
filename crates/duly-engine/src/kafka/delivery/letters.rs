//! What sinks could not deliver, among the other dead letters: as it was, with the sink's name and the last answer.

use std::sync::{Mutex, PoisonError};

use rdkafka::message::{Header, OwnedHeaders};

use super::super::envelope::REDRIVE;
use super::super::history::partitions;
use super::super::outgoing::DEAD_LETTER_PREFIX;
use super::super::writer::{self, Writer};
use super::super::{Cluster, KafkaError, partition};
use super::SINK;
use crate::deliver::{Letter, Letters};

/// The topic of dead letters.
pub(super) struct Kept {
    writer: Mutex<Writer>,
    topic: String,
    partitions: usize,
}

impl Kept {
    pub(super) fn open(cluster: &Cluster) -> Result<Self, KafkaError> {
        let topic = cluster.topics.dead_letters.clone();
        let partitions = partitions(cluster, &topic)?;
        Ok(Kept { writer: Mutex::new(Writer::open(cluster)?), topic, partitions })
    }
}

impl Letters for Kept {
    fn keep(&self, letter: &Letter<'_>) -> Result<(), String> {
        let Letter { sink, record, reason, detail, .. } = letter;
        let mut headers = OwnedHeaders::new();
        for (key, value) in record.headers.iter().filter(|(key, _)| !key.starts_with(DEAD_LETTER_PREFIX)) {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        let origin = record.origin.as_ref();
        let mut said = vec![
            (SINK, (*sink).to_owned()),
            ("duly_reason", reason.name().to_owned()),
            ("duly_detail", format!("sink {sink}: {detail}")),
        ];
        if let Some(origin) = origin {
            said.push(("duly_topic", origin.topic.clone()));
            said.push(("duly_partition", origin.partition.to_string()));
            said.push(("duly_offset", origin.offset.to_string()));
            said.push(("duly_appended_ms", origin.appended_ms.to_string()));
            said.extend(origin.letter.iter().map(|letter| (REDRIVE, letter.clone())));
        }
        for (key, value) in &said {
            headers = headers.insert(Header { key, value: Some(value.as_bytes()) });
        }
        let key = record.subject().as_bytes();
        let partition = partition::of(record.subject(), self.partitions);
        let letter = writer::Record { topic: &self.topic, partition, key: Some(key), value: &record.bytes };
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write(letter, headers).and_then(|()| writer.finish()).map(drop).map_err(|error| error.to_string())
    }
}
