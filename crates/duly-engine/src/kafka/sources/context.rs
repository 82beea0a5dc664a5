//! What the group decides about raw topics' partitions: each is read on from where it is committed.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList, TopicPartitionListElem};
use rdkafka::types::RDKafkaRespErr;

use super::super::cluster::ASK;
use super::super::context::Context;

/// What the group has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// A partition is ours from now on, and is read from this offset on.
    Given { topic: String, partition: i32, offset: i64 },
    /// It is not ours any more.
    Taken { topic: String, partition: i32 },
    /// The decision could not be followed.
    Failed(String),
}

/// Hears the group. Decisions come while the reader polls, and so between two transactions.
#[derive(Clone)]
pub(in super::super) struct SourcesContext {
    context: Context,
    moves: Arc<Mutex<Vec<Move>>>,
}

impl SourcesContext {
    pub(super) fn new(context: Context) -> Self {
        SourcesContext { context, moves: Arc::default() }
    }

    /// What was decided since this was last called.
    pub(super) fn moves(&self) -> Vec<Move> {
        std::mem::take(&mut *self.moves.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, moves: impl IntoIterator<Item = Move>) {
        self.moves.lock().unwrap_or_else(PoisonError::into_inner).extend(moves);
    }

    /// Takes partitions over, each from where it is committed; where nothing is, or the topic ends before that, from its beginning.
    fn given(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) -> Result<(), RdKafkaError> {
        let committed = consumer.committed_offsets(list.clone(), ASK)?;
        let (mut assigned, mut moves) = (TopicPartitionList::new(), Vec::new());
        for element in committed.elements() {
            let (topic, partition) = (element.topic(), element.partition());
            element.error()?;
            let (low, end) = consumer.fetch_watermarks(topic, partition, ASK)?;
            let offset = match element.offset() {
                Offset::Offset(offset) if offset <= end => offset,
                _ => low,
            };
            assigned.add_partition_offset(topic, partition, Offset::Offset(offset))?;
            moves.push(Move::Given { topic: topic.to_owned(), partition, offset });
        }
        consumer.incremental_assign(&assigned)?;
        self.note(moves);
        Ok(())
    }

    fn taken(&self, list: &TopicPartitionList) {
        let taken = |element: &TopicPartitionListElem<'_>| Move::Taken {
            topic: element.topic().to_owned(),
            partition: element.partition(),
        };
        self.note(list.elements().iter().map(taken));
    }
}

impl ClientContext for SourcesContext {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.context.generate_oauth_token(config)
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: RdKafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for SourcesContext {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, what: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let done = match what {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.given(consumer, list),
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => {
                self.taken(list);
                consumer.incremental_unassign(list)
            }
            _ => {
                self.taken(list);
                consumer.unassign()
            }
        };
        if let Err(error) = done {
            self.note([Move::Failed(format!("the group's decision about topics can not be followed: {error}"))]);
        }
    }
}
