//! How fast the log was worked through, by what was written on the way: a lane record with every transaction.

use std::collections::BTreeMap;

use duly_engine::kafka::LaneRecord;
use duly_tests::ground::{Event, Ground};
use rdkafka::message::Message as _;

/// The key of a lane record.
pub(crate) const LANE_KEY: &[u8] = b"lane";

/// The committed steps, in order of time.
pub(crate) struct Progress {
    steps: Vec<Step>,
}

struct Step {
    at_ms: i64,
    /// How many events were worked through by then.
    events: i64,
}

impl Progress {
    /// What the changelog tells.
    pub(crate) fn read(ground: &Ground) -> Self {
        let mut records = Vec::new();
        read_all(ground, &ground.cluster.topics.changelog, |message| {
            if message.key() == Some(LANE_KEY) {
                let record: LaneRecord =
                    serde_json::from_slice(message.payload().unwrap_or_default()).expect("a lane record");
                records.push((timestamp_ms(message), message.partition(), record.offset));
            }
        });
        records.sort_by_key(|(at_ms, ..)| *at_ms);
        let (mut offsets, mut steps) = (BTreeMap::new(), Vec::new());
        for (at_ms, partition, offset) in records {
            if offsets.insert(partition, offset) != Some(offset) {
                steps.push(Step { at_ms, events: offsets.values().sum() });
            }
        }
        Progress { steps }
    }

    /// How many events were worked through.
    pub(crate) fn events(&self) -> i64 {
        self.steps.last().map_or(0, |step| step.events)
    }

    /// When the last of them was, in milliseconds since 1970.
    pub(crate) fn ended_at_ms(&self) -> i64 {
        self.steps.last().map_or(0, |step| step.at_ms)
    }

    /// Events a second, the first fifth and the last tenth left out: lanes are taken up one after another, and run dry so.
    pub(crate) fn rate(&self) -> f64 {
        let at = |tenth: i64| self.steps.iter().find(|step| step.events * 10 >= self.events() * tenth).expect("a step");
        let (from, to) = (at(2), at(9));
        assert!(from.at_ms < to.at_ms, "too few events to measure with");
        (to.events - from.events) as f64 * 1e3 / (to.at_ms - from.at_ms) as f64
    }
}

/// Reads all that is committed of a topic of `ground`, which nobody writes to any more.
pub(crate) fn read_all(ground: &Ground, topic: &str, mut each: impl FnMut(&rdkafka::message::BorrowedMessage<'_>)) {
    let mut ended = vec![false; ground.partitions];
    ground.read(topic, ground.partitions, |event| {
        match event {
            Event::Record(message) => each(message),
            Event::End(partition) => ended[partition as usize] = true,
            Event::Nothing => {}
        }
        ended.iter().all(|ended| *ended)
    });
}

/// When a record was written.
pub(crate) fn timestamp_ms(message: &impl rdkafka::message::Message) -> i64 {
    message.timestamp().to_millis().expect("records have timestamps")
}
