//! Starting: the cluster is asked, the control topic read, policies published; then the workers run.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use duly_core::lane::Settings;
use duly_core::policy::Policy;

use super::append::Appender;
use super::committer::Committer;
use super::context::GroupContext;
use super::control::{Follower, publish_missing};
use super::ending::Ending;
use super::handle::{Handle, Inside};
use super::lanes::Lanes;
use super::member::Member;
use super::members::{Members, client_id};
use super::next::Next;
use super::prober::Prober;
use super::restorer::{Restorer, Restoring};
use super::snapshots::{Folder, Snapshots};
use super::worker::{Setup, Worker};
use super::{Cluster, KafkaError, Membership, counters, history, sources, topics};
use crate::clock::Clock;
use crate::counters::Counters;
use crate::ingest::Source;
use crate::notify::Notifier;
use crate::publish;

/// How long the cluster may take to answer at a start.
const ANSWER: Duration = Duration::from_secs(30);

/// What an engine on Kafka is started with.
pub struct Options {
    /// Where.
    pub cluster: Cluster,
    /// The name of this instance, which it keeps across restarts.
    pub instance: String,
    /// The address at which its API is announced to other instances.
    pub advertised: String,
    /// How many workers share its lanes.
    pub workers: usize,
    /// After which silence an instance's lanes go to others.
    pub session_timeout: Duration,
    /// How long a transaction may be open.
    pub transaction_timeout: Duration,
    /// How often is committed under load.
    pub commit_interval: Duration,
    /// How often at most the log is told how far sources are read.
    pub progress_interval: Duration,
    /// The systems whose topics are copied into the log.
    pub sources: Vec<Arc<Source>>,
    /// Where snapshots of lanes are kept, if anywhere.
    pub snapshots: Option<PathBuf>,
    /// How often a lane's snapshot is taken.
    pub snapshot_interval: Duration,
    /// What lanes are told.
    pub settings: Settings,
    /// Policies to have in force. A version that is not the last published under its name is published.
    pub policies: Vec<Policy>,
    /// Makes notifications, where people are told anything.
    pub notifier: Option<Notifier>,
    /// Whether to end once all is read and what follows is published.
    pub ends_settled: bool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// An engine that runs.
pub struct Running {
    /// What a person wants to know of the start, a line each.
    pub greeting: Vec<String>,
    /// The way to it.
    pub handle: Handle,
    workers: Vec<JoinHandle<Result<(), KafkaError>>>,
    /// They finish what they have begun: transactions and snapshots.
    helpers: Vec<JoinHandle<()>>,
    follower: Follower,
    follower_thread: JoinHandle<()>,
    has_failed: Arc<AtomicBool>,
    is_stopping: Arc<AtomicBool>,
    is_leaving: Arc<AtomicBool>,
}

impl Running {
    /// Asks the engine to settle what is under way and to end.
    ///
    /// With `leave`, its lanes go to others at once; without, they wait for it to come back within the session time-out.
    pub fn stop(&self, leave: bool) {
        self.is_leaving.store(leave, Relaxed);
        self.is_stopping.store(true, Relaxed);
    }

    /// Whether it has ended, or is about to: a worker has failed, or all have settled where that is the end.
    pub fn has_ended(&self) -> bool {
        let has_failed = self.has_failed.load(Relaxed) || self.follower_thread.is_finished();
        has_failed || self.workers.iter().all(JoinHandle::is_finished)
    }

