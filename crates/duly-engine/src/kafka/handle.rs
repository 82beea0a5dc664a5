//! The way to an instance on Kafka from other threads: HTTP and metrics.
//!
//! Questions go to the workers, and the one that has the lane answers between two rounds from what is committed. A question
//! to all workers costs each of them a look into a map, which is cheaper to keep right than a second account of who has what.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::Sender;
use std::time::Duration;

use duly_core::control::Controls;
use duly_core::explain::Explanation;
use duly_core::lane::{Asked, Counts, OpenFiles, Settings, TicketView, Wanted};
use duly_core::time::{Instant, Span};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::append::Appender;
use super::committer::Committer;
use super::control::{self, Follower};
use super::lanes::{FROZEN, Lanes, Question, Slot};
use super::live::Live;
use super::members::{Members, Owners};
use super::{Cluster, counters, partition_of};
use crate::clock::Clock;
use crate::counters::Counters;
use crate::emergency::{Order, Told};
use crate::handle::{
    AtRisk, Cases, EngineError, Investigations, LaneState, LaneStatus, Listed, Ranked, Receipt, Status, Work,
};
use crate::ingest::letter::Letter;

/// How long a worker may take until it comes round to a question.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running instance. Clones lead to the same one.
#[derive(Clone)]
pub struct Handle(Arc<Inside>);

/// What a handle leads to.
pub(super) struct Inside {
    pub(super) workers: Vec<Sender<Question>>,
    /// Of each worker whether it is a member of the group, so that the lanes it has are all that it will get.
    pub(super) joined: Vec<Arc<AtomicBool>>,
    /// Those who commit for the workers.
    pub(super) committers: Vec<Committer>,
    pub(super) partitions: usize,
    pub(super) advertised: String,
    pub(super) settings: Settings,
    pub(super) cluster: Cluster,
    pub(super) writer: Appender,
    pub(super) members: Members,
    pub(super) follower: Follower,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) kafka_counters: Arc<counters::Counters>,
}

impl Handle {
    pub(super) fn new(inside: Inside) -> Self {
        Handle(Arc::new(inside))
    }

    /// Puts those of `records` that are ticket events into the log, each one `CloudEvent` in structured mode, and answers
    /// once all replicas in sync have them. What is no ticket event is refused in its receipt.
    pub async fn append(&self, records: Vec<Vec<u8>>) -> Result<Vec<Receipt>, EngineError> {
        self.0.writer.append(records).await
    }

    /// Keeps a message of a source with the dead letters, and answers once all replicas in sync have it.
    pub async fn keep(&self, letter: Letter) -> Result<(), EngineError> {
        self.0.writer.keep(&letter).await
    }

    /// Puts a control event in force, and answers once it is read back from the control topic.
    pub async fn tell(&self, order: Order) -> Result<Told, EngineError> {
        let Inside { cluster, follower, clock, settings, .. } = &*self.0;
        let (cluster, follower, now) = (cluster.clone(), follower.clone(), clock.now());
        let times = (now, settings.kept_since(now));
        let told = tokio::task::spawn_blocking(move || control::tell(&cluster, &follower, times, order));
        told.await.map_err(|_| EngineError::Stopped)?.map_err(|error| EngineError::NotTold(error.to_string()))
    }

    /// The ticket `subject` and the watermark at which that holds.
    pub async fn ticket(&self, subject: String) -> Result<Option<(TicketView, Instant)>, EngineError> {
        let lane = self.lane_of(&subject);
        self.ask_lane(lane, move |live| Some((live.lane.view(&subject)?, live.committed().watermark))).await
    }

    /// Why the SLA events of the ticket `subject` stand at `at`, or at the watermark where that is earlier or none is given.
    pub async fn explain(&self, subject: String, at: Option<Instant>) -> Result<Option<Explanation>, EngineError> {
        let lane = self.lane_of(&subject);
        self.ask_lane(lane, move |live| {
            live.lane.explain(&subject, at.unwrap_or(Instant::MAX).min(live.committed().watermark))
        })
        .await
    }

    /// Clocks of this instance's lanes that are due within `within` of now, or have breached and run on.
    pub async fn at_risk(&self, within: Span, limit: usize) -> Result<AtRisk, EngineError> {
        let until = self.0.clock.now().plus(within);
        let among = move |lane, live: &Live| AtRisk::among(lane, &live.lane, live.committed().watermark, until, limit);
        self.list(among, limit).await
    }

