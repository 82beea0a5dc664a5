//! The model's calendar: a long row of minutes, each open or closed, and everything found by walking along it.
//!
//! Only zones without daylight saving time are known; the calendars of the core are tested elsewhere.

use duly_core::calendar::{Interval, Spec, Weekday};

use crate::minute::{DAY, Minute, date};

/// Days that a row reaches beyond the history, so that deadlines can be counted forward and reminders back.
const DAYS_BEFORE: i64 = 40;
const DAYS_AFTER: i64 = 120;

/// The time that a row spans, and in which steps it is walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// The first instant of the history.
    pub(super) first: Minute,
    /// The last one.
    pub(super) last: Minute,
    /// Minutes per step; all instants, openings, durations and reminders are multiples of it.
    pub(super) step: Minute,
}

/// A calendar, minute by minute.
#[derive(Debug)]
pub(super) struct Calendar {
    /// What it was made of; `None` is round the clock.
    pub(super) spec: Option<Spec>,
    offset: Minute,
    begin: Minute,
    step: Minute,
    row: Vec<bool>,
}

impl Calendar {
    /// The calendar of `spec` (T1), or round the clock.
    pub(super) fn new(spec: Option<&Spec>, reach: Reach) -> Self {
        let offset = spec.map_or(0, |spec| offset_of(&spec.zone));
        let day_of = |minute: Minute| (minute + offset).div_euclid(DAY);
        let days = day_of(reach.first) - DAYS_BEFORE..=day_of(reach.last) + DAYS_AFTER;
        let mut row = Vec::new();
        for day in days.clone() {
            let hours = spec.map(|spec| hours_of(spec, day));
            for minute in (0..DAY).step_by(reach.step as usize) {
                let is_in = |interval: &(Minute, Minute)| interval.0 <= minute && minute < interval.1;
                row.push(
                    hours.as_ref().is_none_or(|(open, breaks)| open.iter().any(is_in) && !breaks.iter().any(is_in)),
                );
            }
        }
        Calendar { spec: spec.cloned(), offset, begin: days.start() * DAY - offset, step: reach.step, row }
    }

    /// Whether the minute that begins at `at` is open: the opening instant is, the closing one is not (T1).
    pub(super) fn is_open(&self, at: Minute) -> bool {
        assert_eq!((at - self.begin) % self.step, 0, "the model walks in steps of {} minutes", self.step);
        *self.row.get(((at - self.begin) / self.step) as usize).expect("the model's calendar ends here")
    }

    /// Open minutes from `from` to `to`; none where that is reversed (T3).
    pub(super) fn between(&self, from: Minute, to: Minute) -> Minute {
        let mut open = 0;
        let mut at = from;
        while at < to {
            if self.is_open(at) {
                open += self.step;
            }
            at += self.step;
        }
        open
    }

    /// Where `open` minutes from `from` on are used up; no minutes at all end at the first open instant (T3).
    pub(super) fn forward(&self, from: Minute, mut open: Minute) -> Minute {
        let mut at = from;
        while open == 0 && !self.is_open(at) {
            at += self.step;
        }
        while open > 0 {
            if self.is_open(at) {
                open -= self.step;
            }
            at += self.step;
        }
        at
    }

    /// The last instant from which `open` minutes lie before `to`.
    pub(super) fn back(&self, to: Minute, mut open: Minute) -> Minute {
        let mut at = to;
        while open > 0 {
            at -= self.step;
            if self.is_open(at) {
                open -= self.step;
            }
        }
        at
    }

    /// The local day that `at` falls on, counted from the epoch.
    pub(super) fn day(&self, at: Minute) -> i64 {
        (at + self.offset).div_euclid(DAY)
    }

    /// When the local day begins.
    pub(super) fn midnight(&self, day: i64) -> Minute {
        day * DAY - self.offset
    }

    /// The first and the last open instant of a local day, the latter being the close of business; `None` on a day that
    /// is no working day (T4).
    pub(super) fn business(&self, day: i64) -> Option<(Minute, Minute)> {
        let open =
            (self.midnight(day)..self.midnight(day + 1)).step_by(self.step as usize).filter(|at| self.is_open(*at));
        open.fold(None, |business, at| Some((business.map_or(at, |(opening, _)| opening), at + self.step)))
    }

    /// The `count`th working day after `day`, or before it where `direction` is -1.
    pub(super) fn working_day(&self, mut day: i64, direction: i64, mut count: u32) -> i64 {
        while count > 0 {
            day += direction;
            if self.business(day).is_some() {
                count -= 1;
            }
        }
        day
    }
}

/// Intervals of a local day, in minutes from midnight.
type Hours = Vec<(Minute, Minute)>;

/// The zones of the tests, in minutes ahead of UTC.
fn offset_of(zone: &str) -> Minute {
    match zone {
        "UTC" | "Etc/UTC" => 0,
        "Asia/Kolkata" => 330,
        "Asia/Shanghai" => 480,
        "Asia/Tokyo" => 540,
        _ => panic!("the model does not know the zone {zone}: it has only some without daylight saving time"),
    }
}

/// The open hours and the breaks of a local day. `open` beats a make-up workday, which beats a
/// holiday, which beats the week.
fn hours_of(spec: &Spec, day: i64) -> (Hours, Hours) {
    const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let weekday = WEEK[(day + 3).rem_euclid(7) as usize]; // 1970-01-01 was a Thursday.
    let date = date(day);
    let open = if let Some(hours) = spec.open.get(&date).or_else(|| spec.makeup.get(&date)) {
        hours.as_slice()
    } else if spec.holidays.contains_key(&date) {
        &[]
    } else {
        spec.week.get(&weekday).map_or(&[][..], Vec::as_slice)
    };
    let minutes = |hours: &[Interval]| {
        hours.iter().map(|hours| (i64::from(hours.from().s()) / 60, i64::from(hours.to().s()) / 60)).collect()
    };
    (minutes(open), spec.breaks.get(&date).map_or_else(Vec::new, |breaks| minutes(breaks)))
}
