//! Snapshots of lanes on the local disk, so that a restart reads them and what the changelog has since, and not all of it.
//!
//! A snapshot is taken in portions between batches, while the lane goes on. First its thread asks how far the changelog
//! reaches. Then every ticket is taken as it is committed at that time: what had been committed before that offset is in it,
//! and what changed since stands behind that offset, and is read over it. It is kept only once a transaction of the lane has
//! been committed after that end was asked for: a worker that had lost the lane without knowing is fenced there. So a
//! snapshot may lag behind the changelog, and never leads it; one that is missing, damaged, old or of another changelog costs
//! time alone.

mod file;
mod folder;
mod writing;

pub(super) use file::{Head, Tickets};
pub(super) use folder::Folder;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;

use super::lanes::{Lanes, Slot};
use super::live::Live;
use super::{Cluster, Counters, KafkaError};
use writing::{Command, Writing};

/// How many tickets are taken between two batches: few enough not to be felt.
const PORTION: u32 = 500;

/// How many portions may wait to be written.
const PORTIONS_WAITING: usize = 8;

/// The snapshots of a worker's lanes.
pub(super) struct Snapshots {
    interval: Duration,
    partitions: usize,
    commands: SyncSender<Command>,
    /// Of each snapshot, by number, whether it has begun.
    begun: Receiver<(u64, bool)>,
    /// The number of the last one.
    number: u64,
    /// When each lane was last taken, or first seen.
    taken_at: BTreeMap<i32, Stopwatch>,
    under_way: Option<UnderWay>,
}

/// A snapshot that is being taken.
struct UnderWay {
    partition: i32,
    /// Which restored state of the lane it is of.
    number: u64,
    stage: Stage,
}

/// How far a snapshot is.
enum Stage {
    /// The changelog is asked how far it reaches.
    Begun,
    /// What was in flight then is being settled.
    Settling,
    /// Its tickets are taken, from this position on.
    Taking { position: u32, turn: u64, waiting: Option<Vec<u8>> },
    /// All are taken; it counts once a turn after this one is committed.
    Proving { turn: u64 },
}

impl Snapshots {
    /// Starts the thread that writes them.
    pub(super) fn start(
        cluster: Cluster,
        folder: Folder,
        interval: Duration,
        partitions: usize,
        counters: Arc<Counters>,
    ) -> Result<(Self, JoinHandle<()>), KafkaError> {
        let (commands, asked) = sync_channel(PORTIONS_WAITING);
        let (told, begun) = channel();
        let writing = Writing { cluster, folder, counters };
        let thread = Builder::new()
            .name("snapshot".to_owned())
            .spawn(move || writing.run(&asked, &told))
            .map_err(|error| KafkaError::Thread(error.to_string()))?;
        let snapshots =
            Snapshots { interval, partitions, commands, begun, number: 0, taken_at: BTreeMap::new(), under_way: None };
        Ok((snapshots, thread))
    }

    /// Takes a portion, or begins the next snapshot whose time has come. For right after a report was taken: that is when
    /// nothing of a lane is in flight. Returns the lane that has to show now that it is still ours.
    pub(super) fn go_on(&mut self, lanes: &Lanes, now: Instant) -> Option<i32> {
        let Some(mut under_way) = self.under_way.take() else {
            self.begin_next(lanes, now);
            return None;
        };
        let UnderWay { partition, number, stage } = &mut under_way;
        let partition = *partition;
        let live = restored(lanes, partition, *number)?;
        let mut has_to_show = None;
        match stage {
            Stage::Begun => match self.begun.try_recv() {
                Ok((number, _)) if number != self.number => {}
                Ok((_, true)) => *stage = Stage::Settling,
                Ok((_, false)) => return None,
                Err(_) => {}
            },
            Stage::Settling if live.is_in_flight() => {}
            Stage::Settling => *stage = Stage::Taking { position: 0, turn: live.committed().turn, waiting: None },
            Stage::Taking { position, turn, waiting } => {
                let portion = waiting.take().unwrap_or_else(|| portion(live, position));
                let (is_last, turn) = (*position >= live.lane.positions(), *turn);
                match self.commands.try_send(Command::Tickets(portion)) {
                    Ok(()) if is_last => *stage = Stage::Proving { turn },
                    Ok(()) => {}
                    Err(TrySendError::Full(Command::Tickets(portion))) => *waiting = Some(portion),
                    // The thread has ended.
                    Err(_) => return None,
                }
            }
            // Where there is no room yet, it is tried again.
            Stage::Proving { turn }
                if live.committed().turn > *turn && self.commands.try_send(Command::Keep).is_ok() =>
            {
                return None;
            }
            // What was to show it may have been aborted.
            Stage::Proving { .. } if live.is_settled() => has_to_show = Some(partition),
            Stage::Proving { .. } => {}
        }
        self.under_way = Some(under_way);
        has_to_show
    }

