//! Today's date: the one place of the command line that looks at the wall clock.
//!
//! Which month to show and whether holidays run out soon are questions about today. No promise is judged by it.

use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};

/// Today's date, UTC.
pub(crate) fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}
