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
            let this = &mut self.feeds[feed];
            let source = this.source.as_mut().expect("it was just opened");
            let filled = fill(&mut chunk, source);
            chunk.feed = feed;
            chunk.end = source.position();
            let growth = match filled {
                Ok(true) => None,
                Ok(false) if source.may_grow() => Some(source.growth()),
                Ok(false) => {
                    this.is_over = true;
                    Some(Ok(Growth::Waits))
                }
                Err(error) => Some(Err(error)),
            };
            // What came before a rotation, and half a line at its end, is read before the file is let go.
            let is_last_look = matches!(growth, Some(Ok(Growth::Rotated)));
            if is_last_look {
                source.finish();
            }
            let rest =
                if is_last_look { fill(&mut chunk, source).map(|is_more| is_more.then_some(())) } else { Ok(None) };
            let is_more = matches!(rest, Ok(Some(())));
            chunk.end = source.position();
            if chunk.is_empty() {
                self.idle.push(chunk);
            } else {
                self.send(News::Lines(chunk))?;
            }
            match (rest, growth) {
                (Err(error), _) => return Ok(Err(error)),
                (Ok(_), Some(growth)) if !is_more => return Ok(growth),
                _ => {}
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

/// Fills `chunk` with lines of `source`; whether there may be more at once.
fn fill(chunk: &mut Chunk, source: &mut Source) -> io::Result<bool> {
    while !chunk.is_full() {
        match source.next()? {
            Some(line) => chunk.push(&line),
            None => return Ok(false),
        }
    }
    Ok(true)
}
