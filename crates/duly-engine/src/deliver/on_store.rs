//! Sinks over an embedded store: a thread each reads what the engine has committed, and remembers in the same file how far
//! the sink is.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use super::counters::{Counters, SinkCounts};
use super::courier::{Courier, Letter, Letters};
use super::progress::{Mark, Progress};
use super::record::{Place, Record};
use super::select::Of;
use super::sink::Sink;
use super::{DRAIN, Tell};
use crate::clock::Clock;
use crate::sqlite::{Deliveries, Error, SinkLetter, Store, Table};

/// The streams of a sink: what is written anew, and its dead letters that are to be delivered again.
const NEW: i32 = 0;
const AGAIN: i32 = 1;

/// How many records are read at once.
const PORTION: usize = 100;

/// How often is looked for more.
const POLL: Duration = Duration::from_millis(100);

/// How often is remembered how far a sink is.
const REMEMBER: Duration = Duration::from_millis(250);

/// Sinks at work.
pub struct Delivering {
    /// What is counted.
    pub counters: Arc<Counters>,
    pub(crate) is_stopping: Arc<AtomicBool>,
    pub(crate) threads: Vec<JoinHandle<()>>,
}

impl Delivering {
    /// Takes no more, finishes what is on its way within ten seconds, and remembers how far each sink is.
    pub fn stop(self) {
        self.is_stopping.store(true, Relaxed);
        for thread in self.threads {
            drop(thread.join());
        }
    }
}

/// Starts sinks over the store at `path`, which is made where there is none. An engine may be started on it afterwards: what
/// a new sink begins with is settled by then.
pub fn start_on_store(path: &Path, sinks: Vec<Sink>, clock: &Arc<dyn Clock>, tell: &Tell) -> Result<Delivering, Error> {
    if !sinks.is_empty() {
        // It has the tables from now on.
        drop(Store::open(path)?);
    }
    let counters = Arc::new(Counters::of(sinks.iter().map(|sink| sink.name.clone())));
    let is_stopping = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for (sink, (_, counts)) in sinks.into_iter().zip(counters.sinks()) {
        readers.push(Reader::open(path, sink, Arc::clone(counts), Arc::clone(clock), tell)?);
    }
    let spawn = |mut reader: Reader| {
        let is_stopping = Arc::clone(&is_stopping);
        let builder = Builder::new().name(format!("sink {}", reader.courier.sink().name));
        builder.spawn(move || reader.run(&is_stopping)).expect("the system has threads")
    };
    let threads = readers.into_iter().map(spawn).collect();
    Ok(Delivering { counters, is_stopping, threads })
}

/// What reads for one sink.
struct Reader {
    store: Deliveries,
    table: Table,
    courier: Courier,
    progress: Progress,
    /// Where to read on.
    next: i64,
    /// The dead letter to be delivered again that was read last; none is left once this is the largest number.
    again_after: i64,
    remembered: (Mark, Stopwatch),
    clock: Arc<dyn Clock>,
    tell: Tell,
}

impl Reader {
    fn open(
        path: &Path,
        sink: Sink,
        counts: Arc<SinkCounts>,
        clock: Arc<dyn Clock>,
        tell: &Tell,
    ) -> Result<Reader, Error> {
        let store = Deliveries::open(path)?;
        let table = if sink.selection.of == Of::Sla { Table::Sla } else { Table::Notifications };
        let mark = match store.mark(&sink.name)? {
            Some((position, beyond)) => Mark { position, beyond },
            None => {
                let position = if sink.begins_at_start { 1 } else { store.end(table)? };
                store.set_mark(&sink.name, position, "")?;
                Mark { position, beyond: String::new() }
            }
        };
        let letters = Kept { store: Mutex::new(Deliveries::open(path)?), clock: Arc::clone(&clock) };
        let courier = Courier::start(sink, counts, Box::new(letters), Arc::clone(&clock), Arc::clone(tell));
        let (progress, next) = (Progress::resume(&mark), mark.position);
        let remembered = (mark, Stopwatch::now());
        Ok(Reader { store, table, courier, progress, next, again_after: 0, remembered, clock, tell: Arc::clone(tell) })
    }

