//! Calendars: open hours in a time zone, and all arithmetic on open time (T1–T7, T12).
//!
//! A [`Spec`] says what is open; [`Calendar::compile`] checks it and makes it fast. Local years are worked out the
//! first time that something asks about them and then only read, so a calendar is cheap to make, has no locks where it
//! is used, and gives the same answers in whatever order it is asked.
//!
//! - [`spec`]: what a calendar is made of; `mistake`: what can be wrong with it.
//! - `rules`: which hours a local date has, by precedence. `zone`: from local time to instants (T7).
//! - `year`: one compiled year. `hours`: all years, and the arithmetic on open time. `days`: working days (T4).
//! - [`holidays`]: tables to make specs of. [`vectors`]: facts in a file to check a calendar with.
//!
//! Arithmetic is known from 1969 to 2260, about what nanoseconds reach; every search ends there. Names of holiday
//! tables, files and time-zone releases are deliberately not looked up here: a spec arrives resolved (I3).

mod days;
mod hours;
mod mistake;
mod rules;
pub mod spec;
mod year;
mod zone;

pub mod holidays;
pub mod vectors;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use chrono_tz::Tz;

pub use rules::{Day, DayKind};
pub use spec::{DayRule, Interval, Mistake, Place, Spec, TimeOfDay, Weekday};

use crate::time::{Instant, SECOND_NS, Span};
use hours::Hours;

/// An open period: `from` is open, `to` is not (T1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first open instant.
    pub from: Instant,
    /// The closing instant.
    pub to: Instant,
}

/// When a local date begins in `zone`: where the day before is over for good.
pub fn day_start(zone: Tz, date: NaiveDate) -> Instant {
    date.pred_opt().map_or(Instant::MIN, |before| zone::Zone::new(zone).day_end(before))
}

/// A calendar that can be asked: made from a [`Spec`] once, shared by all threads.
#[derive(Debug)]
pub struct Calendar(Kind);

#[derive(Debug)]
enum Kind {
    RoundTheClock,
    Hours(Box<Hours>),
}

impl Calendar {
    /// Checks `spec` and makes it ready to be asked. No year is worked out yet.
    ///
    /// # Errors
    /// Every mistake in the spec, not just the first.
    pub fn compile(spec: &Spec) -> Result<Calendar, Vec<Mistake>> {
        Ok(Calendar(Kind::Hours(Box::new(Hours::compile(spec)?))))
    }

    /// The calendar `24x7`: always open, without a zone and so without working days (T4).
    pub const fn round_the_clock() -> Calendar {
        Calendar(Kind::RoundTheClock)
    }

    /// The instant at which `open` of open time has passed since `start` (T3).
    ///
    /// Where that uses up the last of a period it is the closing instant. Zero gives the first open instant at or
    /// after `start`. `None` where there is not that much open time before the end of known arithmetic.
    pub fn add(&self, start: Instant, open: Span) -> Option<Instant> {
        match &self.0 {
            Kind::RoundTheClock => start.ns().checked_add(open.ns()),
            Kind::Hours(hours) => hours.add(start.ns(), open.ns()),
        }
        .map(Instant::from_ns)
    }

    /// The latest instant from which `open` of open time leads to `end`.
    ///
    /// Where that uses up the first of a period it is the opening instant. Zero gives `end` itself where it is open or
    /// a closing instant, otherwise the closing instant before. `None` where there is not that much open time before.
    pub fn sub(&self, end: Instant, open: Span) -> Option<Instant> {
        match &self.0 {
            Kind::RoundTheClock => end.ns().checked_sub(open.ns()),
            Kind::Hours(hours) => hours.sub(end.ns(), open.ns()),
        }
        .map(Instant::from_ns)
    }

    /// The open time in `from..to`; none where that is reversed (T3).
    pub fn between(&self, from: Instant, to: Instant) -> Span {
        match &self.0 {
            Kind::RoundTheClock => to.since(from),
            Kind::Hours(hours) => Span::from_ns(hours.between(from.ns(), to.ns())),
        }
    }

