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

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::{Cluster, KafkaError};
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
    let run = move || {
        let context = setup.cluster.context.clone();
        if std::panic::catch_unwind(AssertUnwindSafe(|| run(&setup))).is_err() {
            context.tell("the reader of sources has failed, which is a defect; start again to go on where it was");
        }
    };
    Builder::new().name("sources".to_owned()).spawn(run).map_err(|error| KafkaError::Thread(error.to_string()))
}

/// One session after another, until it is to end.
fn run(setup: &Setup) {
    let mut pause = PAUSE;
    while !setup.is_stopping.load(Relaxed) {
        match Session::open(setup).map(Session::run) {
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
