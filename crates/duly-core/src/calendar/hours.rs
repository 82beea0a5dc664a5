//! All years of a calendar, and the arithmetic on open time (T1, T3).
//!
//! A year is worked out when it is first asked for, once; from then on reading it takes no lock. Every walk goes from
//! year to year in one direction and ends with the last, so no search is endless.

use std::sync::OnceLock;

use super::Period;
use super::mistake::{self, Mistake};
use super::rules::Rules;
use super::spec::Spec;
use super::year::{self, Year};
use super::zone::Zone;
use crate::time::Instant;

/// A calendar with hours. Instants and spans are nanoseconds here.
pub(super) struct Hours {
    zone: Zone,
    rules: Rules,
    years: Box<[OnceLock<Year>]>,
}

impl Hours {
    pub(super) fn compile(spec: &Spec) -> Result<Hours, Vec<Mistake>> {
        let zone = Zone::new(mistake::check(spec)?);
        let years = std::iter::repeat_with(OnceLock::new).take(year::COUNT).collect();
        Ok(Hours { zone, rules: Rules::new(spec), years })
    }

    pub(super) const fn zone(&self) -> Zone {
        self.zone
    }

    pub(super) const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The year `index` years after the first; `None` after the last.
    pub(super) fn year(&self, index: usize) -> Option<&Year> {
        let year = self.years.get(index)?;
        Some(year.get_or_init(|| Year::compile(self.zone, &self.rules, index)))
    }

    /// The year that `at` falls into, with its number.
    fn year_of(&self, at: i64) -> (usize, &Year) {
        let index = year::index_of(at);
        (index, self.year(index).expect("index_of stays within the years"))
    }

    pub(super) fn add(&self, start: i64, open: i64) -> Option<i64> {
        if open == 0 {
            return self.next_open(start);
        }
        let (mut index, mut year) = self.year_of(start);
        let (mut hint, before) = year.locate(start);
        let mut want = before.checked_add(open)?;
        while want > year.total() {
            want -= year.total();
            index += 1;
            hint = 0;
            year = self.year(index)?;
        }
        Some(year.reached(want, hint))
    }

    pub(super) fn sub(&self, end: i64, open: i64) -> Option<i64> {
        if open == 0 {
            return self.last_open(end);
        }
        let (mut index, mut year) = self.year_of(end);
        let (_, mut have) = year.locate(end);
        let mut want = open;
        while want > have {
            want -= have;
            index = index.checked_sub(1)?;
            year = self.year(index)?;
            have = year.total();
        }
        Some(year.left_at(have - want))
    }

    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        if from >= to {
            return 0;
        }
        let ((first, first_year), (last, last_year)) = (self.year_of(from), self.year_of(to));
        let whole: i64 = (first..last).filter_map(|index| self.year(index)).map(Year::total).sum();
        whole + last_year.locate(to).1 - first_year.locate(from).1
    }

    pub(super) fn is_open(&self, at: i64) -> bool {
        let (_, year) = self.year_of(at);
        let (next, _) = year.locate(at);
        year.stretch(next).is_some_and(|(from, _)| from <= at)
    }

    pub(super) fn periods(&self, from: Instant) -> impl Iterator<Item = Period> + '_ {
        let mut stretches = self.stretches(from.ns()).peekable();
        std::iter::from_fn(move || {
            let (from, mut to) = stretches.next()?;
            while let Some((_, later)) = stretches.next_if(|(next, _)| *next == to) {
                to = later;
            }
            Some(Period { from: Instant::from_ns(from), to: Instant::from_ns(to) })
        })
    }

    fn next_open(&self, at: i64) -> Option<i64> {
        self.stretches(at).next().map(|(from, _)| from)
    }

    /// The last instant at or before `at` that is open or a closing one.
    fn last_open(&self, at: i64) -> Option<i64> {
        let newest = year::index_of(at);
        (0..=newest).rev().find_map(|index| self.year(index)?.last_open(at))
    }

    /// The open stretches from `at` on, the first one cut there; one that reaches over New Year comes in two.
    fn stretches(&self, at: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let (first, year) = self.year_of(at);
        let (next, _) = year.locate(at);
        (first..year::COUNT)
            .filter_map(|index| self.year(index).map(|year| (index, year)))
            .flat_map(move |(index, year)| {
                let skip = if index == first { next } else { 0 };
                (skip..).map_while(|number| year.stretch(number))
            })
            .map(move |(from, to)| (from.max(at), to))
    }
}

/// Years that nobody asked about yet are left out.
impl std::fmt::Debug for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hours").field("zone", &self.zone).field("rules", &self.rules).finish_non_exhaustive()
    }
}
