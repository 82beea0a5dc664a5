//! The ear of a consumer that belongs to a group: what every client hears, and what the group decides.

use std::error::Error;

use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::types::RDKafkaRespErr;

use super::context::Context;

/// What follows from the group's decisions. They come while the consumer is polled.
pub(super) trait Follow: Sized + Send + Sync + 'static {
    /// Partitions come, and are assigned by this.
    fn given(&self, consumer: &BaseConsumer<Following<Self>>, list: &TopicPartitionList) -> Result<(), RdKafkaError>;

    /// Partitions go; with `is_lost` they are somebody else's already.
    fn taken(&self, consumer: &BaseConsumer<Following<Self>>, list: &TopicPartitionList, is_lost: bool);

    /// A decision could not be followed.
    fn failed(&self, context: &Context, error: RdKafkaError);
}

/// What such a consumer hears by.
#[derive(Clone)]
pub(super) struct Following<F> {
    pub(super) context: Context,
    pub(super) follow: F,
}

impl<F: Follow> ClientContext for Following<F> {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.context.generate_oauth_token(config)
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: RdKafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl<F: Follow> ConsumerContext for Following<F> {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, what: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let done = match what {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.follow.given(consumer, list),
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => {
                self.follow.taken(consumer, list, consumer.assignment_lost());
                consumer.incremental_unassign(list)
            }
            _ => {
                self.follow.taken(consumer, list, true);
                consumer.unassign()
            }
        };
        if let Err(error) = done {
            self.follow.failed(&self.context, error);
        }
    }
}
