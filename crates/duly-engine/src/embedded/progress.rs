//! How far the feeds are, as the loop knows it.

use std::sync::mpsc::SyncSender;

use duly_core::time::Instant;

use super::FeedStatus;
use super::batch::{Batch, Work};
use super::feeder::News;
use crate::feeds::Chunk;

/// The feeds, seen from the loop.
pub(super) struct Feeds {
    pub(super) statuses: Vec<FeedStatus>,
    /// Chunks that are done with go back this way.
    pub(super) spent: SyncSender<Chunk>,
    /// All that the feeds had at that instant has arrived; none while they lag behind.
    read_up_to: Option<Instant>,
    is_done: bool,
}

impl Feeds {
    pub(super) fn new(statuses: Vec<FeedStatus>, spent: SyncSender<Chunk>) -> Self {
        let is_done = statuses.is_empty();
        Feeds { statuses, spent, read_up_to: is_done.then_some(Instant::MAX), is_done }
    }

    /// Up to when all that the feeds had has arrived: for ever where none of them grows; `None` while they lag behind, and
    /// for good where one of them has failed.
    pub(super) fn read_up_to(&self) -> Option<Instant> {
        self.read_up_to.filter(|_| self.failure().is_none())
    }

    /// Whether nothing more will come.
    pub(super) fn is_over(&self) -> bool {
        self.is_done
    }

    /// The first feed that could not be read to its end, and why.
    pub(super) fn failure(&self) -> Option<(String, String)> {
        self.statuses.iter().find_map(|feed| Some((feed.name.clone(), feed.failure.clone()?)))
    }

    /// Takes in what the feeds have said in a batch, and returns what an operator should hear of it.
    pub(super) fn hear(&mut self, batch: &mut Batch) -> Vec<String> {
        let has_lines = batch.work.iter().any(|work| matches!(work, Work::Chunk(_)));
        if has_lines && !self.is_done {
            self.read_up_to = None;
        }
        let mut told = Vec::new();
        for news in batch.news.drain(..) {
            match news {
                // A round ends with its last lines; only lines of the next round can be behind this in a batch.
                News::ReadUpTo(at) => {
                    self.read_up_to = Some(at);
                    self.statuses.iter_mut().for_each(|feed| feed.is_at_end = feed.failure.is_none());
                }
                News::Done => {
                    self.is_done = true;
                    self.read_up_to = Some(Instant::MAX);
                    self.statuses.iter_mut().for_each(|feed| feed.is_at_end = feed.failure.is_none());
                }
                News::Anew { feed, why } => {
                    let feed = &mut self.statuses[feed];
                    (feed.lines, feed.bytes, feed.is_at_end) = (0, 0, false);
                    told.push(format!("feed {}: {why}; it is read from its beginning", feed.name));
                }
                News::Failed { feed, why } => {
                    told.push(format!(
                        "feed {} can not be read any further: {why}; what it had so far counts, and time stands still until a \
                         new start can read it",
                        self.statuses[feed].name
                    ));
                    self.statuses[feed].failure = Some(why);
                }
                News::Lines(_) => unreachable!("lines are work, a batch puts them there"),
            }
        }
        told
    }

    /// The chunk is stored.
    pub(super) fn stored(&mut self, chunk: Chunk) {
        let feed = &mut self.statuses[chunk.feed];
        (feed.lines, feed.bytes) = (chunk.end.line, chunk.end.offset);
        // Where the reading has ended nobody wants it back.
        let _ = self.spent.try_send(chunk);
    }
}
