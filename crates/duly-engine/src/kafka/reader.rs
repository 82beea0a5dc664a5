//! A topic, read outside of any group from an instant or the beginning up to its end as of the start: what investigations
//! do. Nothing is joined, committed or changed.
//!
//! One partition after another, each in order and in batches whose size depends on the records alone, so that reading the
//! same log twice gives the same batches. Memory is bounded by a batch and what librdkafka fetches ahead.

use std::collections::VecDeque;
use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::cluster::ASK;
use super::context::Context;
use super::tail::position;
use super::{Cluster, KafkaError};

/// How many records and bytes a batch has at most; the last record may exceed the bytes.
const BATCH_RECORDS: usize = 4_096;
const BATCH_BYTES: usize = 8 << 20;

/// How long a transaction may stay open in what is to be read: longer than brokers allow by default.
const STABLE: Duration = Duration::from_secs(20 * 60);

/// How long reading may stand still.
const STALL: Duration = Duration::from_secs(30);

/// The records that the log took from `from` on and before `to`, by its own clock, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// Without it, from the beginning.
    pub from: Option<Instant>,
    /// Without it, to the end as of now.
    pub to: Option<Instant>,
}

/// Partitions of a topic on their way.
pub(super) struct Reader {
    reader: BaseConsumer<Context>,
    context: Context,
    topic: String,
    /// What is not begun.
    rest: VecDeque<Piece>,
    current: Option<Piece>,
}

/// A stretch of a partition: what is not read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    partition: i32,
    from: i64,
    end: i64,
}

impl Reader {
    /// A reader of `partitions` of the topic. Blocks until every transaction that is open in what it will read is settled.
    pub(super) fn open(
        cluster: &Cluster,
        topic: &str,
        partitions: impl IntoIterator<Item = i32>,
        period: Period,
    ) -> Result<Self, KafkaError> {
        let reader = cluster.reader()?;
        let prober = cluster.prober()?;
        let doing = || KafkaError::doing(format!("ask how far {topic} reaches"));
        let mut whole = Vec::new();
        for partition in partitions {
            let (from, end) = prober.fetch_watermarks(topic, partition, ASK).map_err(doing())?;
            whole.push(Piece { partition, from, end });
        }
        let asked = Asked { reader: &reader, context: &cluster.context, topic };
        let rest = asked.cut(&whole, period)?;
        for piece in &rest {
            asked.wait_until_stable(piece)?;
        }
        let context = cluster.context.clone();
        Ok(Reader { reader, context, topic: topic.to_owned(), rest: rest.into(), current: None })
    }

    /// A reader of the one record at `offset`, if it is there.
    pub(super) fn open_at(cluster: &Cluster, topic: &str, partition: i32, offset: i64) -> Result<Self, KafkaError> {
        let mut reader = Reader::open(cluster, topic, [partition], Period::default())?;
        reader.rest.retain(|piece| (piece.from..piece.end).contains(&offset));
        reader.rest.iter_mut().for_each(|piece| (piece.from, piece.end) = (offset, offset + 1));
        Ok(reader)
    }

    /// Begins the one partition at `offset`, if it has that, or ends just there.
    pub(super) fn begin_at(&mut self, offset: i64) -> bool {
        let piece = self.rest.front_mut().filter(|piece| (piece.from..=piece.end).contains(&offset));
        piece.map(|piece| piece.from = offset).is_some()
    }

    /// How many offsets there are still to read; marks of transactions are among them.
    pub(super) fn remaining(&self) -> u64 {
        let pieces = self.rest.iter().chain(&self.current);
        pieces.map(|piece| (piece.end - piece.from).unsigned_abs()).sum()
    }

    /// The next records, all of one partition; none at the end.
    pub(super) fn next_batch(&mut self) -> Result<Vec<BorrowedMessage<'_>>, KafkaError> {
        loop {
            let piece = match &mut self.current {
                Some(piece) => piece,
                None => match self.rest.pop_front() {
                    Some(piece) => {
                        assign(&self.reader, &self.topic, piece.partition, piece.from)?;
                        self.current.insert(piece)
                    }
                    None => return Ok(Vec::new()),
                },
            };
            let (batch, next) = gather(&self.reader, &self.context, &self.topic, *piece)?;
            piece.from = next;
            if piece.from >= piece.end {
                self.current = None;
            }
            if !batch.is_empty() {
                return Ok(batch);
            }
        }
    }
}

/// A topic about which the brokers are asked.
struct Asked<'r> {
    reader: &'r BaseConsumer<Context>,
    context: &'r Context,
    topic: &'r str,
}

