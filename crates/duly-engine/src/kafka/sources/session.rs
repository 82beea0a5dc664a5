//! A session of the reader: a consumer, a producer, and the loop between them.
//!
//! One after the other: take what has arrived, map it, commit what came of it. Nothing is under way while the group decides, and
//! nothing is kept that a later session would miss.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::super::cluster::{ASK_BRIEFLY, SILENT};
use super::super::outgoing::Outgoing;
use super::super::prober::{Asked, Prober, Reach};
use super::super::producing::{Failure, Producing, Transaction};
use super::super::tail::position;
use super::super::topics;
use super::super::{Cluster, KafkaError};
use super::context::{Move, SourcesContext};
use super::part::Part;
use super::{Setup, marks};
use crate::ingest::mapping::Message;
use crate::ingest::{EVENT_BYTES_MAX, Source};

/// How much is taken at once.
const BATCH_RECORDS: usize = 1_000;
const BATCH_BYTES: usize = 8 << 20;

/// How long an idle reader waits for messages, and so at most for anything else.
const IDLE: Duration = Duration::from_millis(20);

/// How often the same may be tried again.
const FAILURES_MAX: u32 = 3;

/// What a record takes in a topic beside the event: its key, its headers, and the frame of its batch, generously.
const FRAME: usize = 4 << 10;

/// How large batches are that nobody says anything of: librdkafka's default.
const BATCH_BYTES_MAX: usize = 1_000_000;

/// Why a session is over.
pub(super) enum End {
    /// It was asked for.
    Asked,
    /// Something went wrong; whether it had written anything before.
    Failed { why: String, has_worked: bool },
}

/// A topic and a partition of it.
type Place = (String, i32);

pub(super) struct Session<'s> {
    setup: &'s Setup,
    consumer: BaseConsumer<SourcesContext>,
    context: SourcesContext,
    producer: Producing,
    prober: Prober,
    /// The longest event that the log takes, in bytes.
    event_bytes_max: usize,
    parts: BTreeMap<Place, Part>,
    outgoing: Outgoing,
    /// When marks were last written.
    marked_at: Stopwatch,
    /// Whether anything was read since the last transaction.
    has_read: bool,
    has_worked: bool,
    /// How often in a row the same could not be committed.
    failures: u32,
}

impl<'s> Session<'s> {
    /// Becomes the only writer of its name, and joins the group.
    pub(super) fn open(setup: &'s Setup) -> Result<Self, KafkaError> {
        let Setup { cluster, instance, session_timeout, transaction_timeout, clock, .. } = setup;
        let id = format!("{}-sources-{instance}", cluster.group);
        let taken = topics::longest(cluster, &cluster.topics.tickets).map_or(usize::MAX, |most| most - most.min(FRAME));
        let producer = Producing::start(&with_batches(cluster, taken), &id, *transaction_timeout)?;
        let event_bytes_max = taken.min(EVENT_BYTES_MAX);
        let context = SourcesContext::new(cluster.context.clone());
        let consumer = cluster.sources_member(*session_timeout, context.clone())?;
        let topics: Vec<&str> = setup.sources.iter().flat_map(|source| &source.topics).map(String::as_str).collect();
        consumer.subscribe(&topics).map_err(KafkaError::doing("subscribe to the topics of sources"))?;
        Ok(Session {
            setup,
            consumer,
            context,
            producer,
            prober: Prober::start(cluster.clone(), Arc::clone(clock))?,
            event_bytes_max,
            parts: BTreeMap::new(),
            outgoing: Outgoing::default(),
            marked_at: Stopwatch::now(),
            has_read: false,
            has_worked: false,
            failures: 0,
        })
    }

    /// Works until asked to end, or something goes wrong.
    pub(super) fn run(mut self) -> End {
        while !self.setup.is_stopping.load(Relaxed) {
            if let Err(why) = self.work() {
                return End::Failed { why, has_worked: self.has_worked };
            }
        }
        self.producer.end();
        End::Asked
    }

