//! The log of ticket events and the control topic as investigations read them: whole or in part, outside of any group.

use duly_core::control::Controls;
use duly_core::lane::Input;
use duly_core::time::Instant;
use rdkafka::message::{BorrowedMessage, Message as _};

use super::reader::{Period, Reader};
use super::{Cluster, KafkaError, control, envelope, partition};

/// The log of ticket events on its way past a reader.
pub struct TicketLog {
    reader: Reader,
    partitions: usize,
}

/// Records of one partition, in order.
pub struct Batch<'l> {
    messages: Vec<BorrowedMessage<'l>>,
    partitions: usize,
}

/// A record of the log.
#[derive(Clone, Copy)]
pub struct Entry<'b> {
    message: &'b BorrowedMessage<'b>,
    partitions: usize,
}

impl TicketLog {
    /// Reads all of the log that falls into the period.
    pub fn open(cluster: &Cluster, period: Period) -> Result<Self, KafkaError> {
        let partitions = partitions(cluster, &cluster.topics.tickets)?;
        let reader = Reader::open(cluster, &cluster.topics.tickets, 0..partitions as i32, period)?;
        Ok(TicketLog { reader, partitions })
    }

    /// Reads the partition that the ticket `subject` belongs to.
    pub fn open_ticket(cluster: &Cluster, subject: &str, period: Period) -> Result<Self, KafkaError> {
        let partitions = partitions(cluster, &cluster.topics.tickets)?;
        let reader = Reader::open(cluster, &cluster.topics.tickets, [partition::of(subject, partitions)], period)?;
        Ok(TicketLog { reader, partitions })
    }

    /// How many partitions the log has.
    pub fn partitions(&self) -> usize {
        self.partitions
    }

    /// How many offsets there are still to read.
    pub fn remaining(&self) -> u64 {
        self.reader.remaining()
    }

    /// The next records; one partition follows the other. `None` at the end as of when it was opened.
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_>>, KafkaError> {
        let messages = self.reader.next_batch()?;
        Ok((!messages.is_empty()).then_some(Batch { messages, partitions: self.partitions }))
    }
}

impl Batch<'_> {
    /// The partition that they are in.
    pub fn partition(&self) -> i32 {
        self.messages[0].partition()
    }

    /// The records.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.messages.iter().map(|message| Entry { message, partitions: self.partitions })
    }
}

impl<'b> Entry<'b> {
    /// Its place in the partition.
    pub fn offset(&self) -> i64 {
        self.message.offset()
    }

    /// What a lane is given of it: the event in it, or why the engine refuses it, and when the log took it.
    pub fn input(&self) -> Input<'b> {
        envelope::input(self.message, self.partitions)
    }
}

/// What was published on the control topic, read to its end. What can not be used is told and skipped, as the engine does.
pub fn controls(cluster: &Cluster) -> Result<Controls, KafkaError> {
    // Whether there is a cluster, and a topic, is told better by this.
    partitions(cluster, &cluster.topics.control)?;
    let mut reader = Reader::open(cluster, &cluster.topics.control, [0], Period::default())?;
    let mut controls = Controls::default();
    loop {
        let messages = reader.next_batch()?;
        if messages.is_empty() {
            return Ok(controls);
        }
        for message in &messages {
            match control::event_of(message)
                .and_then(|event| controls.plus(event).map_err(|errors| control::said(&errors)))
            {
                Ok(Some(more)) => controls = more,
                Ok(None) => {}
                Err(why) => {
                    let told = format!("control event at offset {} is skipped: {why}", message.offset());
                    cluster.context.tell(&told);
                }
            }
        }
    }
}

/// How many partitions a topic has.
pub(super) fn partitions(cluster: &Cluster, topic: &str) -> Result<usize, KafkaError> {
    let metadata = cluster.metadata()?;
    let found = metadata.topics().iter().find(|found| found.name() == topic);
    match found.map(|found| found.partitions().len()) {
        Some(partitions) if partitions > 0 => Ok(partitions),
        _ => Err(KafkaError::Topics(vec![format!("{topic}: it is missing")])),
    }
}

pub(super) fn from_ms(ms: i64) -> Instant {
    Instant::from_ns(ms.saturating_mul(1_000_000))
}
