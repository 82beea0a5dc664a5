//! One year, worked out: its open periods with running totals, and its working days.
//!
//! Invariants: periods are sorted, do not overlap or touch, are not empty, and lie within the UTC year; working days
//! are those local dates of the year that have open time, in order. Both are only read once built, without allocating.

use chrono::NaiveDate;

use super::rules::Rules;
use super::zone::Zone;
use super::{Interval, Period};
/// The first year of known arithmetic.
pub(super) const FIRST: i32 = 1969;
/// How many years arithmetic knows: 1969 to 2260. An `i64` of nanoseconds holds the open time of so many, not of more.
pub(super) const COUNT: usize = 292;

/// Where each UTC year begins, and the last one ends.
static STARTS: [i64; COUNT + 1] = starts();

/// The year that `at` falls into, counted from [`FIRST`]; what lies outside counts as the nearest.
pub(super) fn index_of(at: i64) -> usize {
    /// A mean Gregorian year: counted from 1970 it is off by less than two days, so by at most one year.
    const MEAN_NS: i64 = 31_556_952 * 1_000_000_000;
    let at = at.clamp(STARTS[0], STARTS[COUNT] - 1);
    let estimate = ((at.div_euclid(MEAN_NS) + 1970 - i64::from(FIRST)) as usize).min(COUNT - 1);
    estimate - usize::from(at < STARTS[estimate]) + usize::from(at >= STARTS[estimate + 1])
}

const fn starts() -> [i64; COUNT + 1] {
    const DAY_NS: i64 = 86_400 * 1_000_000_000;
    let mut starts = [0; COUNT + 1];
    let mut i = 0;
    while i <= COUNT {
        let years = FIRST as i64 + i as i64 - 1;
        let days_to_epoch = 719_162; // from 0001-01-01 to 1970-01-01
        starts[i] = (years * 365 + years / 4 - years / 100 + years / 400 - days_to_epoch) * DAY_NS;
        i += 1;
    }
    starts
}

/// An open period in nanoseconds since the epoch, with the open time of the year up to its end.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i64,
    to: i64,
    total: i64,
}

impl Stretch {
    /// The open time of the year up to its beginning.
    const fn total_before(&self) -> i64 {
        self.total - (self.to - self.from)
    }
}

/// A local date with open time, from its first opening to its close of business.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorkingDay {
    pub(super) date: NaiveDate,
    pub(super) hours: Period,
}

/// A compiled year.
#[derive(Debug)]
pub(super) struct Year {
    stretches: Box<[Stretch]>,
    days: Box<[WorkingDay]>,
}

impl Year {
    /// Works out the year `index` years after [`FIRST`].
    pub(super) fn compile(zone: Zone, rules: &Rules, index: usize) -> Year {
        let year = FIRST + index as i32;
        let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("within chrono's years");
        let (begin, end) = (date(year, 1, 1), date(year, 12, 31));
        let mut periods = Vec::new();
        let mut days = Vec::new();
        // Local dates of the neighbouring years reach into this UTC year: by an offset, or a day that was lived twice.
        for date in rules.candidates(date(year - 1, 12, 30)..=date(year + 1, 1, 2)) {
            let before = periods.len();
            periods.extend(rules.day(date).hours.into_iter().filter_map(|hours| period(zone, date, hours)));
            if (begin..=end).contains(&date) {
                days.extend(working_day(date, &periods[before..]));
            }
        }
        Year { stretches: unite(periods, STARTS[index], STARTS[index + 1]), days: days.into() }
    }

    /// All open time of the year.
    pub(super) fn total(&self) -> i64 {
        self.stretches.last().map_or(0, |last| last.total)
    }

    /// The first period that ends after `at`, and the open time of the year up to `at`.
    pub(super) fn locate(&self, at: i64) -> (usize, i64) {
        let next = self.stretches.partition_point(|stretch| stretch.to <= at);
        let before = match self.stretches.get(next) {
            Some(stretch) => stretch.total_before() + (at - stretch.from).max(0),
            None => self.total(),
        };
        (next, before)
    }

    /// When `open`, more than none and at most [`Year::total`], of the year's open time has passed: a closing instant
    /// rather than the next opening. Looks from period `hint` on.
    pub(super) fn reached(&self, open: i64, hint: usize) -> i64 {
        let left = &self.stretches[hint..];
        let stretch = &left[left.partition_point(|stretch| stretch.total < open)];
        stretch.to - (stretch.total - open)
    }

    /// The latest instant by which no more than `open`, less than [`Year::total`], of the year's open time has passed:
    /// an opening instant rather than the closing before it.
    pub(super) fn left_at(&self, open: i64) -> i64 {
        let stretch = &self.stretches[self.stretches.partition_point(|stretch| stretch.total <= open)];
        stretch.from + (open - stretch.total_before())
    }

    /// The period number `index`, as instants since the epoch.
    pub(super) fn stretch(&self, index: usize) -> Option<(i64, i64)> {
        self.stretches.get(index).map(|stretch| (stretch.from, stretch.to))
    }

    /// The closing instant of the last period that begins at or before `at`, or `at` where that is sooner.
    pub(super) fn last_open(&self, at: i64) -> Option<i64> {
        let after = self.stretches.partition_point(|stretch| stretch.from <= at);
        Some(self.stretches[after.checked_sub(1)?].to.min(at))
    }

    /// The working days whose local date is in this year.
    pub(super) fn days(&self) -> &[WorkingDay] {
        &self.days
    }
}

/// The instants between which `hours` of `date` are open; `None` where a change of the clock skips them.
fn period(zone: Zone, date: NaiveDate, hours: Interval) -> Option<Period> {
    let (from, to) = (zone.opening(date, hours.from()), zone.closing(date, hours.to()));
    (from < to).then_some(Period { from, to })
}

/// The working day that `periods` of `date` make.
fn working_day(date: NaiveDate, periods: &[Period]) -> Option<WorkingDay> {
    let from = periods.iter().map(|period| period.from).min()?;
    let to = periods.iter().map(|period| period.to).max()?;
    Some(WorkingDay { date, hours: Period { from, to } })
}

/// `periods` within `begin..end`, sorted, those that overlap or touch united (T7), with running totals.
fn unite(mut periods: Vec<Period>, begin: i64, end: i64) -> Box<[Stretch]> {
    periods.sort_unstable();
    let mut stretches: Vec<Stretch> = Vec::with_capacity(periods.len());
    for Period { from, to } in periods {
        let (from, to) = (from.ns().max(begin), to.ns().min(end));
        match stretches.last_mut() {
            _ if from >= to => {}
            Some(last) if from <= last.to => last.to = last.to.max(to),
            _ => stretches.push(Stretch { from, to, total: 0 }),
        }
    }
    let mut total = 0;
    for stretch in &mut stretches {
        total += stretch.to - stretch.from;
        stretch.total = total;
    }
    stretches.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn every_instant_has_its_year() {
        for (index, start) in STARTS[..COUNT].iter().enumerate() {
            let year = NaiveDate::from_ymd_opt(FIRST + index as i32, 1, 1).expect("a date");
            assert_eq!(Instant::from_chrono(year.into()), Some(Instant::from_ns(*start)));
            assert_eq!(index_of(*start), index);
            assert_eq!(index_of(*start - 1), index.saturating_sub(1));
            assert_eq!(index_of(STARTS[index + 1] - 1), index);
        }
        assert_eq!((index_of(i64::MIN), index_of(i64::MAX)), (0, COUNT - 1));
    }
}
