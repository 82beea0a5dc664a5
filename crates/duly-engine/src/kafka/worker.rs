//! A worker: reads, lets its lanes make turns of it, hands those to the committer, and follows the group.
//!
//! Three layers: what is committed, which is all that anybody outside sees; what is in flight with the committer; and the
//! next, which is folded over it meanwhile and held back. An abort discards both upper layers and goes back in the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use duly_core::lane::Settings;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::batch::gather;
use super::committer::{Committer, Failure, Transaction};
use super::context::GroupContext;
use super::control::Follower;
use super::counters::count;
use super::ending::{Ending, Standing};
use super::lanes::{Lanes, Question, Slot, live};
use super::live::Reading;
use super::member::Member;
use super::next::Next;
use super::prober::Prober;
use super::restorer::Restorer;
use super::snapshots::Snapshots;
use super::{Cluster, KafkaError};
use crate::clock::Clock;
use crate::counters::Counters;
use crate::notify::Notifier;

/// How much may be held back while a transaction is in flight.
const NEXT_BYTES_MAX: usize = 16 << 20;

/// A worker that gets no more than this at once has caught up, and commits as soon as it can: there is nothing to be gained by
/// waiting for more.
const CALM_RECORDS: usize = 256;

/// How long sending a reader somewhere may take at once.
const SEEK: Duration = Duration::from_secs(5);

/// How long a reader may take to become ready.
const READY: Duration = Duration::from_secs(120);

/// How long at least, and at most, nothing is committed after transactions that have failed one after another.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What a worker is told once.
pub(super) struct Setup {
    pub(super) cluster: Cluster,
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) kafka_counters: Arc<super::Counters>,
    pub(super) notifier: Option<Arc<Notifier>>,
    pub(super) commit_interval: Duration,
    pub(super) partitions: usize,
    /// Whether the lanes are given up at the end, so that others take them at once.
    pub(super) is_leaving: Arc<AtomicBool>,
    pub(super) is_stopping: Arc<AtomicBool>,
    /// Where the end of all lanes ends the instance: how its workers stand, and which of them this is.
    pub(super) ending: Option<Arc<Ending>>,
    pub(super) number: usize,
}

/// All that the loop owns.
pub(super) struct Worker {
    pub(super) setup: Setup,
    pub(super) member: Member,
    pub(super) consumer: BaseConsumer<GroupContext>,
    pub(super) prober: Prober,
    pub(super) committer: Committer,
    pub(super) follower: Follower,
    pub(super) restorer: Restorer,
    pub(super) questions: Receiver<Question>,
    pub(super) lanes: Lanes,
    pub(super) next: Next,
    pub(super) snapshots: Option<Snapshots>,
    pub(super) requests: u64,
}

impl Drop for Worker {
    /// However the worker ends, its committer does.
    fn drop(&mut self) {
        self.committer.stop();
    }
}

impl Worker {
    /// Works until told to stop, or settled where that is the end.
    pub(super) fn run(mut self) -> Result<(), KafkaError> {
        while !self.is_over()? {
            match self.work() {
                Err(KafkaError::Fenced) => self.begin_again(Member::join_again)?,
                Err(error @ KafkaError::Stuck { .. }) => {
                    self.setup.cluster.context.tell(&format!("{error}; its reader is set up anew"));
                    count(&self.setup.kafka_counters.stuck);
                    self.begin_again(|member| member.join())?;
                }
                done => done?,
            }
        }
        self.finish()
    }

    /// Whether it was told to stop, or is settled where that is the end.
    fn is_over(&self) -> Result<bool, KafkaError> {
        if self.setup.is_stopping.load(Relaxed) {
            return Ok(true);
        }
        let Some(ending) = &self.setup.ending else { return Ok(false) };
        match self.lanes.iter().find_map(|(partition, slot)| slot.stands_still().map(|why| (partition, why))) {
            Some((partition, why)) => Err(KafkaError::Stored(format!("lane {partition} stands still: {why}"))),
            None => Ok(ending.note(self.setup.number, self.standing())),
        }
    }

