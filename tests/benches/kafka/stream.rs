//! New tickets at a steady rate, and whoever waits for what follows of them.

use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::kafka::partition_of;
use duly_tests::ground::Ground;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// How long a question to the brokers may take.
const ASK: Duration = Duration::from_secs(10);

/// How long nothing may come before the measurement is given up.
const SILENCE: Duration = Duration::from_secs(60);

/// The beginning of the keys of a stream's tickets.
const LIVE: &str = "live/";

/// A stream of new tickets. Each is produced at an instant that is known before, and what follows is measured from that
/// instant: a producer that is held up makes the figures worse, not better.
pub(crate) struct Stream {
    pub(crate) begins: Stopwatch,
    pub(crate) rate: usize,
    pub(crate) seconds: usize,
}

impl Stream {
    /// How many tickets there are.
    pub(crate) fn tickets(&self) -> usize {
        self.rate * self.seconds
    }

    fn produced_at(&self, number: usize) -> Stopwatch {
        self.begins + Duration::from_secs(1) * number as u32 / self.rate as u32
    }

    /// Produces them, each in its time.
    pub(crate) fn produce(&self, ground: &Ground) {
        let mut config = ground.config();
        config.set("enable.idempotence", "true").set("linger.ms", "0");
        let producer: rdkafka::producer::ThreadedProducer<_> = config.create().expect("a producer");
        for number in 0..self.tickets() {
            std::thread::sleep(self.produced_at(number).saturating_duration_since(Stopwatch::now()));
            let key = format!("{LIVE}{number}");
            let line = received(&key, WallClock.now());
            let record = BaseRecord::<str, str>::to(&ground.cluster.topics.tickets).key(&key).payload(&line);
            let record = record.partition(partition_of(&key, ground.partitions));
            producer.send(record).map_err(|(error, _)| error).expect("there is room");
        }
        producer.flush(SILENCE).expect("all is written");
    }

    /// How long it took until the start of a clock of this stream was read, in milliseconds, if that is what was read just now.
    pub(crate) fn visible_after_ms(&self, seen: &Seen<'_>) -> Option<f64> {
        let number: usize = seen.key.strip_prefix(LIVE)?.parse().ok()?;
        (seen.kind == "duly.sla.clock_started.v1").then(|| self.produced_at(number).elapsed().as_secs_f64() * 1e3)
    }
}

/// An SLA event that was read just now.
pub(crate) struct Seen<'m> {
    pub(crate) key: &'m str,
    pub(crate) kind: &'m str,
    /// The instant that it is about.
    pub(crate) at: Instant,
    /// When it was written.
    pub(crate) written_at: Instant,
}

impl<'m> Seen<'m> {
    fn of(message: &'m BorrowedMessage<'_>) -> Self {
        let text = |bytes: Option<&'m [u8]>| std::str::from_utf8(bytes.unwrap_or_default()).expect("UTF-8");
        let headers = message.headers().expect("attributes");
        let header = |name: &str| text(headers.iter().find(|header| header.key == name).expect("an attribute").value);
        let written_at_ms = message.timestamp().to_millis().expect("records have timestamps");
        Seen {
            key: text(message.key()),
            kind: header("ce_type"),
            at: header("ce_time").parse().expect("an instant"),
            written_at: Instant::from_ns(written_at_ms * 1_000_000),
        }
    }
}

/// Whoever waits for SLA events: a consumer that reads what is committed, from where the topic ends now.
pub(crate) struct Waiting(BaseConsumer);

impl Waiting {
    pub(crate) fn new(ground: &Ground) -> Self {
        let mut config = ground.config();
        config.set("group.id", "nobody").set("isolation.level", "read_committed").set("enable.auto.commit", "false");
        let consumer: BaseConsumer = config.create().expect("a consumer");
        let (topic, mut list) = (&ground.cluster.topics.sla, TopicPartitionList::new());
        for partition in 0..ground.partitions as i32 {
            let (_, end) = consumer.fetch_watermarks(topic, partition, ASK).expect("ends");
            list.add_partition_offset(topic, partition, Offset::Offset(end)).expect("a list");
        }
        consumer.assign(&list).expect("an assignment");
        Waiting(consumer)
    }

    /// Hands out what comes, until `each` has seen enough.
    pub(crate) fn read(&self, mut each: impl FnMut(&Seen<'_>) -> bool) {
        loop {
            let message = self.0.poll(SILENCE).unwrap_or_else(|| panic!("nothing has come for {SILENCE:?}"));
            if each(&Seen::of(&message.expect("the topic can be read"))) {
                return;
            }
        }
    }
}

/// A ticket that is received at an instant, as a line.
pub(crate) fn received(subject: &str, at: Instant) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{subject}","source":"/bench","type":"duly.ticket.received.v1","subject":"{subject}","time":"{at}","data":{{"status_class":"new","priority":"moderate"}}}}"#
    )
}

/// The policy for such tickets, as a file: each has one clock, of an hour.
pub(crate) fn policy_path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/one-hour.yaml")
}
