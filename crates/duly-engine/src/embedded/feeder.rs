//! The thread that reads the feeds, one after another, and hands their lines to the loop.
//!
//! A few chunks go round between the two, so that a loop that is slower than the disk holds the reading up and memory
//! stays bounded. Followed files are looked at anew after a moment; each round says up to when it has seen everything.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use duly_core::time::Instant;

use super::Clock;
use super::command::Command;
use crate::feeds::{Chunk, Growth, Position, Source};

/// How many chunks go round.
pub(super) const CHUNKS: usize = 4;

/// How long a followed file is left alone at its end.
const POLL: Duration = Duration::from_millis(200);

/// What the reading has found.
pub(super) enum News {
    /// Lines.
    Lines(Chunk),
    /// All that the feeds had at that instant has been handed over.
    ReadUpTo(Instant),
    /// The feed is another stream than before, and is read from its beginning.
    Anew { feed: usize, why: &'static str },
    /// The feed can not be read any further.
    Failed { feed: usize, why: String },
    /// All feeds were read to their end, and none of them grows.
    Done,
}

/// Reads the feeds.
pub(super) struct Feeder {
    pub(super) feeds: Vec<Reading>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) commands: SyncSender<Command>,
    /// Chunks that the loop has done with.
    pub(super) spent: Receiver<Chunk>,
    pub(super) idle: Vec<Chunk>,
}

/// A feed and where to go on in it.
pub(super) struct Reading {
    pub(super) path: PathBuf,
    pub(super) follow: bool,
    pub(super) position: Position,
    pub(super) source: Option<Source>,
    pub(super) is_over: bool,
}

/// The loop has ended: there is nobody to read for.
struct Ended;

impl Feeder {
    /// Reads until the feeds are over or the loop has ended.
    pub(super) fn run(mut self) {
        let _ = self.rounds();
    }

    fn rounds(&mut self) -> Result<(), Ended> {
        loop {
            let seen_at = self.clock.now();
            for feed in 0..self.feeds.len() {
                if !self.feeds[feed].is_over {
                    self.read(feed)?;
                }
            }
            if self.feeds.iter().all(|feed| feed.is_over) {
                return self.send(News::Done);
            }
            self.send(News::ReadUpTo(seen_at))?;
            match self.spent.recv_timeout(POLL) {
                Ok(chunk) => self.idle.push(chunk),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Ended),
            }
        }
    }

    /// Reads a feed to its end.
    fn read(&mut self, feed: usize) -> Result<(), Ended> {
        loop {
            match self.read_lines(feed)? {
                Ok(Growth::Waits) => return Ok(()),
                Ok(Growth::Rotated) => self.begin_anew(feed, "another file has taken its name")?,
                Ok(Growth::Truncated) => self.begin_anew(feed, "it was cut short")?,
                Err(error) => {
                    self.feeds[feed].is_over = true;
                    return self.send(News::Failed { feed, why: error.to_string() });
                }
            }
        }
    }

    fn begin_anew(&mut self, feed: usize, why: &'static str) -> Result<(), Ended> {
        self.feeds[feed].source = None;
        self.feeds[feed].position = Position::default();
        self.send(News::Anew { feed, why })
    }

    /// Hands over what there is; what became of the file is told at its end.
    fn read_lines(&mut self, feed: usize) -> Result<io::Result<Growth>, Ended> {
        if let Err(error) = self.open(feed)? {
            return Ok(Err(error));
        }
        loop {
            let mut chunk = self.chunk()?;
            chunk.feed = feed;
            let filled = self.feeds[feed].fill(&mut chunk);
            if chunk.is_empty() {
                self.idle.push(chunk);
            } else {
                self.send(News::Lines(chunk))?;
            }
            if let Some(end) = filled.transpose() {
                return Ok(end);
            }
        }
    }

    fn open(&mut self, feed: usize) -> Result<io::Result<()>, Ended> {
        let this = &mut self.feeds[feed];
        if this.source.is_some() {
            return Ok(Ok(()));
        }
        match Source::open(&this.path, &this.position, this.follow) {
            Ok((source, is_other)) => {
                this.source = Some(source);
                if is_other {
                    self.send(News::Anew { feed, why: "it is another file than the one that was read before" })?;
                }
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// An empty chunk, once there is one.
    fn chunk(&mut self) -> Result<Chunk, Ended> {
        let mut chunk = match self.idle.pop() {
            Some(chunk) => chunk,
            None => self.spent.recv().map_err(|_| Ended)?,
        };
        chunk.clear();
        Ok(chunk)
    }

    fn send(&self, news: News) -> Result<(), Ended> {
        self.commands.send(Command::Feed(news)).map_err(|_| Ended)
    }
}

impl Reading {
    /// Fills `chunk`; at the end of the file what has become of it.
    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<Option<Growth>> {
        let source = self.source.as_mut().expect("a feed is opened before it is read");
        let growth = loop {
            if chunk.is_full() {
                break Ok(None);
            }
            let batch = match source.next_batch() {
                Ok(batch) => batch,
                Err(error) => break Err(error),
            };
            if let Some(batch) = batch {
                batch.for_each(|line| chunk.push(&line));
                continue;
            }
            if !source.may_grow() {
                self.is_over = true;
                break Ok(Some(Growth::Waits));
            }
            match source.growth() {
                // What came before the rotation is read before the file is let go, half a line at its end too.
                Ok(Growth::Rotated) if !source.is_finished() => source.finish(),
                growth => break growth.map(Some),
            }
        };
        chunk.end = source.position();
        growth
    }
}
