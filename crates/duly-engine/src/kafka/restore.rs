//! A lane as the changelog has it.
//!
//! Order on a takeover: first the offsets that are stably committed, then the end of the changelog, then all of it. An
//! open transaction before that end is waited for: whether it counts is not known before, and stopping in front of it
//! would miss what was committed behind it.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::control::Controls;
use duly_core::lane::{Lane, Settings};
use duly_core::time::Instant;
use indexmap::IndexMap;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::changelog::{LANE_KEY, LaneRecord};
use super::context::Context;
use super::{Cluster, KafkaError};

/// How long a question to the brokers may take.
const ASK: Duration = Duration::from_secs(10);

/// How long reading may stand still before that is told.
const STALL: Duration = Duration::from_secs(30);

/// A lane and where it goes on.
pub(super) struct Restored {
    pub(super) lane: Lane,
    /// The offset of the next record to read of the log.
    pub(super) offset: i64,
    /// How long it took, and how much was read.
    pub(super) took: Duration,
    pub(super) bytes: u64,
}

/// What a lane is restored from.
pub(super) struct Source<'c> {
    pub(super) cluster: &'c Cluster,
    pub(super) reader: &'c BaseConsumer<Context>,
    pub(super) prober: &'c BaseConsumer<Context>,
}

/// What is asked for.
pub(super) struct Wanted {
    pub(super) partition: i32,
    /// How many partitions the log has.
    pub(super) partitions: usize,
    pub(super) settings: Settings,
    pub(super) controls: Arc<Controls>,
    /// The offset that the group has committed, once it was stable.
    pub(super) committed: Option<i64>,
}

