//! Calendars against cases of our own, published vectors, and a model that steps through time.

mod arithmetic;
mod clock_changes;
mod holidays;
mod mistakes;
mod model;
mod shared;
mod vectors;
mod working_days;

use std::collections::BTreeMap;

use super::*;

/// A calendar from lines such as `zone Asia/Shanghai`, `mon-fri 09:00-12:00 13:30-18:00`, `holiday 2026-01-01 元旦`,
/// `makeup|open|break 2026-01-04 09:00-12:00`, `day 8h`, `known 2026-12-31`.
fn spec(text: &str) -> Spec {
    let mut spec = Spec {
        zone: "UTC".into(),
        week: BTreeMap::new(),
        day: None,
        holidays: BTreeMap::new(),
        makeup: BTreeMap::new(),
        open: BTreeMap::new(),
        breaks: BTreeMap::new(),
        known_until: None,
    };
    for line in text.lines().flat_map(|line| line.split(';')).map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let date = |n: usize| words[n].parse::<NaiveDate>().expect(line);
        let hours = |n: usize| words[n..].iter().map(|text| Interval::parse(text).expect(line)).collect::<Vec<_>>();
        match words[0] {
            "zone" => words[1].clone_into(&mut spec.zone),
            "day" => spec.day = Some(Span::from_s(words[1].trim_end_matches('h').parse::<i64>().expect(line) * 3600)),
            "known" => spec.known_until = Some(date(1)),
            "holiday" => drop(spec.holidays.insert(date(1), words[2..].join(" "))),
            "makeup" => drop(spec.makeup.insert(date(1), hours(2))),
            "open" => drop(spec.open.insert(date(1), hours(2))),
            "break" => drop(spec.breaks.insert(date(1), hours(2))),
            days => weekdays(days).for_each(|day| drop(spec.week.insert(day, hours(1)))),
        }
    }
    spec
}

fn weekdays(text: &str) -> impl Iterator<Item = Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    const NAMES: [(&str, Weekday); 7] =
        [("mon", Mon), ("tue", Tue), ("wed", Wed), ("thu", Thu), ("fri", Fri), ("sat", Sat), ("sun", Sun)];
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let position = |name: &str| NAMES.iter().position(|(known, _)| *known == name).expect(name);
    NAMES[position(first)..=position(last)].iter().map(|(_, day)| *day)
}

fn calendar(text: &str) -> Calendar {
    Calendar::compile(&spec(text)).expect(text)
}

/// An instant: in UTC, or with an offset as in `2026-03-01 09:00 +08:00`.
fn at(text: &str) -> Instant {
    let words: Vec<&str> = text.split_whitespace().collect();
    let seconds = if words[1].len() == 5 { ":00" } else { "" };
    let text = format!("{}T{}{seconds}{}", words[0], words[1], words.get(2).unwrap_or(&"Z"));
    text.parse().expect(&text)
}

/// `90m`, `8h`, `45s` or `0`.
fn span(text: &str) -> Span {
    let (number, unit) = text.split_at(text.len() - usize::from(!text.ends_with(|c: char| c.is_ascii_digit())));
    let unit = match unit {
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    Span::from_s(number.parse::<i64>().expect(text) * unit)
}
