//! Sinks on Kafka: each is a consumer group of its own, `GROUP-sink-NAME`, whose members are the instances.
//!
//! A group for each, and not one for all, because a group has one offset a partition: a sink that is down would hold up the
//! others, or make them repeat. The mark of a partition is its offset in the group, with what is open beyond it in the
//! metadata beside. Nothing here is transactional: what was sent can not be taken back, so that a record is sent at least
//! once, with the same key each time.

mod context;
mod letters;
mod streams;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::Builder;
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::dead_letters::REDRIVEN;
use super::{Cluster, KafkaError};
use crate::clock::WallClock;
use crate::deliver::{Counters, Courier, DRAIN, Delivering, Of, Origin, Record, Sink, Tell};
pub(super) use context::SinkContext;
use letters::Kept;
use streams::Streams;

/// On a trace: the sink that the letter is redriven to. On a letter: the sink that could not deliver it.
pub(super) const SINK: &str = "duly_sink";

/// How long a round waits for a record.
const POLL: Duration = Duration::from_millis(50);

/// How many records are taken in a round.
const PORTION: usize = 100;

/// How often is remembered how far a sink is.
const REMEMBER: Duration = Duration::from_millis(500);

/// For how long nothing may be read before it is looked whether there is something: a client can lose a partition silently.
const SILENT: Duration = Duration::from_secs(30);

/// How long to wait before a consumer is set up anew.
const REST: Duration = Duration::from_secs(1);

/// Starts sinks on a cluster whose topics are there. What an instance had is delivered by others after `session_timeout` of silence.
pub fn deliver(
    cluster: &Cluster,
    sinks: Vec<Sink>,
    session_timeout: Duration,
    tell: &Tell,
) -> Result<Delivering, KafkaError> {
    let counters = Arc::new(Counters::of(sinks.iter().map(|sink| sink.name.clone())));
    let is_stopping = Arc::new(AtomicBool::new(false));
    let mut threads = Vec::new();
    for (sink, (name, counts)) in sinks.into_iter().zip(counters.sinks()) {
        let begins_at_start = sink.begins_at_start;
        let letters = Kept::open(cluster)?;
        let (letters, clock) = (Box::new(letters), Arc::new(WallClock));
        let courier = Arc::new(Courier::start(sink, Arc::clone(counts), letters, clock, Arc::clone(tell)));
        let streams = Streams::new(cluster, courier, begins_at_start);
        let mut reader = Reader {
            cluster: cluster.clone(),
            session_timeout,
            tell: Arc::clone(tell),
            streams,
            is_held: false,
            kept_at: Stopwatch::now(),
            heard_at: Stopwatch::now(),
        };
        let stop = Arc::clone(&is_stopping);
        let builder = Builder::new().name(format!("sink {name}"));
        threads.push(builder.spawn(move || reader.run(&stop)).map_err(|error| KafkaError::Thread(error.to_string()))?);
    }
    Ok(Delivering { counters, is_stopping, threads })
}

/// What reads for one sink.
struct Reader {
    cluster: Cluster,
    session_timeout: Duration,
    tell: Tell,
    streams: Arc<Streams>,
    /// Whether nothing is read because there is no room.
    is_held: bool,
    /// When it was last remembered how far the sink is.
    kept_at: Stopwatch,
    /// When a record was read last, or nothing was found missing.
    heard_at: Stopwatch,
}

impl Reader {
    /// Reads until it is asked to end; what goes wrong is begun anew.
    fn run(&mut self, is_stopping: &AtomicBool) {
        while !is_stopping.load(Relaxed) {
            if let Err(error) = self.follow(is_stopping) {
                (self.tell)(&format!("sink {}: {error}", self.streams.sink().name));
                let begun = Stopwatch::now();
                while begun.elapsed() < REST && !is_stopping.load(Relaxed) {
                    self.streams.settle(POLL);
                }
            }
        }
    }

    /// Reads with one consumer, until it fails or is not needed any more.
    fn follow(&mut self, is_stopping: &AtomicBool) -> Result<(), KafkaError> {
        let consumer = self.join()?;
        while !is_stopping.load(Relaxed) {
            self.round(&consumer)?;
        }
        // Nothing new is sent; what is on its way ends, and is remembered.
        self.streams.courier.stop(DRAIN);
        self.streams.settle(Duration::ZERO);
        self.streams.keep(&consumer, true);
        consumer.unsubscribe();
        Ok(())
    }

