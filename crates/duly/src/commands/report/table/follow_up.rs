//! The lines that are about no clocks: emergencies, what customers said, what came of it, and what it cost.

use duly_core::control::emergency::Effect;
use duly_core::review::{Report, Voices};

use super::{About, Single, percent};
use crate::names::Names;

type Written = Result<(), csv::Error>;

/// What writes a line.
type Line<'l> = dyn FnMut(About<'_>, Single<'_>) -> Written + 'l;

/// Writes them by `line`.
pub(super) fn write(report: &Report, names: &Names, line: &mut Line<'_>) -> Written {
    let period = report.period.name.as_str();
    let about = About { period, ..About::default() };
    emergencies(report, names, about, line)?;
    voices(&report.voices, About { section: "voices", ..about }, line)?;
    if let Some(previous) = &report.previous {
        voices(&previous.voices, About { section: "voices", period: &previous.period.name, ..about }, line)?;
    }
    feedback(report, About { section: "feedback", ..about }, line)?;
    investigations(report, About { section: "investigations", ..about }, line)?;
    liability(report, About { section: "liability", ..about }, line)
}

/// An emergency a line: what it is about as `when`, what it did as `within`, its kind and id, and how many tickets were told.
fn emergencies<'r>(report: &'r Report, names: &Names, about: About<'r>, line: &mut Line<'_>) -> Written {
    for emergency in &report.emergencies {
        let when = if emergency.when.is_empty() { String::new() } else { names.condition(&emergency.when) };
        let within = match emergency.effect {
            Effect::Extend(longer) => format!("{} {longer}", emergency.effect.name()),
            Effect::Suspend | Effect::AnnounceOnly => emergency.effect.name().to_owned(),
        };
        let kind = emergency.kind.name();
        let about = About {
            section: "emergency",
            when: &when,
            within: &within,
            attribute: kind,
            value: &emergency.emergency,
            ..about
        };
        let to = emergency.to.map(|to| to.to_string()).unwrap_or_default();
        let single =
            Single { figure: emergency.tickets.to_string(), from: emergency.from.to_string(), to, ..Single::default() };
        line(about, single)?;
    }
    Ok(())
}

fn voices(voices: &Voices, about: About<'_>, line: &mut Line<'_>) -> Written {
    if *voices == Voices::default() {
        return Ok(());
    }
    let mean = voices.score_mean.map(|mean| format!("{mean:.2}")).unwrap_or_default();
    figures(
        about,
        [
            ("feedback", voices.feedback.to_string()),
            ("scores", voices.scores.to_string()),
            ("score_mean", mean),
            ("complaints", voices.complaints.to_string()),
            ("complaints_unbroken", voices.complaints_unbroken.to_string()),
            ("losses_claimed", voices.losses_claimed.to_string()),
            ("claims_assessed", voices.claims_assessed.to_string()),
            ("apologies", voices.apologies.to_string()),
            ("remedies", voices.remedies.to_string()),
        ],
        line,
    )
}

fn feedback(report: &Report, about: About<'_>, line: &mut Line<'_>) -> Written {
    let said = &report.feedback;
    if said.scores > 0 {
        let shares = [
            ("scores", said.scores.to_string()),
            ("mean_percent", percent(said.mean_percent)),
            ("median_percent", percent(said.median_percent)),
            ("low", said.low.map(|low| low.to_string()).unwrap_or_default()),
            ("low_percent", percent(said.low_percent)),
        ];
        figures(about, shares, line)?;
    }
    for (value, count) in &said.complaints_about {
        line(About { attribute: "complaints_about", value, ..about }, single(count.to_string()))?;
    }
    if said.complaints_about.contains_key("late") {
        figures(about, [("late_unbroken", said.late_unbroken.to_string())], line)?;
    }
    for (value, count) in &said.channels {
        line(About { attribute: "channel", value, ..about }, single(count.to_string()))?;
    }
    Ok(())
}

fn investigations(report: &Report, about: About<'_>, line: &mut Line<'_>) -> Written {
    let all = &report.investigations;
    let counts = [
        ("opened", all.opened),
        ("opened_unbroken", all.opened_unbroken),
        ("closed", all.closed),
        ("open", all.open),
        ("actions_set", all.actions_set),
        ("actions_done", all.actions_done),
    ];
    if counts.iter().any(|(_, count)| *count > 0) {
        figures(about, counts.map(|(attribute, count)| (attribute, count.to_string())), line)?;
    }
    for cause in &all.causes {
        line(About { attribute: "cause", value: &cause.cause, ..about }, single(cause.count.to_string()))?;
    }
    Ok(())
}

fn liability(report: &Report, about: About<'_>, line: &mut Line<'_>) -> Written {
    for money in &report.liability {
        for (attribute, figure) in [
            ("cases", money.cases.to_string()),
            ("claimed", money.claimed.clone()),
            ("accepted", money.accepted.clone()),
            ("settled", money.settled.clone()),
            ("rejected", money.rejected.clone()),
            ("waived", money.waived.clone()),
            ("open_claims", money.open_claims.to_string()),
        ] {
            line(About { attribute, ..about }, Single { figure, currency: &money.currency, ..Single::default() })?;
        }
    }
    Ok(())
}

/// A line for each of these.
fn figures<const N: usize>(about: About<'_>, figures: [(&str, String); N], line: &mut Line<'_>) -> Written {
    figures.into_iter().try_for_each(|(attribute, figure)| line(About { attribute, ..about }, single(figure)))
}

fn single(figure: String) -> Single<'static> {
    Single { figure, ..Single::default() }
}
