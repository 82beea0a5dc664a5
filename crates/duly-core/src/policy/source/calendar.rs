//! Calendars as people write them, resolved to what the calendar module compiles (T1, T2, T4, T12).
//!
//! What a calendar lists itself beats a table (`cn`, an `.ics` file) that it names: an own holiday on a make-up workday
//! of the table is a holiday, an own make-up workday on its holiday is a workday.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::calendars::{self, About};
use super::fields::{Fields, parsed, text};
use super::holidays::{self, Dates};
use super::hours::{self, Dated};
use super::mistake::{Place, Report};
use super::tree::{Node, Value};
use super::{Load, duration_error};
use crate::calendar::{Interval, Spec, Weekday};
use crate::policy::Duration;
use crate::time::Span;

pub(super) const KEYS: [&str; 9] =
    ["zone", "week", "day", "holidays", "makeup", "makeup_days", "open", "breaks", "known_until"];

/// Reads the calendar `name`; `None` where something in it is wrong, which is reported.
pub(super) fn read(name: &str, at: Place, node: &Node, load: Load<'_>, report: &mut Report) -> Option<Spec> {
    let before = report.mistake_count();
    let fields = Fields::of(node, at, format!("calendar `{name}`"), &KEYS, report)?;
    let zone = fields.required("zone", "name an IANA zone: `zone: Asia/Shanghai`", report);
    let zone_text = zone.and_then(|(_, node)| text(node, "`zone`", report));
    let before_week = report.mistake_count();
    let week = fields.get("week").and_then(|(_, node)| hours::week(node, report)).unwrap_or_default();
    let week_is_good = report.mistake_count() == before_week && !report.tree_has_gaps;
    let day = fields.get("day").and_then(|(_, node)| parsed(node, "`day`", day, report));
    let open = dated(&fields, "open", true, report);
    let breaks = dated(&fields, "breaks", false, report);
    let known_until = fields.get("known_until").and_then(|(_, node)| hours::date_of(node, "`known_until`", report));
    let mut dates = Dates::default();
    if let Some((_, node)) = fields.get("holidays") {
        holidays::read(node, load, &mut dates, report);
    }
    let makeup = makeup(&fields, &week, week_is_good, &mut dates, report);
    let spec = Spec {
        zone: zone_text.unwrap_or("UTC").to_owned(),
        week,
        day,
        holidays: dates.off,
        makeup,
        open,
        breaks,
        known_until: known_until.or(dates.known_until),
    };
    let place = |about| match about {
        About::Zone => zone.map_or(at, |(_, node)| node.at),
        About::Date(date) => place_of(node, date).unwrap_or(at),
        About::Whole => at,
    };
    let complete = report.mistake_count() == before && !report.tree_has_gaps;
    calendars::check(&spec, place, complete, report);
    (report.mistake_count() == before).then_some(spec)
}

fn day(text: &str) -> Result<Span, (String, String)> {
    let hint = "write the length of a working day: `8h` or `7h30m`".to_owned();
    match text.parse::<Duration>().map_err(duration_error)? {
        Duration::Elapsed(s) if s <= 86_400 => Ok(Span::from_s(i64::from(s))),
        Duration::Elapsed(_) => Err((format!("`{text}` is longer than a day"), hint)),
        _ => Err((format!("`day` can not be `{text}`"), hint)),
    }
}

fn dated(fields: &Fields<'_>, name: &str, closes: bool, report: &mut Report) -> Dated {
    fields.get(name).and_then(|(_, node)| hours::dated(node, name, closes, report)).unwrap_or_default()
}

/// Gives every make-up workday its hours: its own, those of `makeup:`, or those of the first working weekday. Where
/// there are none the mistake is here, unless it lies in the week.
fn makeup(
    fields: &Fields<'_>,
    week: &BTreeMap<Weekday, Vec<Interval>>,
    week_is_good: bool,
    dates: &mut Dates,
    report: &mut Report,
) -> Dated {
    let stated = fields.get("makeup").and_then(|(at, node)| {
        let hours = hours::hours(node, report)?;
        if hours.is_empty() {
            report.mistake(at, "`makeup` names no hours").hint("write `makeup: [\"09:00-17:00\"]`, or leave it out");
            return None;
        }
        Some(hours)
    });
    let usual = stated.or_else(|| week.values().next().cloned());
    let mut makeup = Dated::new();
    let mut without_hours = None;
    if let Some((at, node)) = fields.get("makeup_days") {
        for (date, own) in makeup_days(node, dates, report) {
            match own.or_else(|| usual.clone()) {
                Some(hours) => drop(makeup.insert(date, hours)),
                None => without_hours = without_hours.or(Some(at)),
            }
        }
    }
    if let Some((at, _)) = fields.get("holidays") {
        let tables = std::mem::take(&mut dates.makeup);
        for date in tables {
            match &usual {
                Some(hours) => drop(makeup.entry(date).or_insert_with(|| hours.clone())),
                None => without_hours = without_hours.or(Some(at)),
            }
        }
    }
    if let Some(at) = without_hours.filter(|_| week_is_good) {
        report
            .mistake(at, "make-up workdays have no hours here: there is no working weekday to take them from")
            .hint("add `makeup: [\"09:00-17:00\"]`");
    }
    makeup
}

/// Reads `makeup_days`: a list of dates, or dates with hours of their own. They are holidays of no table any more.
fn makeup_days(node: &Node, dates: &mut Dates, report: &mut Report) -> BTreeMap<NaiveDate, Option<Vec<Interval>>> {
    let mut days = BTreeMap::new();
    let mut add = |date: Option<NaiveDate>, at: Place, hours: Option<Vec<Interval>>, report: &mut Report| {
        let Some(date) = date else { return };
        if dates.own.contains(&date) {
            report
                .mistake(at, format!("{date} is a holiday and a make-up workday"))
                .hint("keep it in `holidays` or in `makeup_days`");
        } else if days.insert(date, hours).is_some() {
            report.mistake(at, format!("{date} is here twice")).hint("keep one");
        }
        dates.off.remove(&date);
    };
    if let Value::Map(entries) = &node.value {
        for (key, node) in entries {
            let date = hours::date(&key.name, key.at, report);
            let hours = hours::hours(node, report);
            add(date, key.at, hours, report);
        }
    } else {
        let hint = "write `[2026-02-14]`, or `{2026-02-14: [\"09:00-12:00\"]}`";
        for item in super::fields::list(node, "`makeup_days`", hint, report).unwrap_or_default() {
            let date = hours::date_of(item, "a date of `makeup_days`", report);
            add(date, item.at, None, report);
        }
    }
    days
}

/// Where a date stands in a calendar.
fn place_of(node: &Node, date: NaiveDate) -> Option<Place> {
    let is_it = |text: &str| hours::parse_date(text) == Some(date);
    match &node.value {
        Value::Scalar { text, .. } => is_it(text).then_some(node.at),
        Value::List(items) => items.iter().find_map(|item| place_of(item, date)),
        Value::Map(entries) => {
            entries.iter().find_map(|(key, value)| if is_it(&key.name) { Some(key.at) } else { place_of(value, date) })
        }
        Value::Broken => None,
    }
}