    /// Waits for the end. What has failed is told without waiting for others.
    pub fn join(self) -> Result<(), KafkaError> {
        let ended: Vec<Result<(), KafkaError>> =
            self.workers.into_iter().map(|worker| worker.join().unwrap_or(Err(KafkaError::Panicked))).collect();
        // Where all is settled nobody else has said that it is over.
        self.is_stopping.store(true, Relaxed);
        let has_lost_control = self.follower_thread.is_finished();
        self.follower.stop();
        ended.into_iter().collect::<Result<(), _>>()?;
        for helper in self.helpers {
            helper.join().map_err(|_| KafkaError::Panicked)?;
        }
        if has_lost_control { Err(KafkaError::Panicked) } else { Ok(()) }
    }
}

/// Starts an engine.
pub fn start(options: Options) -> Result<Running, KafkaError> {
    let Options { cluster, clock, mut settings, .. } = options;
    settings.is_durable = true;
    let partitions = topics::check(&cluster)?;
    let notifier = options.notifier.map(Arc::new);
    if notifier.is_some() {
        // Without it every transaction that has one would fail.
        history::partitions(&cluster, &cluster.topics.notifications)?;
    }
    let kafka_counters = Arc::new(counters::Counters::default());
    let (follower, follower_thread) =
        Follower::start(cluster.clone(), Arc::clone(&clock), Arc::clone(&kafka_counters))?;
    let mut helpers = Vec::new();
    let folder = options.snapshots.map(|path| Folder::open(&path, &cluster)).transpose()?;
    let mut in_force = follower.wait_for(clock.now(), ANSWER)?;
    let kept_since = settings.kept_since(clock.now());
    let published = publish_missing(&cluster, &in_force.controls, &options.policies, kept_since)?;
    if !published.policies.is_empty() {
        in_force = follower.wait_for(clock.now(), ANSWER)?;
    }
    let mut greeting = vec![format!("kafka: {}, {partitions} lanes, group {}", cluster.bootstrap, cluster.group)];
    greeting.extend(published.policies.iter().map(|policy| {
        format!("published: {} version {}, in force from {}", policy.policy, policy.version(), policy.effective_from)
    }));
    greeting.extend(published.warnings);
    greeting.extend(publish::tzdata_warning(&in_force.controls));

    let counters = Arc::new(Counters::default());
    let (is_stopping, is_leaving) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let sources: Vec<Arc<Source>> =
        options.sources.iter().filter(|source| !source.topics.is_empty()).map(Arc::clone).collect();
    let reading = (!sources.is_empty()).then(|| sources::Setup {
        cluster: cluster.clone(),
        sources,
        instance: options.instance.clone(),
        partitions,
        session_timeout: options.session_timeout,
        transaction_timeout: options.transaction_timeout,
        progress_interval: options.progress_interval,
        clock: Arc::clone(&clock),
        is_stopping: Arc::clone(&is_stopping),
    });
    reading.as_ref().map_or(Ok(()), sources::announce)?;
    let has_failed = Arc::new(AtomicBool::new(false));
    let ending = options.ends_settled.then(|| Arc::new(Ending::of(options.workers)));
    let (mut workers, mut questions, mut joined, mut committers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 0..options.workers {
        let member = format!("{}-{number}", options.instance);
        let id = format!("{}-{member}", cluster.group);
        let (committer, thread) =
            Committer::start(cluster.clone(), id, options.transaction_timeout, Arc::clone(&kafka_counters))?;
        helpers.push(thread);
        committers.push(committer.clone());
        let context = GroupContext::new(cluster.context.clone(), committer.clone(), Arc::clone(&kafka_counters));
        joined.push(context.joined());
        let client_id = client_id(&options.advertised);
        let membership = Membership { member, client_id, session_timeout: options.session_timeout };
        let member = Member { cluster: cluster.clone(), membership, context, fenced_at: Vec::new() };
        let restoring = Restoring {
            cluster: cluster.clone(),
            clock: Arc::clone(&clock),
            follower: follower.clone(),
            settings,
            partitions,
            snapshots: folder.clone(),
            counters: Arc::clone(&kafka_counters),
        };
        let restorer = Restorer::start(restoring)?;
        let mut snapshots = None;
        if let Some(folder) = &folder {
            let (cluster, counters) = (cluster.clone(), Arc::clone(&kafka_counters));
            let (taking, thread) =
                Snapshots::start(cluster, folder.clone(), options.snapshot_interval, partitions, counters)?;
            helpers.push(thread);
            snapshots = Some(taking);
        }
        let (ask, asked) = channel();
        questions.push(ask);
        let setup = Setup {
            cluster: cluster.clone(),
            settings,
            clock: Arc::clone(&clock),
            counters: Arc::clone(&counters),
            kafka_counters: Arc::clone(&kafka_counters),
            notifier: notifier.clone(),
            commit_interval: options.commit_interval,
            partitions,
            is_leaving: Arc::clone(&is_leaving),
            is_stopping: Arc::clone(&is_stopping),
            ending: ending.clone(),
            number,
        };
        let worker = Worker {
            prober: Prober::start(cluster.clone(), Arc::clone(&clock))?,
            setup,
            consumer: member.join()?,
            member,
            committer,
            follower: follower.clone(),
            restorer,
            questions: asked,
            lanes: Lanes::default(),
            next: Next::default(),
            snapshots,
            requests: 0,
        };
        let context = cluster.context.clone();
        let (failed, stopping) = (Arc::clone(&has_failed), Arc::clone(&is_stopping));
        let thread = Builder::new()
            .name(format!("worker {number}"))
            .spawn(move || {
                let ended =
                    std::panic::catch_unwind(AssertUnwindSafe(|| worker.run())).unwrap_or(Err(KafkaError::Panicked));
                ended.inspect_err(|error| {
                    context.tell(&format!("worker {number} has ended: {error}"));
                    failed.store(true, Relaxed);
                    // The others finish what they have begun.
                    stopping.store(true, Relaxed);
                })
            })
            .map_err(|error| KafkaError::Thread(error.to_string()))?;
        workers.push(thread);
    }
    if let Some(reading) = reading {
        helpers.push(sources::start(reading)?);
    }
    let handle = Handle::new(Inside {
        workers: questions,
        joined,
        committers,
        partitions,
        advertised: options.advertised,
        settings,
        cluster: cluster.clone(),
        writer: Appender::new(&cluster)?,
        members: Members::new(&cluster)?,
        follower: follower.clone(),
        clock,
        counters,
        kafka_counters,
    });
    Ok(Running { greeting, handle, workers, helpers, follower, follower_thread, has_failed, is_stopping, is_leaving })
}
