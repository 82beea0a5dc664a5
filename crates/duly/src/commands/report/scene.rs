//! What the functions and lists of a template say of a review.

use std::sync::Arc;

use duly_core::policy::Title;
use duly_core::review::{Breakdown, Causes, Figures, OfValue, Report, Row, Voices};
use minijinja::Value;
use minijinja::value::Serde;
use serde::{Deserialize as _, Serialize};

use super::link::Link;
use super::pictures::{self, CAUSES};
use super::shown::{NONE, Shown};
use super::words::DEFINITIONS;
use crate::language::{Language, Word};
use crate::names::Names;
use crate::numbers::grouped;

/// How many rows of a breakdown a page shows; what is beyond is one row.
const ROWS_MAX: usize = 25;

/// What all filters and functions of a template are about.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) report: Arc<Report>,
    pub(super) names: Names,
    pub(super) shown: Shown,
    pub(super) link: Option<Link>,
}

/// By how many points attainment went up or down, where there are two.
pub(super) fn change(now: &Figures, before: &Figures) -> String {
    match now.attainment_percent.zip(before.attainment_percent) {
        Some((now, before)) => {
            let tenths = (now * 10.0).round() as i64 - (before * 10.0).round() as i64;
            let sign = match tenths.signum() {
                -1 => "−",
                0 => "±",
                _ => "+",
            };
            format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
        }
        None => NONE.to_owned(),
    }
}

/// What most of the time went to, the three largest parts of it.
pub(super) fn went(causes: &Causes, shown: Shown) -> String {
    let mut parts: Vec<_> = CAUSES.iter().zip(pictures::amounts(causes)).filter(|(_, ms)| *ms > 0).collect();
    parts.sort_by_key(|(_, ms)| -ms);
    let told = parts
        .iter()
        .take(3)
        .map(|((_, word, _), ms)| format!("{} {}", shown.language.word(word), shown.share(*ms, causes.total_ms)));
    told.collect::<Vec<_>>().join(if shown.language == Language::En { ", " } else { "、" })
}

/// A row of a breakdown, as a page shows it.
#[derive(Debug, Serialize)]
pub(super) struct BreakdownRow {
    name: String,
    figures: Figures,
    previous: Option<Figures>,
}

/// A line of what customers said.
#[derive(Debug, Serialize)]
struct Voice {
    name: &'static str,
    now: String,
    before: String,
}

impl Scene {
    /// What a policy or an objective is called: `value` is one, or something about one.
    pub(super) fn title(&self, value: &Value) -> String {
        let text = |name: &str| value.get_attr(name).ok().and_then(|text| text.as_str().map(str::to_owned));
        let own: Option<Title> = value.get_attr("title").ok().and_then(|title| Title::deserialize(title).ok());
        let objective = text("objective");
        let of_report = || {
            let known = self
                .report
                .objectives
                .iter()
                .chain(&self.report.remedies)
                .find(|known| Some(&known.objective) == objective.as_ref());
            let both = self.report.what_if.iter().flat_map(|what_if| &what_if.objectives);
            let both = both.filter(|both| Some(&both.objective) == objective.as_ref()).map(|both| &both.title).next();
            known.map(|known| &known.title).or(both).cloned()
        };
        let title = own.or_else(of_report).unwrap_or_default();
        let key = self.shown.language.key();
        let told = title.get(key).or_else(|| title.get("en")).or_else(|| title.values().next()).cloned();
        told.or(objective).or_else(|| text("policy")).unwrap_or_default()
    }

    /// What the tickets of a row are called: its title, else its condition.
    pub(super) fn requests(&self, row: &Row) -> String {
        let title = row.title.get(self.shown.language.key()).cloned();
        title.unwrap_or_else(|| self.names.condition(&row.when))
    }

    pub(super) fn summary(&self) -> String {
        let (report, language) = (&self.report, self.shown.language);
        let figures = &report.figures;
        let decided = figures.met + figures.breached;
        if decided == 0 {
            return language.word("no_clocks").to_owned();
        }
        let percent = self.shown.percent(figures.attainment_percent);
        let mut text = language.summary(&grouped(decided), &grouped(figures.met), &percent, &grouped(figures.breached));
        let open_ms = report.causes.total_ms - report.causes.closed_ms;
        let amounts = CAUSES.iter().zip(pictures::amounts(&report.causes));
        let most = amounts.filter(|((key, ..), ms)| *key != "closed_ms" && *ms > 0).max_by_key(|(_, ms)| *ms);
        if let Some(((_, word, _), ms)) = most {
            text += &language.mostly(language.word(word), &self.shown.share(ms, open_ms));
        }
        if let Some(previous) =
            report.previous.as_ref().filter(|previous| previous.figures.attainment_percent.is_some())
        {
            let percent = self.shown.percent(previous.figures.attainment_percent);
            text += &language.compared(&previous.period.name, &percent);
        }
        text
    }

