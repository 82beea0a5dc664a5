//! SLA events as they are published, for somebody who watches: outside of any group, from now on.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::cluster::ASK;
use super::context::Context;
use super::history::partitions;
use super::reader::is_passing;
use super::{Cluster, KafkaError};

/// An SLA event, as a consumer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaEvent {
    /// The `CloudEvents` type.
    pub type_name: String,
    /// The `CloudEvents` time.
    pub at: Instant,
    /// The body, JSON.
    pub data: Vec<u8>,
}

/// Follows the topic.
pub struct Watch {
    reader: BaseConsumer<Context>,
    topic: String,
}

impl Watch {
    /// Begins with what is published from now on.
    pub fn open(cluster: &Cluster) -> Result<Self, KafkaError> {
        let topic = cluster.topics.sla.clone();
        let doing = || KafkaError::doing(format!("read {topic}"));
        let reader = cluster.reader()?;
        let mut list = TopicPartitionList::new();
        for partition in 0..partitions(cluster, &topic)? as i32 {
            // The place is looked up now: what the name `end` stands for would be looked up later.
            let (_, end) = reader.fetch_watermarks(&topic, partition, ASK).map_err(doing())?;
            list.add_partition_offset(&topic, partition, Offset::Offset(end)).map_err(doing())?;
        }
        reader.assign(&list).map_err(doing())?;
        Ok(Watch { reader, topic })
    }

    /// The next SLA event, if one comes within `patience`.
    pub fn next(&self, patience: Duration) -> Result<Option<SlaEvent>, KafkaError> {
        let begun = Stopwatch::now();
        loop {
            match self.reader.poll(patience.saturating_sub(begun.elapsed())) {
                Some(Ok(message)) => return Ok(sla_event(&message)),
                Some(Err(RdKafkaError::PartitionEOF(_))) => {}
                Some(Err(error)) if is_passing(&error) => {}
                Some(Err(error)) => return Err(KafkaError::doing(format!("read {}", self.topic))(error)),
                None => return Ok(None),
            }
        }
    }
}

fn sla_event(message: &BorrowedMessage<'_>) -> Option<SlaEvent> {
    let header = |name: &str| {
        let value = message.headers()?.iter().find(|header| header.key == name)?.value?;
        std::str::from_utf8(value).ok()
    };
    Some(SlaEvent {
        type_name: header("ce_type")?.to_owned(),
        at: header("ce_time")?.parse().ok()?,
        data: message.payload()?.to_vec(),
    })
}
