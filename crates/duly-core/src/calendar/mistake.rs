//! What can be wrong with a spec: every mistake at once, each with what to do about it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::rules::Rules;
use super::spec::{Interval, Spec, Weekday};
use crate::time::Span;

/// A mistake in a calendar. `Display` says what is wrong, [`Mistake::hint`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The zone is not in the time-zone data.
    #[error("`{zone}` is not a time zone")]
    UnknownZone {
        /// As written.
        zone: String,
        /// The name that was probably meant.
        meant: Option<&'static str>,
    },
    /// Two intervals of one day overlap.
    #[error("{first} and {second} overlap {place}")]
    Overlap {
        /// The list they are in.
        place: Place,
        /// The one that begins first.
        first: Interval,
        /// The one that begins before the first has ended.
        second: Interval,
    },
    /// A make-up workday without open hours.
    #[error("the make-up workday {0} has no open hours")]
    ClosedMakeup(NaiveDate),
    /// The working day of `as_hours` is empty or longer than any day.
    #[error("a working `day` of {0} is not possible")]
    DayLength(Span),
    /// There is no open time at all.
    #[error("the calendar never opens")]
    NeverOpens,
}

/// The list of a spec that a mistake is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `week`, on this day.
    Week(Weekday),
    /// `makeup`, on this date.
    Makeup(NaiveDate),
    /// `open`, on this date.
    Open(NaiveDate),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Week(day) => write!(f, "on {}", format!("{day:?}").to_lowercase()),
            Place::Makeup(date) => write!(f, "on the make-up workday {date}"),
            Place::Open(date) => write!(f, "in `open` on {date}"),
        }
    }
}

impl Mistake {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Mistake::UnknownZone { meant: Some(name), .. } => format!("did you mean `{name}`?"),
            Mistake::UnknownZone { meant: None, .. } => {
                "write an IANA name such as Asia/Shanghai, Europe/Lisbon or UTC".to_owned()
            }
            Mistake::Overlap { first, second, .. } => {
                let to = first.to().max(second.to());
                format!("write one interval, {}-{to}, or correct where one ends", first.from())
            }
            Mistake::ClosedMakeup(_) => {
                "give it hours with `makeup:`, or give some weekday hours that it can take over".to_owned()
            }
            Mistake::DayLength(_) => {
                "write how long a working day is, such as 8h: more than nothing, at most 24h".into()
            }
            Mistake::NeverOpens => {
                "give at least one weekday or date hours, such as `mon-fri: [\"09:00-18:00\"]`".into()
            }
        }
    }
}

/// Looks for every mistake in `spec`; without one, the zone.
pub(super) fn check(spec: &Spec) -> Result<Tz, Vec<Mistake>> {
    let zone = spec.zone.parse::<Tz>();
    let mut mistakes = Vec::new();
    if zone.is_err() {
        mistakes.push(Mistake::UnknownZone { zone: spec.zone.clone(), meant: meant(&spec.zone) });
    }
    mistakes.extend(overlaps(&spec.week, Place::Week));
    mistakes.extend(overlaps(&spec.makeup, Place::Makeup));
    mistakes.extend(overlaps(&spec.open, Place::Open));
    let closed = spec.makeup.iter().filter(|(_, hours)| hours.is_empty());
    mistakes.extend(closed.map(|(date, _)| Mistake::ClosedMakeup(*date)));
    let day = spec.day.filter(|day| *day == Span::ZERO || *day > Span::from_s(86_400));
    mistakes.extend(day.map(Mistake::DayLength));
    if !Rules::new(spec).ever_opens() {
        mistakes.push(Mistake::NeverOpens);
    }
    match zone {
        Ok(zone) if mistakes.is_empty() => Ok(zone),
        _ => Err(mistakes),
    }
}

/// Every pair of neighbours that overlap; those that merely touch are fine.
fn overlaps<K: Copy>(lists: &BTreeMap<K, Vec<Interval>>, place: fn(K) -> Place) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (key, list) in lists {
        let mut list = list.clone();
        list.sort_unstable();
        let pairs = list.windows(2).filter(|pair| pair[1].from() < pair[0].to());
        found.extend(pairs.map(|pair| Mistake::Overlap { place: place(*key), first: pair[0], second: pair[1] }));
    }
    found
}

/// The zone that was probably meant by `written`: in other letters, by its city alone, or with up to two slips.
fn meant(written: &str) -> Option<&'static str> {
    let wanted = written.trim().to_lowercase().replace(' ', "_");
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |name: &&str| name.to_lowercase().rsplit('/').next() == Some(wanted.as_str());
    let exact = names().find(|name| name.to_lowercase() == wanted).or_else(|| names().find(city));
    exact.or_else(|| {
        let nearest = names().map(|name| (slips(&name.to_lowercase(), &wanted), name)).min()?;
        (nearest.0 <= 2).then_some(nearest.1)
    })
}

/// How many letters have to be changed, added or left out to get from `a` to `b` (Levenshtein).
fn slips(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
