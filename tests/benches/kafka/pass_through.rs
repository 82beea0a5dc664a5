//! What the engine is compared with: a program that reads the same log and writes the same records in the same transactions,
//! and does nothing with them in between. It runs as a process of its own, as the engine does.
//!
//! It is set up by the engine's own properties, reads batches of the same size, commits as often, and reads on while a
//! transaction is under way. For every record that it reads it writes its share of what the engine wrote.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::ops::Range;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant as Stopwatch};

use duly_engine::kafka::{LaneRecord, Membership};
use duly_tests::broker::pinned;
use duly_tests::ground::Ground;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Message as _, OwnedMessage};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::util::Timeout;

use crate::meter::{Cpu, Meter};
use crate::progress::{LANE_KEY, Progress, read_all, timestamp_ms};
use crate::{ENGINE_CORE, LANES};

/// By this argument the program is the pass-through.
pub(crate) const NAME: &str = "pass-through";

/// These are the engine's.
const BATCH_RECORDS: usize = 4_096;
const IDLE: Duration = Duration::from_millis(5);
const COMMIT_INTERVAL: Duration = Duration::from_millis(100);
const HELD_BYTES_MAX: usize = 16 << 20;
const SESSION: Duration = Duration::from_secs(45);
const TRANSACTION: Duration = Duration::from_secs(30);

const PATIENCE: Duration = Duration::from_secs(60);

/// What was seen of a run.
pub(crate) struct Measured {
    pub(crate) cpu: Cpu,
    /// What it wrote for each event, as the engine did: records, and bytes of keys and values.
    pub(crate) records_per_event: f64,
    pub(crate) bytes_per_event: f64,
}

/// Lets it read the log of `of`, on which an engine has run, and write to the topics of `to`.
pub(crate) fn measure(of: &Ground, to: &Ground) -> Measured {
    let program = std::env::current_exe().expect("this program is a file");
    let mut command = pinned(ENGINE_CORE);
    command.arg(program).args([NAME, &of.cluster.bootstrap, &of.prefix, &to.prefix]);
    let mut child = Running(command.stdout(Stdio::piped()).spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says something");
    let said: Vec<f64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [records_per_event, bytes_per_event] = said[..] else { panic!("the pass-through says `{line}`") };
    let cpu = Meter::new(child.0.id()).until_its_end();
    assert!(child.0.wait().expect("a process").success(), "the pass-through has failed");
    Measured { cpu, records_per_event, bytes_per_event }
}

/// It does not outlive whoever measures it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs as the pass-through.
pub(crate) fn run(arguments: &[String]) {
    let [bootstrap, of, to] = arguments else { panic!("{NAME} BOOTSTRAP PREFIX PREFIX") };
    let (of, to) = (Ground::known(bootstrap, of, LANES), Ground::known(bootstrap, to, LANES));
    // Never freed, which would be counted as work.
    let outputs: &Outputs = Box::leak(Box::new(Outputs::read(&of)));
    let per_event = |number: usize| number as f64 / outputs.events as f64;
    println!("{} {}", per_event(outputs.records.len()), per_event(outputs.bytes));
    let membership = Membership { member: "raw-0".to_owned(), client_id: "raw".to_owned(), session_timeout: SESSION };
    // It has no lanes that would say where to begin.
    let consumer: BaseConsumer =
        to.cluster.member_config(&membership).set("auto.offset.reset", "earliest").create().expect("a consumer");
    let tickets = of.cluster.topics.tickets.as_str();
    consumer.subscribe(&[tickets]).expect("a subscription");
    let producer: ThreadedProducer<DefaultProducerContext> =
        to.cluster.transactional_config(&format!("{}raw-0", to.prefix), TRANSACTION).create().expect("a producer");
    producer.init_transactions(PATIENCE).expect("transactions");
    let (give, given) = sync_channel(0);
    let committer = Committer { producer, tickets, to: &to, outputs };
    // The threads have the names that the engine's have, so that both are told apart alike.
    std::thread::scope(|scope| {
        let named = |name: &str| Builder::new().name(name.to_owned());
        named("commit raw").spawn_scoped(scope, || committer.run(given)).expect("a thread");
        named("worker 0").spawn_scoped(scope, || read(&consumer, outputs, give)).expect("a thread");
    });
}

/// What the engine wrote while it worked through the log, lane records left out, in order.
struct Outputs {
    records: Vec<OwnedMessage>,
    /// How many events that was for.
    events: usize,
    /// The topic of SLA events, the records of which go where their key says.
    sla: String,
    /// Bytes of keys and values.
    bytes: usize,
}

impl Outputs {
    fn read(of: &Ground) -> Self {
        let progress = Progress::read(of);
        let topics = &of.cluster.topics;
        let mut records = Vec::new();
        for topic in [&topics.sla, &topics.changelog] {
            read_all(of, topic, |message| {
                if message.key() != Some(LANE_KEY) && timestamp_ms(message) <= progress.ended_at_ms() {
                    records.push(message.detach());
                }
            });
        }
        records.sort_by_key(timestamp_ms);
        let bytes_of = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
        let bytes = records.iter().map(|record| bytes_of(record.key()) + bytes_of(record.payload())).sum();
        Outputs { records, events: progress.events() as usize, sla: topics.sla.clone(), bytes }
    }

    /// How many of them are due after so many events.
    fn due(&self, events: usize) -> usize {
        events * self.records.len() / self.events
    }

    /// About how many bytes so many records have.
    fn bytes_of(&self, records: usize) -> usize {
        records * self.bytes / self.records.len()
    }
}

/// What goes into a transaction.
struct Part {
    outputs: Range<usize>,
    /// By partition: the next offset.
    offsets: BTreeMap<i32, i64>,
    group: ConsumerGroupMetadata,
}

/// Reads all events, and gives them on.
fn read(consumer: &BaseConsumer, outputs: &Outputs, give: SyncSender<Part>) {
    let (mut events, mut written, mut given_at) = (0, 0, Stopwatch::now());
    let mut offsets = BTreeMap::new();
    while events < outputs.events || !offsets.is_empty() {
        let batch = gather(consumer);
        events += batch.len();
        for message in &batch {
            offsets.insert(message.partition(), message.offset() + 1);
        }
        let due = outputs.due(events);
        let is_time = batch.is_empty() || given_at.elapsed() >= COMMIT_INTERVAL || events == outputs.events;
        drop(batch);
        if offsets.is_empty() || !is_time {
            continue;
        }
        let group = consumer.group_metadata().expect("a member of a group knows itself");
        let part = Part { outputs: written..due, offsets: std::mem::take(&mut offsets), group };
        // More is not held back: then nothing is read until the one before is committed.
        let given = if outputs.bytes_of(due - written) > HELD_BYTES_MAX {
            give.send(part).map_err(|_| TrySendError::Disconnected(()))
        } else {
            give.try_send(part).map_err(|error| match error {
                TrySendError::Full(part) => {
                    offsets = part.offsets;
                    TrySendError::Full(())
                }
                TrySendError::Disconnected(_) => TrySendError::Disconnected(()),
            })
        };
        match given {
            Ok(()) => (written, given_at) = (due, Stopwatch::now()),
            Err(TrySendError::Full(())) => {}
            Err(TrySendError::Disconnected(())) => panic!("the committer has ended"),
        }
    }
    drop(give);
}

/// Takes what has arrived, at most a batch.
fn gather(consumer: &BaseConsumer) -> Vec<rdkafka::message::BorrowedMessage<'_>> {
    let mut batch = Vec::new();
    let mut wait = IDLE;
    while batch.len() < BATCH_RECORDS {
        match consumer.poll(wait) {
            Some(Ok(message)) => batch.push(message),
            Some(Err(KafkaError::PartitionEOF(_))) => {}
            Some(Err(error)) => panic!("cannot read the log: {error}"),
            None => break,
        }
        wait = Duration::ZERO;
    }
    batch
}

