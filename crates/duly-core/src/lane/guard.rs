//! Fencing in a failure of the core: a panic on one ticket is that ticket's affair, not the lane's (DESIGN §7).
//!
//! Whoever uses it puts back what the failed work may have left half done; then it does not matter that it was unwound.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Settings;
use crate::control::Controls;
use crate::ticket::Record;
use crate::time::Instant;

impl Settings {
    /// Fails where that is wanted.
    pub(super) fn fail_if_wanted(&self, record: &Record, controls: &Controls, until: Instant) {
        assert!(!self.fails_on.is_some_and(|fails| fails(record, controls, until)), "the core was made to fail");
    }
}

/// Does `work`, or says how the core failed in it.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| message(&*payload))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}
