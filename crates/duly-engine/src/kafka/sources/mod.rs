//! Raw topics of other systems, copied into the log of ticket events: read, mapped, and written in one transaction with the
//! offsets that they were read up to.
//!
//! An instance has one reader for all of its sources, in a group of its own, so that several instances share the topics. It
//! remembers nothing: a mapping needs no memory, and what is read again gives the same events again, which lanes know. So
//! whatever goes wrong ends the [session](session), and the next one goes on where the last transaction was committed.
//!
//! Between the events it writes progress marks into every partition of the log (T11). Each partition of a raw topic is a part of its
//! source: behind, it has told what the latest record read tells; at its proven end, all up to the clock.

mod context;
mod marks;
mod part;
mod session;

pub(super) use context::SourcesContext;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use duly_core::lane::Progress;

use super::{Cluster, Feed, KafkaError};
use crate::clock::Clock;
use crate::ingest::Source;
use session::{End, Session};

/// How long at least, and at most, is waited before a session follows one that has failed.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// How often somebody who waits looks whether it is to end.
const LOOK: Duration = Duration::from_millis(50);

/// What the reader is told once.
pub(super) struct Setup {
    pub(super) cluster: Cluster,
    /// The sources that have topics.
    pub(super) sources: Vec<Arc<Source>>,
    /// The name of the instance.
    pub(super) instance: String,
    /// How many partitions the log of ticket events has.
    pub(super) partitions: usize,
    pub(super) session_timeout: Duration,
    pub(super) transaction_timeout: Duration,
    /// How often at most progress marks are written.
    pub(super) progress_interval: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) is_stopping: Arc<AtomicBool>,
}

/// Starts the reader's thread.
pub(super) fn start(setup: Setup) -> Result<JoinHandle<()>, KafkaError> {
    let run = move || run(&setup);
    Builder::new().name("sources".to_owned()).spawn(run).map_err(|error| KafkaError::Thread(error.to_string()))
}

/// Says of every part that it is there, before anything is judged: what a source has that nobody has copied yet is no silence. A
/// topic that is still to be made has its say later.
pub(super) fn announce(setup: &Setup) -> Result<(), KafkaError> {
    let feed = Feed::open(&setup.cluster, &format!("sources-{}", setup.instance))?;
    let metadata = setup.cluster.metadata()?;
    for source in &setup.sources {
        let mut mark = Progress::of(&source.name);
        for topic in metadata.topics().iter().filter(|topic| source.topics.iter().any(|name| name == topic.name())) {
            let names = topic.partitions().iter().map(|partition| part::name(topic.name(), partition.id()));
            mark.reached.extend(names.map(|name| (name, part::NOTHING)));
        }
        if !mark.reached.is_empty() {
            feed.mark(&mark)?;
        }
    }
    Ok(())
}

/// One session after another, until it is to end.
fn run(setup: &Setup) {
    let mut pause = PAUSE;
    while !setup.is_stopping.load(Relaxed) {
        let session = catch_unwind(AssertUnwindSafe(|| Session::open(setup).map(Session::run)));
        match session.unwrap_or(Err(KafkaError::Panicked)) {
            Ok(End::Asked) => return,
            Ok(End::Failed { why, has_worked }) => {
                setup.cluster.context.tell(&format!("sources: {why}; they are read on from what is committed"));
                pause = if has_worked { PAUSE } else { (pause * 2).min(PAUSE_MAX) };
            }
            Err(error) => {
                setup.cluster.context.tell_seldom(&format!("sources: {error}; it is tried again"));
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
        wait(setup, pause);
    }
}

fn wait(setup: &Setup, pause: Duration) {
    let mut left = pause;
    while !left.is_zero() && !setup.is_stopping.load(Relaxed) {
        let step = LOOK.min(left);
        std::thread::sleep(step);
        left -= step;
    }
}
