//! A source as a test has one: a raw topic on a real cluster, and what its messages say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use duly_core::time::Instant;
use duly_engine::config;
use duly_engine::ingest::Source;
use duly_engine::ingest::mapping::Message;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::chance::Dice;
use crate::ground::Ground;

/// How long a question to the brokers may take.
const ASK: Duration = Duration::from_secs(10);

/// A raw topic.
pub struct Raw<'g> {
    ground: &'g Ground,
    /// Its name.
    pub topic: String,
    partitions: i32,
    mapping: PathBuf,
}

/// A mapping as it is shipped.
pub fn shipped_mapping(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../deploy/config/mappings/{name}.yaml"))
}

impl<'g> Raw<'g> {
    /// A topic of its own, of messages that the shipped mapping `mapping` is for.
    ///
    /// # Panics
    ///
    /// Where it can not be made.
    pub fn new(ground: &'g Ground, partitions: i32, replicas: i32, mapping: &str) -> Self {
        Raw::try_new(ground, partitions, replicas, mapping).expect("the topic is made")
    }

    /// The same, if it can be made now: one of its name may still be about to go.
    pub fn try_new(ground: &'g Ground, partitions: i32, replicas: i32, mapping: &str) -> Option<Self> {
        let topic = format!("{}crm.raw", ground.prefix);
        let admin: AdminClient<DefaultClientContext> = ground.config().create().expect("an administrator");
        let wanted = NewTopic::new(&topic, partitions, TopicReplication::Fixed(replicas));
        let made = admin.create_topics([&wanted], &AdminOptions::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let is_made = runtime.block_on(made).ok()?.iter().all(Result::is_ok);
        is_made.then(|| Raw { ground, topic, partitions, mapping: shipped_mapping(mapping) })
    }

    /// A topic that somebody else has made.
    pub fn known(ground: &'g Ground, topic: &str, mapping: &str) -> Self {
        Raw { ground, topic: topic.to_owned(), partitions: 0, mapping: shipped_mapping(mapping) }
    }

    /// What settings say of it.
    pub fn settings(&self) -> config::Source {
        config::Source {
            name: "crm".to_owned(),
            mapping: self.mapping.clone(),
            tenant: "desk".to_owned(),
            zone: chrono_tz::Tz::UTC,
            topics: vec![self.topic.clone()],
            hook: None,
        }
    }

    /// The same, as a part of `duly.yaml`.
    pub fn settings_text(&self) -> String {
        format!(
            "sources:\n  crm:\n    mapping: {}\n    tenant: desk\n    topics: [{}]\n",
            self.mapping.display(),
            self.topic
        )
    }

    /// The source itself.
    pub fn source(&self) -> Source {
        let loaded = Source::load_all(&[self.settings()]);
        loaded.unwrap_or_else(|why| panic!("{why:?}")).remove(0)
    }

    /// The ticket events that messages say, as lines.
    pub fn mapped(&self, messages: &[String]) -> Vec<String> {
        let source = self.source();
        let of = |message: &String| {
            let mapped = source.map(&Message { headers: &[], body: message.as_bytes() }, Instant::from_ns(0));
            assert!(mapped.unmapped.is_empty(), "{message}: {:?}", mapped.unmapped);
            mapped.events.into_iter().map(|event| String::from_utf8(event).expect("JSON"))
        };
        messages.iter().flat_map(of).collect()
    }

    /// Whether all that is in it is copied into the log.
    pub fn is_copied(&self) -> bool {
        let group = format!("{}-sources", self.ground.cluster.group);
        let client: BaseConsumer = self.ground.config().set("group.id", group).create().expect("a consumer");
        let mut list = TopicPartitionList::new();
        list.add_partition_range(&self.topic, 0, self.partitions - 1);
        let Ok(committed) = client.committed_offsets(list, ASK) else { return false };
        committed.elements().iter().all(|element| {
            let end = client.fetch_watermarks(&self.topic, element.partition(), ASK).map(|(_, end)| end);
            end.is_ok_and(|end| end == 0 || element.offset() == Offset::Offset(end))
        })
    }

    /// Writes messages, each to any partition, as a source does that does not know what a ticket is.
    pub fn produce(&self, messages: &[String], dice: &mut Dice) {
        let producer = self.ground.producer();
        for message in messages {
            let partition = dice.below(self.partitions.unsigned_abs().into()) as i32;
            let mut record = BaseRecord::<(), _>::to(&self.topic).payload(message).partition(partition);
            while let Err((error, again)) = producer.send(record) {
                assert!(matches!(error, KafkaError::MessageProduction(_)), "{error}");
                record = again;
                producer.poll(Duration::from_millis(10));
            }
        }
        producer.flush(Duration::from_secs(60)).expect("all is written");
    }
}
