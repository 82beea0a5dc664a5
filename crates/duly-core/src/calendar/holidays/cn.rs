//! China's statutory holidays and make-up workdays, 2024 to 2026, from `cn.txt` beside this file.

use chrono::NaiveDate;

use super::Table;

const DATA: &str = include_str!("cn.txt");

/// Mainland China's statutory holidays (法定节假日) and make-up workdays (调休补班), told in Asia/Shanghai.
pub fn cn() -> Table {
    let mut table = Table::default();
    let lines = DATA.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        if let Some(until) = line.strip_prefix("known until ") {
            table.known_until = Some(date(until));
        } else {
            holiday(&mut table, line);
        }
    }
    table
}

/// Reads `name dates + make-up workdays` into `table`.
fn holiday(table: &mut Table, line: &str) {
    let (off, makeup) = line.split_once('+').unwrap_or((line, ""));
    let (name, dates) = off.split_once(' ').expect("a name and dates on each line of the shipped table");
    for range in dates.split_whitespace() {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        let last = date(last);
        for day in date(first).iter_days().take_while(|day| *day <= last) {
            table.close(day, name);
        }
    }
    table.makeup.extend(makeup.split_whitespace().map(date));
}

fn date(text: &str) -> NaiveDate {
    text.trim().parse().expect("the shipped table's dates are tested")
}
