//! What the loop takes from its queue at once, to make one turn of it.

use tokio::sync::oneshot;

use super::EngineError;
use super::command::{Append, Command, Question};
use super::feeder::News;
use crate::emergency::{Order, Told};
use crate::feeds::Chunk;
use crate::ingest::letter::Letter;

/// How many records a turn takes; a chunk or an append that has begun is taken whole.
const RECORDS_MAX: usize = 8_192;

/// What was taken from the queue.
#[derive(Default)]
pub(super) struct Batch {
    /// Records, in order of arrival.
    pub(super) work: Vec<Work>,
    /// What the feeds had to say besides lines.
    pub(super) news: Vec<News>,
    /// What an operator tells.
    pub(super) told: Vec<(Order, oneshot::Sender<Result<Told, EngineError>>)>,
    /// Messages to keep with the dead letters.
    pub(super) letters: Vec<(Letter, oneshot::Sender<Result<(), EngineError>>)>,
    pub(super) questions: Vec<Question>,
    pub(super) ticks: Vec<oneshot::Sender<Result<(), EngineError>>>,
    pub(super) is_stopping: bool,
    records: usize,
}

/// Records that arrived together.
pub(super) enum Work {
    Append(Append),
    Chunk(Chunk),
}

impl Batch {
    /// A batch that begins with lines whose turn could not be stored.
    pub(super) fn again(chunks: Vec<Chunk>) -> Self {
        let mut batch = Batch::default();
        for chunk in chunks {
            batch.add(Command::Feed(News::Lines(chunk)));
        }
        batch
    }

    pub(super) fn add(&mut self, command: Command) {
        match command {
            Command::Append(append) => {
                self.records += append.records.len();
                self.work.push(Work::Append(append));
            }
            Command::Feed(News::Lines(chunk)) => {
                self.records += chunk.len();
                self.work.push(Work::Chunk(chunk));
            }
            Command::Feed(news) => self.news.push(news),
            Command::Tell(order, reply) => self.told.push((*order, reply)),
            Command::Keep(letter, reply) => self.letters.push((*letter, reply)),
            Command::Ask(question) => self.questions.push(question),
            Command::Tick(reply) => self.ticks.push(reply),
            Command::Stop => self.is_stopping = true,
        }
    }

    /// Whether the turn has enough.
    pub(super) fn is_full(&self) -> bool {
        self.records >= RECORDS_MAX || self.is_stopping
    }

    /// How many records it has.
    pub(super) fn len(&self) -> usize {
        self.records
    }
}
