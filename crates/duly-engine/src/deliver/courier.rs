//! The threads of a sink: each takes the next record, sends it, and says what became of it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use super::Tell;
use super::backoff::Backoff;
use super::counters::{OUTDATED, SinkCounts};
use super::desk::Desk;
use super::record::{Job, Place, Record, Told};
use super::send::{Outcome, Reason};
use super::sink::Sink;
use crate::clock::Clock;

/// How often is told that a sink does not take anything.
const SELDOM: Duration = Duration::from_secs(60);

/// What is kept of a record that was not delivered.
#[derive(Debug)]
pub(crate) struct Letter<'r> {
    /// The sink.
    pub(crate) sink: &'r str,
    /// Where the record stands.
    pub(crate) place: Place,
    pub(crate) record: &'r Record,
    pub(crate) reason: Reason,
    /// The last answer, and how often it was tried.
    pub(crate) detail: String,
}

/// Where dead letters are kept.
pub(crate) trait Letters: Send + Sync {
    /// Keeps a letter, or says why that can not be done now.
    fn keep(&self, letter: &Letter<'_>) -> Result<(), String>;
}

/// The threads of a sink and what they share.
pub(crate) struct Courier {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    sink: Sink,
    counts: Arc<SinkCounts>,
    letters: Box<dyn Letters>,
    clock: Arc<dyn Clock>,
    tell: Tell,
    state: Mutex<State>,
    /// Something can be sent, or it is over.
    work: Condvar,
    /// Something has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    desk: Desk,
    ended: Vec<Place>,
    is_stopping: bool,
    trouble: Trouble,
}

/// How it stands with a sink, so that an operator is told when it begins to fail and when it is over, and not each time: a receiver that
/// refuses one record in ten is told of once a minute.
#[derive(Default)]
struct Trouble {
    /// Since it was last told that it is over.
    failures: u64,
    told_at: Option<Stopwatch>,
    /// It was told that it fails, and not yet that this is over.
    is_told: bool,
    /// What was told lately of single records.
    lately: VecDeque<Stopwatch>,
}

impl Courier {
    /// Starts the threads of a sink.
    pub(crate) fn start(
        sink: Sink,
        counts: Arc<SinkCounts>,
        letters: Box<dyn Letters>,
        clock: Arc<dyn Clock>,
        tell: Tell,
    ) -> Self {
        let count = sink.limits.parallel;
        let name = sink.name.clone();
        let (state, work, ended) = (Mutex::default(), Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { sink, counts, letters, clock, tell, state, work, ended });
        let spawn = |number| {
            let shared = Arc::clone(&shared);
            let builder = Builder::new().name(format!("sink {name} {number}"));
            builder.spawn(move || shared.work()).expect("the system has threads")
        };
        Courier { threads: Mutex::new((0..count).map(spawn).collect()), shared }
    }

    /// The sink.
    pub(crate) fn sink(&self) -> &Sink {
        &self.shared.sink
    }

    /// Whether more may be handed over.
    pub(crate) fn has_room(&self) -> bool {
        self.shared.lock().desk.has_room()
    }

    /// Hands a record over.
    pub(crate) fn take(&self, place: Place, record: Record) {
        let mut state = self.shared.lock();
        let (told, since) = (Told::default(), Stopwatch::now());
        state.desk.add(Job { place, record, told, tries: 0, since });
        self.shared.stand(&state);
        self.shared.work.notify_one();
    }

    /// What has ended since it was last asked; waits for something at most so long.
    pub(crate) fn ended(&self, wait: Duration) -> Vec<Place> {
        let state = self.shared.lock();
        let waited = self.shared.ended.wait_timeout_while(state, wait, |state| state.ended.is_empty());
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.ended)
    }

    /// Forgets what waits of a stream, and waits at most so long for what is on its way.
    pub(crate) fn forget(&self, stream: i32, wait: Duration) {
        self.shared.lock().desk.forget(stream);
        self.settle(wait);
        self.shared.stand(&self.shared.lock());
    }

    /// Sends nothing new, and waits at most so long for what is on its way.
    pub(crate) fn stop(&self, wait: Duration) {
        self.shared.lock().is_stopping = true;
        self.shared.work.notify_all();
        if self.settle(wait) {
            let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
            for thread in threads {
                drop(thread.join());
            }
        }
    }

