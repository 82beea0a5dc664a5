//! The thread that writes snapshots, one at a time.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Instant as Stopwatch;

use duly_core::time::Instant;
use rdkafka::consumer::Consumer as _;

use super::super::changelog::LaneRecord;
use super::super::cluster::ASK;
use super::super::counters::{Counters, count};
use super::super::{Cluster, KafkaError};
use super::file::{Head, Writer};
use super::folder::Folder;

/// What is asked of the thread.
pub(super) enum Command {
    /// Asks how far the changelog reaches, and begins the snapshot of a lane; one that was not kept does not count.
    Begin { number: u64, partition: i32, lane: LaneRecord, now: Instant },
    /// Writes tickets.
    Tickets(Vec<u8>),
    /// Ends the snapshot, and keeps it.
    Keep,
}

/// What the thread has.
pub(super) struct Writing {
    pub(super) cluster: Cluster,
    pub(super) folder: Folder,
    pub(super) counters: Arc<Counters>,
}

/// A snapshot that is being written.
struct UnderWay {
    partition: i32,
    writer: Writer,
    since: Stopwatch,
}

impl Writing {
    /// Does what it is asked, until nobody can ask any more. Says of every snapshot, by number, whether it has begun.
    pub(super) fn run(self, commands: &Receiver<Command>, begun: &Sender<(u64, bool)>) {
        let mut under_way: Option<UnderWay> = None;
        for command in commands {
            let done = match command {
                Command::Begin { number, partition, lane, now } => {
                    self.abandon(&mut under_way);
                    let outcome = self.begin(partition, lane, now);
                    // The worker may have ended meanwhile.
                    let _ = begun.send((number, outcome.is_ok()));
                    outcome.map(|new| under_way = Some(new))
                }
                Command::Tickets(tickets) => match &mut under_way {
                    Some(taken) => taken.writer.write(&tickets).map_err(|error| error.to_string()),
                    None => Ok(()),
                },
                Command::Keep => under_way.take().map_or(Ok(()), |taken| self.keep(taken)),
            };
            if let Err(why) = done {
                count(&self.counters.snapshots_failed);
                self.cluster.context.tell(&format!("a snapshot could not be written: {why}; it is tried again later"));
                self.abandon(&mut under_way);
            }
        }
        self.abandon(&mut under_way);
    }

    fn abandon(&self, under_way: &mut Option<UnderWay>) {
        if let Some(UnderWay { partition, .. }) = under_way.take() {
            self.folder.abandon(partition);
        }
    }

    fn begin(&self, partition: i32, lane: LaneRecord, now: Instant) -> Result<UnderWay, String> {
        let since = Stopwatch::now();
        let changelog = &self.cluster.topics.changelog;
        let end = self.end(partition).map_err(|error| error.to_string())?;
        let head = Head::new(changelog, partition, end, now.ns(), lane);
        let writer = self.folder.begin(&head).map_err(|error| error.to_string())?;
        Ok(UnderWay { partition, writer, since })
    }

    /// Up to where the changelog is settled.
    fn end(&self, partition: i32) -> Result<i64, KafkaError> {
        let changelog = &self.cluster.topics.changelog;
        let doing = KafkaError::doing(format!("ask how far {changelog} reaches"));
        let (_, end) = self.cluster.reader()?.fetch_watermarks(changelog, partition, ASK).map_err(doing)?;
        Ok(end)
    }

    fn keep(&self, taken: UnderWay) -> Result<(), String> {
        let UnderWay { partition, writer, since } = taken;
        let kept = self.folder.keep(writer, partition);
        let bytes = kept.map_err(|error| {
            self.folder.abandon(partition);
            error.to_string()
        })?;
        self.counters.snapshots.observe(since.elapsed());
        self.counters.snapshot_bytes.fetch_add(bytes, Relaxed);
        Ok(())
    }
}
