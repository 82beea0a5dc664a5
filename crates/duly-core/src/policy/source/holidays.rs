//! Holidays of a calendar: own dates, the table `cn`, iCalendar files, or a list that mixes them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Load;
use super::calendars::{self, Table};
use super::fields::{filled_list, shown, text};
use super::hours::{date, parse_date};
use super::mistake::{Place, Report, did_you_mean};
use super::tree::{Node, Value};

/// The dates that a calendar's holidays come to.
#[derive(Default)]
pub(super) struct Dates {
    /// Closed dates with their names.
    pub(super) off: BTreeMap<NaiveDate, String>,
    /// Those of them that the calendar lists itself.
    pub(super) own: BTreeSet<NaiveDate>,
    /// Make-up workdays of tables.
    pub(super) makeup: BTreeSet<NaiveDate>,
    /// The earliest horizon of the tables (T12).
    pub(super) known_until: Option<NaiveDate>,
}

impl Dates {
    fn add_own(&mut self, date: NaiveDate, name: &str, at: Place, report: &mut Report) {
        if !self.own.insert(date) {
            report.mistake(at, format!("the holiday {date} is here twice")).hint("keep one");
        }
        self.off.insert(date, name.to_owned());
        self.makeup.remove(&date);
    }

    fn add_table(&mut self, table: Table) {
        for (date, name) in table.off {
            self.off.entry(date).or_insert(name);
        }
        self.makeup.extend(table.makeup.difference(&self.own));
        self.known_until = self.known_until.into_iter().chain(table.known_until).min();
    }
}

/// Reads `cn`, `name.ics`, a list of dates, or a list of all of these; a date may have a name: `{2026-12-25: Christmas}`.
pub(super) fn read(node: &Node, load: Load<'_>, dates: &mut Dates, report: &mut Report) {
    match &node.value {
        Value::List(_) => {
            let hint = "name dates, or leave the key out";
            for item in filled_list(node, "`holidays`", hint, report).unwrap_or_default() {
                one(item, load, dates, report);
            }
        }
        _ => one(node, load, dates, report),
    }
}

fn one(node: &Node, load: Load<'_>, dates: &mut Dates, report: &mut Report) {
    if let Value::Map(entries) = &node.value {
        for (key, name) in entries {
            let name = text(name, "the name of a holiday", report).unwrap_or_default();
            if let Some(date) = date(&key.name, key.at, report) {
                dates.add_own(date, name, key.at, report);
            }
        }
        return;
    }
    let Some(written) = text(node, "`holidays`", report) else { return };
    let is_file = |extension: &std::ffi::OsStr| extension.eq_ignore_ascii_case("ics");
    if let Some(date) = parse_date(written) {
        dates.add_own(date, "", node.at, report);
    } else if written == "cn" {
        dates.add_table(calendars::cn());
    } else if std::path::Path::new(written).extension().is_some_and(is_file) {
        match load(written).and_then(|text| calendars::from_ics(&text).map_err(|error| error.to_string())) {
            Ok(table) => dates.add_table(table),
            Err(error) => {
                let what = format!("`{}` can not be read: {error}", shown(written));
                report.mistake(node.at, what).hint("the name is relative to the policy's file");
            }
        }
    } else if written.starts_with(|c: char| c.is_ascii_digit()) {
        date(written, node.at, report);
    } else {
        let hint = did_you_mean(written, ["cn"])
            .unwrap_or_else(|| "`cn` is built in; for others list the dates or name an .ics file".to_owned());
        report.mistake(node.at, format!("there is no holiday table `{}`", shown(written))).hint(hint);
    }
}
