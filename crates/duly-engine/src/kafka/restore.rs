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
use rdkafka::consumer::Consumer as _;
use rdkafka::message::Message as _;

use super::changelog::{LANE_KEY, LaneRecord};
use super::reader::{Period, Reader};
use super::{Cluster, KafkaError};

/// How long a question to the brokers may take.
const ASK: Duration = Duration::from_secs(10);

/// A lane and where it goes on.
pub(super) struct Restored {
    pub(super) lane: Lane,
    /// The offset of the next record to read of the log.
    pub(super) offset: i64,
    /// How long it took, and how much was read.
    pub(super) took: Duration,
    pub(super) bytes: u64,
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

impl Wanted {
    /// Restores the lane. Blocks until all transactions on its changelog are settled.
    ///
    /// Its clients are its own: what others have heard of brokers that were away would be believed for long.
    pub(super) fn restore(self, cluster: &Cluster) -> Result<Restored, KafkaError> {
        let started = Stopwatch::now();
        // In order of first appearance, so that a lane is restored the same way each time.
        let mut tickets = IndexMap::<Box<str>, Box<[u8]>>::new();
        let (mut lane_record, mut bytes) = (None, 0);
        let mut changelog = Reader::open(cluster, &cluster.topics.changelog, [self.partition], Period::default())?;
        loop {
            let batch = changelog.next_batch()?;
            if batch.is_empty() {
                break;
            }
            for message in &batch {
                let (key, value) = (message.key().unwrap_or_default(), message.payload().unwrap_or_default());
                bytes += value.len() as u64;
                if key == LANE_KEY {
                    lane_record = Some(value.to_vec());
                } else if let Ok(subject) = std::str::from_utf8(key) {
                    tickets.insert(subject.into(), value.into());
                }
            }
        }
        let log = self.log(cluster)?;
        let Wanted { partition, partitions, settings, controls, committed } = self;
        let stored = |what: String| KafkaError::Stored(format!("lane {partition}: {what}"));
        let record = lane_record.map(|bytes| LaneRecord::read(&bytes)).transpose();
        let record = record.map_err(|error| stored(error.to_string()))?;
        if record.is_none() && !tickets.is_empty() {
            let what = "the changelog has tickets and not how far the lane was: remove it and the group's offsets, and all is \
                        derived anew";
            return Err(stored(what.to_owned()));
        }
        let offset = log.agree(record.as_ref(), committed, partitions)?;
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

    /// The partition of the log that the lane reads.
    fn log(&self, cluster: &Cluster) -> Result<Log, KafkaError> {
        let topic = cluster.topics.tickets.clone();
        let doing = KafkaError::doing(format!("ask how far {topic} reaches"));
        let (low, _) = cluster.prober()?.fetch_watermarks(&topic, self.partition, ASK).map_err(doing)?;
        Ok(Log { topic, partition: self.partition, low })
    }
}

/// A partition of the log of ticket events, from `low` on.
struct Log {
    topic: String,
    partition: i32,
    low: i64,
}

impl Log {
    /// Where the lane goes on. Lane record and committed offset were written in the same transactions: they agree, or
    /// somebody has changed one of them.
    fn agree(&self, record: Option<&LaneRecord>, committed: Option<i64>, partitions: usize) -> Result<i64, KafkaError> {
        let refuse = |what: String| Err(KafkaError::Stored(format!("lane {}: {what}", self.partition)));
        match (record, committed) {
            (Some(record), _) if record.partitions != partitions => refuse(format!(
                "{} had {} partitions when this lane was last written, and has {partitions} now: tickets would change \
                 lanes. Put the events into a new log with the number of partitions wanted, under another prefix",
                self.topic, record.partitions
            )),
            (Some(record), Some(offset)) if record.offset != offset => refuse(format!(
                "the group has committed offset {offset}, and the state that belongs to it is at {}: somebody has moved one \
                 of them. Set the group's offset back to {}, or remove the changelog to derive everything anew",
                record.offset, record.offset
            )),
            (Some(record), _) => Ok(record.offset),
            (None, Some(offset)) if offset > self.low => refuse(format!(
                "the group has committed offset {offset}, and there is no state that belongs to it: the changelog is gone. \
                 Remove the group's offsets to derive everything anew"
            )),
            (None, _) => Ok(self.low),
        }
    }
}