    fn join(&mut self) -> Result<BaseConsumer<SinkContext>, KafkaError> {
        self.is_held = false;
        self.heard_at = Stopwatch::now();
        self.streams.forget_all();
        let name = &self.streams.sink().name;
        let context = SinkContext { context: self.cluster.context.clone(), follow: Arc::clone(&self.streams) };
        let consumer = self.cluster.sink(name, self.streams.sink().begins_at_start, self.session_timeout, context)?;
        let topics = [self.topic(), self.cluster.topics.dead_letters.as_str()];
        consumer.subscribe(&topics).map_err(KafkaError::doing(format!("join the group of the sink {name}")))?;
        Ok(consumer)
    }

    fn topic(&self) -> &str {
        match self.streams.sink().selection.of {
            Of::Sla => &self.cluster.topics.sla,
            Of::Notifications => &self.cluster.topics.notifications,
        }
    }

    fn round(&mut self, consumer: &BaseConsumer<SinkContext>) -> Result<(), KafkaError> {
        let topic = self.topic().to_owned();
        let doing = || KafkaError::doing(format!("read {topic}"));
        let has_room = self.streams.courier.has_room();
        if has_room == self.is_held {
            let all = consumer.assignment().map_err(doing())?;
            let moved = if has_room { consumer.resume(&all) } else { consumer.pause(&all) };
            moved.map_err(doing())?;
            self.is_held = !has_room;
        }
        let mut wait = POLL;
        for _ in 0..PORTION {
            match consumer.poll(wait) {
                Some(Ok(message)) => {
                    self.heard_at = Stopwatch::now();
                    self.take(&message);
                }
                Some(Err(RdKafkaError::PartitionEOF(_))) => {}
                Some(Err(error)) if super::reader::is_passing(&error) => break,
                Some(Err(error)) => return Err(doing()(error)),
                None => break,
            }
            wait = Duration::ZERO;
            if !self.streams.courier.has_room() {
                break;
            }
        }
        // What is not read brings no record by which that would be noticed.
        if self.streams.has_failed() {
            return Err(KafkaError::Stalled("the group does not say how far the sink is".to_owned()));
        }
        if self.is_held {
            self.heard_at = Stopwatch::now();
        }
        if self.heard_at.elapsed() >= SILENT {
            self.heard_at = Stopwatch::now();
            self.streams.check_readers(consumer)?;
        }
        self.streams.settle(Duration::ZERO);
        if self.kept_at.elapsed() >= REMEMBER {
            self.streams.keep(consumer, false);
            self.kept_at = Stopwatch::now();
        }
        Ok(())
    }

    fn take(&self, message: &BorrowedMessage<'_>) {
        let is_letter = message.topic() == self.cluster.topics.dead_letters;
        let record = record(message).filter(|record| {
            if is_letter { self.is_redriven(message) } else { self.streams.sink().selection.takes(record) }
        });
        self.streams.take(message.topic(), message.partition(), message.offset(), record);
    }

    /// Whether it is a letter of this sink that somebody has redriven.
    fn is_redriven(&self, message: &BorrowedMessage<'_>) -> bool {
        let header = |name: &str| {
            let found = message.headers()?.iter().find(|header| header.key == name)?;
            found.value.map(<[u8]>::to_vec)
        };
        header(REDRIVEN).is_some() && header(SINK).as_deref() == Some(self.streams.sink().name.as_bytes())
    }
}

/// A record as sinks see it. What an engine has written can be read.
fn record(message: &BorrowedMessage<'_>) -> Option<Record> {
    let headers = message.headers().into_iter().flat_map(rdkafka::message::Headers::iter);
    let headers: Vec<_> =
        headers.map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec())).collect();
    let mut record = Record::binary(headers, message.payload()?.to_vec()).ok()?;
    record.origin = Some(Origin::of(
        message.topic(),
        message.partition(),
        message.offset(),
        message.timestamp().to_millis(),
        &record.headers,
    ));
    Some(record)
}