    /// The worker joins the group anew: whatever it had may be somebody's else by now.
    fn begin_again(
        &mut self,
        join: impl FnOnce(&mut Member) -> Result<BaseConsumer<GroupContext>, KafkaError>,
    ) -> Result<(), KafkaError> {
        self.committer.wait_until_idle();
        self.take_report()?;
        self.next.forget();
        self.lanes.clear();
        self.member.context.is_out();
        self.consumer = join(&mut self.member)?;
        // What the group decided before was about the member that is no more.
        self.consumer.context().moves();
        Ok(())
    }

    /// One round.
    fn work(&mut self) -> Result<(), KafkaError> {
        for question in self.questions.try_iter() {
            question(&self.lanes);
        }
        self.take_report()?;
        let now = self.setup.clock.now();
        if let Some(partition) = self.snapshots.as_mut().and_then(|snapshots| snapshots.go_on(&self.lanes, now)) {
            self.beat(partition);
        }
        self.take_restored();
        self.send_readers()?;
        if self.next.bytes() > NEXT_BYTES_MAX {
            // Back-pressure: nothing more is read until the committer has caught up.
            self.committer.wait(Duration::from_millis(100));
            self.check_patience()?;
            self.excuse_readers();
            return self.hand_over(true);
        }
        let wall = self.setup.clock.now();
        let consumer = &self.consumer;
        let mut batch = gather(consumer, &self.setup.cluster.context)?;
        let (is_idle, is_calm) = (batch.is_empty(), batch.len() < CALM_RECORDS);
        let moves = consumer.context().moves();
        if moves.is_empty() {
            self.next.step(&self.setup, &self.follower, &mut self.lanes, &mut batch, wall);
        } else {
            // Reading starts over for the lanes that stay, so what was just read will be read again.
            drop(batch);
            self.follow(moves)?;
        }
        self.judge_silence(is_idle);
        self.check_readers()?;
        self.hand_over(is_calm)
    }

    /// Gives the committer what is held back, where it is idle and the time has come.
    fn hand_over(&mut self, is_calm: bool) -> Result<(), KafkaError> {
        let is_time = is_calm
            || self.next.handed_at.elapsed() >= self.setup.commit_interval
            || self.next.bytes() > NEXT_BYTES_MAX;
        if !is_time
            || self.is_pausing()
            || !self.committer.is_idle()
            || !live(&mut self.lanes).any(|(_, live)| live.has_next())
        {
            return Ok(());
        }
        let topic = &self.setup.cluster.topics.tickets;
        let mut outgoing = self.next.take();
        let mut offsets = TopicPartitionList::new();
        for (partition, live) in live(&mut self.lanes).filter(|(_, live)| live.has_next()) {
            let (changed, record) = live.hand_over(self.setup.partitions);
            outgoing.add_lane(&live.lane, &changed, &record, partition);
            let added = offsets.add_partition_offset(topic, partition, Offset::Offset(record.offset));
            added.map_err(KafkaError::doing("name offsets"))?;
        }
        // Asked for each time: one from before a rebalance would be fenced, one from before the first escapes fencing.
        let group = self.consumer.group_metadata().expect("a member of a group knows itself");
        self.committer.give(Transaction { outgoing, offsets, group });
        Ok(())
    }

    /// Whether the next transaction has to wait, because those before could not be committed: longer each time.
    fn is_pausing(&self) -> bool {
        let failures = self.committer.failures();
        let pause = if failures < 2 { Duration::ZERO } else { PAUSE * 2_u32.saturating_pow(failures.min(10) - 2) };
        self.next.handed_at.elapsed() < pause.min(PAUSE_MAX)
    }

    /// Settles the transaction that was in flight, if it is known by now what became of it.
    pub(super) fn take_report(&mut self) -> Result<(), KafkaError> {
        self.check_patience()?;
        let Some(report) = self.committer.take_report() else { return Ok(()) };
        self.next.reuse(report.outgoing);
        let tell = |why: &str| self.setup.cluster.context.tell(why);
        match report.result {
            Ok(()) => {
                self.setup.counters.commits.observe(report.took);
                self.setup.counters.add(&self.next.in_flight);
                live(&mut self.lanes).for_each(|(_, live)| live.settle());
                Ok(())
            }
            Err(Failure::Aborted(why)) => {
                tell(&format!("{why}; nothing of it counts, and it is read again"));
                self.setup.kafka_counters.failed(&self.setup.kafka_counters.aborted, why.is_fenced);
                self.setup.counters.turns_failed.fetch_add(1, Relaxed);
                self.discard();
                Ok(())
            }
            Err(Failure::Doubtful(why)) => {
                tell(&format!("{why}; what is committed is read back"));
                self.setup.kafka_counters.failed(&self.setup.kafka_counters.doubtful, why.is_fenced);
                self.setup.counters.turns_failed.fetch_add(1, Relaxed);
                self.next.forget();
                let partitions: Vec<i32> = self.lanes.keys().copied().collect();
                partitions.into_iter().try_for_each(|partition| self.restore(partition))
            }
        }
    }

