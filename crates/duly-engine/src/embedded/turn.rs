//! A turn: what arrived goes to the lane, what comes of it into the store, and then everybody hears.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant as Stopwatch;

use duly_core::lane::{Input, Outcome, Turn};
use duly_core::time::Instant;

use super::batch::{Batch, Work};
use super::engine::{Engine, Moment};
use super::{EngineError, FeedStatus, Receipt, publish, record};
use crate::counters::Tally;
use crate::emergency::{Order, Told};
use crate::handle::chain;
use crate::ingest::letter::Letter;
use crate::notify::Notice;
use crate::sqlite::{Error, Origin, Progress, Restored, StoredRecord, TurnRecord};

impl Engine {
    /// Makes a turn of what has arrived, by the time given.
    pub(super) fn turn(&mut self, batch: &mut Batch, moment: Moment) {
        let work = std::mem::take(&mut batch.work);
        let stored = self.settle_doubt().and_then(|()| self.step_and_store(&work, moment));
        match stored {
            Ok(turn) => {
                self.note(&turn, moment);
                self.answer(work, &turn.outcomes);
            }
            Err(error) => self.give_up(batch, work, &Arc::new(error)),
        }
    }

    fn step_and_store(&mut self, work: &[Work], moment: Moment) -> Result<Turn, Error> {
        let records = records(work, &self.feeds.statuses, moment.wall);
        let holds_still = self.feeds.read_up_to().is_none();
        let inputs = records.iter().map(|stored| Input {
            appended_at: match stored.origin {
                Origin::Http if holds_still => Some(Instant::MIN),
                _ => stored.appended_at,
            },
            revives: false,
            content: record::read(stored.bytes, stored.length).into(),
        });
        let turn = self.lane.step(inputs, moment.now);
        let notices: Vec<Notice> = match &self.notifier {
            Some(notifier) => notifier.notices(&self.lane, &turn, moment.wall),
            None => Vec::new(),
        };
        let stopwatch = Stopwatch::now();
        let progress = progress(work, &self.feeds.statuses);
        let record = TurnRecord {
            turn: &turn,
            lane: &self.lane,
            notices: &notices,
            records: &records,
            progress: &progress,
            at: moment.wall,
        };
        let written = self.store.write(&record).or_else(|error| self.ask_store(&turn, error));
        match written {
            Ok(()) => self.lane.committed(),
            Err(error) => {
                self.lane.discarded();
                return Err(error);
            }
        }
        self.counters.commits.observe(stopwatch.elapsed());
        let mut tally = Tally::default();
        tally.add(&turn);
        for notice in &notices {
            tally.add_notice(notice.occasion);
        }
        self.counters.add(&tally);
        Ok(turn)
    }

    /// Puts a control event in force, once it is stored. It counts from the next turn on.
    pub(super) fn obey(&mut self, order: Order, wall: Instant) -> Result<Told, EngineError> {
        let not_stored = |error| EngineError::NotStored(Arc::new(error));
        self.settle_doubt().map_err(not_stored)?;
        let controls = match order.add_to(self.lane.controls()) {
            Ok(Some(controls)) => controls,
            Ok(None) => return Ok(Told::Known),
            Err(why) => return Ok(Told::Refused(why)),
        };
        let (events, kept_since) = ([order.event], self.settings.kept_since(wall));
        if let Err(why) = publish::refuse_reaching_back(self.lane.controls(), &events, kept_since) {
            return Ok(Told::ReachesBack(why));
        }
        if let Err(error) = self.store.publish(&events, wall) {
            // It may be in the store all the same.
            self.is_in_doubt = true;
            return Err(not_stored(error));
        }
        self.lane.control(Arc::new(controls));
        self.is_sweeping = !self.lane.is_empty();
        Ok(Told::Taken)
    }

    /// Keeps a message with the dead letters.
    pub(super) fn keep(&mut self, letter: &Letter, wall: Instant) -> Result<(), EngineError> {
        let kept = self.settle_doubt().and_then(|()| self.store.keep(letter, wall));
        kept.map_err(|error| EngineError::NotStored(Arc::new(error)))
    }

    /// After a failure only the store knows whether the turn was committed.
    fn ask_store(&mut self, turn: &Turn, error: Error) -> Result<(), Error> {
        match self.store.lane_row() {
            Ok(row) if row.turn == turn.number => Ok(()),
            Ok(_) => Err(error),
            Err(_) => {
                self.is_in_doubt = true;
                Err(error)
            }
        }
    }