    /// Open tickets of this instance's lanes in the order in which they want to be worked on.
    pub async fn work(&self, wanted: Wanted, limit: usize) -> Result<Work, EngineError> {
        let now = self.0.clock.now();
        let of =
            move |lane, live: &Live| Work::of_lane(lane, &live.lane, live.committed().watermark, &wanted, now, limit);
        self.list(of, limit).await
    }

    /// Liability cases of this instance's lanes.
    pub async fn cases(&self, asked: Asked, limit: usize) -> Result<Cases, EngineError> {
        let of = move |lane, live: &Live| Cases::of_lane(lane, &live.lane, live.committed().watermark, &asked, limit);
        self.list(of, limit).await
    }

    /// Investigations of this instance's lanes.
    pub async fn investigations(&self, asked: Asked, limit: usize) -> Result<Investigations, EngineError> {
        let of = move |lane, live: &Live| {
            Investigations::of_lane(lane, &live.lane, live.committed().watermark, &asked, limit)
        };
        self.list(of, limit).await
    }

    /// How each of this instance's lanes stands, by number.
    pub async fn lanes(&self) -> Result<Vec<LaneStatus>, EngineError> {
        let state = |lane: i32, slot: &Slot| {
            let state = match slot {
                Slot::Live(live) if live.is_frozen() => LaneState::Frozen(live.status()),
                Slot::Live(live) => LaneState::Live(live.status()),
                Slot::Restoring(_) => LaneState::Restoring,
                Slot::Refused(why) => LaneState::Refused { why: why.clone() },
            };
            LaneStatus { lane, state }
        };
        let mut lanes = self.ask_all(state).await?;
        lanes.sort_by_key(|status| status.lane);
        Ok(lanes)
    }

    /// How the tickets and clocks of this instance's lanes stand, those together that are at work.
    pub async fn counts(&self) -> Result<Counts, EngineError> {
        let now = self.0.clock.now();
        let lanes = self.ask_all(move |_, slot| match slot {
            Slot::Live(live) => live.lane.counts(now),
            Slot::Restoring(_) | Slot::Refused(_) => Counts::default(),
        });
        Ok(lanes.await?.into_iter().fold(Counts::default(), Counts::plus))
    }

    /// Lets a lane go on that stands still because so much was unreadable. Returns whether it stood still.
    pub async fn resume(&self, lane: i32) -> Result<bool, EngineError> {
        self.ask_lane(lane, Live::resume).await
    }

    /// How the instance stands: ready once it is a member of the group and all of its lanes are at work.
    pub async fn status(&self) -> Result<Status, EngineError> {
        let is_member = self.0.joined.iter().all(|joined| joined.load(Relaxed));
        let mut failure = self.0.committers.iter().find_map(Committer::trouble);
        if !is_member {
            failure.get_or_insert("the group has not given out its lanes yet".to_owned());
        }
        let mut status = Status {
            watermark: Instant::MAX,
            wall: self.0.clock.now(),
            is_at_end: true,
            is_ready: failure.is_none(),
            failure,
            turn: 0,
            tickets: 0,
            quarantined: 0,
            retired: 0,
            files: OpenFiles::default(),
            next_timer: Instant::MAX,
            feeds: Vec::new(),
        };
        match self.lanes().await {
            Ok(lanes) => lanes.iter().for_each(|lane| add_lane(&mut status, lane)),
            Err(EngineError::Late) => fail(&mut status, EngineError::Late.to_string()),
            Err(error) => return Err(error),
        }
        if status.watermark == Instant::MAX {
            // It has no lane that is at work.
            status.watermark = Instant::MIN;
        }
        Ok(status)
    }

    /// What is in force, as far as this instance has read it.
    pub fn controls(&self) -> Arc<Controls> {
        self.0.follower.in_force().controls
    }

