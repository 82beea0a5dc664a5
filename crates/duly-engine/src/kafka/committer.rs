//! The thread that has one transaction after another written and committed, while the worker already folds what comes next.
//!
//! Whatever goes wrong in a way that leaves open what became of a transaction costs the producer: a new one of the same
//! name waits until the brokers have settled the old one's (`init_transactions`), and the worker reads back what is true.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use super::counters::{Counters, count};
use super::outgoing::Outgoing;
use super::producing::Producing;
pub(super) use super::producing::{Failure, Transaction};
use super::{Cluster, KafkaError};

/// How long it may take until it is known what became of a transaction, before the process is given up: without a producer that
/// the brokers take there is no way to know what is true, and another instance can go on.
pub(crate) const GIVEN_UP: Duration = Duration::from_secs(300);

/// How long to wait before a producer is set up again.
const RETRY: Duration = Duration::from_millis(500);

/// What became of a transaction; its buffers come back.
pub(super) struct Report {
    pub(super) result: Result<(), Failure>,
    pub(super) took: Duration,
    pub(super) outgoing: Outgoing,
}

/// The way to the thread. Clones lead to the same one.
#[derive(Clone)]
pub(super) struct Committer {
    shared: Arc<Shared>,
}

struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
    counters: Arc<Counters>,
    trouble: Mutex<Trouble>,
}

/// What keeps transactions from being committed.
#[derive(Default)]
struct Trouble {
    /// How often it was tried in vain since the last time that it was not.
    failures: u32,
    what: String,
}

/// After how many failures in a row an instance is not ready: one or two are what a rebalance or a broker's end brings.
const FAILURES_TOLD: u32 = 3;

/// Where the one transaction stands that is under way.
enum Slot {
    /// There is no producer yet.
    Starting,
    Idle,
    Given(Box<Transaction>),
    Working {
        since: Stopwatch,
    },
    Done(Box<Report>),
    Stopped,
}

impl Committer {
    /// Starts the thread.
    pub(super) fn start(
        cluster: Cluster,
        id: String,
        timeout: Duration,
        counters: Arc<Counters>,
    ) -> Result<(Self, JoinHandle<()>), KafkaError> {
        let committer = Committer {
            shared: Arc::new(Shared {
                slot: Mutex::new(Slot::Starting),
                changed: Condvar::new(),
                counters,
                trouble: Mutex::default(),
            }),
        };
        let theirs = committer.clone();
        let thread = Builder::new()
            .name(format!("commit {id}"))
            .spawn(move || theirs.run(&cluster, &id, timeout))
            .map_err(|error| KafkaError::Thread(error.to_string()))?;
        Ok((committer, thread))
    }

    /// Whether a transaction can be given.
    pub(super) fn is_idle(&self) -> bool {
        matches!(*self.lock(), Slot::Idle)
    }

    /// Gives a transaction.
    ///
    /// # Panics
    ///
    /// Where another one is under way.
    pub(super) fn give(&self, transaction: Transaction) {
        let mut slot = self.lock();
        assert!(matches!(*slot, Slot::Idle), "one transaction at a time");
        *slot = Slot::Given(Box::new(transaction));
        self.shared.changed.notify_all();
    }

    /// What became of the transaction given, if that is known by now.
    pub(super) fn take_report(&self) -> Option<Report> {
        let mut slot = self.lock();
        if !matches!(*slot, Slot::Done(_)) {
            return None;
        }
        match std::mem::replace(&mut *slot, Slot::Idle) {
            Slot::Done(report) => Some(*report),
            _ => unreachable!("it was looked at under the same lock"),
        }
    }

    /// Waits until a transaction can be given, or a report taken, at most `patience`.
    pub(super) fn wait(&self, patience: Duration) {
        let is_busy = |slot: &mut Slot| matches!(slot, Slot::Starting | Slot::Given(_) | Slot::Working { .. });
        let _ = self.shared.changed.wait_timeout_while(self.lock(), patience, is_busy);
    }

