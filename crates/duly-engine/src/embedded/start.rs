//! Starting: the store is opened, the lane restored, policies published; then the threads run.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{Builder, JoinHandle};

use duly_core::lane::Lane;
use duly_core::time::Instant;
use tokio::sync::oneshot;

use super::engine::Engine;
use super::feeder::{CHUNKS, Feeder, Reading};
use super::progress::Feeds;
use super::{Counters, Feed, FeedStatus, Handle, Options, RunError, Status, publish};
use crate::feeds::Chunk;
use crate::handle::chain;
use crate::sqlite::{FeedRow, LaneRow, Restored, Store};

/// How many commands may wait.
const QUEUE: usize = 1024;

/// An engine that runs.
pub struct Running {
    /// The way to it.
    pub handle: Handle,
    /// What a person wants to know of the start, a line each.
    pub greeting: Vec<String>,
    thread: JoinHandle<Result<LaneRow, RunError>>,
    ended: oneshot::Receiver<()>,
}

impl Running {
    /// Waits until the engine has ended by itself or was told to. May be dropped and called again.
    pub async fn ended(&mut self) {
        if !self.ended.is_terminated() {
            // It is never sent, but dropped with the thread.
            let _ = (&mut self.ended).await;
        }
    }

    /// Waits for the end: what has become of all records that the store has seen (I7).
    pub fn join(self) -> Result<LaneRow, RunError> {
        self.thread.join().unwrap_or(Err(RunError::Panicked))
    }
}

/// Starts an engine. What it is asked before it has read its feeds is answered by what is stored.
pub fn start(options: Options) -> Result<Running, RunError> {
    let Options { store: path, mut settings, policies, feeds, end, notifier, clock, on_commit, tell } = options;
    settings.is_durable = true;
    let feeds: Vec<Feed> = feeds.into_iter().map(resolve).collect::<Result<_, _>>()?;
    let mut store = Store::open(&path)?;
    let Restored { mut lane, feeds: known } = store.restore(settings)?;
    let mut greeting = vec![told_restored(&path, &lane, store.lane_row()?)];

    let missing = publish::unpublished(lane.controls(), &policies);
    if !missing.is_empty() {
        let events = publish::publications(&missing);
        publish::refuse_reaching_back(lane.controls(), &events, settings.kept_since(clock.now()))
            .map_err(RunError::Policies)?;
        let controls = lane.controls().with(events.clone()).map_err(|errors| {
            let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
            RunError::Policies(said.join("; "))
        })?;
        store.publish(&events, clock.now())?;
        lane.control(Arc::new(controls));
        greeting.extend(missing.iter().map(|policy| {
            format!(
                "published: {} version {}, in force from {}",
                policy.policy,
                policy.version(),
                policy.effective_from
            )
        }));
    }
    greeting.extend(publish::tzdata_warning(lane.controls()));

    let counters = Arc::new(Counters::default());
    let (commands, queue) = sync_channel(QUEUE);
    let (spent, returned) = sync_channel(CHUNKS);
    let feeds: Vec<Reading> = feeds.into_iter().map(|feed| reading(feed, &known)).collect();
    let handle = Handle::new(commands.clone(), Arc::clone(&counters), Arc::clone(&clock));
    let engine = Engine {
        settings,
        end,
        clock: Arc::clone(&clock),
        queue,
        feeds: Feeds::new(feeds.iter().map(status).collect(), spent),
        counters,
        notifier,
        on_commit,
        tell,
        status: status_of(&lane, clock.now()),
        again: Vec::new(),
        is_in_doubt: false,
        is_sweeping: !lane.is_empty(),
        turned_at: clock.now(),
        lane,
        store,
    };
    if !feeds.is_empty() {
        let idle = (0..CHUNKS).map(|_| Chunk::default()).collect();
        spawn_feeder(Feeder { feeds, clock, commands, spent: returned, idle })?;
    }
    let (over, ended) = oneshot::channel::<()>();
    let thread = Builder::new()
        .name("lane".to_owned())
        .spawn(move || {
            let _over = over;
            engine.run()
        })
        .map_err(|error| no_thread(&error))?;
    Ok(Running { handle, greeting, thread, ended })
}

fn spawn_feeder(feeder: Feeder) -> Result<(), RunError> {
    // It ends with the loop; one that waits for standard input may stay until that gives something.
    Builder::new().name("feeds".to_owned()).spawn(|| feeder.run()).map(drop).map_err(|error| no_thread(&error))
}

fn no_thread(error: &std::io::Error) -> RunError {
    RunError::NoThread(chain(error))
}

/// A feed by its full name, which it is remembered by, so that it does not matter where an engine is started.
fn resolve(feed: Feed) -> Result<Feed, RunError> {
    if feed.path == Path::new("-") {
        return Ok(feed);
    }
    let failed = |why: String| RunError::Feed { name: feed.path.display().to_string(), why };
    let path = fs::canonicalize(&feed.path).map_err(|error| failed(error.to_string()))?;
    if path.is_dir() {
        return Err(failed("it is a directory".to_owned()));
    }
    Ok(Feed { path, ..feed })
}

/// Where to go on in a feed. Standard input is another stream each time.
fn reading(feed: Feed, known: &[FeedRow]) -> Reading {
    let Feed { path, follow } = feed;
    let name = path.display().to_string();
    let row = known.iter().find(|row| row.name == name && name != "-");
    let position = row.map(|row| row.position.clone()).unwrap_or_default();
    Reading { path, follow, position, source: None, is_over: false }
}

fn status(feed: &Reading) -> FeedStatus {
    let name = feed.path.display().to_string();
    FeedStatus { name, lines: feed.position.line, bytes: feed.position.offset, ..FeedStatus::default() }
}

fn status_of(lane: &Lane, wall: Instant) -> Status {
    Status {
        watermark: lane.watermark(),
        wall,
        is_at_end: false,
        is_ready: true,
        failure: None,
        turn: lane.turn(),
        tickets: lane.len(),
        quarantined: lane.quarantined(),
        retired: lane.retired(),
        files: lane.open_files(),
        next_timer: lane.next_timer(),
        feeds: Vec::new(),
    }
}

fn told_restored(path: &Path, lane: &Lane, row: LaneRow) -> String {
    if row.turn == 0 {
        return format!("store: {}, new", path.display());
    }
    let LaneRow { turn, watermark, applied, .. } = row;
    let tickets = lane.len();
    format!("store: {}, {tickets} tickets with {applied} events, at {watermark} after turn {turn}", path.display())
}
