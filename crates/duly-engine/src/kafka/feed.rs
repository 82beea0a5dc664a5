//! Ticket events written to the log of record, as a source does that has them as lines: what `duly demo` and `duly import` are to
//! the engine.
//!
//! What is appended together is one transaction: whoever reads what is committed sees all of it or nothing, and no silence
//! between its parts is taken for a broken promise.

use std::time::Duration;

use duly_core::lane::Progress;
use duly_core::ticket::parse_structured;
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};

use super::context::Context;
use super::history::partitions;
use super::outgoing::progress_headers;
use super::{Cluster, KafkaError, partition, writer};

/// How long a transaction may be open.
const TRANSACTION: Duration = Duration::from_secs(30);

/// A source of ticket events.
pub struct Feed {
    producer: ThreadedProducer<Context>,
    topic: String,
    partitions: usize,
}

impl Feed {
    /// A source that is called `name`; another of this name is cut off.
    pub fn open(cluster: &Cluster, name: &str) -> Result<Self, KafkaError> {
        let topic = cluster.topics.tickets.clone();
        let partitions = partitions(cluster, &topic)?;
        let producer = cluster.transactional(&format!("{}-{name}", cluster.group), TRANSACTION)?;
        producer.init_transactions(TRANSACTION).map_err(KafkaError::doing(format!("write to {topic}")))?;
        Ok(Feed { producer, topic, partitions })
    }

    /// Appends structured `CloudEvents`, all of them or none, each where its ticket is. A line that is none goes to the first
    /// partition, as a source would send it that does not look at what it sends.
    pub fn append(&self, lines: &[impl AsRef<[u8]>]) -> Result<(), KafkaError> {
        self.in_transaction(|| lines.iter().try_for_each(|line| self.write(line.as_ref())))
    }

    /// Tells every lane how far the source is.
    pub fn mark(&self, mark: &Progress) -> Result<(), KafkaError> {
        let data = mark.data();
        self.in_transaction(|| {
            (0..self.partitions as i32).try_for_each(|partition| {
                let record = BaseRecord::<[u8], [u8]>::to(&self.topic).partition(partition).payload(&data);
                writer::send(&self.producer, record.headers(progress_headers(mark)))
            })
        })
    }

    fn in_transaction(&self, write: impl FnOnce() -> Result<(), RdKafkaError>) -> Result<(), KafkaError> {
        let doing = || KafkaError::doing(format!("write to {}", self.topic));
        self.producer.begin_transaction().map_err(doing())?;
        let written = write();
        if written.is_err() {
            // Where that can not be said either, the brokers do it after the time-out.
            let _ = self.producer.abort_transaction(TRANSACTION);
        }
        written.and_then(|()| self.producer.commit_transaction(TRANSACTION * 2)).map_err(doing())
    }

    fn write(&self, line: &[u8]) -> Result<(), RdKafkaError> {
        let subject = parse_structured(line).ok().map(|event| event.subject);
        let partition = subject.as_ref().map_or(0, |subject| partition::of(subject, self.partitions));
        let headers = Header { key: "content-type", value: Some("application/cloudevents+json") };
        let headers = OwnedHeaders::new().insert(headers);
        let mut record = BaseRecord::<str, [u8]>::to(&self.topic).partition(partition).payload(line).headers(headers);
        if let Some(subject) = &subject {
            record = record.key(subject);
        }
        writer::send(&self.producer, record)
    }
}