    /// Nothing that is not committed has happened: goes back in the log.
    pub(super) fn discard(&mut self) {
        self.next.forget();
        live(&mut self.lanes).filter(|(_, live)| !live.is_settled()).for_each(|(_, live)| live.discarded());
    }

    /// Sends readers to where their lanes want them, and holds those that stand still. One that has just been given may not
    /// be ready, and while the group rebalances it becomes so only by being polled: it is tried again in the next round.
    fn send_readers(&mut self) -> Result<(), KafkaError> {
        let topic = &self.setup.cluster.topics.tickets;
        for (partition, live) in live(&mut self.lanes) {
            if let Some(seek) = live.seek() {
                match self.consumer.seek(topic, partition, Offset::Offset(seek.offset), SEEK) {
                    Ok(()) => live.sought(),
                    Err(_) if seek.since.elapsed() < READY => {}
                    Err(error) => {
                        let doing = format!("go to offset {} of {topic}, partition {partition}", seek.offset);
                        return Err(KafkaError::doing(doing)(error));
                    }
                }
            }
            let mut list = TopicPartitionList::new();
            list.add_partition(topic, partition);
            match live.follow_breaker() {
                Some(Reading::Hold) => self.consumer.pause(&list).map_err(KafkaError::doing("hold a lane"))?,
                Some(Reading::GoOn) => self.consumer.resume(&list).map_err(KafkaError::doing("read a lane"))?,
                None => {}
            }
        }
        Ok(())
    }

    /// Whether every lane is read to its end and all that follows is committed.
    fn standing(&self) -> Standing {
        let is_done = |slot: &Slot| matches!(slot, Slot::Live(live) if live.is_at_end && !live.is_sweeping() && live.is_settled());
        match () {
            () if !self.lanes.values().all(is_done) => Standing::AtWork,
            () if !self.lanes.is_empty() => Standing::Settled,
            () if self.member.context.joined().load(Relaxed) => Standing::WithoutLanes,
            () => Standing::AtWork,
        }
    }

    /// Commits what is held back, and says good-bye.
    fn finish(mut self) -> Result<(), KafkaError> {
        self.settle()?;
        let is_leaving = self.setup.is_leaving.load(Relaxed);
        if let Some(snapshots) = self.snapshots.take().filter(|_| !is_leaving) {
            self.take_last(snapshots)?;
        }
        if is_leaving {
            self.member.leave(&self.consumer);
        }
        Ok(())
    }

    /// Takes every lane for the next start, which is to be a short one.
    fn take_last(&mut self, mut snapshots: Snapshots) -> Result<(), KafkaError> {
        let partitions: Vec<i32> = live(&mut self.lanes).map(|(partition, _)| partition).collect();
        for partition in partitions {
            let now = self.setup.clock.now();
            if !snapshots.begin(&self.lanes, partition, now) {
                continue;
            }
            self.beat(partition);
            self.settle()?;
            snapshots.finish(&self.lanes);
        }
        Ok(())
    }

    /// Has a transaction of the lane show whether it is still ours.
    fn beat(&mut self, partition: i32) {
        if let Some(Slot::Live(live)) = self.lanes.get_mut(&partition) {
            self.next.beat(live);
        }
    }

    /// Commits what is held back.
    fn settle(&mut self) -> Result<(), KafkaError> {
        self.committer.wait_until_idle();
        self.take_report()?;
        self.hand_over(true)?;
        self.committer.wait_until_idle();
        self.take_report()
    }

    fn check_patience(&self) -> Result<(), KafkaError> {
        if self.committer.working_for() <= super::committer::GIVEN_UP {
            return Ok(());
        }
        let what =
            "a transaction could not be settled: the brokers do not answer. What is committed stays; start again";
        Err(KafkaError::Stored(what.to_owned()))
    }
}
