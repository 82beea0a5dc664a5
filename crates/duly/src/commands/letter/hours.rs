//! A calendar in the words of a letter: opening hours, holidays, make-up workdays.

use chrono::{Datelike as _, NaiveDate};
use duly_core::calendar::{Interval, Spec, Weekday};
use serde::Serialize;

use super::teller::Teller;
use crate::language::Language;

/// A calendar that promises are counted on.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Hours {
    /// What it is called, where there are several.
    name: Option<String>,
    zone: String,
    /// The hours of the week.
    week: Vec<Open>,
    /// How long a working day is where working days are counted as hours.
    day: Option<String>,
    /// Days that are closed.
    holidays: Vec<Holiday>,
    /// Days that are open although the week or a holiday would close them.
    makeup: Vec<Open>,
    /// Hours of single days in place of all others.
    special: Vec<Open>,
    /// Hours of single days that are taken out.
    breaks: Vec<Open>,
    /// The last day for which holidays are known.
    known_until: Option<String>,
}

/// Days with their hours.
#[derive(Debug, Clone, Serialize)]
struct Open {
    days: String,
    /// Empty where they are closed.
    hours: String,
}

/// A holiday.
#[derive(Debug, Clone, Serialize)]
struct Holiday {
    days: String,
    name: String,
}

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

impl Teller<'_> {
    /// The calendar as it holds from `since` on.
    pub(super) fn hours(&self, name: Option<String>, spec: &Spec, since: NaiveDate) -> Hours {
        let single = |dates: &std::collections::BTreeMap<NaiveDate, Vec<Interval>>| {
            let dates = dates.range(since..);
            let runs = runs(dates.map(|(date, hours)| (*date, self.intervals(hours))));
            runs.into_iter().map(|(from, to, hours)| Open { days: self.dates(from, to), hours }).collect()
        };
        let holidays = runs(spec.holidays.range(since..).map(|(date, name)| (*date, name.clone())));
        Hours {
            name,
            zone: spec.zone.clone(),
            week: self.week(spec),
            day: spec.day.map(|day| self.duration(duly_core::policy::Duration::Elapsed((day.ms() / 1000) as u32))),
            holidays: holidays
                .into_iter()
                .map(|(from, to, name)| Holiday { days: self.dates(from, to), name: self.word_or("holiday", &name) })
                .collect(),
            makeup: single(&spec.makeup),
            special: single(&spec.open),
            breaks: single(&spec.breaks),
            known_until: spec.known_until.map(|date| self.date(date)),
        }
    }

    /// The hours of the week, days of equal hours together.
    fn week(&self, spec: &Spec) -> Vec<Open> {
        let names = self.say_all(ENGLISH, CHINESE);
        let hours = |day: usize| spec.week.get(&WEEK[day]).map(|hours| self.intervals(hours)).unwrap_or_default();
        let mut week: Vec<Open> = Vec::new();
        let mut day = 0;
        while day < 7 {
            let (first, here) = (day, hours(day));
            while day < 6 && hours(day + 1) == here {
                day += 1;
            }
            let days = match day - first {
                0 => names[first].to_owned(),
                1 => self.list(&[names[first].to_owned(), names[day].to_owned()]),
                _ => format!("{}{}{}", names[first], self.say(" to ", "至"), names[day]),
            };
            week.push(Open { days, hours: here });
            day += 1;
        }
        week.retain(|open| !open.hours.is_empty());
        week
    }

    /// `1 October 2026`, `2026年10月1日`.
    pub(super) fn date(&self, date: NaiveDate) -> String {
        match self.language {
            Language::En => date.format("%-d %B %Y").to_string(),
            Language::Zh => date.format("%Y年%-m月%-d日").to_string(),
        }
    }

    /// `1–7 October 2026`, `2026年10月1日至7日`.
    fn dates(&self, from: NaiveDate, to: NaiveDate) -> String {
        if from == to {
            return self.date(from);
        }
        let (form, end) = match ((from.year(), from.month()) == (to.year(), to.month()), from.year() == to.year()) {
            (true, _) => (["%-d", "%Y年%-m月%-d日"], "%-d日"),
            (_, true) => (["%-d %B", "%Y年%-m月%-d日"], "%-m月%-d日"),
            _ => (["%-d %B %Y", "%Y年%-m月%-d日"], "%Y年%-m月%-d日"),
        };
        match self.language {
            Language::En => format!("{}–{}", from.format(form[0]), self.date(to)),
            Language::Zh => format!("{}至{}", from.format(form[1]), to.format(end)),
        }
    }

    /// `09:00–12:00, 13:30–18:00`.
    fn intervals(&self, hours: &[Interval]) -> String {
        let mut hours = hours.to_vec();
        hours.sort_unstable();
        let written: Vec<String> = hours.iter().map(|hours| format!("{}–{}", hours.from(), hours.to())).collect();
        written.join(self.say(", ", "、"))
    }

    fn say_all<'t, const N: usize>(&self, english: [&'t str; N], chinese: [&'t str; N]) -> [&'t str; N] {
        match self.language {
            Language::En => english,
            Language::Zh => chinese,
        }
    }
}

/// Days that follow each other and have the same, together: from, to, what they have.
fn runs(days: impl Iterator<Item = (NaiveDate, String)>) -> Vec<(NaiveDate, NaiveDate, String)> {
    let mut runs: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
    for (date, what) in days {
        match runs.last_mut() {
            Some((_, to, same)) if to.succ_opt() == Some(date) && *same == what => *to = date,
            _ => runs.push((date, date, what)),
        }
    }
    runs
}
