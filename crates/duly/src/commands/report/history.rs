//! The history that a review is about: logs in files, the log on Kafka, or the store of an engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use duly_core::lane::{Lane, Settings};
use duly_core::time::Instant;
use duly_engine::kafka::{Period, TicketLog};
use duly_engine::sqlite::ReadOnly;
use miette::IntoDiagnostic as _;

use crate::commands::replay::accounts::Accounts;
use crate::commands::replay::lanes::Lanes;
use crate::commands::replay::{from_files, from_kafka};
use crate::controls;
use crate::files::tell;
use crate::kafka::{Failed, KafkaArgs};

/// Everything that was read.
#[derive(Debug)]
pub(in crate::commands) struct History {
    /// With all tickets, and what is in force on them.
    pub(in crate::commands) lanes: Vec<Lane>,
    /// Up to when it is known what happened: the latest event, or the watermark of a store.
    pub(in crate::commands) latest: Instant,
}

/// What a lane is told that only looks back.
pub(super) fn settings() -> Settings {
    Settings { is_durable: false, ..Settings::default() }
}

/// Reads what the options name.
pub(in crate::commands) fn read(
    logs: &[PathBuf],
    store: Option<&Path>,
    kafka: &KafkaArgs,
    controls: &controls::Args,
) -> miette::Result<History> {
    match (store, kafka.cluster()?) {
        (Some(store), _) => from_store(store),
        (None, Some(cluster)) => {
            let controls = Arc::new(controls.load_or_published(&cluster)?);
            let log = TicketLog::open(&cluster, Period::default()).map_err(Failed::from)?;
            let mut lanes = Lanes::new(log.partitions(), Instant::MAX, &controls, None);
            let mut accounts = Accounts::default();
            let latest = from_kafka::read(log, &cluster.topics.tickets, None, &mut lanes, &mut accounts)?;
            accounts.tell("records");
            Ok(History { lanes: lanes.into_inner(), latest })
        }
        (None, None) => {
            let mut lanes = Lanes::new(1, Instant::MAX, &Arc::new(controls.load()?), None);
            let (mut accounts, mut latest) = (Accounts::default(), Instant::MIN);
            for log in logs {
                latest = latest.max(from_files::read(log, &mut lanes, &mut accounts)?);
            }
            accounts.tell("lines");
            Ok(History { lanes: lanes.into_inner(), latest })
        }
    }
}

fn from_store(path: &Path) -> miette::Result<History> {
    let lane = ReadOnly::open(path).and_then(|store| store.lane(settings())).into_diagnostic()?;
    if lane.retired() > 0 {
        tell!("{} tickets were closed long ago and are retired: only a log has their events", lane.retired());
    }
    let latest = lane.watermark();
    Ok(History { lanes: vec![lane], latest })
}
