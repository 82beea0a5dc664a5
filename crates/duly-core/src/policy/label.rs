//! Durations and reminders as policies state them: these texts stand in keys and reports.

use std::fmt;

use super::{Duration, RemindAt};

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = |s: u32| match s {
            s if s % 3600 == 0 => (s / 3600, "working_hour"),
            s if s % 60 == 0 => (s / 60, "working_minute"),
            s => (s, "working_second"),
        };
        let (count, unit) = match *self {
            Duration::Elapsed(s) if s % 86_400 == 0 && s > 0 => return write!(f, "{}d", s / 86_400),
            Duration::Elapsed(s) => {
                let span = crate::time::Span::from_s(i64::from(s)).to_string();
                return f.write_str(&span.replace(' ', ""));
            }
            Duration::Open(s) => open(s),
            Duration::WorkingDays(days) => (days, "working_day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

impl fmt::Display for RemindAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RemindAt::Percent(percent) => write!(f, "{percent}%"),
            RemindAt::Before(duration) => write!(f, "{duration} before"),
        }
    }
}
