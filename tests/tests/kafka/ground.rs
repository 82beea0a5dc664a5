//! Topics that a test has for itself, on the listener that needs no password.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use duly_core::ticket::parse_structured;
use duly_engine::kafka::{Cluster, Topics, create_missing_topics, partition_of, topics};
use duly_tests::chance::eventually;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::fortress::{duly, fortress};

const ASK: Duration = Duration::from_secs(10);

/// Topics, and settings for the program that lead to them.
pub(crate) struct Ground {
    pub(crate) cluster: Cluster,
    pub(crate) config: PathBuf,
}

/// A record to produce.
#[derive(Default, Clone)]
pub(crate) struct Record<'r> {
    pub(crate) partition: i32,
    pub(crate) key: &'r [u8],
    pub(crate) value: &'r [u8],
    pub(crate) headers: &'r [(&'r str, &'r [u8])],
}

impl Ground {
    /// The ground `name`, without topics.
    pub(crate) fn bare(name: &str) -> Self {
        let (bootstrap, prefix) = (&fortress().open, format!("{name}."));
        let config = fortress().path(&format!("{name}.yaml"));
        let text = format!("kafka: {{bootstrap: \"{bootstrap}\", prefix: \"{prefix}\", group: {name}, instance: i}}\n");
        fs::write(&config, text).expect("a file");
        let topics = Topics::with_prefix(&prefix);
        Ground { cluster: Cluster { topics, group: name.to_owned(), ..Cluster::plain(bootstrap) }, config }
    }

    /// The ground `name`, with topics.
    pub(crate) fn new(name: &str) -> Self {
        let ground = Ground::bare(name);
        create_missing_topics(&ground.cluster).expect("topics");
        ground
    }

    /// Runs the program here.
    pub(crate) fn duly(&self, arguments: &[&str]) -> (i32, String, String) {
        duly(arguments, &self.config)
    }

    /// Runs the program here, and has what it writes. It has to succeed.
    pub(crate) fn output(&self, arguments: &[&str]) -> String {
        let (code, out, told) = self.duly(arguments);
        assert_eq!(code, 0, "{arguments:?}: {told}");
        out
    }

    pub(crate) fn producer(&self, settings: &[(&str, &str)]) -> ThreadedProducer<DefaultProducerContext> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.cluster.bootstrap).set("enable.idempotence", "true");
        for (key, value) in settings {
            config.set(*key, *value);
        }
        config.create().expect("a producer")
    }

    /// Produces records to the log of ticket events.
    pub(crate) fn produce(&self, records: &[Record<'_>]) {
        let producer = self.producer(&[]);
        for record in records {
            self.send(&producer, record);
        }
        producer.flush(Duration::from_secs(60)).expect("all is written");
    }

    pub(crate) fn send(&self, producer: &ThreadedProducer<DefaultProducerContext>, record: &Record<'_>) {
        let headers = record
            .headers
            .iter()
            .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(*value) }));
        let next = BaseRecord::to(&self.cluster.topics.tickets).partition(record.partition).headers(headers);
        let sent = producer.send(next.key(record.key).payload(record.value));
        sent.map_err(|(error, _)| error).expect("there is room");
    }

    /// Hands out all that is committed of a topic, one partition after the other.
    pub(crate) fn read(&self, topic: &str, mut each: impl FnMut(&BorrowedMessage<'_>)) {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.cluster.bootstrap).set("group.id", "nobody");
        config.set("enable.auto.commit", "false").set("enable.partition.eof", "true");
        let consumer: BaseConsumer = config.create().expect("a consumer");
        let uncommitted: BaseConsumer = config.set("isolation.level", "read_uncommitted").create().expect("a consumer");
        for partition in 0..topics::PARTITIONS as i32 {
            // A commit is answered before its marks are written.
            let end = |consumer: &BaseConsumer| consumer.fetch_watermarks(topic, partition, ASK).expect("ends").1;
            eventually("all transactions are settled", || end(&consumer) == end(&uncommitted));
            let mut list = TopicPartitionList::new();
            list.add_partition_offset(topic, partition, Offset::Beginning).expect("a list");
            consumer.assign(&list).expect("an assignment");
            loop {
                match consumer.poll(ASK).unwrap_or_else(|| panic!("nothing comes of {topic}")) {
                    Ok(message) if message.partition() == partition => each(&message),
                    Err(KafkaError::PartitionEOF(ended)) if ended == partition => break,
                    Ok(_) | Err(KafkaError::PartitionEOF(_)) => {}
                    Err(error) => panic!("{topic}: {error}"),
                }
            }
        }
    }

    /// What the group has committed anywhere.
    pub(crate) fn committed(&self) -> Vec<i64> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.cluster.bootstrap).set("group.id", &self.cluster.group);
        let consumer: BaseConsumer = config.create().expect("a consumer");
        let mut list = TopicPartitionList::new();
        for topic in [&self.cluster.topics.tickets, &self.cluster.topics.dead_letters, &self.cluster.topics.sla] {
            list.add_partition_range(topic, 0, topics::PARTITIONS as i32 - 1);
        }
        list.add_partition(&self.cluster.topics.control, 0);
        let committed = consumer.committed_offsets(list, ASK).expect("an answer");
        let offset = |offset| if let Offset::Offset(offset) = offset { Some(offset) } else { None };
        committed.elements().iter().filter_map(|element| offset(element.offset())).collect()
    }
}

/// The record of an event in structured mode, where its ticket belongs; what is none goes to partition 0.
pub(crate) fn structured(line: &str) -> Record<'_> {
    let partition = parse_structured(line.as_bytes()).map_or(0, |event| home(&event.subject));
    Record { partition, value: line.as_bytes(), ..Record::default() }
}

/// Where a ticket belongs.
pub(crate) fn home(subject: &str) -> i32 {
    partition_of(subject, topics::PARTITIONS)
}
