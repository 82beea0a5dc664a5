//! A source of the settings with its mapping, whichever way its messages come; and what is counted of them.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use duly_core::policy::source::{Mistake, Place};
use duly_core::time::Instant;

use super::hook::Hook;
use super::mapping::{Mapped, Mapping, Message, Reason, Unmapped, Whose};
use crate::config;

/// The longest event, in bytes: with key and headers it is less than what a topic takes unless somebody sets that otherwise.
pub(crate) const EVENT_BYTES_MAX: usize = 1_000_000;

/// A system that tells of tickets, ready to be understood.
#[derive(Debug)]
pub struct Source {
    /// Its name in the settings.
    pub name: String,
    /// The topics on Kafka that its messages are read from.
    pub topics: Vec<String>,
    /// Its webhook.
    pub hook: Option<Hook>,
    /// What is counted of it.
    pub counts: Counts,
    mapping: Mapping,
    whose: Whose,
}

/// A file that a source names and that can not be used.
#[derive(Debug)]
pub struct Unusable {
    /// The file.
    pub path: PathBuf,
    /// What is in it, where it could be read.
    pub text: Option<String>,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
}

/// What has become of a source's messages since the process began. What is read again after a failure is counted again.
#[derive(Debug, Default)]
pub struct Counts {
    /// Messages that gave events, and nothing else.
    pub mapped: AtomicU64,
    /// Messages that say nothing about a ticket.
    pub ignored: AtomicU64,
    /// Ticket events that came of messages.
    pub events: AtomicU64,
    /// When the last message came, in nanoseconds since 1970; [`Instant::MIN`] as long as none has.
    last_at_ns: AtomicI64,
    unmapped: [AtomicU64; Reason::ALL.len()],
}

impl Source {
    /// Loads what the settings name.
    ///
    /// # Errors
    ///
    /// The mapping files that can not be used, each with all that is wrong with it.
    pub fn load_all(sources: &[config::Source]) -> Result<Vec<Source>, Vec<Unusable>> {
        let (mut loaded, mut unusable) = (Vec::new(), Vec::new());
        for source in sources {
            match load(&source.mapping).and_then(|mapping| Source::new(source, mapping)) {
                Ok(source) => loaded.push(source),
                Err(error) => unusable.push(error),
            }
        }
        if unusable.is_empty() { Ok(loaded) } else { Err(unusable) }
    }

    fn new(source: &config::Source, mapping: Mapping) -> Result<Self, Unusable> {
        let hook = source.hook.as_ref().map(|hook| Hook::load(source, hook, mapping.signature())).transpose()?;
        let (name, topics) = (source.name.clone(), source.topics.clone());
        let whose = Whose { tenant: source.tenant.clone(), source: name.clone(), zone: source.zone };
        let counts = Counts { last_at_ns: AtomicI64::new(Instant::MIN.ns()), ..Counts::default() };
        Ok(Source { name, topics, hook, counts, mapping, whose })
    }

    /// What a message says, which came at `now`.
    ///
    /// A message on which Duly itself fails is one that could not be mapped, and so is an event that no log would take.
    pub fn map(&self, message: &Message<'_>, now: Instant) -> Mapped {
        self.map_up_to(EVENT_BYTES_MAX, message, now)
    }

    /// The same for a log that takes events of so many bytes.
    pub(crate) fn map_up_to(&self, event_bytes_max: usize, message: &Message<'_>, now: Instant) -> Mapped {
        let mapped = catch_unwind(AssertUnwindSafe(|| self.mapping.map(&self.whose, message)));
        let mut mapped = mapped.unwrap_or_else(|_| {
            let what = "Duly failed on it, which is a defect: report it, upgrade, then redrive the message";
            Mapped { unmapped: vec![Unmapped::new(Reason::Failed, what)], ..Mapped::default() }
        });
        let is_taken = |event: &Vec<u8>| event.len() <= event_bytes_max;
        if let Some(event) = mapped.events.iter().find(|event| !is_taken(event)) {
            let what =
                format!("an event of {} bytes: {event_bytes_max} are the most; map less of the message", event.len());
            mapped.unmapped.push(Unmapped::new(Reason::TooLarge, what));
            mapped.events.retain(is_taken);
        }
        self.counts.count(&mapped, now);
        mapped
    }
}

impl Mapped {
    /// Why the message has to be kept, if anything of it could not be mapped: the name of the first reason, and all that is
    /// wrong with it.
    pub fn complaint(&self) -> Option<(&'static str, String)> {
        let first = self.unmapped.first()?;
        let details: Vec<&str> = self.unmapped.iter().map(|unmapped| &*unmapped.detail).collect();
        Some((first.reason.name(), details.join("; ")))
    }
}

impl Counts {
    /// When the last message came, if one has.
    pub fn last_at(&self) -> Option<Instant> {
        Some(Instant::from_ns(self.last_at_ns.load(Relaxed))).filter(|at| *at > Instant::MIN)
    }

    /// Messages that could not be mapped, wholly or in part, by the first reason.
    pub fn unmapped(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.into_iter().zip(self.unmapped.iter().map(|count| count.load(Relaxed)))
    }

    fn count(&self, mapped: &Mapped, now: Instant) {
        self.last_at_ns.fetch_max(now.ns(), Relaxed);
        self.events.fetch_add(mapped.events.len() as u64, Relaxed);
        let place = mapped.unmapped.first().map(|unmapped| {
            Reason::ALL.iter().position(|reason| *reason == unmapped.reason).expect("all reasons are in ALL")
        });
        let count = match place {
            Some(place) => &self.unmapped[place],
            None if mapped.events.is_empty() => &self.ignored,
            None => &self.mapped,
        };
        count.fetch_add(1, Relaxed);
    }
}

fn load(path: &Path) -> Result<Mapping, Unusable> {
    let text = fs::read_to_string(path).map_err(|error| {
        let hint =
            "`mapping` names a file from where the settings lie; those that are shipped are in deploy/config/mappings";
        let mistake =
            Mistake { at: Place::START, what: format!("cannot read it: {error}"), hint: Some(hint.to_owned()) };
        Unusable { path: path.to_owned(), text: None, mistakes: vec![mistake] }
    })?;
    Mapping::parse(&text).map_err(|mistakes| Unusable { path: path.to_owned(), text: Some(text), mistakes })
}
