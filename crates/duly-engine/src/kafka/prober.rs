//! The thread that asks how far lanes' logs reach. A broker that does not answer holds up no lane's work by that.

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
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
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
pub(super) type Asked = (i32, i64);

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
    failed_at: BTreeMap<i32, Stopwatch>,
}

impl Probing {
    fn ask(&mut self, partitions: Vec<Asked>) -> Vec<Reach> {
        partitions.into_iter().filter_map(|asked| self.reach(asked)).collect()
    }

    fn reach(&mut self, (partition, was_read): Asked) -> Option<Reach> {
        self.failed_at.retain(|_, at| at.elapsed() < RETRY);
        if self.failed_at.contains_key(&partition) {
            return None;
        }
        let topic = &self.cluster.topics.tickets;
        let asked_at = self.clock.now();
        match self.inquiry.watermarks(topic, partition, ASK_BRIEFLY) {
            Ok((low, end)) => Some(Reach { partition, asked_at, low, end, was_read }),
            Err(error) => {
                self.failed_at.insert(partition, Stopwatch::now());
                self.cluster
                    .context
                    .tell_seldom(&format!("cannot ask how far {topic}, partition {partition}, reaches: {error}"));
                None
            }
        }
    }
}
