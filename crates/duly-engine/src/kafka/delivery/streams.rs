//! The partitions that a sink reads, and how far it is with each.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::super::cluster::ASK;
use super::super::tail::position;
use super::super::{Cluster, KafkaError};
use super::context::SinkContext;
use crate::deliver::{Courier, DRAIN, Mark, Place, Progress, Record, Sink};

/// How often the group is asked how far the sink is.
const ASKED: usize = 3;

/// The partitions of a sink.
pub(in crate::kafka) struct Streams {
    pub(super) courier: Arc<Courier>,
    dead_letters: String,
    begins_at_start: bool,
    /// By topic and partition.
    open: Mutex<BTreeMap<(String, i32), Stream>>,
    has_failed: AtomicBool,
}

/// How far a partition is.
struct Stream {
    progress: Progress,
    kept: Option<Mark>,
}

impl Streams {
    pub(super) fn new(cluster: &Cluster, courier: Arc<Courier>, begins_at_start: bool) -> Arc<Self> {
        let dead_letters = cluster.topics.dead_letters.clone();
        Arc::new(Streams {
            courier,
            dead_letters,
            begins_at_start,
            open: Mutex::default(),
            has_failed: AtomicBool::new(false),
        })
    }

    pub(super) fn sink(&self) -> &Sink {
        self.courier.sink()
    }

    /// Whether it is not known where a partition goes on.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Relaxed)
    }

    /// The consumer is given up: what waits is read again by the next.
    pub(super) fn forget_all(&self) {
        self.has_failed.store(false, Relaxed);
        let open: Vec<_> = self.lock().keys().cloned().collect();
        for (topic, partition) in open {
            self.courier.forget(self.stream(&topic, partition), DRAIN);
        }
        self.courier.ended(Duration::ZERO);
        self.lock().clear();
    }

    /// Partitions that are ours from now on, with the offsets at which they go on.
    pub(super) fn given(&self, consumer: &BaseConsumer<SinkContext>, list: &TopicPartitionList) -> TopicPartitionList {
        let committed = (0..ASKED).find_map(|_| consumer.committed_offsets(list.clone(), ASK).ok());
        let mut given = TopicPartitionList::new();
        for element in list.elements() {
            let (topic, partition) = (element.topic(), element.partition());
            let found = committed.as_ref().and_then(|committed| committed.find_partition(topic, partition));
            let mark = match found.as_ref().map(|found| (found.offset(), found.metadata(), found.error())) {
                Some((Offset::Offset(position), beyond, Ok(()))) => {
                    Some((Mark { position, beyond: beyond.to_owned() }, true))
                }
                Some((_, _, Ok(()))) => {
                    let begin = self.begin(consumer, topic, partition);
                    begin.ok().map(|position| (Mark { position, beyond: String::new() }, false))
                }
                _ => None,
            };
            let Some((mark, is_kept)) = mark else {
                // It is asked again with another consumer; meanwhile nothing of it is read.
                self.has_failed.store(true, Relaxed);
                continue;
            };
            let added = given.add_partition_offset(topic, partition, Offset::Offset(mark.position));
            added.expect("a topic of the group has a name");
            let progress = Progress::resume(&mark);
            self.lock().insert((topic.to_owned(), partition), Stream { progress, kept: is_kept.then_some(mark) });
        }
        given
    }

    /// Where a partition begins that the group knows nothing of: the stable end, before which all is settled, or the start.
    fn begin(&self, consumer: &BaseConsumer<SinkContext>, topic: &str, partition: i32) -> Result<i64, RdKafkaError> {
        let (start, end) = consumer.fetch_watermarks(topic, partition, ASK)?;
        Ok(if self.begins_at_start && topic != self.dead_letters { start } else { end })
    }

    /// Partitions that are somebody else's from now on.
    pub(super) fn taken(&self, consumer: &BaseConsumer<SinkContext>, list: &TopicPartitionList) {
        for element in list.elements() {
            self.courier.forget(self.stream(element.topic(), element.partition()), DRAIN);
        }
        self.settle(Duration::ZERO);
        if !consumer.assignment_lost() {
            self.keep(consumer, true);
        }
        let mut open = self.lock();
        for element in list.elements() {
            open.remove(&(element.topic().to_owned(), element.partition()));
        }
    }

    /// A record was read; it is handed over where it is one for the sink, and was not delivered before.
    pub(super) fn take(&self, topic: &str, partition: i32, position: i64, record: Option<Record>) {
        let mut open = self.lock();
        let Some(stream) = open.get_mut(&(topic.to_owned(), partition)) else { return };
        if stream.progress.read(position, record.is_some())
            && let Some(record) = record
        {
            let place = Place { stream: self.stream(topic, partition), position };
            self.courier.take(place, record);
        }
    }

    /// Fails where a partition has something that is not read, although nothing was for long.
    pub(super) fn check_readers(&self, consumer: &BaseConsumer<SinkContext>) -> Result<(), KafkaError> {
        let open: Vec<_> = self.lock().iter().map(|(of, stream)| (of.clone(), stream.progress.next())).collect();
        for ((topic, partition), next) in open {
            // Marks of transactions are passed, and handed out to nobody.
            let position = position(consumer, &topic, partition).map_or(next, |position| position.max(next));
            let stable = consumer.fetch_watermarks(&topic, partition, ASK).map(|(_, end)| end);
            if stable.is_ok_and(|end| end > position) {
                return Err(KafkaError::Stuck { partition, position });
            }
        }
        Ok(())
    }

    /// Takes note of what has ended, and waits for something for a while.
    pub(super) fn settle(&self, wait: Duration) {
        let ended = self.courier.ended(wait);
        let mut open = self.lock();
        for place in ended {
            let found = open.iter_mut().find(|((topic, partition), _)| self.stream(topic, *partition) == place.stream);
            if let Some((_, stream)) = found {
                stream.progress.end(place.position);
            }
        }
    }

    /// Remembers in the group how far the sink is, where that has changed. What can not be remembered now is the next time;
    /// a restart before that repeats something.
    pub(super) fn keep(&self, consumer: &BaseConsumer<SinkContext>, is_last: bool) {
        let mut list = TopicPartitionList::new();
        let mut open = self.lock();
        for ((topic, partition), stream) in open.iter_mut() {
            let mark = stream.progress.mark();
            if stream.kept.as_ref() != Some(&mark) {
                let mut element = list.add_partition(topic, *partition);
                element.set_offset(Offset::Offset(mark.position)).expect("an offset is one");
                element.set_metadata(mark.beyond.as_str());
                stream.kept = Some(mark);
            }
        }
        if list.count() == 0 {
            return;
        }
        let mode = if is_last { CommitMode::Sync } else { CommitMode::Async };
        if consumer.commit(&list, mode).is_err() {
            open.values_mut().for_each(|stream| stream.kept = None);
        }
    }

    /// The number of a stream: partitions of the topic count from 0, those of the dead letters below that.
    fn stream(&self, topic: &str, partition: i32) -> i32 {
        if topic == self.dead_letters { -1 - partition } else { partition }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, i32), Stream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