impl Asked<'_> {
    /// What falls into the period. The log's own clock does not go back, so that is one stretch a partition.
    fn cut(&self, whole: &[Piece], period: Period) -> Result<Vec<Piece>, KafkaError> {
        let mut cut = whole.to_vec();
        if let Some(from) = period.from {
            for (piece, offset) in cut.iter_mut().zip(self.offsets_at(whole, from)?) {
                piece.from = offset;
            }
        }
        if let Some(to) = period.to {
            for (piece, offset) in cut.iter_mut().zip(self.offsets_at(whole, to)?) {
                piece.end = offset;
            }
        }
        cut.retain(|piece| piece.from < piece.end);
        Ok(cut)
    }

    /// Of every partition, the first offset that was appended at `at` or later, or its end.
    fn offsets_at(&self, whole: &[Piece], at: Instant) -> Result<Vec<i64>, KafkaError> {
        let doing = || KafkaError::doing(format!("ask where {at} is in {}", self.topic));
        let mut list = TopicPartitionList::new();
        for piece in whole {
            let added = list.add_partition_offset(self.topic, piece.partition, Offset::Offset(ms_at_or_after(at)));
            added.map_err(doing())?;
        }
        let found = self.reader.offsets_for_times(list, ASK).map_err(doing())?;
        let mut offsets = Vec::new();
        for piece in whole {
            let element = found.find_partition(self.topic, piece.partition);
            offsets.push(match element.map(|element| (element.offset(), element.error())) {
                Some((_, Err(error))) => return Err(doing()(error)),
                Some((Offset::Offset(offset), Ok(()))) => offset.clamp(piece.from, piece.end),
                _ => piece.end,
            });
        }
        Ok(offsets)
    }

    /// Waits until no transaction is open before the end of the piece: what it hides may count.
    fn wait_until_stable(&self, piece: &Piece) -> Result<(), KafkaError> {
        let (mut is_told, begun) = (false, Stopwatch::now());
        loop {
            let doing = KafkaError::doing(format!("ask how far {} is settled", self.topic));
            let (_, stable_end) = self.reader.fetch_watermarks(self.topic, piece.partition, ASK).map_err(doing)?;
            if stable_end >= piece.end {
                return Ok(());
            }
            if !is_told {
                is_told = true;
                self.context.tell(&format!(
                    "waiting for a transaction that is open on {}, partition {}, at offset {stable_end}; brokers end it after \
                     its time-out",
                    self.topic, piece.partition
                ));
            }
            if begun.elapsed() > STABLE {
                let what = format!("a transaction stays open on {}, partition {}", self.topic, piece.partition);
                return Err(KafkaError::Stalled(format!("{what}, at offset {stable_end}: see who writes there")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn assign(reader: &BaseConsumer<Context>, topic: &str, partition: i32, from: i64) -> Result<(), KafkaError> {
    let mut list = TopicPartitionList::new();
    let added = list.add_partition_offset(topic, partition, Offset::Offset(from));
    added.and_then(|()| reader.assign(&list)).map_err(KafkaError::doing(format!("read {topic}")))
}

/// A full batch, or what is left of the piece; and the offset to go on at.
fn gather<'r>(
    reader: &'r BaseConsumer<Context>,
    context: &Context,
    topic: &str,
    piece: Piece,
) -> Result<(Vec<BorrowedMessage<'r>>, i64), KafkaError> {
    let Piece { partition, from: mut next, end } = piece;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let mut moved_at = Stopwatch::now();
    while next < end && batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
        match reader.poll(Duration::from_millis(100)) {
            Some(Ok(message)) if message.partition() != partition || message.offset() < next => {}
            Some(Ok(message)) => {
                moved_at = Stopwatch::now();
                next = message.offset() + 1;
                if message.offset() < end {
                    bytes += message.payload_len() + message.key_len();
                    batch.push(message);
                }
            }
            // Marks of transactions are passed, and not given. What brokers call the end may be too early.
            Some(Err(RdKafkaError::PartitionEOF(_))) => next = passed(reader, topic, partition, next),
            Some(Err(error)) if is_passing(&error) && moved_at.elapsed() < STALL => {
                context.tell(&format!("cannot read {topic} at the moment: {error}"));
            }
            Some(Err(error)) => return Err(KafkaError::doing(format!("read {topic}"))(error)),
            None if moved_at.elapsed() < STALL => next = passed(reader, topic, partition, next),
            None => {
                let what = format!("nothing came of {topic}, partition {partition}, for {} s", STALL.as_secs());
                return Err(KafkaError::Stalled(what));
            }
        }
    }
    Ok((batch, next))
}

/// Where the reader is: not before `next`.
fn passed(reader: &BaseConsumer<Context>, topic: &str, partition: i32, next: i64) -> i64 {
    position(reader, topic, partition).map_or(next, |position| position.max(next))
}

/// Whether librdkafka goes on trying by itself.
pub(super) fn is_passing(error: &RdKafkaError) -> bool {
    let code = error.rdkafka_error_code();
    matches!(code, Some(Code::AllBrokersDown | Code::BrokerTransportFailure | Code::OperationTimedOut))
}

/// Logs count in milliseconds: the first that is not before `at`.
fn ms_at_or_after(at: Instant) -> i64 {
    const MS_NS: i64 = 1_000_000;
    at.ns().div_euclid(MS_NS) + i64::from(at.ns().rem_euclid(MS_NS) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_counts_in_milliseconds_that_are_not_before_it() {
        for (ns, ms) in [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (-1, 0), (-1_000_001, -1)] {
            assert_eq!(ms_at_or_after(Instant::from_ns(ns)), ms, "{ns}");
        }
    }
}
