//! Calendars: open hours in a time zone, and all arithmetic on open time (T1–T7, T12).

mod spec;

pub use spec::{DayRule, Interval, Spec, TimeOfDay, Weekday};
