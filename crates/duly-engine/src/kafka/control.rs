//! The control topic, followed: which policies and calendars are in force, and of which instant that is proved.
//!
//! One thread an instance reads it; lanes take what it has. A control event that can not be used is told and skipped, the
//! same way by every instance, so that all count alike. One that changes nothing is not counted either, so that instances
//! which start together may publish the same policy.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use duly_core::control::{self, ControlEvent, Controls};
use duly_core::policy::Policy;
use duly_core::time::Instant;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as RdKafkaError;
use rdkafka::message::{Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::cluster::{ASK_BRIEFLY, SILENT};
use super::context::Context;
use super::counters::{Counters, count};
use super::inquiry::Inquiry;
use super::tail::{Tail, position};
use super::writer::{Record, Writer};
use super::{Cluster, KafkaError};
use crate::clock::Clock;
use crate::emergency::{Order, Told};
use crate::publish;

/// How long one look at the topic waits for something new.
const POLL: Duration = Duration::from_millis(5);

/// How long it may take until what is told is read back.
const PATIENCE: Duration = Duration::from_secs(20);

/// Of how many control events, the latest, is remembered what became of them.
const REMEMBERED: usize = 1_000;

/// What is in force, as far as the topic was read.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub(super) controls: Arc<Controls>,
    /// All that was appended before it was read.
    pub(super) proven_at: Instant,
}

/// The way to the thread.
#[derive(Clone)]
pub(super) struct Follower {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    in_force: InForce,
    /// What became of the latest events, by offset.
    told: BTreeMap<i64, Told>,
    is_wanted: bool,
    is_stopping: bool,
}

impl Follower {
    /// Starts to follow the topic from its beginning.
    pub(super) fn start(
        cluster: Cluster,
        clock: Arc<dyn Clock>,
        counters: Arc<Counters>,
    ) -> Result<(Self, JoinHandle<()>), KafkaError> {
        let in_force = InForce { controls: Arc::default(), proven_at: Instant::MIN };
        let state = Mutex::new(State { in_force, told: BTreeMap::new(), is_wanted: true, is_stopping: false });
        let follower = Follower { shared: Arc::new(Shared { state, changed: Condvar::new() }) };
        let theirs = follower.clone();
        let reader = reader(&cluster, 0)?;
        let inquiry = Inquiry::open(cluster.clone())?;
        let thread = Builder::new()
            .name("control".to_owned())
            .spawn(move || Reading { cluster, clock, counters, reader, inquiry, tail: Tail::new(0) }.run(&theirs))
            .map_err(|error| KafkaError::Thread(error.to_string()))?;
        Ok((follower, thread))
    }

    /// What is in force, as far as that is known.
    pub(super) fn in_force(&self) -> InForce {
        self.lock().in_force.clone()
    }

    /// Asks for a proof of a later instant.
    pub(super) fn want_proof(&self) {
        self.lock().is_wanted = true;
    }

