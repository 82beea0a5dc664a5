//! A lane as the changelog has it.
//!
//! Order on a takeover: first the offsets that are stably committed, then the end of the changelog, then all of it. An
//! open transaction before that end is waited for: whether it counts is not known before, and stopping in front of it
//! would miss what was committed behind it. A snapshot stands for the changelog's beginning.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::control::Controls;
use duly_core::lane::{Lane, Settings};
use duly_core::time::Instant;
use rdkafka::consumer::Consumer as _;
use rdkafka::message::Message as _;

use super::changelog::{LANE_KEY, LaneRecord};
use super::cluster::ASK;
use super::reader::{Period, Reader};
use super::snapshots::{Head, Tickets};
use super::{Cluster, KafkaError};

/// A lane and where it goes on.
pub(super) struct Restored {
    pub(super) lane: Lane,
    /// What tells its changelog from others of the same name.
    pub(super) lineage: u64,
    /// The offset of the next record to read of the log.
    pub(super) offset: i64,
    /// How long it took, how much was read of the changelog, and whether a snapshot was read before.
    pub(super) took: Duration,
    pub(super) bytes: u64,
    is_from_snapshot: bool,
    /// Whether it stands still until somebody lets it go on.
    pub(super) is_frozen: bool,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Restored { lane, offset, took, bytes, .. } = self;
        let snapshot = if self.is_from_snapshot { "a snapshot and " } else { "" };
        let tickets = lane.len();
        write!(f, "{tickets} tickets restored from {snapshot}{bytes} bytes of the changelog in {took:.1?}")?;
        write!(f, ", goes on at offset {offset}")
    }
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
    /// What the lane was some time ago.
    pub(super) snapshot: Option<(Head, Tickets)>,
    /// What tells the changelog from others of its name, if it begins now.
    pub(super) lineage: u64,
}

/// What a changelog says of a lane.
struct Stored {
    tickets: Tickets,
    record: Option<LaneRecord>,
    bytes: u64,
    is_from_snapshot: bool,
}

impl Wanted {
    /// Restores the lane. Blocks until all transactions on its changelog are settled.
    ///
    /// Its clients are its own: what others have heard of brokers that were away would be believed for long.
    pub(super) fn restore(mut self, cluster: &Cluster) -> Result<Restored, KafkaError> {
        let started = Stopwatch::now();
        let Stored { tickets, record, bytes, is_from_snapshot } = self.stored(cluster)?;
        let log = self.log(cluster)?;
        let Wanted { partitions, settings, committed, .. } = self;
        let refuse = |what: String| KafkaError::Stored(format!("lane {}: {what}", self.partition));
        if record.is_none() && !tickets.is_empty() {
            let what = "the changelog has tickets and not how far the lane was: remove it and the group's offsets, and all is \
                        derived anew";
            return Err(refuse(what.to_owned()));
        }
        let offset = log.agree(record.as_ref(), committed, partitions)?;
        let (turn, watermark) = record.as_ref().map_or((0, Instant::MIN), |record| (record.turn, record.watermark()));
        let (known, given) = (record.as_ref().map_or(0, |record| record.controls), self.controls.len());
        if known > given {
            return Err(refuse(format!(
                "it was derived under {known} control events, and the control topic has {given}: it was cut or replaced"
            )));
        }
        let tickets = tickets.iter().map(|(subject, ticket)| (&**subject, &**ticket));
        let lane = Lane::restore(settings, self.controls, turn, watermark, tickets);
        let lane = lane.map_err(|error| refuse(error.to_string()))?;
        let record = record.unwrap_or_default();
        let lineage = Some(record.lineage).filter(|lineage| *lineage != 0).unwrap_or(self.lineage);
        let (lane, is_frozen) = (lane.with_sources(record.sources), record.is_frozen);
        Ok(Restored { lane, lineage, offset, took: started.elapsed(), bytes, is_from_snapshot, is_frozen })
    }