    fn settle(&self, wait: Duration) -> bool {
        let state = self.shared.lock();
        let is_busy = |state: &mut State| state.desk.on_their_way() > 0;
        let (mut state, _) =
            self.shared.ended.wait_timeout_while(state, wait, is_busy).unwrap_or_else(PoisonError::into_inner);
        !is_busy(&mut state)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stand(&self, state: &State) {
        self.counts.stand(state.desk.len(), state.desk.oldest());
    }

    fn work(&self) {
        while let Some(mut job) = self.next() {
            if job.record.is_outdated(self.clock.now()) {
                self.end(&job, OUTDATED);
                continue;
            }
            job.tries += 1;
            let Job { record, told, .. } = &mut job;
            // A record that Duly fails on is set aside like one that is refused.
            let outcome = catch_unwind(AssertUnwindSafe(|| self.sink.deliver(record, told)))
                .unwrap_or_else(|_| Outcome::refused("Duly failed on it, which is a defect"));
            self.conclude(job, outcome);
        }
    }

    /// The next record, once there is one; none when it is over.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_stopping {
                return None;
            }
            state = match state.desk.take(Stopwatch::now()) {
                Ok(job) => return Some(job),
                Err(Some(wait)) => self.work.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
                Err(None) => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn conclude(&self, job: Job, outcome: Outcome) {
        match outcome {
            Outcome::Delivered(_) => self.end(&job, "delivered"),
            Outcome::Later { why, after } if job.since.elapsed() < self.sink.limits.give_up_after => {
                self.counts.retry();
                self.again(job, &why, after);
            }
            Outcome::Later { why, .. } => self.refuse(job, Reason::Undeliverable, &why),
            Outcome::Refused { reason, why } => self.refuse(job, reason, &why),
        }
    }

    fn end(&self, job: &Job, outcome: &'static str) {
        self.counts.count(outcome);
        let mut state = self.lock();
        state.desk.end(job);
        state.ended.push(job.place);
        if outcome == "delivered"
            && let Some(line) = state.trouble.is_over(&self.sink.name)
        {
            (self.tell)(&line);
        }
        self.stand(&state);
        self.work.notify_one();
        self.ended.notify_all();
    }

    fn again(&self, job: Job, why: &str, after: Option<Duration>) {
        let now = Stopwatch::now();
        let backoff = Backoff { first: self.sink.limits.retry_first, most: self.sink.limits.retry_most };
        let mut state = self.lock();
        let mut wait = backoff.wait(job.tries);
        if let Some(after) = after {
            // The receiver knows best, within bounds, and means everybody.
            wait = wait.max(after.min(self.sink.limits.retry_after_most));
            state.desk.hold(now + wait);
        }
        if let Some(line) = state.trouble.failed(&self.sink.name, why, now) {
            (self.tell)(&line);
        }
        state.desk.again(job, now + wait);
        self.stand(&state);
        self.work.notify_one();
        self.ended.notify_all();
    }

    /// Keeps a record that will not be delivered; where that can not be done now, it is tried again.
    fn refuse(&self, mut job: Job, reason: Reason, why: &str) {
        let times = if job.tries == 1 { "once".to_owned() } else { format!("{} times", job.tries) };
        let detail = format!("{why} (tried {times})");
        let letter =
            Letter { sink: &self.sink.name, place: job.place, record: &job.record, reason, detail: detail.clone() };
        if let Err(error) = self.letters.keep(&letter) {
            // What was refused to single people is told again.
            job.told = Told::default();
            self.again(job, &format!("the dead letter can not be kept: {error}"), None);
            return;
        }
        if self.lock().trouble.may_tell(Stopwatch::now()) {
            let (name, subject) = (&self.sink.name, job.record.subject());
            (self.tell)(&format!("sink {name}: {} of {subject} is a dead letter: {detail}", job.record.name()));
        }
        self.end(&job, reason.name());
    }
}

impl Trouble {
    fn failed(&mut self, sink: &str, why: &str, now: Stopwatch) -> Option<String> {
        self.failures += 1;
        if self.told_at.is_some_and(|at| now.duration_since(at) < SELDOM) {
            return None;
        }
        (self.told_at, self.is_told) = (Some(now), true);
        Some(format!("sink {sink}: not delivered, to be tried again: {why}"))
    }

    fn is_over(&mut self, sink: &str) -> Option<String> {
        if !std::mem::take(&mut self.is_told) {
            return None;
        }
        let failures = std::mem::take(&mut self.failures);
        let attempts = if failures == 1 { "attempt" } else { "attempts" };
        Some(format!("sink {sink}: delivers again, after {failures} failed {attempts}"))
    }

    /// At most ten lines a minute are about single records.
    fn may_tell(&mut self, now: Stopwatch) -> bool {
        self.lately.retain(|at| now.duration_since(*at) < SELDOM);
        let may = self.lately.len() < 10;
        if may {
            self.lately.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant as Stopwatch};

    use super::{SELDOM, Trouble};

    #[test]
    fn a_receiver_that_fails_now_and_then_is_told_of_once_a_minute() {
        let (mut trouble, begun) = (Trouble::default(), Stopwatch::now());
        let mut told = Vec::new();
        for second in 0..=SELDOM.as_secs() {
            told.extend(trouble.failed("crm", "503", begun + Duration::from_secs(second)));
            told.extend(trouble.is_over("crm"));
        }
        let [fails, over] =
            ["not delivered, to be tried again: 503", "delivers again, after"].map(|what| format!("sink crm: {what}"));
        assert_eq!(
            told,
            [
                fails.clone(),
                format!("{over} 1 failed attempt"),
                fails,
                format!("{over} {} failed attempts", SELDOM.as_secs())
            ]
        );
    }
}
