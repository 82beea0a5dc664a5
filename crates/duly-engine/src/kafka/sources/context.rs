//! What the group decides about raw topics' partitions: each is read on from where it is committed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList, TopicPartitionListElem};

use super::super::cluster::ASK;
use super::super::context::Context;
use super::super::following::{Follow, Following};

/// What the group has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// A partition is ours from now on, and is read from this offset on; from its beginning, where that is not known yet.
    Given { topic: String, partition: i32, offset: Option<i64> },
    /// It is not ours any more.
    Taken { topic: String, partition: i32 },
    /// The decision could not be followed.
    Failed(String),
}

/// Hears the group. Decisions come while the reader polls, and so between two transactions.
pub(in super::super) type SourcesContext = Following<Moves>;

/// What was decided and not followed yet.
#[derive(Clone, Default)]
pub(in super::super) struct Moves(Arc<Mutex<Vec<Move>>>);

impl SourcesContext {
    pub(super) fn new(context: Context) -> Self {
        Following { context, follow: Moves::default() }
    }

    /// What was decided since this was last called.
    pub(super) fn moves(&self) -> Vec<Move> {
        std::mem::take(&mut *self.follow.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Moves {
    fn note(&self, moves: impl IntoIterator<Item = Move>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(moves);
    }
}

impl Follow for Moves {
    /// Takes partitions over, each from where it is committed; where nothing is, or the topic ends before that, from its beginning.
    /// One without a leader answers no question, and others are not to wait for it: what is wrong with it, if anything, is
    /// seen once it has one.
    fn given(&self, consumer: &BaseConsumer<SourcesContext>, list: &TopicPartitionList) -> Result<(), RdKafkaError> {
        let committed = consumer.committed_offsets(list.clone(), ASK)?;
        let leaderless = if committed.count() == 0 { BTreeSet::new() } else { leaderless(consumer)? };
        let (mut assigned, mut moves) = (TopicPartitionList::new(), Vec::new());
        for element in committed.elements() {
            let (topic, partition) = (element.topic().to_owned(), element.partition());
            element.error()?;
            let committed = if let Offset::Offset(offset) = element.offset() { Some(offset) } else { None };
            let offset = if leaderless.contains(&(topic.clone(), partition)) {
                committed
            } else {
                let (low, end) = consumer.fetch_watermarks(&topic, partition, ASK)?;
                Some(committed.filter(|offset| *offset <= end).unwrap_or(low))
            };
            assigned.add_partition_offset(&topic, partition, offset.map_or(Offset::Beginning, Offset::Offset))?;
            moves.push(Move::Given { topic, partition, offset });
        }
        consumer.incremental_assign(&assigned)?;
        self.note(moves);
        Ok(())
    }

    fn taken(&self, _: &BaseConsumer<SourcesContext>, list: &TopicPartitionList, _: bool) {
        let taken = |element: &TopicPartitionListElem<'_>| Move::Taken {
            topic: element.topic().to_owned(),
            partition: element.partition(),
        };
        self.note(list.elements().iter().map(taken));
    }

    fn failed(&self, _: &Context, error: RdKafkaError) {
        self.note([Move::Failed(format!("the group's decision about topics can not be followed: {error}"))]);
    }
}

/// The partitions of the cluster that have no leader now.
fn leaderless(consumer: &BaseConsumer<SourcesContext>) -> Result<BTreeSet<(String, i32)>, RdKafkaError> {
    let metadata = consumer.fetch_metadata(None, ASK)?;
    let of_topic = |topic: &rdkafka::metadata::MetadataTopic| {
        let without = topic.partitions().iter().filter(|partition| partition.leader() < 0);
        without.map(|partition| (topic.name().to_owned(), partition.id())).collect::<Vec<_>>()
    };
    Ok(metadata.topics().iter().flat_map(of_topic).collect())
}
