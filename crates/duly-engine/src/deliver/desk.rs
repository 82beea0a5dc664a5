//! Which record is sent next: the first of a ticket that has none on its way and does not wait.
//!
//! Plain data that is told the time, so that it can be tested on paper. A ticket's records go one after another; a ticket
//! that waits for another attempt holds up no other. A receiver that asks for a pause gets it for all.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant as Stopwatch};

use super::record::Job;

/// How many records and bytes wait in memory at most; more are not read until there is room.
const JOBS_MAX: usize = 1_000;
const BYTES_MAX: usize = 16 << 20;

/// The records that are read and not delivered.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// By ticket, in order. One that is on its way is not among them, but its ticket is.
    tickets: BTreeMap<String, VecDeque<Job>>,
    /// Tickets whose first record can be sent, in the order in which they came to be so.
    ready: VecDeque<String>,
    /// Tickets that wait for another attempt.
    later: BTreeSet<(Stopwatch, String)>,
    /// Until then nothing is sent.
    held_until: Option<Stopwatch>,
    /// When each that waits or is on its way was taken in.
    since: BTreeSet<Stopwatch>,
    jobs: usize,
    bytes: usize,
    on_their_way: usize,
}

impl Desk {
    /// Whether more may be read.
    pub(super) fn has_room(&self) -> bool {
        self.jobs < JOBS_MAX && self.bytes < BYTES_MAX
    }

    /// How many wait or are on their way.
    pub(super) fn len(&self) -> usize {
        self.jobs
    }

    /// How many are on their way.
    pub(super) fn on_their_way(&self) -> usize {
        self.on_their_way
    }

    /// When the oldest was taken in.
    pub(super) fn oldest(&self) -> Option<Stopwatch> {
        self.since.first().copied()
    }

    /// Takes a record in.
    pub(super) fn add(&mut self, mut job: Job) {
        // Each has an instant of its own.
        while !self.since.insert(job.since) {
            job.since += Duration::from_nanos(1);
        }
        self.jobs += 1;
        self.bytes += job.record.size();
        let subject = job.record.subject().to_owned();
        match self.tickets.get_mut(&subject) {
            Some(jobs) => jobs.push_back(job),
            None => {
                self.tickets.insert(subject.clone(), VecDeque::from([job]));
                self.ready.push_back(subject);
            }
        }
    }

    /// The next record to send at `now`; else how long to wait for one, where that is known.
    pub(super) fn take(&mut self, now: Stopwatch) -> Result<Job, Option<Duration>> {
        if let Some(until) = self.held_until.filter(|until| *until > now) {
            return Err(Some(until.duration_since(now)));
        }
        self.held_until = None;
        while self.later.first().is_some_and(|(at, _)| *at <= now) {
            let (_, subject) = self.later.pop_first().expect("it was just looked at");
            self.ready.push_back(subject);
        }
        while let Some(subject) = self.ready.pop_front() {
            if let Some(job) = self.tickets.get_mut(&subject).and_then(VecDeque::pop_front) {
                self.on_their_way += 1;
                return Ok(job);
            }
            // All that it had was forgotten.
            self.tickets.remove(&subject);
        }
        Err(self.later.first().map(|(at, _)| at.duration_since(now)))
    }

    /// A record has ended: the next of its ticket may go.
    pub(super) fn end(&mut self, job: &Job) {
        self.on_their_way -= 1;
        self.leave(job);
        let subject = job.record.subject();
        match self.tickets.get(subject) {
            Some(jobs) if !jobs.is_empty() => self.ready.push_back(subject.to_owned()),
            _ => drop(self.tickets.remove(subject)),
        }
    }

    /// A record is tried again at `at`, before anything else of its ticket.
    pub(super) fn again(&mut self, job: Job, at: Stopwatch) {
        self.on_their_way -= 1;
        let subject = job.record.subject().to_owned();
        self.tickets.entry(subject.clone()).or_default().push_front(job);
        self.later.insert((at, subject));
    }

