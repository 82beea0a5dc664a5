//! Random calendars around changes of the clock, against a model that steps from minute to minute.
//!
//! The model shares nothing with the code but the spec: it goes from instants to local times only, never back, and
//! looks at every minute. Rules of single dates are drawn so that they fall into the stretch it looks at.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use proptest::prelude::*;

use crate::calendar::{Calendar, DayRule, Interval, Spec, TimeOfDay};
use crate::time::{Instant, Span};

const ZONES: [&str; 16] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
];
const MINUTES: i64 = 24 * 1440;
const MARGIN: i64 = 4 * 1440;

/// Minutes since the epoch, each with its local time and whether it is open.
struct Model {
    first: i64,
    local: Vec<NaiveDateTime>,
    open: Vec<bool>,
    /// Working days in order: date, first opening, close of business (minutes since the epoch).
    days: Vec<(NaiveDate, i64, i64)>,
}

impl Model {
    /// Steps through [`MINUTES`] minutes from `first`, and a margin around them.
    fn new(spec: &Spec, first: i64) -> Model {
        let zone: Tz = spec.zone.parse().expect("a zone");
        let told = |minute: i64| {
            DateTime::from_timestamp(minute * 60, 0).expect("in range").with_timezone(&zone).naive_local()
        };
        let first = first - MARGIN;
        let local: Vec<NaiveDateTime> = (first..first + MINUTES + 2 * MARGIN).map(told).collect();
        let mut model = Model { first, open: vec![false; local.len()], local, days: Vec::new() };
        let mut date = model.local[0].date();
        while date <= model.local[model.local.len() - 1].date() {
            let mut day: Option<(i64, i64)> = None;
            for hours in hours(spec, date) {
                let (from, to) = model.period(date, hours);
                if from < to {
                    model.open[from..to].fill(true);
                    let (from, to) = (model.first + from as i64, model.first + to as i64);
                    day = Some(day.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
                }
            }
            model.days.extend(day.map(|(from, to)| (date, from, to)));
            date = date.succ_opt().expect("in range");
        }
        model
    }

    /// The minutes between which `hours` of `date` are open, by stepping through all minutes (T7).
    fn period(&self, date: NaiveDate, hours: Interval) -> (usize, usize) {
        let end = self.local.len();
        let time = |time: TimeOfDay| date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(time.s() / 60));
        let first_at_or_after = |wanted| self.local.iter().position(|local| *local >= wanted).unwrap_or(end);
        let from = first_at_or_after(time(hours.from()));
        let to = time(hours.to());
        let to = match self.local.iter().rposition(|local| *local == to) {
            Some(last) if hours.to().s() < 86_400 => last,
            None if hours.to().s() < 86_400 => first_at_or_after(to),
            _ => self.local.iter().rposition(|local| local.date() <= date).map_or(0, |last| last + 1),
        };
        (from, to.min(end))
    }

    fn is_open(&self, minute: i64) -> bool {
        self.open[(minute - self.first) as usize]
    }

    fn end(&self) -> i64 {
        self.first + self.open.len() as i64 - MARGIN
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        (from..to).filter(|minute| self.is_open(*minute)).count() as i64
    }

    fn add(&self, start: i64, open: i64) -> Option<i64> {
        let mut left = open;
        (start..self.end()).find(|minute| {
            let done = left == 0 && (open > 0 || self.is_open(*minute));
            left -= i64::from(self.is_open(*minute) && left > 0);
            done
        })
    }

    fn sub(&self, end: i64, open: i64) -> Option<i64> {
        let mut left = open;
        ((self.first + MARGIN)..=end).rev().find(|minute| {
            if open == 0 {
                return self.is_open(*minute) || self.is_open(*minute - 1);
            }
            left -= i64::from(*minute < end && self.is_open(*minute));
            left == 0
        })
    }

    fn date(&self, minute: i64) -> NaiveDate {
        self.local[(minute - self.first) as usize].date()
    }

    fn civil(&self, start: i64, days: usize) -> Option<i64> {
        let (_, _, to) = *self.days.iter().filter(|(date, ..)| *date > self.date(start)).nth(days - 1)?;
        Some(to).filter(|to| *to < self.end())
    }

