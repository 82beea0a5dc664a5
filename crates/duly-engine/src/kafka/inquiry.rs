//! A client that is asked how far logs reach, again and again.
//!
//! A broker that has just come back may say that there is no such topic, or hardly any broker, and librdkafka believes it, now and
//! then for good. After a question in vain the brokers are asked for what there is; a client that is in vain for long is set up anew.

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;

use super::context::Context;
use super::{Cluster, KafkaError};

/// For how long questions about a partition may be in vain before the client is set up anew.
const IN_VAIN: Duration = Duration::from_secs(20);

/// The client, and since when it is in vain.
pub(super) struct Inquiry {
    cluster: Cluster,
    client: BaseConsumer<Context>,
    in_vain_since: BTreeMap<(String, i32), Stopwatch>,
}

impl Inquiry {
    pub(super) fn open(cluster: Cluster) -> Result<Self, KafkaError> {
        Ok(Inquiry { client: cluster.prober()?, cluster, in_vain_since: BTreeMap::new() })
    }

    /// The first offset of a partition that is still there, and its end, open transactions included.
    pub(super) fn watermarks(
        &mut self,
        topic: &str,
        partition: i32,
        patience: Duration,
    ) -> Result<(i64, i64), RdKafkaError> {
        // It has no records to give; what librdkafka has to say by it, and new tokens for it, come by this.
        let _ = self.client.poll(Duration::ZERO);
        let found = self.client.fetch_watermarks(topic, partition, patience);
        let place = (topic.to_owned(), partition);
        if found.is_ok() {
            self.in_vain_since.remove(&place);
        } else if self.in_vain_since.entry(place).or_insert_with(Stopwatch::now).elapsed() < IN_VAIN {
            let _ = self.client.fetch_metadata(Some(topic), patience);
        } else if let Ok(client) = self.cluster.prober() {
            self.client = client;
            self.in_vain_since.clear();
        }
        found
    }
}