    /// Reads the snapshot's part of the changelog from the snapshot, if that is of this changelog.
    fn stored(&mut self, cluster: &Cluster) -> Result<Stored, KafkaError> {
        if let Some((head, tickets)) = self.snapshot.take() {
            let (before, known) = (head.lane, tickets.len());
            if let Some(stored) = self.read(cluster, Some(head.changelog_offset), tickets)?
                && stored
                    .record
                    .as_ref()
                    .is_some_and(|record| record.lineage == before.lineage && record.turn >= before.turn)
            {
                return Ok(stored);
            }
            cluster.context.tell(&format!(
                "lane {}: its snapshot of {known} tickets is not of this changelog, and is left alone",
                self.partition
            ));
        }
        let stored = self.read(cluster, None, Tickets::new())?;
        Ok(stored.expect("a changelog can always be read from its beginning"))
    }

    /// Reads the changelog from `from` on, or from its beginning, over what is known already. `None` where it does not
    /// reach from there.
    fn read(&self, cluster: &Cluster, from: Option<i64>, mut tickets: Tickets) -> Result<Option<Stored>, KafkaError> {
        let (mut record, mut bytes) = (None, 0);
        let mut changelog = Reader::open(cluster, &cluster.topics.changelog, [self.partition], Period::default())?;
        if from.is_some_and(|from| !changelog.begin_at(from)) {
            return Ok(None);
        }
        loop {
            let batch = changelog.next_batch()?;
            if batch.is_empty() {
                break;
            }
            for message in &batch {
                let (key, value) = (message.key().unwrap_or_default(), message.payload().unwrap_or_default());
                bytes += value.len() as u64;
                if key == LANE_KEY {
                    record = Some(value.to_vec());
                } else if let Ok(subject) = std::str::from_utf8(key) {
                    tickets.insert(subject.into(), value.into());
                }
            }
        }
        let record = record.map(|bytes| LaneRecord::read(&bytes)).transpose();
        let record = record.map_err(|error| KafkaError::Stored(format!("lane {}: {error}", self.partition)))?;
        Ok(Some(Stored { tickets, record, bytes, is_from_snapshot: from.is_some() }))
    }

    /// The partition of the log that the lane reads.
    fn log(&self, cluster: &Cluster) -> Result<Log, KafkaError> {
        let topic = cluster.topics.tickets.clone();
        let doing = KafkaError::doing(format!("ask how far {topic} reaches"));
        let (low, end) = cluster.prober()?.fetch_watermarks(&topic, self.partition, ASK).map_err(doing)?;
        Ok(Log { topic, partition: self.partition, low, end })
    }
}

/// A partition of the log of ticket events, from `low` up to `end`.
struct Log {
    topic: String,
    partition: i32,
    low: i64,
    end: i64,
}

/// The log has got more partitions.
pub(super) fn more_partitions(topic: &str, partition: i32, known: usize) -> String {
    format!(
        "lane {partition}: {topic} had {known} partitions when this instance started, and has more now: tickets would change \
         lanes. Put the events into a new log with the number of partitions wanted, under another prefix"
    )
}

/// Records are gone that were never read.
pub(super) fn overtaken(topic: &str, partition: i32, offset: i64, low: i64) -> String {
    format!(
        "lane {partition}: {topic} begins at offset {low}, and the lane had read up to {offset} only: retention or somebody has \
         deleted what was between. Restore the log, or remove changelog and the group's offsets, to derive everything anew \
         from what is left"
    )
}

/// Records are gone that were read.
pub(super) fn cut(topic: &str, partition: i32, offset: i64, end: i64) -> String {
    format!(
        "lane {partition}: {topic} ends at offset {end}, and the lane had read up to {offset}: the log was cut or made anew. \
         Restore the log, or remove changelog and the group's offsets, to derive everything anew from what is there"
    )
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
            (Some(record), _) if record.offset < self.low => {
                Err(KafkaError::Stored(overtaken(&self.topic, self.partition, record.offset, self.low)))
            }
            (Some(record), _) if record.offset > self.end => {
                Err(KafkaError::Stored(cut(&self.topic, self.partition, record.offset, self.end)))
            }
            (Some(record), _) => Ok(record.offset),
            (None, Some(offset)) if offset > self.low => refuse(format!(
                "the group has committed offset {offset}, and there is no state that belongs to it: the changelog is gone. \
                 Remove the group's offsets to derive everything anew"
            )),
            (None, _) => Ok(self.low),
        }
    }
}