    fn same_time(&self, start: i64, days: usize) -> Option<i64> {
        let day = *self.days.iter().filter(|(date, ..)| *date > self.date(start)).nth(days - 1)?;
        self.on(start, day).filter(|due| *due < self.end())
    }

    fn back(&self, end: i64, days: usize) -> Option<i64> {
        let day = *self.days.iter().rev().filter(|(date, ..)| *date < self.date(end)).nth(days - 1)?;
        self.on(end, day).filter(|due| *due >= self.first + MARGIN)
    }

    /// The local time of `at` on a working day.
    fn on(&self, at: i64, (date, from, to): (NaiveDate, i64, i64)) -> Option<i64> {
        let wanted = date.and_time(self.local[(at - self.first) as usize].time());
        let same = self.local.iter().position(|local| *local >= wanted)?;
        Some((self.first + same as i64).clamp(from, to))
    }
}

/// The hours of a date by precedence, minute by minute.
fn hours(spec: &Spec, date: NaiveDate) -> Vec<Interval> {
    let week = spec.week.get(&date.weekday().into()).cloned().unwrap_or_default();
    let week = if spec.holidays.contains_key(&date) { Vec::new() } else { week };
    let hours = spec.open.get(&date).or_else(|| spec.makeup.get(&date)).cloned().unwrap_or(week);
    let breaks = spec.breaks.get(&date).cloned().unwrap_or_default();
    let within = |minute: u32, list: &[Interval]| {
        list.iter().any(|interval| (interval.from().s()..interval.to().s()).contains(&(minute * 60)))
    };
    let mut left = Vec::new();
    // Hours that touch stay apart, as they were written: each opens and closes by itself.
    for interval in hours {
        let open: Vec<u32> =
            (0..1440).filter(|minute| within(*minute, &[interval]) && !within(*minute, &breaks)).collect();
        for run in open.chunk_by(|a, b| a + 1 == *b) {
            let time = |minute: u32| TimeOfDay::from_s(minute * 60).expect("within a day");
            left.extend(Interval::new(time(run[0]), time(run[run.len() - 1] + 1)));
        }
    }
    left
}

/// Up to three disjoint intervals, often around the small hours in which clocks change.
fn intervals() -> impl Strategy<Value = Vec<Interval>> {
    let minute = prop_oneof![
        3 => (0u32..=288).prop_map(|n| n * 5),
        2 => (0u32..=16).prop_map(|n| n * 15),
        1 => Just(0u32),
        1 => Just(1440u32),
        1 => 0u32..=1440,
    ];
    prop::collection::btree_set(minute, 0..=6).prop_map(|edges| {
        let edges: Vec<u32> = edges.into_iter().collect();
        let time = |minute: u32| TimeOfDay::from_s(minute * 60).expect("within a day");
        edges.chunks_exact(2).filter_map(|pair| Interval::new(time(pair[0]), time(pair[1]))).collect()
    })
}

/// A day near which the clock of `zone` changes, or any day where it does not in that year.
fn near_a_change(zone: &str, year: i32, pick: usize) -> NaiveDate {
    let tz: Tz = zone.parse().expect("a zone");
    let offset = |date: NaiveDate| {
        let noon = date.and_hms_opt(12, 0, 0).expect("noon").and_utc().with_timezone(&tz);
        noon.naive_local() - noon.naive_utc()
    };
    let days: Vec<NaiveDate> = (1..=365).filter_map(|day| NaiveDate::from_yo_opt(year, day)).collect();
    let changes: Vec<NaiveDate> =
        days.windows(2).filter(|pair| offset(pair[0]) != offset(pair[1])).map(|pair| pair[1]).collect();
    changes.get(pick % changes.len().max(1)).copied().unwrap_or(days[pick % days.len()])
}

