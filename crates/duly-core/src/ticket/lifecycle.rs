//! The lifecycle: which transitions between status classes are known.
//!
//! The CRM is the truth. A transition that this table does not know is applied all the same, and reported as an anomaly.

use crate::policy::StatusClass::{self, Cancelled, Closed, Merged, New, OnHold, Open, Pending, Resolved};

/// Whether a ticket may go from one class to another without anybody wondering.
pub fn is_known_transition(from: StatusClass, to: StatusClass) -> bool {
    match from {
        New => true,
        Open | Pending | OnHold => to != New,
        Resolved => matches!(to, Open | Pending | OnHold | Closed | Merged),
        Closed => matches!(to, Open | Pending | OnHold | Merged),
        Cancelled | Merged => false,
    }
}

/// Whether the step is a reopening: from resolved or closed back to a live class (T9).
pub fn is_reopening(from: StatusClass, to: StatusClass) -> bool {
    matches!(from, Resolved | Closed) && to.is_live()
}