    /// The first open instant at or after `at`.
    pub fn next_open(&self, at: Instant) -> Option<Instant> {
        self.add(at, Span::ZERO)
    }

    /// Whether `at` is open: an opening instant is, a closing one is not (T1).
    pub fn is_open(&self, at: Instant) -> bool {
        match &self.0 {
            Kind::RoundTheClock => true,
            Kind::Hours(hours) => hours.is_open(at.ns()),
        }
    }

    /// The open periods from `from` on, the first one cut there, in order. Periods that touch are one, also across
    /// midnight and New Year.
    pub fn periods(&self, from: Instant) -> impl Iterator<Item = Period> + '_ {
        let (always, hours) = match &self.0 {
            Kind::RoundTheClock => (Some(Period { from, to: Instant::MAX }), None),
            Kind::Hours(hours) => (None, Some(hours)),
        };
        always.into_iter().chain(hours.into_iter().flat_map(move |hours| hours.periods(from)))
    }

    /// The instant `days` working days after `start` by `rule` (T4).
    ///
    /// `None` where there are not that many working days before the end of known arithmetic, where the calendar has no
    /// working days at all, where `as_hours` is asked of a calendar without `day`, and for zero days: T4 starts at one.
    pub fn add_days(&self, start: Instant, days: u32, rule: DayRule) -> Option<Instant> {
        match &self.0 {
            Kind::RoundTheClock => None,
            Kind::Hours(hours) => hours.add_days(start, days, rule),
        }
    }

    /// The same local time on the `days`-th working day before the local day of `end`, clamped to that day's open
    /// hours. `None` as for [`Calendar::add_days`].
    pub fn sub_days(&self, end: Instant, days: u32) -> Option<Instant> {
        match &self.0 {
            Kind::RoundTheClock => None,
            Kind::Hours(hours) => hours.sub_days(end, days),
        }
    }

    /// The end of the local day of `at`: `civil` working days count from there. On `24x7` the end of the UTC day.
    ///
    /// A day that a clock set back returns to ends when it is over for good.
    pub fn day_end(&self, at: Instant) -> Instant {
        const DAY_NS: i64 = 86_400 * SECOND_NS;
        match &self.0 {
            Kind::RoundTheClock => {
                Instant::from_ns((at.ns().div_euclid(DAY_NS)).saturating_add(1).saturating_mul(DAY_NS))
            }
            Kind::Hours(hours) => hours.zone().day_end(hours.zone().date(at)),
        }
    }

    /// Whether working days can be counted on this calendar: not on `24x7` (T4).
    pub const fn has_working_days(&self) -> bool {
        matches!(self.0, Kind::Hours(_))
    }

    /// The instant up to which holidays are known: the end of that local day (T12). `None` where nothing is published
    /// year by year.
    pub fn known_until(&self) -> Option<Instant> {
        let hours = self.hours()?;
        Some(hours.zone().day_end(hours.rules().known_until()?))
    }

    /// The name of the holiday that closes the local date of `at`, empty where it has none. `None` where no holiday
    /// does: on an ordinary day, a make-up workday, or a date whose hours are stated.
    pub fn closed_as(&self, at: Instant) -> Option<&str> {
        let hours = self.hours()?;
        hours.rules().holiday(hours.zone().date(at))
    }

    /// What the rules say about a local date: its hours before any change of the clock. `None` on `24x7`.
    pub fn day(&self, date: NaiveDate) -> Option<Day<'_>> {
        Some(self.hours()?.rules().day(date))
    }

    /// From the first opening to the close of business of a local date; `None` where it is no working day.
    pub fn working_day(&self, date: NaiveDate) -> Option<Period> {
        self.hours()?.working_day(date)
    }

    /// The zone that local dates are told in: UTC for `24x7`.
    pub fn zone(&self) -> Tz {
        self.hours().map_or(Tz::UTC, |hours| hours.zone().tz())
    }

    fn hours(&self) -> Option<&Hours> {
        match &self.0 {
            Kind::RoundTheClock => None,
            Kind::Hours(hours) => Some(hours),
        }
    }
}
