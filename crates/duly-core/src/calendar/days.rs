//! Working days (T4): the three readings of `N working_days`, and counting them back.
//!
//! A working day is a local date with open time of its own. Counting is by position in the years' tables of working
//! days, not from day to day.

use chrono::{Datelike, NaiveDate};

use super::hours::Hours;
use super::year::{self, WorkingDay};
use super::{DayRule, Period};
use crate::time::Instant;

impl Hours {
    pub(super) fn add_days(&self, start: Instant, days: u32, rule: DayRule) -> Option<Instant> {
        if days == 0 {
            return None;
        }
        match rule {
            DayRule::Civil => Some(self.nth_after(self.zone().date(start), days)?.hours.to),
            DayRule::SameTime => Some(self.same_time(start, self.nth_after(self.zone().date(start), days)?)),
            DayRule::AsHours => {
                let open = self.rules().day_length()?.times(days);
                self.add(start.ns(), open.ns()).map(Instant::from_ns)
            }
        }
    }

    pub(super) fn sub_days(&self, end: Instant, days: u32) -> Option<Instant> {
        if days == 0 {
            return None;
        }
        Some(self.same_time(end, self.nth_before(self.zone().date(end), days)?))
    }

    /// The hours of `date` where it is a working day.
    pub(super) fn working_day(&self, date: NaiveDate) -> Option<Period> {
        let days = self.year(index_of(date)?)?.days();
        let found = days.binary_search_by_key(&date, |day| day.date).ok()?;
        Some(days[found].hours)
    }

    /// The local time of `at` on `day`, clamped to that day's open hours. A time that is repeated there is its first
    /// occurrence, one that is skipped the end of the gap.
    fn same_time(&self, at: Instant, day: &WorkingDay) -> Instant {
        let local = day.date.and_time(self.zone().local(at).time());
        self.zone().first(local).clamp(day.hours.from, day.hours.to)
    }

    /// The `n`-th working day after `date`, `n` ≥ 1.
    fn nth_after(&self, date: NaiveDate, n: u32) -> Option<&WorkingDay> {
        let mut index = index_of(date)?;
        let mut days = self.year(index)?.days();
        let mut wanted = days.partition_point(|day| day.date <= date) + n as usize - 1;
        while wanted >= days.len() {
            wanted -= days.len();
            index += 1;
            days = self.year(index)?.days();
        }
        Some(&days[wanted])
    }

    /// The `n`-th working day before `date`, `n` ≥ 1.
    fn nth_before(&self, date: NaiveDate, n: u32) -> Option<&WorkingDay> {
        let mut index = index_of(date)?;
        let mut days = self.year(index)?.days();
        let mut before = days.partition_point(|day| day.date < date);
        let mut wanted = n as usize;
        while wanted > before {
            wanted -= before;
            index = index.checked_sub(1)?;
            days = self.year(index)?.days();
            before = days.len();
        }
        Some(&days[before - wanted])
    }
}

/// The number of the year that `date` is in; `None` outside known arithmetic.
fn index_of(date: NaiveDate) -> Option<usize> {
    usize::try_from(date.year() - year::FIRST).ok().filter(|index| *index < year::COUNT)
}
