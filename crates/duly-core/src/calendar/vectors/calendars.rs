//! The calendars of a file of vectors, turned into specs.
//!
//! Two of their rules differ from a spec's: a holiday beats an override, so overrides on holidays are left out, and a
//! holiday may come round every year, so it is written out for every year of known arithmetic.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::calendar::{Calendar, Interval, Spec, TimeOfDay, Weekday};

type Hours = Vec<(String, String)>;

#[derive(Deserialize)]
struct Raw {
    tz: String,
    #[serde(default)]
    weekly: BTreeMap<Weekday, Hours>,
    #[serde(default)]
    holidays: Vec<NaiveDate>,
    #[serde(default)]
    annual_holidays: Vec<String>,
    #[serde(default)]
    date_overrides: BTreeMap<NaiveDate, Hours>,
    #[serde(default)]
    date_breaks: BTreeMap<NaiveDate, Hours>,
}

/// Compiles one calendar; what is wrong with it in words.
pub(super) fn compile(raw: &serde_json::Value) -> Result<Calendar, String> {
    let raw = Raw::deserialize(raw).map_err(|error| error.to_string())?;
    let annual = annual(&raw.annual_holidays)?;
    let is_holiday = |date: &NaiveDate| raw.holidays.contains(date) || annual.contains(&(date.month(), date.day()));
    let every_year = (1969..=2260)
        .flat_map(|year| annual.iter().filter_map(move |(month, day)| NaiveDate::from_ymd_opt(year, *month, *day)));
    let mut open = by_key(&raw.date_overrides)?;
    open.retain(|date, _| !is_holiday(date));
    let spec = Spec {
        zone: raw.tz.clone(),
        week: by_key(&raw.weekly)?,
        day: None,
        holidays: raw.holidays.iter().copied().chain(every_year).map(|date| (date, String::new())).collect(),
        makeup: BTreeMap::new(),
        open,
        breaks: by_key(&raw.date_breaks)?,
        known_until: None,
    };
    Calendar::compile(&spec).map_err(|mistakes| {
        let told = mistakes.iter().map(|mistake| format!("{mistake}; {}", mistake.hint()));
        told.collect::<Vec<_>>().join(". ")
    })
}

/// `MM-DD` as month and day.
fn annual(texts: &[String]) -> Result<Vec<(u32, u32)>, String> {
    let read = |text: &str| {
        let (month, day) = text.split_once('-')?;
        Some((month.parse().ok()?, day.parse().ok()?))
    };
    texts.iter().map(|text| read(text).ok_or_else(|| format!("`{text}` is not a date such as 12-25"))).collect()
}

fn by_key<K: Ord + Copy>(lists: &BTreeMap<K, Hours>) -> Result<BTreeMap<K, Vec<Interval>>, String> {
    let read = |(from, to): &(String, String)| {
        let interval = TimeOfDay::parse(from).zip(TimeOfDay::parse(to)).and_then(|(from, to)| Interval::new(from, to));
        interval.ok_or_else(|| format!("{from}-{to} is not an interval that ends after it begins"))
    };
    let list = |hours: &Hours| hours.iter().map(read).collect::<Result<Vec<_>, _>>();
    lists.iter().map(|(key, hours)| Ok((*key, list(hours)?))).collect()
}
