//! The way to a Kafka cluster: how clients of each kind are set up. Nothing else in Duly knows librdkafka's properties.
//!
//! Which property is here because of which trap is told in ARCHITECTURE.md, "Kafka".

use std::collections::BTreeMap;
use std::time::Duration;

use duly_core::time::Span;
use rdkafka::ClientConfig;
use rdkafka::consumer::BaseConsumer;
use rdkafka::producer::ThreadedProducer;

use super::context::{Context, GroupContext};
use super::delivery::SinkContext;
use super::sources::SourcesContext;
use super::{KafkaError, Topics, reach};

/// How to reach a cluster, and what Duly is called there.
#[derive(Clone)]
pub struct Cluster {
    /// Addresses to begin with, `host:port`, comma-separated.
    pub bootstrap: String,
    /// The names of the topics.
    pub topics: Topics,
    /// The consumer group that shares the lanes.
    pub group: String,
    /// Security, and what an operator sets beside it: properties of librdkafka.
    pub properties: BTreeMap<String, String>,
    /// Hears what librdkafka has to say.
    pub context: Context,
}

/// What makes a consumer a member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The member's name, which it keeps across restarts (static membership).
    pub member: String,
    /// What the member is called towards the brokers: the address that its API is announced at.
    pub client_id: String,
    /// After which silence a member's lanes go to others.
    pub session_timeout: Duration,
}

/// How long a question to the brokers may take that nothing but its answer waits for.
pub(super) const ASK: Duration = Duration::from_secs(10);

/// How long one may take that is asked again anyway, while lanes or people wait.
pub(super) const ASK_BRIEFLY: Duration = Duration::from_secs(3);

/// For how long nothing may be read although there is more, before a reader is taken for lost.
pub(super) const SILENT: Span = Span::from_s(30);

/// How much one consumer fetches ahead, in KiB.
const PREFETCH_KIB: &str = "16384";

/// The largest batch and record that a producer sends. What a topic takes is the topic's setting.
const REQUEST_BYTES_MAX: &str = "67108864";

impl Cluster {
    /// A cluster without security, with the usual names.
    pub fn plain(bootstrap: impl Into<String>) -> Self {
        Cluster {
            bootstrap: bootstrap.into(),
            topics: Topics::with_prefix(""),
            group: "duly".to_owned(),
            properties: BTreeMap::new(),
            context: Context::default(),
        }
    }

    /// How a consumer is set up that belongs to the group and reads what is committed: that of a worker.
    pub fn member_config(&self, membership: &Membership) -> ClientConfig {
        let mut config = self.grouped(membership.session_timeout);
        config
            .set("group.instance.id", &membership.member)
            .set("client.id", &membership.client_id)
            .set("auto.offset.reset", "error");
        config
    }

    /// A consumer that belongs to the group and reads what is committed.
    pub(super) fn member(
        &self,
        membership: &Membership,
        context: GroupContext,
    ) -> Result<BaseConsumer<GroupContext>, KafkaError> {
        let config = self.member_config(membership);
        config.create_with_context(context).map_err(KafkaError::doing("join the group"))
    }

    /// A consumer of the group of a sink, which reads what is committed. Its members come and go with their instances.
    pub(super) fn sink(
        &self,
        name: &str,
        begins_at_start: bool,
        session_timeout: Duration,
        context: SinkContext,
    ) -> Result<BaseConsumer<SinkContext>, KafkaError> {
        let mut config = self.grouped(session_timeout);
        config
            .set("group.id", format!("{}-sink-{name}", self.group))
            .set("queued.max.messages.kbytes", "4096")
            // Only where what the group has committed is not there any more.
            .set("auto.offset.reset", if begins_at_start { "earliest" } else { "latest" });
        config.create_with_context(context).map_err(KafkaError::doing(format!("join the group of the sink {name}")))
    }

