//! The threads that restore lanes, some side by side, while the worker goes on with those it has.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use duly_core::lane::Settings;
use rdkafka::consumer::Consumer as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::control::Follower;
use super::counters::{Counters, count};
use super::restore::{Restored, Wanted};
use super::snapshots::{Folder, Head, Tickets};
use super::{Cluster, KafkaError};
use crate::clock::Clock;

/// How long to wait for what the group has committed, open transactions included.
const STABLE: Duration = Duration::from_secs(120);

/// How long to wait before a lane is read again that brokers did not give.
const RETRY: Duration = Duration::from_millis(300);

/// How many lanes are restored at once: most of it is waiting for brokers.
const SIDE_BY_SIDE: usize = 4;

/// How long to wait for the control topic.
const CONTROL: Duration = Duration::from_secs(60);

/// A lane to restore. The number tells apart requests for a lane that came, went and came again.
pub(super) struct Request {
    pub(super) partition: i32,
    pub(super) number: u64,
}

/// What came of it.
pub(super) struct Answer {
    pub(super) partition: i32,
    pub(super) number: u64,
    pub(super) restored: Result<Restored, KafkaError>,
}

/// The way to the threads, which end after this is dropped. Nobody waits for them: they have nothing to finish.
pub(super) struct Restorer {
    requests: Sender<Request>,
    answers: Receiver<Answer>,
}

/// What the threads have.
pub(super) struct Restoring {
    pub(super) cluster: Cluster,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) follower: Follower,
    pub(super) settings: Settings,
    pub(super) partitions: usize,
    /// Where snapshots are, if any are taken.
    pub(super) snapshots: Option<Folder>,
    pub(super) counters: Arc<Counters>,
}

impl Restorer {
    pub(super) fn start(restoring: Restoring) -> Result<Self, KafkaError> {
        let (requests, asked) = channel();
        let (told, answers) = channel();
        let (restoring, asked) = (Arc::new(restoring), Arc::new(Mutex::new(asked)));
        for _ in 0..SIDE_BY_SIDE {
            let (restoring, asked, told) = (Arc::clone(&restoring), Arc::clone(&asked), told.clone());
            Builder::new()
                .name("restore".to_owned())
                .spawn(move || restoring.run(&asked, &told))
                .map_err(|error| KafkaError::Thread(error.to_string()))?;
        }
        Ok(Restorer { requests, answers })
    }

    /// Asks for a lane.
    pub(super) fn ask(&self, request: Request) {
        self.requests.send(request).expect("the thread ends after this");
    }

    /// What has been restored since it was last asked.
    pub(super) fn answers(&self) -> impl Iterator<Item = Answer> {
        self.answers.try_iter()
    }
}

impl Restoring {
    /// Restores what is asked for, until nobody can ask any more.
    fn run(&self, asked: &Mutex<Receiver<Request>>, told: &Sender<Answer>) {
        // Whoever waits holds the lock: the next one waits for that.
        let next = || asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        while let Ok(Request { partition, number }) = next() {
            let mut restored = self.restore(partition);
            if matches!(restored, Err(KafkaError::Stored(_))) {
                // Whoever has the lane by now may have committed between two questions.
                restored = self.restore(partition);
            }
            if matches!(restored, Err(ref error) if !matches!(error, KafkaError::Stored(_))) {
                // It will be asked for again.
                std::thread::sleep(RETRY);
            }
            // The worker may have ended meanwhile.
            let _ = told.send(Answer { partition, number, restored });
        }
    }

    fn restore(&self, partition: i32) -> Result<Restored, KafkaError> {
        let committed = self.committed(partition)?;
        // The lane may have been derived under control events that were only just published.
        let controls = self.follower.wait_for(self.clock.now(), CONTROL)?.controls;
        let Restoring { partitions, settings, .. } = *self;
        let (snapshot, lineage) = (self.snapshot(partition), self.draw(partition));
        Wanted { partition, partitions, settings, controls, committed, snapshot, lineage }.restore(&self.cluster)
    }

    /// The snapshot of a lane, if there is one that can be used.
    fn snapshot(&self, partition: i32) -> Option<(Head, Tickets)> {
        let loaded = self.snapshots.as_ref()?.load(partition, self.clock.now());
        loaded.unwrap_or_else(|why| {
            count(&self.counters.snapshots_failed);
            self.cluster.context.tell(&why);
            None
        })
    }

    /// A number that no other beginning of this lane has.
    fn draw(&self, partition: i32) -> u64 {
        let beginning = format!("{} {partition} {}", self.cluster.group, self.clock.now().ns());
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, beginning.as_bytes()).as_u64_pair().0.max(1)
    }

    /// The offset that the group has committed, once no transaction may change it any more.
    fn committed(&self, partition: i32) -> Result<Option<i64>, KafkaError> {
        let topic = &self.cluster.topics.tickets;
        let doing = || KafkaError::doing("ask what the group has committed");
        let mut list = TopicPartitionList::new();
        list.add_partition(topic, partition);
        let committed = self.cluster.reader()?.committed_offsets(list, STABLE).map_err(doing())?;
        let element = committed.find_partition(topic, partition);
        match element.map(|element| (element.offset(), element.error())) {
            Some((Offset::Offset(offset), Ok(()))) => Ok(Some(offset)),
            Some((_, Err(error))) => Err(doing()(error)),
            _ => Ok(None),
        }
    }
}