    /// One round.
    fn work(&mut self) -> Result<(), String> {
        let batch = gather(&self.consumer, self.setup)?;
        for moved in self.context.moves() {
            follow(&mut self.parts, self.setup, moved)?;
        }
        for message in &batch {
            let place = (message.topic().to_owned(), message.partition());
            // What was taken away meanwhile is read by another, from before this.
            let Some(part) = self.parts.get_mut(&place).filter(|part| part.tail.position() <= message.offset()) else {
                continue;
            };
            let at =
                map(&self.setup.sources[part.source], message, self.setup, self.event_bytes_max, &mut self.outgoing);
            part.read(message.offset(), at);
            self.has_read = true;
        }
        drop(batch);
        self.ask()?;
        self.commit()
    }

    /// Asks how far parts reach, where it is time, and takes in what was answered and is proved by that.
    fn ask(&mut self) -> Result<(), String> {
        for reach in self.prober.reaches() {
            self.take_reach(&reach)?;
        }
        let Setup { clock, progress_interval, .. } = self.setup;
        let mut asked = Vec::new();
        for ((topic, partition), part) in &mut self.parts {
            if part.is_to_be_asked(*progress_interval) {
                asked.push(Asked {
                    topic: topic.as_str().into(),
                    partition: *partition,
                    was_read: part.tail.position(),
                });
            }
            if part.tail.is_open()
                && let Some(position) = position(&self.consumer, topic, *partition)
            {
                part.tail.passed(position);
            }
            if part.tail.is_stuck(clock.now(), SILENT) {
                part.tail.wait_anew();
                // What an open transaction holds back is nobody's fault here: this end is the one before it.
                let stable = self.consumer.fetch_watermarks(topic, *partition, ASK_BRIEFLY).map(|(_, end)| end);
                if stable.is_ok_and(|end| end > part.tail.position()) {
                    return Err(format!(
                        "nothing more is read of {topic}, partition {partition}, although there is more"
                    ));
                }
            }
            part.prove();
        }
        self.prober.ask(asked);
        Ok(())
    }

    /// Takes in how far a part reaches.
    fn take_reach(&mut self, reach: &Reach) -> Result<(), String> {
        let Reach { topic, partition, asked_at, low, end, was_read } = reach;
        let Some(part) = self.parts.get_mut(&(topic.to_string(), *partition)) else { return Ok(()) };
        part.begins(*low);
        if *low > part.tail.position() {
            part.is_held = true;
            self.setup.cluster.context.tell(&lost(topic, *partition, part.tail.position(), *low));
        } else if end < was_read {
            return Err(remade(topic, *partition));
        } else {
            part.reaches(*asked_at, *end);
        }
        Ok(())
    }

    /// Writes what has come of what was read, and the marks that are due, in one transaction with how far was read.
    fn commit(&mut self) -> Result<(), String> {
        let is_time = self.marked_at.elapsed() >= self.setup.progress_interval;
        // A transaction needs a record: where messages gave none, the marks are that record.
        let has_marks = is_time || self.parts.values().any(Part::is_new) || self.has_read && self.outgoing.is_empty();
        if has_marks {
            let names: Vec<&str> = self.setup.sources.iter().map(|source| &*source.name).collect();
            for mark in marks::due(self.parts.values(), &names) {
                (0..self.setup.partitions as i32).for_each(|partition| self.outgoing.add_progress(&mark, partition));
            }
        }
        let parts = || self.parts.iter().filter(|(_, part)| !part.is_held && !part.is_unplaced);
        if parts().next().is_none() {
            // Whoever has the parts now reads again what this came from.
            self.outgoing.clear();
        }
        if self.outgoing.is_empty() {
            return Ok(());
        }
        let mut offsets = TopicPartitionList::new();
        for ((topic, partition), part) in parts() {
            let added = offsets.add_partition_offset(topic, *partition, Offset::Offset(part.tail.position()));
            added.map_err(|error| format!("cannot name offsets: {error}"))?;
        }
        let group = self.consumer.group_metadata().ok_or("the reader is in no group")?;
        let outgoing = std::mem::take(&mut self.outgoing);
        let (outgoing, result) = self.producer.commit(Transaction { outgoing, offsets, group });
        self.outgoing = outgoing;
        match result {
            Ok(()) => {
                if has_marks {
                    self.parts.values_mut().for_each(Part::mark);
                    self.marked_at = Stopwatch::now();
                }
                (self.has_read, self.has_worked, self.failures) = (false, true, 0);
                Ok(())
            }
            // A rebalance came in between, for instance: the same is tried again, as whoever the group takes us for by now.
            Err(failure @ Failure::Aborted(_)) if !failure.costs_the_producer() && self.failures < FAILURES_MAX => {
                self.failures += 1;
                Ok(())
            }
            Err(Failure::Aborted(why) | Failure::Doubtful(why)) => Err(why.to_string()),
        }
    }
}

