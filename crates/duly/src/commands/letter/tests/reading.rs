//! A letter read as a customer would: its tables by their sections, its figures with their units, its dates.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use crate::language::Language;

/// A figure with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// Seconds round the clock.
    Plain(u32),
    /// Seconds of working time.
    Working(u32),
    WorkingDays(u32),
    Percent(u32),
    Times(u32),
}

/// A table with what stands above it: the section's number and the heading.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) section: usize,
    pub(super) heading: String,
    /// Its rows without the head.
    pub(super) rows: Vec<Vec<String>>,
}

/// All tables of a letter, in order.
pub(super) fn tables(letter: &str) -> Vec<Table> {
    let (mut section, mut heading) = (0, String::new());
    let mut tables: Vec<Table> = Vec::new();
    let mut lines = letter.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("## ") {
            section += 1;
            heading = text.to_owned();
        } else if let Some(text) = line.strip_prefix("### ") {
            heading = text.to_owned();
        } else if line.starts_with('|') {
            let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            assert!(lines.next().is_some_and(|rule| rule.starts_with("| -")), "a rule below the head");
            let mut rows: Vec<Vec<String>> = Vec::new();
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            tables.push(Table { section, heading: heading.clone(), rows });
        }
    }
    tables
}

/// The paragraphs of a section, which is counted from 1: what is no heading and no table.
pub(super) fn paragraphs(letter: &str, section: usize) -> Vec<String> {
    let text = letter.split("\n## ").nth(section).expect("a section").split("\n---").next().unwrap_or_default();
    let told = text.lines().skip(1).filter(|line| !line.is_empty() && !line.starts_with(['|', '#']));
    told.map(str::to_owned).collect()
}

/// The numbers of a text as they stand there, with a `%` behind where one is: `40%`, `100,000.00`.
pub(super) fn numbers(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || [',', '.', '%'].contains(&c);
    let parts = text.split(|c| !is_part(c)).map(|part| part.trim_end_matches([',', '.']));
    parts.filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
}

/// A unit, and what it makes of a number.
type Unit = (&'static str, fn(u32) -> Figure);

/// The units of a language, longer names first.
fn units(language: Language) -> &'static [Unit] {
    const ENGLISH: &[Unit] = &[
        ("working minute", |n| Figure::Working(n * 60)),
        ("working hour", |n| Figure::Working(n * 3_600)),
        ("working day", Figure::WorkingDays),
        ("second", Figure::Plain),
        ("minute", |n| Figure::Plain(n * 60)),
        ("hour", |n| Figure::Plain(n * 3_600)),
        ("day", |n| Figure::Plain(n * 86_400)),
        ("times", Figure::Times),
        ("%", Figure::Percent),
    ];
    const CHINESE: &[Unit] = &[
        ("个工作分钟", |n| Figure::Working(n * 60)),
        ("个工作小时", |n| Figure::Working(n * 3_600)),
        ("个工作日", Figure::WorkingDays),
        ("秒", Figure::Plain),
        ("分钟", |n| Figure::Plain(n * 60)),
        ("小时", |n| Figure::Plain(n * 3_600)),
        ("天", |n| Figure::Plain(n * 86_400)),
        ("次", Figure::Times),
        ("%", Figure::Percent),
    ];
    match language {
        Language::En => ENGLISH,
        Language::Zh => CHINESE,
    }
}

/// The figures of a text, in order; `1 hour 30 minutes` is one.
pub(super) fn figures(text: &str, language: Language) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    let (mut rest, mut is_right_behind) = (text, false);
    while let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) {
        let between = &rest[..begin];
        let digits = &rest[begin..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let number: u32 = digits[..end].parse().expect("a number");
        let after = digits[end..].trim_start();
        let unit = units(language).iter().find(|(unit, _)| after.starts_with(unit));
        let (unit, make) = unit.unwrap_or_else(|| panic!("`{number}` has no unit in `{text}`"));
        let figure = make(number);
        match (figures.last_mut(), figure) {
            (Some(Figure::Plain(sum)), Figure::Plain(s)) if is_right_behind && between.trim_matches('s') == " " => {
                *sum += s;
            }
            _ => figures.push(figure),
        }
        rest = &after[unit.len()..];
        is_right_behind = true;
    }
    figures
}

/// Reads `1–7 October 2026`, `28 February–2 March 2026` or `2026年10月1日至7日`, with whatever stands behind it in brackets.
pub(super) fn dates(text: &str, language: Language) -> BTreeSet<NaiveDate> {
    let text = text.split([' ', '（']).take_while(|part| !part.starts_with('(')).collect::<Vec<_>>().join(" ");
    let text = text.trim();
    let (from, to) = text.split_once(['–', '至']).unwrap_or((text, text));
    let (first, last) = match language {
        Language::En => {
            let last = NaiveDate::parse_from_str(to, "%d %B %Y").unwrap_or_else(|_| panic!("`{to}` is no date"));
            let words = from.split_whitespace().count();
            let completed = match words {
                1 => format!("{from} {}", last.format("%B %Y")),
                2 => format!("{from} {}", last.year()),
                _ => from.to_owned(),
            };
            (NaiveDate::parse_from_str(&completed, "%d %B %Y").expect("a date"), last)
        }
        Language::Zh => {
            let from = from.split(['（', ' ']).next().unwrap_or_default();
            let to = to.split(['（', ' ']).next().unwrap_or_default();
            let first =
                NaiveDate::parse_from_str(from, "%Y年%m月%d日").unwrap_or_else(|_| panic!("`{from}` is no date"));
            let completed = match (to.contains('年'), to.contains('月')) {
                (true, _) => to.to_owned(),
                (_, true) => format!("{}年{to}", first.year()),
                _ => format!("{}年{}月{to}", first.year(), first.month()),
            };
            (first, NaiveDate::parse_from_str(&completed, "%Y年%m月%d日").expect("a date"))
        }
    };
    first.iter_days().take_while(|date| *date <= last).collect()
}

/// Reads `Monday to Friday`, `周六`, `Monday and Tuesday`: numbers from Monday, 0.
pub(super) fn weekdays(text: &str) -> Vec<usize> {
    const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let found = |name: &(usize, (&&str, &&str))| text.contains(*name.1.0) || text.contains(*name.1.1);
    let named: Vec<usize> = ENGLISH.iter().zip(&CHINESE).enumerate().filter(found).map(|(day, _)| day).collect();
    let is_range = text.contains(" to ") || text.contains('至');
    match &named[..] {
        [first, last] if is_range => (*first..=*last).collect(),
        _ => named,
    }
}