    pub(super) fn what_if_summary(&self) -> String {
        let Some(what_if) = &self.report.what_if else { return String::new() };
        let names: Vec<String> = what_if
            .policies
            .iter()
            .map(|version| {
                let title = version.title.get(self.shown.language.key()).unwrap_or(&version.policy);
                format!("{title} {}", &version.version[..8.min(version.version.len())])
            })
            .collect();
        self.shown.language.what_if(
            &names.join(", "),
            &grouped(what_if.would_be_met),
            &grouped(what_if.would_be_broken),
            &grouped(what_if.otherwise_decided),
        )
    }

    /// What time can have gone to, as far as any did.
    pub(super) fn causes(&self) -> Value {
        let amounts = pictures::amounts(&self.report.causes);
        let shown = CAUSES.iter().zip(amounts).filter(|(_, ms)| *ms > 0).map(|((key, word, colour), _)| {
            minijinja::context! { key => *key, name => self.shown.language.word(word), colour => *colour }
        });
        shown.collect()
    }

    /// What the bands of a distribution are called.
    pub(super) fn bands(&self) -> Vec<String> {
        let first = self.report.objectives.first().map_or(&[][..], |objective| &objective.distribution);
        first.iter().map(|band| pictures::band_label(*band, self.shown)).collect()
    }

    pub(super) fn definitions(&self) -> Value {
        let language = self.shown.language;
        let definition =
            |word: &'static Word| minijinja::context! { term => language.word(word.0), text => language.of(word) };
        DEFINITIONS.iter().map(definition).collect()
    }

    /// What customers said and got, where they said or got anything: a line for each that there is now or was before.
    pub(super) fn voices(&self) -> Value {
        let lines = |voices: &Voices| {
            // A mean in points says something only where scores are no shares of a best one.
            let has_mean = self.report.feedback.scores < self.report.voices.scores;
            let mean = voices.score_mean.filter(|_| has_mean);
            [
                ("feedback", grouped(voices.feedback)),
                ("score_mean", mean.map_or_else(|| NONE.to_owned(), |mean| format!("{mean:.2}"))),
                ("complaints", grouped(voices.complaints)),
                ("complaints_unbroken", grouped(voices.complaints_unbroken)),
                ("losses_claimed", grouped(voices.losses_claimed)),
                ("claims_assessed", grouped(voices.claims_assessed)),
                ("apologies", grouped(voices.apologies)),
                ("remedies", grouped(voices.remedies)),
            ]
        };
        let before = self.report.previous.as_ref().map(|previous| previous.voices).unwrap_or_default();
        let pairs = lines(&self.report.voices).into_iter().zip(lines(&before));
        let voice = |((word, now), (_, before))| Voice { name: self.shown.language.word(word), now, before };
        let is_told =
            |voice: &Voice| [&voice.now, &voice.before].iter().any(|figure| !["0", NONE].contains(&&figure[..]));
        Value::from(Serde(pairs.map(voice).filter(is_told).collect::<Vec<_>>()))
    }

    /// The rows of a breakdown: the most frequent values, all others together, and the sum.
    pub(super) fn rows(&self, breakdown: &Breakdown) -> Vec<BreakdownRow> {
        let language = self.shown.language;
        let name = |value: &OfValue| match &value.value {
            Some(value) => self.names.value(&breakdown.attribute, value),
            None => language.word("not_set").to_owned(),
        };
        let row =
            |value: &OfValue| BreakdownRow { name: name(value), figures: value.figures, previous: value.previous };
        let is_long = breakdown.values.len() > ROWS_MAX;
        let (first, others) = breakdown.values.split_at(if is_long { ROWS_MAX - 1 } else { breakdown.values.len() });
        let mut rows: Vec<BreakdownRow> = first.iter().map(row).collect();
        if is_long {
            let name = format!("{} {}", others.len(), language.word("further"));
            let previous = others.iter().map(|value| value.previous).collect::<Option<Vec<_>>>();
            rows.push(BreakdownRow {
                name,
                figures: sum(others.iter().map(|value| value.figures)),
                previous: previous.map(|all| sum(all.into_iter())),
            });
        }
        let name = language.word("all_promises").to_owned();
        let previous = self.report.previous.as_ref().map(|previous| previous.figures);
        rows.push(BreakdownRow { name, figures: self.report.figures, previous });
        rows
    }
}

/// The counts of figures together; percentiles of several can not be told from theirs.
fn sum(all: impl Iterator<Item = Figures>) -> Figures {
    let mut sum = all.fold(Figures::default(), |sum, one| Figures {
        met: sum.met + one.met,
        breached: sum.breached + one.breached,
        near_misses: sum.near_misses + one.near_misses,
        running: sum.running + one.running,
        overdue: sum.overdue + one.overdue,
        responses: sum.responses + one.responses,
        ..sum
    });
    let decided = sum.met + sum.breached;
    sum.attainment_percent = (decided > 0).then(|| (sum.met * 1000 / decided) as f64 / 10.0);
    sum
}