    fn run(&mut self, is_stopping: &AtomicBool) {
        let mut wait = Duration::ZERO;
        while !is_stopping.load(Relaxed) {
            wait = match self.round(wait) {
                Ok(true) => Duration::ZERO,
                Ok(false) => POLL,
                Err(error) => {
                    (self.tell)(&format!("sink {}: {error}", self.courier.sink().name));
                    Duration::from_secs(1)
                }
            };
        }
        self.courier.stop(DRAIN);
        let settled = self.settle(Duration::ZERO).and_then(|()| self.remember(true));
        if let Err(error) = settled {
            (self.tell)(&format!("sink {}: {error}", self.courier.sink().name));
        }
    }

    /// Reads some more, and says whether there was any.
    fn round(&mut self, wait: Duration) -> Result<bool, Error> {
        self.settle(wait)?;
        let mut has_read = false;
        if self.courier.has_room() {
            has_read = self.read_again()? | self.read()?;
        }
        self.remember(false)?;
        Ok(has_read)
    }

    /// Takes note of what has ended, and waits for something for a while.
    fn settle(&mut self, wait: Duration) -> Result<(), Error> {
        for place in self.courier.ended(wait) {
            if place.stream == NEW {
                self.progress.end(place.position);
            } else {
                self.store.finish_again(place.position, self.clock.now())?;
            }
        }
        Ok(())
    }

    fn read(&mut self) -> Result<bool, Error> {
        let records = self.store.read(self.table, self.next, PORTION)?;
        for (position, text) in &records {
            self.next = position + 1;
            // What an engine of ours has written is JSON.
            let record = Record::structured(text).ok().filter(|record| self.courier.sink().selection.takes(record));
            let is_wanted = record.as_ref().map_or(Ok(false), |record| self.is_first(record, *position))?;
            if self.progress.read(*position, is_wanted)
                && let Some(record) = record
            {
                self.courier.take(Place { stream: NEW, position: *position }, record);
            }
        }
        Ok(!records.is_empty())
    }

    /// Whether nothing with the same key of deduplication stands before it.
    fn is_first(&self, record: &Record, position: i64) -> Result<bool, Error> {
        match record.data()["deduplication"].as_str() {
            Some(key) if self.table == Table::Notifications => Ok(!self.store.is_told(key, position)?),
            _ => Ok(true),
        }
    }

    /// Reads dead letters that are to be delivered again. They are marked while no engine runs, so that this ends.
    fn read_again(&mut self) -> Result<bool, Error> {
        if self.again_after == i64::MAX {
            return Ok(false);
        }
        let letters = self.store.again(&self.courier.sink().name, self.again_after, PORTION)?;
        self.again_after = letters.last().map_or(i64::MAX, |(seq, _)| *seq);
        for (position, text) in letters {
            if let Ok(record) = Record::structured(&text) {
                self.courier.take(Place { stream: AGAIN, position }, record);
            }
        }
        Ok(true)
    }

    /// Remembers how far the sink is, where that has changed.
    fn remember(&mut self, is_last: bool) -> Result<(), Error> {
        let mark = self.progress.mark();
        let (remembered, at) = &self.remembered;
        if mark != *remembered && (is_last || at.elapsed() >= REMEMBER) {
            self.store.set_mark(&self.courier.sink().name, mark.position, &mark.beyond)?;
            self.remembered = (mark, Stopwatch::now());
        }
        Ok(())
    }
}

/// The table of dead letters.
struct Kept {
    store: Mutex<Deliveries>,
    clock: Arc<dyn Clock>,
}

impl Letters for Kept {
    fn keep(&self, letter: &Letter<'_>) -> Result<(), String> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let (reason, now) = (letter.reason.name(), self.clock.now());
        let kept = if letter.place.stream == AGAIN {
            // It stands there already.
            store.redriven(letter.place.position, reason, now)
        } else {
            let Letter { sink, detail, record, .. } = letter;
            store.keep(&SinkLetter { sink, reason, detail, record: &record.bytes }, now)
        };
        kept.map_err(|error| error.to_string())
    }
}
