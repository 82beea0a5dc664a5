//! What a worker takes at once. Rebalances happen while it takes.
//!
//! Records that bring a retired ticket back ([`super::redrive`]) are taken together, for its lane needs all of them in one step.

use std::collections::BTreeSet;
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};

use super::KafkaError;
use super::context::{Context, GroupContext};
use super::envelope::{Again, again};

/// How many records and bytes are taken at once.
const BATCH_RECORDS: usize = 4_096;
const BATCH_BYTES: usize = 8 << 20;

/// How long an idle worker waits for records, and so at most for anything else.
const IDLE: Duration = Duration::from_millis(5);

/// How long is waited for the rest of a run that has begun. It was written in one transaction, so that all of it is there.
const RUN: Duration = Duration::from_secs(5);

/// Runs of records that bring retired tickets back, and are not over yet: by partition and the letter that ends each.
#[derive(Default)]
struct Runs {
    open: BTreeSet<(i32, Vec<u8>)>,
    moved_at: Option<Stopwatch>,
}

/// Takes what has arrived, at most a batch, and the rest of runs that have begun.
pub(super) fn gather<'c>(
    consumer: &'c BaseConsumer<GroupContext>,
    context: &Context,
) -> Result<Vec<BorrowedMessage<'c>>, KafkaError> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut wait = IDLE;
    let mut runs = Runs::default();
    while batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES || runs.are_open() {
        match consumer.poll(wait) {
            Some(Ok(message)) => {
                bytes += message.payload_len() + message.key_len();
                runs.see(&message);
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
            None if runs.are_open() => {}
            None => break,
        }
        wait = if runs.are_open() { IDLE } else { Duration::ZERO };
    }
    Ok(batch)
}

impl Runs {
    fn see(&mut self, message: &BorrowedMessage<'_>) {
        let Some(again) = again(message) else { return };
        match again {
            Again::Before(letter) => self.open.insert((message.partition(), letter.to_vec())),
            Again::Letter(letter) => self.open.remove(&(message.partition(), letter.to_vec())),
        };
        self.moved_at = Some(Stopwatch::now());
    }

    /// Whether the rest of one is still to come. Where nothing of it comes, it is refused as incomplete.
    fn are_open(&self) -> bool {
        !self.open.is_empty() && self.moved_at.is_some_and(|at| at.elapsed() < RUN)
    }
}
