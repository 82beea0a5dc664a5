//! What a sink's consumer hears: partitions come and go.

use std::sync::Arc;

use rdkafka::client::ClientContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::TopicPartitionList;

use super::super::context::Context;
use super::super::following::{Follow, Following};
use super::streams::Streams;

/// The ear of a sink's consumer.
pub(in crate::kafka) type SinkContext = Following<Arc<Streams>>;

/// Partitions that come go on where the group left them; of those that go, what is on its way ends first.
impl Follow for Arc<Streams> {
    fn given(&self, consumer: &BaseConsumer<SinkContext>, list: &TopicPartitionList) -> Result<(), KafkaError> {
        consumer.incremental_assign(&Streams::given(self, consumer, list))
    }

    fn taken(&self, consumer: &BaseConsumer<SinkContext>, list: &TopicPartitionList, _: bool) {
        Streams::taken(self, consumer, list);
    }

    fn failed(&self, context: &Context, error: KafkaError) {
        context.error(error, "the group's decision about partitions can not be followed");
    }
}