/// Writes and commits.
struct Committer<'a> {
    producer: ThreadedProducer<DefaultProducerContext>,
    /// The topic that was read.
    tickets: &'a str,
    to: &'a Ground,
    outputs: &'a Outputs,
}

impl Committer<'_> {
    fn run(&self, given: Receiver<Part>) {
        for (turn, Part { outputs, offsets, group }) in (1..).zip(given) {
            self.producer.begin_transaction().expect("begin");
            self.outputs.records[outputs].iter().for_each(|record| self.write(record));
            let mut list = TopicPartitionList::new();
            for (partition, offset) in offsets {
                self.write_lane(turn, partition, offset);
                list.add_partition_offset(self.tickets, partition, Offset::Offset(offset)).expect("a list");
            }
            self.producer.send_offsets_to_transaction(&list, &group, PATIENCE).expect("offsets");
            self.producer.commit_transaction(Timeout::Never).expect("commit");
        }
    }

    fn write(&self, record: &OwnedMessage) {
        let is_sla = record.topic() == self.outputs.sla;
        let topics = &self.to.cluster.topics;
        let mut next = BaseRecord::to(if is_sla { &topics.sla } else { &topics.changelog });
        (next.key, next.payload) = (record.key(), record.payload());
        next.partition = (!is_sla).then(|| record.partition());
        next.headers = record.headers().cloned();
        self.send(next);
    }

    /// How far it is: by this it is measured, as the engine is.
    fn write_lane(&self, turn: u64, partition: i32, offset: i64) {
        let record = LaneRecord {
            format: 1,
            turn,
            offset,
            watermark_ns: 0,
            controls: 1,
            partitions: LANES,
            lineage: 1,
            is_frozen: false,
            sources: duly_core::lane::Sources::default(),
        };
        let value = serde_json::to_vec(&record).expect("JSON");
        let topic = &self.to.cluster.topics.changelog;
        self.send(BaseRecord::to(topic).key(LANE_KEY).payload(&value[..]).partition(partition));
    }

    fn send(&self, mut record: BaseRecord<'_, [u8], [u8]>) {
        while let Err((error, again)) = self.producer.send(record) {
            let is_full = matches!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
            assert!(is_full, "cannot write: {error}");
            record = again;
            self.producer.poll(IDLE);
        }
    }
}
