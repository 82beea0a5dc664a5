//! Which hours a local date has: the rules of a spec by precedence, still in local time.
//!
//! `open` beats everything, a make-up workday beats holidays and the week, a holiday beats the week; `breaks` are then
//! taken out of whatever opened the date.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::spec::{Interval, Spec, Weekday};
use crate::time::Span;

/// A local date as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day<'a> {
    /// The date.
    pub date: NaiveDate,
    /// Which rule gave its hours.
    pub kind: DayKind<'a>,
    /// Its open hours, sorted and disjoint, less its breaks; empty where it is closed.
    pub hours: Vec<Interval>,
}

/// Which rule gave a date its hours, or took them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// The week.
    Week,
    /// A holiday of this name, which may be empty.
    Holiday(&'a str),
    /// A make-up workday.
    Makeup,
    /// Hours stated for this date alone.
    Open,
}

/// The rules of a checked spec.
#[derive(Debug)]
pub(super) struct Rules {
    week: BTreeMap<Weekday, Vec<Interval>>,
    holidays: BTreeMap<NaiveDate, String>,
    makeup: BTreeMap<NaiveDate, Vec<Interval>>,
    open: BTreeMap<NaiveDate, Vec<Interval>>,
    breaks: BTreeMap<NaiveDate, Vec<Interval>>,
    day: Option<Span>,
    known_until: Option<NaiveDate>,
}

impl Rules {
    pub(super) fn new(spec: &Spec) -> Self {
        Rules {
            week: sorted(&spec.week),
            holidays: spec.holidays.clone(),
            makeup: sorted(&spec.makeup),
            open: sorted(&spec.open),
            breaks: sorted(&spec.breaks),
            day: spec.day,
            known_until: spec.known_until,
        }
    }

    pub(super) const fn day_length(&self) -> Option<Span> {
        self.day
    }

    pub(super) const fn known_until(&self) -> Option<NaiveDate> {
        self.known_until
    }

    /// The name of the holiday that closes `date`.
    pub(super) fn holiday(&self, date: NaiveDate) -> Option<&str> {
        match self.rule(date) {
            (DayKind::Holiday(name), _) => Some(name),
            _ => None,
        }
    }

    /// All about `date`.
    pub(super) fn day(&self, date: NaiveDate) -> Day<'_> {
        let (kind, hours) = self.rule(date);
        let hours = match self.breaks.get(&date) {
            Some(breaks) => without(hours, breaks),
            None => hours.to_vec(),
        };
        Day { date, kind, hours }
    }

    /// The dates of `range` that may be open, in order. A calendar without weekly hours is open on few.
    pub(super) fn candidates(&self, range: RangeInclusive<NaiveDate>) -> Vec<NaiveDate> {
        if self.week.values().any(|hours| !hours.is_empty()) {
            return range.start().iter_days().take_while(|date| range.contains(date)).collect();
        }
        let single = |dates: &BTreeMap<NaiveDate, Vec<Interval>>| {
            dates.range(range.clone()).map(|(date, _)| *date).collect::<Vec<_>>()
        };
        let mut dates = [single(&self.open), single(&self.makeup)].concat();
        dates.sort_unstable();
        dates.dedup();
        dates
    }

    /// Whether any date is ever open. Holidays and breaks are finite, so weekly hours always come round again.
    pub(super) fn ever_opens(&self) -> bool {
        let weekly = self.week.values().any(|hours| !hours.is_empty());
        weekly || self.open.keys().chain(self.makeup.keys()).any(|date| !self.day(*date).hours.is_empty())
    }

    /// The rule that holds on `date`, and the hours it gives.
    fn rule(&self, date: NaiveDate) -> (DayKind<'_>, &[Interval]) {
        if let Some(hours) = self.open.get(&date) {
            (DayKind::Open, hours)
        } else if let Some(hours) = self.makeup.get(&date) {
            (DayKind::Makeup, hours)
        } else if let Some(name) = self.holidays.get(&date) {
            (DayKind::Holiday(name), &[])
        } else {
            (DayKind::Week, self.week.get(&date.weekday().into()).map_or(&[], Vec::as_slice))
        }
    }
}

/// The same intervals by key, each list in order of time.
fn sorted<K: Ord + Copy>(intervals: &BTreeMap<K, Vec<Interval>>) -> BTreeMap<K, Vec<Interval>> {
    let in_order = |list: &Vec<Interval>| {
        let mut list = list.clone();
        list.sort_unstable();
        list
    };
    intervals.iter().map(|(key, list)| (*key, in_order(list))).collect()
}

/// `hours` less `breaks`; both in order, breaks may overlap.
fn without(hours: &[Interval], breaks: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::with_capacity(hours.len() + breaks.len());
    for hour in hours {
        let mut from = hour.from();
        for pause in breaks.iter().filter(|pause| pause.from() < hour.to() && pause.to() > hour.from()) {
            left.extend(Interval::new(from, pause.from()));
            from = from.max(pause.to());
        }
        left.extend(Interval::new(from, hour.to()));
    }
    left
}