    /// Waits until what was appended before `at` was read.
    pub(super) fn wait_for(&self, at: Instant, patience: Duration) -> Result<InForce, KafkaError> {
        let is_early = |state: &mut State| {
            state.is_wanted |= state.in_force.proven_at < at;
            state.in_force.proven_at < at && !state.is_stopping
        };
        let waited = self.shared.changed.wait_timeout_while(self.lock(), patience, is_early);
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            let what = format!("the control topic could not be read to its end within {} s", patience.as_secs());
            return Err(KafkaError::Stalled(what));
        }
        Ok(state.in_force.clone())
    }

    /// Waits until the event at `offset` was read, and says what became of it.
    fn wait_until_read(&self, offset: i64, patience: Duration) -> Result<Told, KafkaError> {
        let is_unread = |state: &mut State| !state.told.contains_key(&offset) && !state.is_stopping;
        let waited = self.shared.changed.wait_timeout_while(self.lock(), patience, is_unread);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let unread = || KafkaError::Stalled("it is written, and was not read back in time".to_owned());
        state.told.get(&offset).cloned().ok_or_else(unread)
    }

    pub(super) fn stop(&self) {
        self.lock().is_stopping = true;
        self.shared.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the thread has.
struct Reading {
    cluster: Cluster,
    clock: Arc<dyn Clock>,
    counters: Arc<Counters>,
    reader: BaseConsumer<Context>,
    inquiry: Inquiry,
    tail: Tail,
}

/// A reader of the control topic from an offset on, or from its beginning, where that is later.
fn reader(cluster: &Cluster, from: i64) -> Result<BaseConsumer<Context>, KafkaError> {
    let reader = cluster.reader()?;
    let mut list = TopicPartitionList::new();
    let from = if from == 0 { Offset::Beginning } else { Offset::Offset(from) };
    let added = list.add_partition_offset(&cluster.topics.control, 0, from);
    added.and_then(|()| reader.assign(&list)).map_err(KafkaError::doing("read the control topic"))?;
    Ok(reader)
}

impl Reading {
    fn run(mut self, follower: &Follower) {
        while !follower.lock().is_stopping {
            match self.reader.poll(POLL) {
                Some(Ok(message)) => {
                    self.tail.read(message.offset());
                    let event = event_of(&message);
                    let offset = message.offset();
                    drop(message);
                    self.take(follower, event, offset);
                }
                Some(Err(RdKafkaError::PartitionEOF(_))) => {}
                Some(Err(error)) => self.cluster.context.tell(&format!("cannot read the control topic: {error}")),
                None if follower.lock().is_wanted => self.prove(),
                None => {}
            }
            if let Some(at) = self.tail.proven() {
                let mut state = follower.lock();
                state.in_force.proven_at = at;
                state.is_wanted = false;
                drop(state);
                follower.shared.changed.notify_all();
            }
        }
    }

    /// Puts an event in force.
    fn take(&self, follower: &Follower, event: Result<ControlEvent, String>, offset: i64) {
        let controls = Arc::clone(&follower.lock().in_force.controls);
        let skipped = |why: &str| {
            count(&self.counters.controls_refused);
            self.cluster.context.tell(&format!("control event at offset {offset} is skipped: {why}"));
        };
        let event = match event {
            Ok(event) => event,
            Err(why) => return skipped(&why),
        };
        let added = controls.plus(event);
        if let Err(errors) = &added {
            skipped(&said(errors));
        }
        let mut state = follower.lock();
        let told = match added {
            Ok(Some(controls)) => {
                state.in_force.controls = Arc::new(controls);
                Told::Taken
            }
            Ok(None) => Told::Known,
            Err(errors) => Told::Refused(errors),
        };
        state.told.insert(offset, told);
        if state.told.len() > REMEMBERED {
            state.told.pop_first();
        }
        drop(state);
        follower.shared.changed.notify_all();
    }

    fn prove(&mut self) {
        let topic = &self.cluster.topics.control;
        let asked_at = self.clock.now();
        match self.inquiry.watermarks(topic, 0, ASK_BRIEFLY) {
            Ok((_, end)) => {
                let read = self.tail.position();
                if end < read {
                    self.cluster.context.tell(&format!(
                        "{topic} ends at offset {end}, and was read up to {read} before: it was cut or made anew. Start again"
                    ));
                } else {
                    self.tail.reaches(asked_at, end);
                }
            }
            Err(error) => {
                return self.cluster.context.tell_seldom(&format!("cannot ask for the end of {topic}: {error}"));
            }
        }
        if self.tail.is_open()
            && let Some(position) = position(&self.reader, topic, 0)
        {
            self.tail.passed(position);
        }
        if self.tail.is_stuck(self.clock.now(), SILENT) {
            self.tail.wait_anew();
            self.read_anew();
        }
    }

    /// A client can lose a partition while brokers come and go, and says nothing about it.
    fn read_anew(&mut self) {
        let (topic, position) = (&self.cluster.topics.control, self.tail.position());
        self.cluster.context.tell(&format!(
            "nothing came of {topic} for {SILENT} behind offset {position}, although there is more; its reader is set up anew"
        ));
        count(&self.counters.stuck);
        if let Ok(reader) = reader(&self.cluster, position) {
            self.reader = reader;
        }
    }
}

/// The control event in a record.
pub(super) fn event_of(message: &rdkafka::message::BorrowedMessage<'_>) -> Result<ControlEvent, String> {
    let value = message.payload().unwrap_or_default();
    let kind = message.headers().and_then(|headers| headers.iter().find(|header| header.key == "ce_type"));
    match kind.and_then(|header| header.value) {
        Some(kind) => ControlEvent::from_data(&String::from_utf8_lossy(kind), value, &[]),
        None => ControlEvent::from_line(value, &[]),
    }
    .map_err(|error| error.to_string())
}

/// What is wrong with a control event, in a line.
pub(super) fn said(errors: &[control::Error]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What came of policies that were to be published.
#[derive(Debug)]
pub struct Published {
    /// Those that were.
    pub policies: Vec<Policy>,
    /// What is to be said of those that were not.
    pub warnings: Vec<String>,
}

/// Publishes those of `policies` that were never published. `kept_since` is since when closed tickets are kept.
///
/// One that was, and that another version of its name has replaced, is left alone: while instances are given a new version one
/// after another, one that starts in between with the old one is not to bring that back.
pub(super) fn publish_missing(
    cluster: &Cluster,
    controls: &Controls,
    policies: &[Policy],
    kept_since: Instant,
) -> Result<Published, KafkaError> {
    let missing = publish::unpublished(controls, policies);
    let (replaced, policies): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|policy| publish::is_known(controls, policy));
    let warnings = replaced.iter().map(|policy| publish::replaced(controls, policy)).collect();
    let published = Published { policies, warnings };
    if published.policies.is_empty() {
        return Ok(published);
    }
    let events = publish::publications(&published.policies);
    publish::refuse_reaching_back(controls, &events, kept_since).map_err(KafkaError::Policies)?;
    controls.with(events.clone()).map_err(|errors| KafkaError::Policies(said(&errors)))?;
    append(cluster, &events)?;
    Ok(published)
}

/// Writes control events to the topic. Returns the offset of the last.
pub(super) fn append(cluster: &Cluster, events: &[ControlEvent]) -> Result<i64, KafkaError> {
    let writer = Writer::open(cluster)?;
    for event in events {
        let id = uuid_of(event);
        let text = |key, value| Header { key, value: Some(value) };
        let headers = OwnedHeaders::new()
            .insert(text("ce_specversion", "1.0"))
            .insert(text("ce_id", &id))
            .insert(text("ce_source", duly_core::lane::SOURCE))
            .insert(text("ce_type", event.type_name()))
            .insert(text("content-type", "application/json"));
        let data = event.data().to_string();
        let (key, value) = (Some(id.as_bytes()), data.as_bytes());
        writer.write(Record { topic: &cluster.topics.control, partition: 0, key, value }, headers)?;
    }
    writer.finish()
}

/// Puts a control event in force, if it goes with what is: by what `follower` has read now, and again by what others have
/// written before it. Blocks until it is read back. `kept_since` is since when closed tickets are kept.
pub(super) fn tell(
    cluster: &Cluster,
    follower: &Follower,
    (now, kept_since): (Instant, Instant),
    order: Order,
) -> Result<Told, KafkaError> {
    let in_force = follower.wait_for(now, PATIENCE)?;
    match order.add_to(&in_force.controls) {
        Ok(None) => Ok(Told::Known),
        Err(why) => Ok(Told::Refused(why)),
        Ok(Some(_)) => {
            let events = [order.event];
            if let Err(why) = publish::refuse_reaching_back(&in_force.controls, &events, kept_since) {
                return Ok(Told::ReachesBack(why));
            }
            let offset = append(cluster, &events)?;
            follower.wait_until_read(offset, PATIENCE)
        }
    }
}

/// An id that follows from the content, so that publishing the same twice is the same event.
fn uuid_of(event: &ControlEvent) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, event.data().to_string().as_bytes()).to_string()
}