    /// A consumer that shares the topics of sources with other instances. Its offsets are committed with what comes of them, so
    /// that a topic of which nothing is committed is read from its beginning.
    pub(super) fn sources_member(
        &self,
        session_timeout: Duration,
        context: SourcesContext,
    ) -> Result<BaseConsumer<SourcesContext>, KafkaError> {
        let mut config = self.grouped(session_timeout);
        config
            .set("group.id", format!("{}-sources", self.group))
            // What stands in a partition that is new is not to be taken for silence for long.
            .set("topic.metadata.refresh.interval.ms", "10000")
            .set("auto.offset.reset", "error");
        config.create_with_context(context).map_err(KafkaError::doing("join the group of sources"))
    }

    /// What all consumers of a group have in common: what an instance had goes to others after so long a silence.
    fn grouped(&self, session_timeout: Duration) -> ClientConfig {
        let session_ms = session_timeout.as_millis();
        let mut config = self.reading("read_committed");
        config
            .set("session.timeout.ms", session_ms.to_string())
            .set("heartbeat.interval.ms", (session_ms / 10).clamp(100, 3000).to_string())
            .set("partition.assignment.strategy", "cooperative-sticky");
        config
    }

    /// A consumer outside of any group that reads what is committed.
    pub(super) fn reader(&self) -> Result<BaseConsumer<Context>, KafkaError> {
        let mut config = self.reading("read_committed");
        config.set("auto.offset.reset", "earliest");
        self.asking(&config, "set up a reader")
    }

    /// A consumer that is asked how far logs reach, open transactions included.
    pub(super) fn prober(&self) -> Result<BaseConsumer<Context>, KafkaError> {
        self.asking(&self.reading("read_uncommitted"), "set up a prober")
    }

    /// A consumer whose first use may be a question, which serves no request for a token.
    fn asking(&self, config: &ClientConfig, doing: &str) -> Result<BaseConsumer<Context>, KafkaError> {
        let consumer = config.create_with_context(self.context.clone()).map_err(KafkaError::doing(doing))?;
        if self.context.has_tokens() {
            reach::listen(&consumer);
        }
        Ok(consumer)
    }

    /// How a producer is set up that writes in transactions under the name `id`: that of a worker.
    pub fn transactional_config(&self, id: &str, timeout: Duration) -> ClientConfig {
        let mut config = self.writing();
        config
            .set("transactional.id", id)
            .set("transaction.timeout.ms", timeout.as_millis().to_string())
            // What has been written is told by the commit; a word about each record would only cost time.
            .set("delivery.report.only.error", "true");
        config
    }

    /// A producer that writes in transactions under the name `id`, which fences an earlier one of that name.
    pub(super) fn transactional(&self, id: &str, timeout: Duration) -> Result<ThreadedProducer<Context>, KafkaError> {
        let config = self.transactional_config(id, timeout);
        config.create_with_context(self.context.clone()).map_err(KafkaError::doing("set up a producer"))
    }

    /// What every client is told.
    pub(super) fn client(&self) -> ClientConfig {
        self.with_presets(&[])
    }

    /// An operator's properties go before presets, and what is set afterwards before both.
    fn with_presets(&self, presets: &[(&str, &str)]) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("client.id", "duly");
        for (key, value) in presets {
            config.set(*key, *value);
        }
        for (key, value) in &self.properties {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    fn reading(&self, isolation: &str) -> ClientConfig {
        let mut config = self.with_presets(&[
            ("queued.max.messages.kbytes", PREFETCH_KIB),
            ("fetch.wait.max.ms", "100"),
            // Otherwise a partition rests for a second once as much is fetched ahead as may be.
            ("fetch.queue.backoff.ms", "10"),
            ("fetch.error.backoff.ms", "50"),
        ]);
        config
            // Also for those that never join: they ask what the group has committed.
            .set("group.id", &self.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("enable.partition.eof", "true")
            .set("isolation.level", isolation);
        config
    }

    pub(super) fn writing(&self) -> ClientConfig {
        let mut config = self.with_presets(&[
            ("compression.type", "lz4"),
            ("linger.ms", "5"),
            ("message.max.bytes", REQUEST_BYTES_MAX),
            ("queue.buffering.max.messages", "1000000"),
        ]);
        config.set("partitioner", "murmur2_random").set("enable.idempotence", "true");
        config
    }
}