    /// Begins the snapshot of a lane for the end: all of it at once, with nothing in flight. Returns whether it has begun; then
    /// a transaction of the lane has to be committed, and [`Self::finish`] takes its tickets.
    pub(super) fn begin(&mut self, lanes: &Lanes, partition: i32, now: Instant) -> bool {
        self.under_way = None;
        let Some(Slot::Live(live)) = lanes.get(&partition) else { return false };
        self.number += 1;
        let begin = Command::Begin { number: self.number, partition, lane: live.record(self.partitions), now };
        if live.lane.is_empty() || live.is_frozen() || self.commands.send(begin).is_err() {
            return false;
        }
        let turn = live.committed().turn;
        self.under_way = Some(UnderWay { partition, number: live.number, stage: Stage::Proving { turn } });
        // An answer to an earlier question may still lie there.
        self.begun.iter().find(|(number, _)| *number == self.number).is_some_and(|(_, has_begun)| has_begun)
    }

    /// Takes all tickets of the lane begun, and keeps the snapshot if the lane is proved to be still ours.
    pub(super) fn finish(&mut self, lanes: &Lanes) {
        let Some(under_way) = self.under_way.take() else { return };
        let UnderWay { partition, number, stage: Stage::Proving { turn } } = under_way else { return };
        let live = restored(lanes, partition, number).filter(|live| live.committed().turn > turn);
        let Some(live) = live else { return };
        let mut position = 0;
        while position < live.lane.positions() {
            // Where the thread has ended there is no snapshot to be had.
            let _ = self.commands.send(Command::Tickets(portion(live, &mut position)));
        }
        let _ = self.commands.send(Command::Keep);
    }

    fn begin_next(&mut self, lanes: &Lanes, now: Instant) {
        self.taken_at.retain(|partition, _| lanes.contains_key(partition));
        for (partition, slot) in lanes {
            let Slot::Live(live) = slot else { continue };
            let taken_at = self.taken_at.entry(*partition).or_insert_with(Stopwatch::now);
            if taken_at.elapsed() < self.interval || live.lane.is_empty() || live.is_frozen() {
                continue;
            }
            *taken_at = Stopwatch::now();
            self.number += 1;
            let (number, lane) = (self.number, live.record(self.partitions));
            let begin = Command::Begin { number, partition: *partition, lane, now };
            if self.commands.try_send(begin).is_ok() {
                let (partition, number) = (*partition, live.number);
                self.under_way = Some(UnderWay { partition, number, stage: Stage::Begun });
            }
            return;
        }
    }
}

/// The lane, if it is still the state that was restored by request `number`.
fn restored(lanes: &Lanes, partition: i32, number: u64) -> Option<&Live> {
    match lanes.get(&partition) {
        Some(Slot::Live(live)) if live.number == number => Some(live),
        _ => None,
    }
}

/// The next tickets from `position` on, as they are committed.
fn portion(live: &Live, position: &mut u32) -> Vec<u8> {
    let positions = *position..position.saturating_add(PORTION).min(live.lane.positions());
    *position = positions.end;
    let mut portion = Vec::new();
    for (subject, kept) in live.lane.kept_at(positions) {
        file::put(&mut portion, subject, |out| kept.write(out));
    }
    portion
}