    /// What its clock says.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// What every engine counts.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.0.counters
    }

    /// What only an engine on Kafka counts.
    pub fn kafka_counters(&self) -> &Arc<counters::Counters> {
        &self.0.kafka_counters
    }

    /// The address at which this instance is announced to the others.
    pub fn advertised(&self) -> &str {
        &self.0.advertised
    }

    /// How many lanes there are in all.
    pub fn partitions(&self) -> usize {
        self.0.partitions
    }

    /// Which instance has which lanes, as the group says; asked afresh where what was said before `turned_out_wrong`.
    pub async fn owners(&self, turned_out_wrong: bool) -> Result<Arc<Owners>, EngineError> {
        self.0.members.owners(turned_out_wrong).await
    }

    fn lane_of(&self, subject: &str) -> i32 {
        partition_of(subject, self.0.partitions)
    }

    /// Asks the worker that has `lane`.
    async fn ask_lane<T: Send + 'static>(
        &self,
        lane: i32,
        question: impl Fn(&Live) -> T + Send + Sync + 'static,
    ) -> Result<T, EngineError> {
        let mut answers = self.ask(move |lanes| match lanes.get(&lane)? {
            Slot::Live(live) => Some(Ok(question(live))),
            Slot::Restoring(_) => Some(Err(EngineError::Restoring { lane })),
            Slot::Refused(why) => Some(Err(EngineError::StandsStill { lane, why: why.clone() })),
        });
        let mut heard = 0;
        while let Some(answer) = timeout(PATIENCE, answers.recv()).await.map_err(|_| EngineError::Late)? {
            heard += 1;
            if let Some(answer) = answer {
                return answer;
            }
        }
        Err(if heard == self.0.workers.len() { EngineError::Elsewhere { lane } } else { EngineError::Stopped })
    }

    /// The first `limit` items of all lanes of this instance that are at work.
    async fn list<T: Ranked + Send + 'static>(
        &self,
        of: impl Fn(i32, &Live) -> Listed<T> + Send + Sync + 'static,
        limit: usize,
    ) -> Result<Listed<T>, EngineError> {
        let parts = self.ask_all(move |lane, slot| match slot {
            Slot::Live(live) => of(lane, live),
            Slot::Restoring(_) => Listed::missing(lane, "it is being restored"),
            Slot::Refused(why) => Listed::missing(lane, why),
        });
        Ok(Listed::merge(parts.await?, limit))
    }

    /// Asks all workers about all of their lanes.
    async fn ask_all<T: Send + 'static>(
        &self,
        question: impl Fn(i32, &Slot) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, EngineError> {
        let mut answers =
            self.ask(move |lanes| -> Vec<T> { lanes.iter().map(|(lane, slot)| question(*lane, slot)).collect() });
        let (mut heard, mut all) = (0, Vec::new());
        while let Some(answer) = timeout(PATIENCE, answers.recv()).await.map_err(|_| EngineError::Late)? {
            heard += 1;
            all.extend(answer);
        }
        if heard == self.0.workers.len() { Ok(all) } else { Err(EngineError::Stopped) }
    }

    /// Sends a question to all workers. There is no more to hear when those that have not answered have ended.
    fn ask<T: Send + 'static>(&self, question: impl Fn(&Lanes) -> T + Send + Sync + 'static) -> UnboundedReceiver<T> {
        let question = Arc::new(question);
        let (told, hears) = unbounded_channel();
        for worker in &self.0.workers {
            let (question, told) = (Arc::clone(&question), told.clone());
            // A worker that has ended answers nothing; whoever asked may have gone when another does.
            let _ = worker.send(Box::new(move |lanes| drop(told.send(question(lanes)))));
        }
        hears
    }
}

/// Of several lanes the one that is furthest behind counts.
fn add_lane(status: &mut Status, lane: &LaneStatus) {
    if let LaneState::Live(live) | LaneState::Frozen(live) = &lane.state {
        status.watermark = status.watermark.min(live.watermark.unwrap_or(Instant::MIN));
        status.tickets += live.tickets;
        status.files = status.files.plus(live.files);
        status.quarantined += live.quarantined;
        status.retired += live.retired;
    }
    match &lane.state {
        LaneState::Live(live) => {
            status.is_at_end &= live.is_at_end;
            status.turn += live.turn;
            status.next_timer = status.next_timer.min(live.next_timer);
        }
        LaneState::Frozen(_) => {
            fail(status, EngineError::StandsStill { lane: lane.lane, why: FROZEN.to_owned() }.to_string());
        }
        LaneState::Restoring => fail(status, EngineError::Restoring { lane: lane.lane }.to_string()),
        LaneState::Refused { why } => {
            fail(status, EngineError::StandsStill { lane: lane.lane, why: why.clone() }.to_string());
        }
    }
}

fn fail(status: &mut Status, why: String) {
    status.is_ready = false;
    status.is_at_end = false;
    status.failure.get_or_insert(why);
}