    /// Where it was not known what is stored, that is read again.
    fn settle_doubt(&mut self) -> Result<(), Error> {
        if self.is_in_doubt {
            let Restored { lane, .. } = self.store.restore(self.settings)?;
            self.lane = lane;
            self.is_in_doubt = false;
            self.is_sweeping = !self.lane.is_empty();
        }
        Ok(())
    }

    /// Says how things stand with the turn.
    fn note(&mut self, turn: &Turn, moment: Moment) {
        self.counters.watermark_ns.store(turn.watermark.ns(), Relaxed);
        self.counters.next_timer_ns.store(turn.next_timer.ns(), Relaxed);
        self.counters.tickets.store(self.lane.len() as u64, Relaxed);
        self.counters.is_at_end.store(u64::from(moment.now.is_at_end), Relaxed);
        if let Some(on_commit) = &mut self.on_commit {
            on_commit(turn);
        }
        if self.status.failure.take().is_some() {
            (self.tell)("turns can be stored again");
        }
        self.is_sweeping = turn.is_sweeping;
        self.turned_at = moment.wall;
        self.status.is_ready = true;
        self.status.is_at_end = moment.now.is_at_end;
        self.status.watermark = turn.watermark;
        self.status.turn = turn.number;
        self.status.tickets = self.lane.len();
        self.status.quarantined = self.lane.quarantined();
        self.status.retired = self.lane.retired();
        self.status.files = self.lane.open_files();
        self.status.next_timer = turn.next_timer;
    }

    /// Tells everybody what has become of what they sent.
    fn answer(&mut self, work: Vec<Work>, outcomes: &[Outcome]) {
        let mut outcomes = outcomes.iter();
        for work in work {
            match work {
                Work::Append(append) => {
                    let receipts = outcomes.by_ref().take(append.records.len()).map(receipt).collect();
                    // Whoever sent it may have gone meanwhile.
                    let _ = append.reply.send(Ok(receipts));
                }
                Work::Chunk(chunk) => {
                    outcomes.by_ref().take(chunk.len()).for_each(drop);
                    self.feeds.stored(chunk);
                }
            }
        }
    }

    /// The turn could not be stored: whoever waits hears that, and lines of feeds are tried again.
    fn give_up(&mut self, batch: &mut Batch, work: Vec<Work>, error: &Arc<Error>) {
        self.counters.turns_failed.fetch_add(1, Relaxed);
        let why = chain(&**error);
        if self.status.failure.as_ref() != Some(&why) {
            (self.tell)(&format!(
                "a turn could not be stored: {why}; nothing of it counts, feeds are tried again every second"
            ));
        }
        self.status.failure = Some(why);
        self.status.is_ready = false;
        for work in work {
            match work {
                Work::Append(append) => drop(append.reply.send(Err(EngineError::NotStored(Arc::clone(error))))),
                Work::Chunk(chunk) => self.again.push(chunk),
            }
        }
        for tick in batch.ticks.drain(..) {
            let _ = tick.send(Err(EngineError::NotStored(Arc::clone(error))));
        }
    }
}

/// What has arrived, record by record.
fn records<'w>(work: &'w [Work], feeds: &'w [FeedStatus], accepted_at: Instant) -> Vec<StoredRecord<'w>> {
    let mut records = Vec::new();
    for work in work {
        match work {
            Work::Append(append) => records.extend(append.records.iter().map(|bytes| StoredRecord {
                bytes,
                length: bytes.len() as u64,
                appended_at: Some(accepted_at),
                origin: Origin::Http,
            })),
            Work::Chunk(chunk) => records.extend(chunk.lines().map(|line| StoredRecord {
                bytes: line.bytes,
                length: line.length,
                appended_at: None,
                origin: Origin::Line { feed: &feeds[chunk.feed].name, number: line.number, offset: line.offset },
            })),
        }
    }
    records
}

/// How far the feeds are with the last chunk of each.
fn progress<'w>(work: &'w [Work], feeds: &'w [FeedStatus]) -> Vec<Progress<'w>> {
    let mut progress: Vec<Progress<'w>> = Vec::new();
    for work in work {
        let Work::Chunk(chunk) = work else { continue };
        let feed = &*feeds[chunk.feed].name;
        progress.retain(|earlier| earlier.feed != feed);
        progress.push(Progress { feed, position: &chunk.end });
    }
    progress
}

fn receipt(outcome: &Outcome) -> Receipt {
    match outcome {
        Outcome::Applied | Outcome::Progress => Receipt::Applied,
        Outcome::Duplicate => Receipt::Duplicate,
        Outcome::DeadLetter(refusal) => {
            Receipt::DeadLetter { reason: refusal.kind.name(), detail: refusal.what.clone() }
        }
    }
}
