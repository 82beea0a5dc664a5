//! What a worker takes at once. Rebalances happen while it takes.

use std::time::Duration;

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;

use super::KafkaError;
use super::context::{Context, GroupContext};

/// How many records and bytes are taken at once.
const BATCH_RECORDS: usize = 4_096;
const BATCH_BYTES: usize = 8 << 20;

/// How long an idle worker waits for records, and so at most for anything else.
const IDLE: Duration = Duration::from_millis(5);

/// Takes what has arrived, at most a batch.
pub(super) fn gather<'c>(
    consumer: &'c BaseConsumer<GroupContext>,
    context: &Context,
) -> Result<Vec<BorrowedMessage<'c>>, KafkaError> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut wait = IDLE;
    while batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
        match consumer.poll(wait) {
            Some(Ok(message)) => {
                bytes += message.payload_len() + message.key_len();
                batch.push(message);
            }
            Some(Err(RdKafkaError::PartitionEOF(_))) => {}
            Some(Err(RdKafkaError::MessageConsumptionFatal(RDKafkaErrorCode::FencedInstanceId))) => {
                return Err(KafkaError::Fenced);
            }
            Some(Err(error @ RdKafkaError::MessageConsumptionFatal(_))) => {
                return Err(KafkaError::doing("read the log of ticket events")(error));
            }
            Some(Err(error)) => context.tell(&format!("cannot read the log of ticket events: {error}")),
            None => break,
        }
        wait = Duration::ZERO;
    }
    Ok(batch)
}
