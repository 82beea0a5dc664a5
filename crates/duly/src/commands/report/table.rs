//! A review as one flat table, for spreadsheets: a line a figure's owner, the same columns in all.

mod follow_up;

use duly_core::review::{Figures, Report};

use crate::names::Names;

const HEAD: [&str; 22] = [
    "section",
    "period",
    "policy",
    "objective",
    "when",
    "within",
    "attribute",
    "value",
    "met",
    "breached",
    "attainment_percent",
    "near_misses",
    "running",
    "overdue",
    "responses",
    "p50_ms",
    "p90_ms",
    "p99_ms",
    "figure",
    "currency",
    "from",
    "to",
];

/// What the figures of a line are about.
#[derive(Debug, Clone, Copy, Default)]
struct About<'a> {
    section: &'a str,
    period: &'a str,
    policy: &'a str,
    objective: &'a str,
    when: &'a str,
    within: &'a str,
    attribute: &'a str,
    value: &'a str,
}

/// What a line has that is about no clocks.
#[derive(Debug, Clone, Default)]
struct Single<'a> {
    /// A count, a percentage, or an amount in `currency`.
    figure: String,
    currency: &'a str,
    from: String,
    to: String,
}

/// The whole table.
pub(super) fn write(report: &Report, names: &Names) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEAD)?;
    let mut line = |about: About<'_>, figures: &Figures| table.write_record(cells(about, figures));
    let period = report.period.name.as_str();
    let before = report.previous.as_ref().map_or("", |previous| &previous.period.name);
    line(About { section: "all", period, ..About::default() }, &report.figures)?;
    if let Some(previous) = &report.previous {
        line(About { section: "all", period: before, ..About::default() }, &previous.figures)?;
    }
    let promises = report.objectives.iter().map(|known| ("objective", known));
    for (section, known) in promises.chain(report.remedies.iter().map(|known| ("remedy", known))) {
        let about = About { section, period, policy: &known.policy, objective: &known.objective, ..About::default() };
        line(about, &known.figures)?;
        if let Some(previous) = &known.previous {
            line(About { period: before, ..about }, previous)?;
        }
        for row in &known.rows {
            let when = names.condition(&row.when);
            line(About { section: "row", when: &when, within: &row.within, ..about }, &row.figures)?;
        }
    }
    for breakdown in &report.breakdowns {
        for of_value in &breakdown.values {
            let value = of_value.value.as_deref().unwrap_or_default();
            let about =
                About { section: "breakdown", period, attribute: &breakdown.attribute, value, ..About::default() };
            line(about, &of_value.figures)?;
            if let Some(previous) = &of_value.previous {
                line(About { period: before, ..about }, previous)?;
            }
        }
    }
    for (section, parts) in [("course", &report.course), ("trend", &report.trend)] {
        for part in parts {
            line(About { section, period: &part.period.name, ..About::default() }, &part.figures)?;
        }
    }
    for both in report.what_if.iter().flat_map(|what_if| &what_if.objectives) {
        if let Some(then) = &both.then {
            line(About { section: "what_if", period, objective: &both.objective, ..About::default() }, then)?;
        }
    }
    follow_up::write(report, names, &mut |about, single| table.write_record(alone(about, single)))?;
    table.into_inner().map_err(|error| error.into_error().into())
}

/// A line of clocks.
fn cells(about: About<'_>, figures: &Figures) -> Vec<String> {
    let optional = |figure: Option<i64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    let counts = [
        figures.met.to_string(),
        figures.breached.to_string(),
        percent(figures.attainment_percent),
        figures.near_misses.to_string(),
        figures.running.to_string(),
        figures.overdue.to_string(),
        figures.responses.to_string(),
        optional(figures.p50_ms),
        optional(figures.p90_ms),
        optional(figures.p99_ms),
    ];
    let none = std::iter::repeat_n(String::new(), 4);
    about.cells().into_iter().chain(counts).chain(none).collect()
}

/// A line with one figure.
fn alone(about: About<'_>, single: Single<'_>) -> Vec<String> {
    let none = std::iter::repeat_n(String::new(), 10);
    let own = [single.figure, single.currency.to_owned(), single.from, single.to];
    about.cells().into_iter().chain(none).chain(own).collect()
}

impl About<'_> {
    fn cells(&self) -> [String; 8] {
        [self.section, self.period, self.policy, self.objective, self.when, self.within, self.attribute, self.value]
            .map(plain)
    }
}

fn percent(percent: Option<f64>) -> String {
    percent.map(|percent| format!("{percent:.1}")).unwrap_or_default()
}

/// Text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_value_is_no_formula() {
        for (text, written) in [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-2", "'-2"), ("a=b", "a=b"), ("", "")] {
            assert_eq!(plain(text), written);
        }
    }
}