#[derive(Debug, Clone)]
struct Drawn {
    spec: Spec,
    first: i64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let single = || prop::collection::btree_map(0i64..20, intervals(), 0..4);
    let when = (prop::sample::select(ZONES.to_vec()), 1971i32..2099, 0usize..400);
    let week = prop::collection::vec(intervals(), 7);
    (when, week, single(), single(), single(), prop::collection::btree_set(0i64..20, 0..4)).prop_map(
        |((zone, year, pick), week, open, makeup, breaks, holidays)| {
            let middle = near_a_change(zone, year, pick);
            let begin = middle - Duration::days(10);
            let dated = |days: std::collections::BTreeMap<i64, Vec<Interval>>| {
                days.into_iter().map(|(day, hours)| (begin + Duration::days(day), hours)).collect()
            };
            let mut spec = super::spec(&format!("zone {zone}"));
            spec.week = super::weekdays("mon-sun").zip(week).collect();
            spec.open = dated(open);
            spec.makeup = dated(makeup);
            spec.makeup.retain(|_, hours| !hours.is_empty());
            spec.breaks = dated(breaks);
            spec.holidays = holidays.into_iter().map(|day| (begin + Duration::days(day), String::new())).collect();
            Drawn { spec, first: begin.and_time(NaiveTime::MIN).and_utc().timestamp() / 60 }
        },
    )
}

fn instant(minute: i64) -> Instant {
    Instant::from_s(minute * 60)
}

fn minutes(n: i64) -> Span {
    Span::from_s(n * 60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arithmetic_is_what_stepping_gives(
        drawn in drawn(),
        queries in prop::collection::vec((0..MINUTES, 0..MINUTES, 0i64..4000, 1usize..8), 30),
    ) {
        let Ok(calendar) = Calendar::compile(&drawn.spec) else {
            prop_assume!(false);
            unreachable!("an assumption that fails ends the case");
        };
        let model = Model::new(&drawn.spec, drawn.first);
        for (a, b, open, days) in queries {
            let (a, b) = (drawn.first + a, drawn.first + b);
            prop_assert_eq!(calendar.is_open(instant(a)), model.is_open(a));
            prop_assert_eq!(calendar.between(instant(a), instant(b)), minutes(model.between(a, b)));
            // Where the model runs out of minutes it has no opinion.
            for open in [open, open / 60 * 60, 0] {
                if let Some(due) = model.add(a, open) {
                    prop_assert_eq!(calendar.add(instant(a), minutes(open)), Some(instant(due)), "{} + {}m", instant(a), open);
                }
                if let Some(start) = model.sub(a, open) {
                    prop_assert_eq!(calendar.sub(instant(a), minutes(open)), Some(instant(start)), "{} - {}m", instant(a), open);
                }
            }
            let n = days as u32;
            if let Some(due) = model.civil(a, days) {
                prop_assert_eq!(calendar.add_days(instant(a), n, DayRule::Civil), Some(instant(due)), "{} + {}d", instant(a), days);
            }
            if let Some(due) = model.same_time(a, days) {
                prop_assert_eq!(calendar.add_days(instant(a), n, DayRule::SameTime), Some(instant(due)), "{} + {}d", instant(a), days);
            }
            if let Some(due) = model.back(a, days) {
                prop_assert_eq!(calendar.sub_days(instant(a), n), Some(instant(due)), "{} - {}d", instant(a), days);
            }
        }
    }

    #[test]
    fn the_parts_of_a_calendar_agree(
        drawn in drawn(),
        start in 0i64..200 * 365 * 86_400 * 1_000_000_000,
        open in 1i64..3_000_000_000_000_000,
    ) {
        let Ok(calendar) = Calendar::compile(&drawn.spec) else {
            prop_assume!(false);
            unreachable!("an assumption that fails ends the case");
        };
        let (start, open) = (Instant::from_ns(start), Span::from_ns(open));
        if let Some(due) = calendar.add(start, open) {
            prop_assert_eq!(calendar.between(start, due), open);
            let back = calendar.sub(due, open).expect("what was added can be taken back");
            prop_assert!(back >= start && calendar.between(start, back) == Span::ZERO);
            // The periods tell the same, one by one.
            let mut left = open;
            let mut end = start;
            for period in calendar.periods(start) {
                prop_assert!(end <= period.from && period.from < period.to);
                prop_assert!(end == start || end < period.from, "periods that touch are one");
                end = period.to;
                let length = period.to.since(period.from);
                if left <= length {
                    prop_assert_eq!(period.from.plus(left), due);
                    break;
                }
                left = left.minus(length);
            }
        }
        if let Some(open) = calendar.next_open(start) {
            prop_assert!(calendar.is_open(open) && calendar.between(start, open) == Span::ZERO);
        }
        prop_assert!(calendar.day_end(start) > start);
    }
}
