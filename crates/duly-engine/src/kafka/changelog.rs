//! What stands in the changelog: the last state of every ticket under its subject, and how far the lane is.

use duly_core::lane::Sources;
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};

use super::live::Standing;

/// The key of the lane record. A subject has a `/` in it, so it is no ticket's.
pub(super) const LANE_KEY: &[u8] = b"lane";

/// The format of [`LaneRecord`]. A newer one is refused; older ones are read.
const FORMAT: u32 = 1;

/// How far a lane is. It is written with every transaction, and settles what became of a doubtful one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneRecord {
    /// The format of this record.
    pub format: u32,
    /// The number of the last turn.
    pub turn: u64,
    /// The offset of the next record to read of the log.
    pub offset: i64,
    /// The watermark, in nanoseconds since 1970.
    pub watermark_ns: i64,
    /// How many control events it was derived under.
    pub controls: usize,
    /// How many partitions the log had.
    pub partitions: usize,
    /// Drawn when the lane began: a changelog that was made anew under the same name has another. 0 where it has none yet.
    #[serde(default)]
    pub lineage: u64,
    /// It stands still until somebody lets it go on, because so much was unreadable.
    #[serde(default)]
    pub is_frozen: bool,
    /// How far its sources have come.
    #[serde(default, skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
}

/// What is wrong with a lane record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LaneRecordError {
    /// Not as it was written.
    #[error("the lane record is damaged: {0}")]
    Damaged(String),
    /// Written by a later release.
    #[error(
        "the lane record has format {0}, and this release knows up to {FORMAT}: run the release that wrote it, or a later one"
    )]
    Newer(u32),
}

impl LaneRecord {
    pub(super) fn new(standing: &Standing, controls: usize, partitions: usize, lineage: u64) -> Self {
        let Standing { offset, watermark, turn, is_frozen, ref sources } = *standing;
        let (watermark_ns, sources) = (watermark.ns(), Sources::clone(sources));
        LaneRecord { format: FORMAT, turn, offset, watermark_ns, controls, partitions, lineage, is_frozen, sources }
    }

    /// The watermark.
    pub fn watermark(&self) -> Instant {
        Instant::from_ns(self.watermark_ns)
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, self).expect("plain data with text keys is always JSON");
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, LaneRecordError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let damaged = |error: serde_json::Error| LaneRecordError::Damaged(error.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(damaged)?;
        if head.format > FORMAT {
            return Err(LaneRecordError::Newer(head.format));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_lane_record_is_read_as_it_was_written_and_a_newer_one_is_not() {
        let record = LaneRecord::new(
            &Standing {
                offset: 42,
                watermark: Instant::from_ns(-5),
                turn: 7,
                is_frozen: true,
                sources: Arc::default(),
            },
            3,
            8,
            u64::MAX,
        );
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        assert_eq!(LaneRecord::read(&bytes), Ok(record));
        assert_eq!(LaneRecord::read(br#"{"format":9,"what":"ever"}"#), Err(LaneRecordError::Newer(9)));
        assert!(matches!(LaneRecord::read(b"\0"), Err(LaneRecordError::Damaged(_))));
    }
}