impl Source<'_> {
    /// Restores a lane. Blocks until all transactions on its changelog are settled.
    pub(super) fn restore(&self, wanted: Wanted) -> Result<Restored, KafkaError> {
        let started = Stopwatch::now();
        // In order of first appearance, so that a lane is restored the same way each time.
        let mut tickets = IndexMap::<Box<str>, Box<[u8]>>::new();
        let (mut lane_record, mut bytes) = (None, 0);
        self.read(wanted.partition, |key, value| {
            bytes += value.len() as u64;
            if key == LANE_KEY {
                lane_record = Some(value.to_vec());
            } else if let Ok(subject) = std::str::from_utf8(key) {
                tickets.insert(subject.into(), value.into());
            }
        })?;
        let Wanted { partition, partitions, settings, controls, committed } = wanted;
        let stored = |what: String| KafkaError::Stored(format!("lane {partition}: {what}"));
        let record = lane_record.map(|bytes| LaneRecord::read(&bytes)).transpose();
        let record = record.map_err(|error| stored(error.to_string()))?;
        let offset = self.agree(&wanted_log(self.cluster, partition), record.as_ref(), committed, partitions)?;
        let (turn, watermark) = record.map_or((0, Instant::MIN), |record| (record.turn, record.watermark()));
        let known = record.map_or(0, |record| record.controls);
        if known > controls.len() {
            return Err(stored(format!(
                "it was derived under {known} control events, and the control topic has {}: it was cut or replaced",
                controls.len()
            )));
        }
        let restored = Lane::restore(
            settings,
            controls,
            turn,
            watermark,
            tickets.iter().map(|(subject, state)| (&**subject, &**state)),
        );
        let lane = restored.map_err(|error| stored(error.to_string()))?;
        Ok(Restored { lane, offset, took: started.elapsed(), bytes })
    }

    /// Where the lane goes on. Lane record and committed offset were written in the same transactions: they agree, or
    /// somebody has changed one of them.
    fn agree(
        &self,
        log: &Log,
        record: Option<&LaneRecord>,
        committed: Option<i64>,
        partitions: usize,
    ) -> Result<i64, KafkaError> {
        let refuse = |what: String| Err(KafkaError::Stored(format!("lane {}: {what}", log.partition)));
        match (record, committed) {
            (Some(record), _) if record.partitions != partitions => refuse(format!(
                "{} had {} partitions when this lane was last written, and has {partitions} now: tickets would change \
                 lanes. Put the events into a new log with the number of partitions wanted, under another prefix",
                log.topic, record.partitions
            )),
            (Some(record), Some(offset)) if record.offset != offset => refuse(format!(
                "the group has committed offset {offset}, and the state that belongs to it is at {}: somebody has moved one \
                 of them. Set the group's offset back to {}, or remove the changelog to derive everything anew",
                record.offset, record.offset
            )),
            (Some(record), _) => Ok(record.offset),
            (None, Some(offset)) if offset > 0 => {
                let (low, _) = self.ends(&log.topic, log.partition)?;
                if offset <= low {
                    return Ok(low);
                }
                refuse(format!(
                    "the group has committed offset {offset}, and there is no state that belongs to it: the changelog is \
                     gone. Remove the group's offsets to derive everything anew"
                ))
            }
            (None, _) => Ok(self.ends(&log.topic, log.partition)?.0),
        }
    }

    fn ends(&self, topic: &str, partition: i32) -> Result<(i64, i64), KafkaError> {
        let doing = KafkaError::doing(format!("ask how far {topic} reaches"));
        self.prober.fetch_watermarks(topic, partition, ASK).map_err(doing)
    }

    /// Reads what is committed of the changelog's partition, to its end.
    fn read(&self, partition: i32, mut each: impl FnMut(&[u8], &[u8])) -> Result<(), KafkaError> {
        let topic = &self.cluster.topics.changelog;
        let (from, end) = self.ends(topic, partition)?;
        self.wait_until_stable(topic, partition, end)?;
        if from >= end {
            return Ok(());
        }
        let mut list = TopicPartitionList::new();
        let assigned = list.add_partition_offset(topic, partition, Offset::Offset(from));
        assigned.and_then(|()| self.reader.assign(&list)).map_err(KafkaError::doing("read the changelog"))?;
        let mut moved_at = Stopwatch::now();
        loop {
            match self.reader.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    moved_at = Stopwatch::now();
                    if let Some(key) = message.key() {
                        each(key, message.payload().unwrap_or_default());
                    }
                    if message.offset() + 1 >= end {
                        break;
                    }
                }
                // Assigned after all before the end was settled: the first end that is told is behind it.
                Some(Err(RdKafkaError::PartitionEOF(_))) => break,
                Some(Err(error)) => return Err(KafkaError::doing("read the changelog")(error)),
                None if moved_at.elapsed() > STALL => {
                    let what = format!("nothing came of {topic}, partition {partition}, for {} s", STALL.as_secs());
                    return Err(KafkaError::Stalled(what));
                }
                None => {}
            }
        }
        self.reader.unassign().map_err(KafkaError::doing("read the changelog"))
    }

    /// Waits until no transaction is open before `end`.
    fn wait_until_stable(&self, topic: &str, partition: i32, end: i64) -> Result<(), KafkaError> {
        let started = Stopwatch::now();
        let mut is_told = false;
        loop {
            let doing = KafkaError::doing(format!("ask how far {topic} is settled"));
            let (_, stable_end) = self.reader.fetch_watermarks(topic, partition, ASK).map_err(doing)?;
            if stable_end >= end {
                return Ok(());
            }
            if started.elapsed() > STALL && !is_told {
                is_told = true;
                self.cluster.context.tell(&format!(
                    "lane {partition} waits for a transaction that is open on {topic} since before {} s; brokers end it \
                     after its time-out",
                    STALL.as_secs()
                ));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A partition of the log of ticket events.
struct Log {
    topic: String,
    partition: i32,
}

fn wanted_log(cluster: &Cluster, partition: i32) -> Log {
    Log { topic: cluster.topics.tickets.clone(), partition }
}