    /// Waits until nothing is under way; the report is left for the worker.
    pub(super) fn wait_until_idle(&self) {
        let is_busy = |slot: &mut Slot| matches!(slot, Slot::Given(_) | Slot::Working { .. });
        let _ = self.shared.changed.wait_timeout_while(self.lock(), GIVEN_UP, is_busy);
    }

    /// Lets the thread end, after what is under way.
    pub(super) fn stop(&self) {
        *self.lock() = Slot::Stopped;
        self.shared.changed.notify_all();
    }

    /// How long the transaction under way has been under way.
    pub(super) fn working_for(&self) -> Duration {
        match &*self.lock() {
            Slot::Working { since } => since.elapsed(),
            _ => Duration::ZERO,
        }
    }

    /// What keeps transactions from being committed, where that is not over soon.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble_lock();
        (trouble.failures >= FAILURES_TOLD).then(|| trouble.what.clone())
    }

    /// How often in a row nothing could be committed.
    pub(super) fn failures(&self) -> u32 {
        self.trouble_lock().failures
    }

    fn failed(&self, what: String) {
        let mut trouble = self.trouble_lock();
        *trouble = Trouble { failures: trouble.failures.saturating_add(1), what };
    }

    fn trouble_lock(&self) -> MutexGuard<'_, Trouble> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.shared.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, cluster: &Cluster, id: &str, timeout: Duration) {
        let Some(mut producer) = self.connect(cluster, id, timeout) else { return };
        self.become_idle();
        while let Some(transaction) = self.next() {
            let since = Stopwatch::now();
            let (mut outgoing, result) = producer.commit(*transaction);
            outgoing.clear();
            match &result {
                Ok(()) => *self.trouble_lock() = Trouble::default(),
                Err(Failure::Aborted(cause) | Failure::Doubtful(cause)) => self.failed(cause.to_string()),
            }
            if result.as_ref().is_err_and(Failure::costs_the_producer) || self.failures() > 1 {
                drop(producer);
                match self.connect(cluster, id, timeout) {
                    Some(new) => producer = new,
                    None => return,
                }
            }
            let report = Report { result, took: since.elapsed(), outgoing };
            let mut slot = self.lock();
            if !matches!(*slot, Slot::Stopped) {
                *slot = Slot::Done(Box::new(report));
            }
            drop(slot);
            self.shared.changed.notify_all();
        }
        producer.end();
    }

    /// A producer that is ready. Every earlier transaction of its name is settled then.
    fn connect(&self, cluster: &Cluster, id: &str, timeout: Duration) -> Option<Producing> {
        loop {
            match Producing::start(cluster, id, timeout) {
                Ok(producer) => return Some(producer),
                Err(error) => {
                    count(&self.shared.counters.retries);
                    self.failed(error.to_string());
                    cluster.context.tell(&format!("{error}; it is tried again"));
                }
            }
            let is_running = |slot: &mut Slot| !matches!(slot, Slot::Stopped);
            let waited = self.shared.changed.wait_timeout_while(self.lock(), RETRY, is_running);
            if matches!(*waited.unwrap_or_else(PoisonError::into_inner).0, Slot::Stopped) {
                return None;
            }
        }
    }

    fn become_idle(&self) {
        *self.trouble_lock() = Trouble::default();
        let mut slot = self.lock();
        if matches!(*slot, Slot::Starting) {
            *slot = Slot::Idle;
        }
        drop(slot);
        self.shared.changed.notify_all();
    }

    fn next(&self) -> Option<Box<Transaction>> {
        let is_waiting = |slot: &mut Slot| !matches!(slot, Slot::Given(_) | Slot::Stopped);
        let slot = self.shared.changed.wait_while(self.lock(), is_waiting);
        let mut slot = slot.unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *slot, Slot::Working { since: Stopwatch::now() }) {
            Slot::Given(transaction) => Some(transaction),
            _ => {
                *slot = Slot::Stopped;
                None
            }
        }
    }
}
