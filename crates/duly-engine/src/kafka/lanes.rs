//! The lanes of a worker, whatever they are at.

use std::collections::BTreeMap;

use super::live::Live;

/// A question about lanes, which carries its own reply.
pub(super) type Question = Box<dyn FnOnce(&Lanes) + Send>;

/// The lanes of a worker by partition.
pub(super) type Lanes = BTreeMap<i32, Slot>;

/// A lane that the group gave to the worker.
pub(super) enum Slot {
    /// It is being restored.
    Restoring(u64),
    /// It is at work.
    Live(Box<Live>),
    /// What is stored of it can not be used, for the reason told.
    Refused(String),
}

/// Why a lane stands still whose breaker has tripped.
pub(super) const FROZEN: &str = "too many of its last records can not be read; mend what sends them, then resume it";

impl Slot {
    /// Why it will do nothing more by itself.
    pub(super) fn stands_still(&self) -> Option<&str> {
        match self {
            Slot::Refused(why) => Some(why),
            Slot::Live(live) if live.is_frozen() => Some(FROZEN),
            Slot::Live(_) | Slot::Restoring(_) => None,
        }
    }

    /// Whether it reads towards an end that it was told.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self, Slot::Live(live) if live.tail.is_open())
    }
}

/// The lanes at work.
pub(super) fn live(lanes: &mut Lanes) -> impl Iterator<Item = (i32, &mut Live)> {
    lanes.iter_mut().filter_map(|(partition, slot)| match slot {
        Slot::Live(live) => Some((*partition, &mut **live)),
        Slot::Restoring(_) | Slot::Refused(_) => None,
    })
}
