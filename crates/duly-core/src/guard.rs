//! Fencing in a failure of the core: a panic on one ticket is that ticket's affair, and one on a record that record's, not the lane's
//! (DESIGN §7).
//!
//! Whoever uses it puts back what the failed work may have left half done; then it does not matter that it was unwound.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does `work`, or says how the core failed in it.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| message(&*payload))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}