/// Takes what has arrived, at most a batch.
fn gather<'c>(consumer: &'c BaseConsumer<SourcesContext>, setup: &Setup) -> Result<Vec<BorrowedMessage<'c>>, String> {
    let (mut batch, mut bytes, mut wait) = (Vec::new(), 0, IDLE);
    while batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
        match consumer.poll(wait) {
            Some(Ok(message)) => {
                bytes += message.payload_len() + message.key_len();
                batch.push(message);
            }
            Some(Err(RdKafkaError::PartitionEOF(_))) => {}
            Some(Err(RdKafkaError::MessageConsumptionFatal(code))) => {
                return Err(format!("cannot read topics: {code}"));
            }
            Some(Err(error)) => setup.cluster.context.tell_seldom(&format!("cannot read topics of sources: {error}")),
            None => break,
        }
        wait = Duration::ZERO;
    }
    Ok(batch)
}

/// Follows what the group has decided.
fn follow(parts: &mut BTreeMap<Place, Part>, setup: &Setup, moved: Move) -> Result<(), String> {
    match moved {
        Move::Given { topic, partition, offset } => {
            let source = setup.sources.iter().position(|source| source.topics.contains(&topic));
            let source = source.ok_or_else(|| format!("{topic} is no topic of any source"))?;
            let part = Part::new(source, &topic, partition, offset);
            parts.insert((topic, partition), part);
        }
        Move::Taken { topic, partition } => drop(parts.remove(&(topic, partition))),
        Move::Failed(why) => return Err(why),
    }
    Ok(())
}

/// Adds what a message says to what is written. Returns when the latest of it was so, but not after the topic had it.
fn map(
    source: &Source,
    message: &BorrowedMessage<'_>,
    setup: &Setup,
    event_bytes_max: usize,
    outgoing: &mut Outgoing,
) -> Option<Instant> {
    let now = setup.clock.now();
    let headers = message.headers();
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .flat_map(|headers| headers.iter())
        .map(|header| (header.key, header.value.unwrap_or_default()))
        .collect();
    let message_of = Message { headers: &headers, body: message.payload().unwrap_or_default() };
    let mapped = source.map_up_to(event_bytes_max, &message_of, now);
    let appended_at = message.timestamp().to_millis().map_or(now, super::super::history::from_ms).min(now);
    let mut latest = None;
    for event in &mapped.events {
        let read = parse_structured(event).expect("a mapping gives nothing else");
        latest = latest.max(Some(read.time.min(appended_at)));
        outgoing.add_event(&read.subject, event);
    }
    if let Some((reason, detail)) = mapped.complaint() {
        outgoing.add_unmapped(message, &source.name, reason, &detail);
    }
    latest
}

/// The cluster, with batches that a topic takes which takes so many bytes at once; a batch is refused whole.
fn with_batches(cluster: &Cluster, taken: usize) -> Cluster {
    let mut cluster = cluster.clone();
    if taken < BATCH_BYTES_MAX {
        cluster.properties.entry("batch.size".to_owned()).or_insert_with(|| taken.max(1).to_string());
    }
    cluster
}

/// Messages are gone that were never read.
fn lost(topic: &str, partition: i32, position: i64, low: i64) -> String {
    format!(
        "{topic}, partition {partition}, begins at offset {low}, and was read up to {position} only: its retention is shorter than \
         the time for which nobody read it, and what was between is lost. It is not read on, and judgement waits for it: \
         stop all instances, set the offset of the group of sources to {low}, start, and import what was lost from the source \
         (`duly import events`)"
    )
}

/// The topic ends before what was read of it.
fn remade(topic: &str, partition: i32) -> String {
    format!(
        "{topic}, partition {partition}, ends before what was read of it: it was cut or made anew, and is read from its beginning"
    )
}
