//! The thread that asks how far logs reach. A broker that does not answer holds up nobody's work by that, and a partition without
//! a leader no question about another for long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;
use std::time::{Duration, Instant as Stopwatch};

use super::cluster::ASK_BRIEFLY;
use super::inquiry::Inquiry;
use super::{Cluster, KafkaError};
use crate::clock::Clock;
use duly_core::time::Instant;

/// How long a partition is left alone of which nobody could say how far it reaches.
const RETRY: Duration = Duration::from_secs(5);

/// How far a partition reaches.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    /// What time it was before it was asked.
    pub(super) asked_at: Instant,
    /// The first offset that is still there.
    pub(super) low: i64,
    /// Behind the last one, open transactions included.
    pub(super) end: i64,
    /// Up to where it had been read when it was asked: an end before that is that of another log.
    pub(super) was_read: i64,
}

/// A partition to ask about, and up to where it is read.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    pub(super) was_read: i64,
}

/// The way to the thread, which ends after this is dropped.
pub(super) struct Prober {
    wanted: Sender<Vec<Asked>>,
    reaches: Receiver<Vec<Reach>>,
    is_asked: bool,
}

impl Prober {
    pub(super) fn start(cluster: Cluster, clock: Arc<dyn Clock>) -> Result<Self, KafkaError> {
        let (wanted, asked) = channel();
        let (told, reaches) = channel();
        let inquiry = Inquiry::open(cluster.clone())?;
        let mut probing = Probing { cluster, clock, inquiry, failed_at: BTreeMap::new() };
        let run = move || {
            for partitions in asked {
                // The worker may have ended meanwhile.
                let _ = told.send(probing.ask(partitions));
            }
        };
        Builder::new().name("probe".to_owned()).spawn(run).map_err(|error| KafkaError::Thread(error.to_string()))?;
        Ok(Prober { wanted, reaches, is_asked: false })
    }

    /// Asks about partitions, unless an answer is still to come.
    pub(super) fn ask(&mut self, partitions: Vec<Asked>) {
        if !self.is_asked && !partitions.is_empty() {
            self.is_asked = self.wanted.send(partitions).is_ok();
        }
    }

    /// What has been answered since this was last called.
    pub(super) fn reaches(&mut self) -> Vec<Reach> {
        let reaches = self.reaches.try_recv();
        self.is_asked &= reaches.is_err();
        reaches.unwrap_or_default()
    }
}

/// What the thread has.
struct Probing {
    cluster: Cluster,
    clock: Arc<dyn Clock>,
    inquiry: Inquiry,
    /// When it was last asked in vain.
    failed_at: BTreeMap<(Arc<str>, i32), Stopwatch>,
}

impl Probing {
    /// Asks about partitions. Those of which nobody could say it lately come last, and the first in vain is the last of the round:
    /// each takes its time.
    fn ask(&mut self, partitions: Vec<Asked>) -> Vec<Reach> {
        let mut partitions: Vec<_> = partitions
            .into_iter()
            .map(|asked| (self.failed_at.get(&(Arc::clone(&asked.topic), asked.partition)).copied(), asked))
            .filter(|(failed_at, _)| failed_at.is_none_or(|at| at.elapsed() >= RETRY))
            .collect();
        partitions.sort_by_key(|(failed_at, _)| *failed_at);
        partitions.into_iter().map_while(|(_, asked)| self.reach(asked)).collect()
    }

    fn reach(&mut self, Asked { topic, partition, was_read }: Asked) -> Option<Reach> {
        let asked_at = self.clock.now();
        let place = (Arc::clone(&topic), partition);
        match self.inquiry.watermarks(&topic, partition, ASK_BRIEFLY) {
            Ok((low, end)) => {
                self.failed_at.remove(&place);
                Some(Reach { topic, partition, asked_at, low, end, was_read })
            }
            Err(error) => {
                self.failed_at.insert(place, Stopwatch::now());
                self.cluster
                    .context
                    .tell_seldom(&format!("cannot ask how far {topic}, partition {partition}, reaches: {error}"));
                None
            }
        }
    }
}
