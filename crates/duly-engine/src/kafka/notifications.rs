//! Notifications on Kafka as they are looked at, outside of any group.

use rdkafka::message::{BorrowedMessage, Message as _};
use serde_json::{Value, json};

use super::history::partitions;
use super::reader::{Period, Reader};
use super::{Cluster, KafkaError, LetterId};

/// Gives `take` each notification with its place, partition by partition, to the end as of now; it says whether it wants
/// more. Each is a `CloudEvent` in structured mode.
pub fn notifications(cluster: &Cluster, mut take: impl FnMut(LetterId, Value) -> bool) -> Result<(), KafkaError> {
    let topic = &cluster.topics.notifications;
    let partitions = partitions(cluster, topic)? as i32;
    let mut reader = Reader::open(cluster, topic, 0..partitions, Period::default())?;
    loop {
        let messages = reader.next_batch()?;
        if messages.is_empty() {
            return Ok(());
        }
        for message in &messages {
            let place = LetterId { partition: message.partition(), offset: message.offset() };
            if !take(place, cloudevent(message)) {
                return Ok(());
            }
        }
    }
}

/// What the headers and the value say, in one.
fn cloudevent(message: &BorrowedMessage<'_>) -> Value {
    let data: Value = serde_json::from_slice(message.payload().unwrap_or_default()).unwrap_or_default();
    let mut event = json!({ "data": data });
    for header in message.headers().into_iter().flat_map(rdkafka::message::Headers::iter) {
        let name = if header.key == "content-type" { Some("datacontenttype") } else { header.key.strip_prefix("ce_") };
        if let Some((name, value)) = name.zip(header.value) {
            event[name] = String::from_utf8_lossy(value).into();
        }
    }
    event
}