    /// Nothing is sent before `until`.
    pub(super) fn hold(&mut self, until: Stopwatch) {
        self.held_until = self.held_until.max(Some(until));
    }

    /// Forgets what waits of a stream: somebody else delivers it.
    pub(super) fn forget(&mut self, stream: i32) {
        let mut gone = Vec::new();
        for jobs in self.tickets.values_mut() {
            let (ours, theirs) = std::mem::take(jobs).into_iter().partition(|job: &Job| job.place.stream != stream);
            *jobs = ours;
            gone.extend(Vec::from(theirs));
        }
        for job in &gone {
            self.leave(job);
        }
    }

    fn leave(&mut self, job: &Job) {
        self.jobs -= 1;
        self.bytes -= job.record.size();
        self.since.remove(&job.since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::record::{Place, Record, Told};

    fn job(subject: &str, position: i64, now: Stopwatch) -> Job {
        let record = Record::structured(&format!(r#"{{"subject": "{subject}"}}"#)).expect("JSON");
        Job { place: Place { stream: 0, position }, record, told: Told::default(), tries: 0, since: now }
    }

    fn taken(desk: &mut Desk, now: Stopwatch) -> Option<Job> {
        desk.take(now).ok()
    }

    #[test]
    fn a_ticket_s_records_go_one_after_another() {
        let (mut desk, now) = (Desk::default(), Stopwatch::now());
        for (subject, position) in [("a/1", 1), ("a/1", 2), ("a/2", 3)] {
            desk.add(job(subject, position, now));
        }
        let first = taken(&mut desk, now).expect("the first");
        let other = taken(&mut desk, now).expect("another ticket's");
        assert_eq!((first.place.position, other.place.position), (1, 3));
        assert_eq!(desk.take(now).err(), Some(None), "the second waits for the first");
        desk.end(&first);
        let second = taken(&mut desk, now).expect("the second");
        assert_eq!(second.place.position, 2);
        desk.end(&second);
        desk.end(&other);
        assert_eq!((desk.len(), desk.oldest(), desk.on_their_way()), (0, None, 0));
    }

    #[test]
    fn a_ticket_that_waits_holds_up_no_other() {
        let (mut desk, now) = (Desk::default(), Stopwatch::now());
        let soon = now + Duration::from_secs(5);
        for (subject, position) in [("a/1", 1), ("a/1", 2), ("a/2", 3)] {
            desk.add(job(subject, position, now));
        }
        let first = taken(&mut desk, now).expect("the first");
        desk.again(first, soon);
        let other = taken(&mut desk, now).expect("another ticket's");
        assert_eq!(other.place.position, 3);
        assert_eq!(desk.take(now).err(), Some(Some(Duration::from_secs(5))));
        assert_eq!(taken(&mut desk, soon).expect("the first again").place.position, 1);
    }

    #[test]
    fn a_receiver_that_asks_for_a_pause_gets_it() {
        let (mut desk, now) = (Desk::default(), Stopwatch::now());
        desk.add(job("a/1", 1, now));
        desk.hold(now + Duration::from_secs(9));
        desk.hold(now + Duration::from_secs(3));
        assert_eq!(desk.take(now).err(), Some(Some(Duration::from_secs(9))));
        assert!(taken(&mut desk, now + Duration::from_secs(9)).is_some());
    }

    #[test]
    fn memory_is_bounded_and_a_stream_is_forgotten() {
        let (mut desk, now) = (Desk::default(), Stopwatch::now());
        let mut position = 0;
        while desk.has_room() {
            position += 1;
            desk.add(job(&format!("a/{}", position % 7), position, now));
        }
        assert_eq!(desk.len(), JOBS_MAX);
        let first = taken(&mut desk, now).expect("a record");
        desk.forget(0);
        assert_eq!(desk.len(), 1, "what is on its way ends by itself");
        desk.end(&first);
        assert_eq!((desk.len(), desk.bytes, desk.tickets.len()), (0, 0, 6));
        assert!(taken(&mut desk, now).is_none() && desk.tickets.is_empty());
    }
}
