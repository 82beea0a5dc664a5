//! Topics that a test or a measurement has for itself on a real cluster, and what can be done to them from outside: events
//! produced, ledgers and lane records read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use duly_engine::kafka::{Cluster, Context, LaneRecord, Topics, partition_of, topics};
use duly_engine::standing::Standing;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::chance::{eventually, eventually_within};

/// How long a question to the brokers may take.
const ASK: Duration = Duration::from_secs(10);

/// How long the group's coordinator may be away.
const COORDINATOR: Duration = Duration::from_secs(120);

/// A cluster's topics that one test has for itself.
pub struct Ground {
    /// The way to them.
    pub cluster: Cluster,
    /// What the names of all of them begin with.
    pub prefix: String,
    /// How many lanes there are.
    pub partitions: usize,
}

impl Ground {
    /// Topics of their own for a test, with `partitions` lanes.
    pub fn new(bootstrap: &str, partitions: usize, replicas: usize) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let ground = Ground::known(bootstrap, &format!("t{}.", NUMBER.fetch_add(1, Relaxed)), partitions);
        ground.make_topics(replicas);
        ground
    }

    /// Makes the topics that are not there.
    pub fn make_topics(&self, replicas: usize) {
        let wanted = topics::wanted(&self.cluster, self.partitions, replicas);
        let steps = topics::plan(&self.cluster, &wanted).expect("a plan");
        topics::apply(&self.cluster, &steps, replicas).expect("topics");
    }

    /// Whether every partition of the cluster has all of its copies: only then may a broker go without taking others' writes
    /// with it.
    pub fn is_in_sync(&self, prober: &BaseConsumer) -> bool {
        let Ok(metadata) = prober.fetch_metadata(None, ASK) else { return false };
        let partitions = metadata.topics().iter().flat_map(rdkafka::metadata::MetadataTopic::partitions);
        partitions.into_iter().all(|partition| partition.isr().len() == partition.replicas().len())
    }

    /// Topics that there are.
    pub fn known(bootstrap: &str, prefix: &str, partitions: usize) -> Self {
        let mut cluster = Cluster::plain(bootstrap);
        cluster.topics = Topics::with_prefix(prefix);
        cluster.group = format!("{prefix}duly");
        cluster.context = Context::new(std::sync::Arc::new(|line| eprintln!("{line}")));
        Ground { cluster, prefix: prefix.to_owned(), partitions }
    }

    /// How clients of others than Duly are set up.
    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.cluster.bootstrap);
        config
    }

    /// A producer as a CRM has one.
    pub fn producer(&self) -> ThreadedProducer<rdkafka::producer::DefaultProducerContext> {
        let mut config = self.config();
        config.set("partitioner", "murmur2_random").set("enable.idempotence", "true").set("linger.ms", "5");
        config.set("queue.buffering.max.messages", "1000000").create().expect("a producer")
    }

    /// Writes events, structured `CloudEvents`, to the log, in order.
    pub fn produce(&self, lines: &[String]) {
        let producer = self.producer();
        for line in lines {
            let key = subject(line);
            let partition = partition_of(&key, self.partitions);
            let mut record = BaseRecord::to(&self.cluster.topics.tickets).key(&key).payload(line).partition(partition);
            while let Err((error, again)) = producer.send(record) {
                assert!(matches!(error, KafkaError::MessageProduction(_)), "{error}");
                record = again;
                producer.poll(Duration::from_millis(10));
            }
        }
        producer.flush(Duration::from_secs(60)).expect("all is written");
    }

    /// A reader of whole topics.
    pub fn consumer(&self, isolation: &str) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", "nobody").set("isolation.level", isolation).set("enable.partition.eof", "true");
        config.set("enable.auto.commit", "false").set("auto.offset.reset", "earliest").create().expect("a consumer")
    }

    /// A consumer that asks what the group has committed, and belongs to nobody.
    pub fn prober(&self) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", &self.cluster.group).set("isolation.level", "read_uncommitted");
        config.create().expect("a consumer")
    }

    /// How many records of the log the group has committed.
    ///
    /// # Panics
    ///
    /// Where the group does not say that within two minutes: its coordinator may have to be found again.
    pub fn committed(&self, prober: &BaseConsumer) -> i64 {
        let mut committed = None;
        eventually_within(COORDINATOR, "the group says what it has committed", || {
            committed = self.committed_now(prober);
            committed.is_some()
        });
        committed.expect("it was waited for")
    }

    /// The same, if the group says it of every partition.
    fn committed_now(&self, prober: &BaseConsumer) -> Option<i64> {
        let mut list = TopicPartitionList::new();
        list.add_partition_range(&self.cluster.topics.tickets, 0, self.partitions as i32 - 1);
        let committed = prober.committed_offsets(list, ASK).ok()?;
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        committed.elements().iter().map(|element| element.error().ok().map(|()| offset(element.offset()))).sum()
    }

    /// How each partition of the log stands, as a fresh client is told: for whoever looks at a test that has failed.
    pub fn standing(&self) -> String {
        let (client, topic) = (self.prober(), &self.cluster.topics.tickets);
        let mut list = TopicPartitionList::new();
        list.add_partition_range(topic, 0, self.partitions as i32 - 1);
        let Ok(committed) = client.committed_offsets(list, ASK) else { return "the group does not answer".to_owned() };
        let line = |element: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
            let ends = client.fetch_watermarks(topic, element.partition(), ASK);
            let (partition, offset, error) = (element.partition(), element.offset(), element.error());
            format!("partition {partition}: log {ends:?}, committed {offset:?} {error:?}")
        };
        committed.elements().iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Reads a topic from its beginning until `each` says that it has seen enough.
    pub fn read(&self, topic: &str, partitions: usize, mut each: impl FnMut(Event<'_>) -> bool) {
        let consumer = self.consumer("read_committed");
        let mut list = TopicPartitionList::new();
        for partition in 0..partitions {
            list.add_partition_offset(topic, partition as i32, Offset::Beginning).expect("a list");
        }
        consumer.assign(&list).expect("an assignment");
        loop {
            let event = match consumer.poll(Duration::from_secs(1)) {
                Some(Ok(message)) => {
                    if each(Event::Record(&message)) {
                        return;
                    }
                    continue;
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => Event::End(partition),
                // The client goes on by itself once there is a broker again.
                Some(Err(KafkaError::MessageConsumption(Code::AllBrokersDown | Code::BrokerTransportFailure)))
                | None => Event::Nothing,
                Some(Err(error)) => panic!("{topic}: {error}"),
            };
            if each(event) {
                return;
            }
        }
    }

    /// The standing ledger, as a `read_committed` consumer sees it once all transactions are settled.
    pub fn ledger(&self) -> Vec<String> {
        let (committed, uncommitted) = (self.consumer("read_committed"), self.consumer("read_uncommitted"));
        for partition in 0..self.partitions as i32 {
            let end = |consumer: &BaseConsumer| {
                consumer.fetch_watermarks(&self.cluster.topics.sla, partition, ASK).expect("ends").1
            };
            eventually("all transactions are settled", || end(&committed) == end(&uncommitted));
        }
        self.ledger_now()
    }

    /// The standing ledger, as a `read_committed` consumer sees it now.
    pub fn ledger_now(&self) -> Vec<String> {
        let mut standing = Standing::default();
        self.published(|place, _, id, kind, body| {
            if let Err(why) = standing.take(id, kind, body) {
                panic!("{place}: {why}\n{body}");
            }
        });
        standing.lines().expect("bodies")
    }

    /// The types of all that was published.
    pub fn types(&self) -> Vec<String> {
        let mut types = Vec::new();
        self.published(|_, _, _, kind, _| types.push(kind.to_owned()));
        types
    }

    /// The ids of all that was published, by ticket, in their order.
    pub fn ids(&self) -> BTreeMap<String, Vec<String>> {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        self.published(|_, ticket, id, _, _| ids.entry(ticket.to_owned()).or_default().push(id.to_owned()));
        ids
    }

    /// All that was published: place, ticket, id, type and body.
    pub fn published(&self, mut each: impl FnMut(&str, &str, &str, &str, &str)) {
        let mut ended = vec![false; self.partitions];
        self.read(&self.cluster.topics.sla, self.partitions, |event| {
            match event {
                Event::Record(message) => {
                    let header = |name: &str| {
                        let headers = message.headers().expect("attributes");
                        let found = headers.iter().find(|header| header.key == name).expect("an attribute");
                        String::from_utf8(found.value.expect("a value").to_vec()).expect("UTF-8")
                    };
                    let body = std::str::from_utf8(message.payload().expect("a body")).expect("UTF-8");
                    let place = format!("partition {} offset {}", message.partition(), message.offset());
                    each(&place, &header("ce_subject"), &header("ce_id"), &header("ce_type"), body);
                }
                Event::End(partition) => ended[partition as usize] = true,
                Event::Nothing => {}
            }
            ended.iter().all(|ended| *ended)
        });
    }

    /// Waits until every lane has judged up to `until` and read all of the log; returns the lane records.
    ///
    /// # Panics
    ///
    /// Where `check` does, or after five minutes.
    pub fn settled(&self, until: Instant, check: impl FnMut()) -> Vec<LaneRecord> {
        let prober = self.consumer("read_uncommitted");
        let end = |partition| prober.fetch_watermarks(&self.cluster.topics.tickets, partition, ASK).expect("ends").1;
        let ends: Vec<i64> = (0..self.partitions as i32).map(end).collect();
        self.until_all(check, |lane, record| record.watermark() >= until && record.offset >= ends[lane])
    }

    /// Waits until every lane has judged up to `until`; marks of transactions at the end of the log may be left. Returns the
    /// lane records.
    ///
    /// # Panics
    ///
    /// Where `check` does, or after five minutes.
    pub fn judged(&self, until: Instant, check: impl FnMut()) -> Vec<LaneRecord> {
        self.until_all(check, |_, record| record.watermark() >= until)
    }

    /// Waits until the lane records are all as wanted.
    fn until_all(&self, mut check: impl FnMut(), is_done: impl Fn(usize, &LaneRecord) -> bool) -> Vec<LaneRecord> {
        let begun = Stopwatch::now();
        let mut records: Vec<Option<LaneRecord>> = vec![None; self.partitions];
        self.read(&self.cluster.topics.changelog, self.partitions, |event| {
            if let Event::Record(message) = event
                && message.key() == Some(b"lane")
            {
                let record = serde_json::from_slice(message.payload().expect("a lane record")).expect("a lane record");
                records[message.partition() as usize] = Some(record);
            }
            check();
            assert!(begun.elapsed() < Duration::from_secs(300), "lanes stand at {records:?}");
            records.iter().enumerate().all(|(lane, record)| record.as_ref().is_some_and(|record| is_done(lane, record)))
        });
        records.into_iter().flatten().collect()
    }
}

/// What a reader of a topic sees.
pub enum Event<'m> {
    /// A record.
    Record(&'m rdkafka::message::BorrowedMessage<'m>),
    /// The end of a partition.
    End(i32),
    /// Nothing for a second.
    Nothing,
}

/// The subject of an event; what is none has some other key.
fn subject(line: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Subject {
        subject: String,
    }
    serde_json::from_str::<Subject>(line).map_or_else(|_| "unreadable".to_owned(), |event| event.subject)
}
