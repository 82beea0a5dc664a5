//! What only an engine on Kafka shows: its lanes, one by one, and what befalls transactions and the group.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use duly_core::time::Instant;

use super::declared;
use super::page::Page;
use crate::handle::{LaneState, LaneStatus};
use crate::kafka::Counters;

/// How many sources are shown.
const SOURCES_MAX: usize = 100;

/// How a lane stands.
pub(super) fn lane(page: &mut Page, status: &LaneStatus) {
    let lane = status.lane.to_string();
    for state in LaneState::NAMES {
        let is_so = status.state.name() == state;
        page.set(&declared::LANE_STATE, &[&lane, state], f64::from(u8::from(is_so)));
    }
    let (LaneState::Live(live) | LaneState::Frozen(live)) = &status.state else { return };
    page.set(&declared::LANE_LAG, &[&lane], live.lag.unwrap_or_default() as f64);
    if let Some(watermark) = live.watermark {
        page.set(&declared::LANE_WATERMARK, &[&lane], watermark.ns() as f64 / 1e9);
    }
}

/// How far sources have come by what their marks say. Anybody who may write to the log may name one, so that not all are shown.
pub(super) fn sources<'l>(page: &mut Page, lanes: impl IntoIterator<Item = &'l LaneStatus>) {
    let mut reached: BTreeMap<&str, Instant> = BTreeMap::new();
    for lane in lanes {
        let (LaneState::Live(live) | LaneState::Frozen(live)) = &lane.state else { continue };
        for (source, _, at) in live.sources.parts() {
            let earliest = reached.entry(source).or_insert(at);
            *earliest = at.min(*earliest);
        }
    }
    for (source, at) in reached.into_iter().take(SOURCES_MAX) {
        page.set(&declared::SOURCE_REACHED, &[source], at.ns() as f64 / 1e9);
    }
}

/// What is counted, and how many control events were read.
pub(super) fn counters(page: &mut Page, counters: &Counters, controls: usize) {
    let load = |counter: &AtomicU64| counter.load(Relaxed) as f64;
    page.distribution(&declared::TIMER_LATENESS, &counters.lateness);
    page.sizes(&declared::BATCH_RECORDS, &counters.batches);
    page.distribution(&declared::STEP_DURATION, &counters.steps);
    page.distribution(&declared::RESTORE_DURATION, &counters.restores);
    page.set(&declared::RESTORE_BYTES, &[], load(&counters.restored_bytes));
    page.set(&declared::RESTORES_FAILED, &[], load(&counters.restores_failed));
    page.distribution(&declared::SNAPSHOT_DURATION, &counters.snapshots);
    page.set(&declared::SNAPSHOT_BYTES, &[], load(&counters.snapshot_bytes));
    page.set(&declared::SNAPSHOTS_FAILED, &[], load(&counters.snapshots_failed));
    for (outcome, counter) in [("aborted", &counters.aborted), ("doubtful", &counters.doubtful)] {
        page.set(&declared::TRANSACTIONS_FAILED, &[outcome], load(counter));
    }
    page.set(&declared::FENCED, &[], load(&counters.fenced));
    page.set(&declared::STUCK, &[], load(&counters.stuck));
    page.set(&declared::PRODUCER_RETRIES, &[], load(&counters.retries));
    for (what, counter) in [("given", &counters.given), ("taken", &counters.taken), ("lost", &counters.lost)] {
        page.set(&declared::REBALANCES, &[what], load(counter));
    }
    page.set(&declared::CONTROL_EVENTS, &[], controls as f64);
    page.set(&declared::CONTROLS_REFUSED, &[], load(&counters.controls_refused));
}
