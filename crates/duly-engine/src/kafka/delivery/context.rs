//! What a sink's consumer hears: partitions come and go.

use std::error::Error;

use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::types::RDKafkaRespErr;
use std::sync::Arc;

use super::super::context::Context;
use super::streams::Streams;

/// The ear of a sink's consumer.
pub(in crate::kafka) struct SinkContext {
    pub(super) context: Context,
    pub(super) streams: Arc<Streams>,
}

impl ClientContext for SinkContext {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.context.generate_oauth_token(config)
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ConsumerContext for SinkContext {
    /// Partitions that come go on where the group left them; of those that go, what is on its way ends first.
    fn rebalance(&self, consumer: &BaseConsumer<Self>, what: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let done = match what {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                let given = self.streams.given(consumer, list);
                consumer.incremental_assign(&given)
            }
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => {
                self.streams.taken(consumer, list);
                consumer.incremental_unassign(list)
            }
            _ => {
                self.streams.taken(consumer, list);
                consumer.unassign()
            }
        };
        if let Err(error) = done {
            self.context.error(error, "the group's decision about partitions can not be followed");
        }
    }
}
