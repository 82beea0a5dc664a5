//! From what was gathered to a report.

use std::collections::BTreeMap;

use super::Review;
use super::catalog::Catalog;
use super::causes::Causes;
use super::listener::Listener;
use super::report::{
    BothWays, Breakdown, Emergency, Figures, Objective, OfValue, Previous, Report, Row, Version, WhatIf,
};
use super::tally::{Fact, Tally};
use super::values::Values;
use super::what_if::Other;
use super::window::{Glance, Window};
use crate::control::Controls;
use crate::control::emergency::{Standing, State};
use crate::policy::{Condition, Target, Title};
use crate::time::Span;

impl Review {
    /// The report. `controls` are those that the tickets were derived under, `other` those of the other policy.
    pub fn finish(self, controls: &Controls, other: Option<&Controls>) -> Report {
        let Review { question, now: Listener { catalog, .. }, values, mut main, previous, .. } = self;
        let top = question.top;
        sort_examples(&mut main, top);
        let before = previous.as_ref().map(|window| &window.facts[..]);
        let owed_before = previous.as_ref().map(|window| &window.remedies[..]);
        let numbers = shown(&catalog, &main.facts, before);
        let owed = shown(&catalog, &main.remedies, owed_before);
        let parts = |glances: Vec<Glance>| glances.into_iter().map(|glance| glance.part(&numbers)).collect();
        let (feedback, investigations, liability) = std::mem::take(&mut main.follow_up).finish(top);
        let mut overdue = std::mem::take(&mut main.overdue);
        overdue.sort_by(|a, b| {
            (a.due_at, &a.subject, &a.objective, a.cycle).cmp(&(b.due_at, &b.subject, &b.objective, b.cycle))
        });
        overdue.truncate(top);
        let what_if = self.other.zip(other).map(|(found, other)| what_if(found, (controls, &catalog, &main), other));
        Report {
            period: main.stretch.clone(),
            zone: question.zone.name().to_owned(),
            until: main.end,
            policies: versions(controls),
            emergencies: emergencies(controls, &main),
            tickets: main.tickets,
            figures: main.figures(),
            objectives: objectives(&numbers, &catalog, controls, &main.facts, before, &main.causes),
            remedies: objectives(&owed, &catalog, controls, &main.remedies, owed_before, &BTreeMap::new()),
            breakdowns: breakdowns(&question.by, &values, &main, previous.as_ref()),
            causes: main.all_causes(),
            course: parts(self.course),
            trend: parts(self.trend),
            worst: main.worst,
            near_misses: main.near,
            voices: main.voices,
            feedback,
            investigations,
            liability,
            overdue,
            previous: previous.map(|mut window| {
                let (feedback, _, liability) = std::mem::take(&mut window.follow_up).finish(top);
                Previous {
                    tickets: window.tickets,
                    figures: window.figures(),
                    causes: window.all_causes(),
                    voices: window.voices,
                    period: window.stretch,
                    feedback,
                    liability,
                }
            }),
            what_if,
        }
    }
}

/// The examples that are told, in their order.
fn sort_examples(window: &mut Window, top: usize) {
    window
        .worst
        .sort_by_cached_key(|broken| (-broken.over_ms, broken.subject.clone(), broken.objective.clone(), broken.cycle));
    window.worst.truncate(top);
    window.near.sort_by_cached_key(|near| (near.left_ms, near.subject.clone(), near.objective.clone(), near.cycle));
    window.near.truncate(top);
}

/// The objectives that have a clock in the period or in the one before, by name.
fn shown(catalog: &Catalog, facts: &[Fact], before: Option<&[Fact]>) -> Vec<u32> {
    let facts = facts.iter().chain(before.unwrap_or_default());
    let mut numbers: Vec<u32> = facts.map(|fact| catalog.rows[fact.seen.row as usize].objective).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let name = |number: &u32| {
        let objective = &catalog.objectives[*number as usize];
        (&objective.policy, &objective.name)
    };
    numbers.sort_by(|a, b| name(a).cmp(&name(b)));
    numbers
}

fn objectives(
    numbers: &[u32],
    catalog: &Catalog,
    controls: &Controls,
    facts: &[Fact],
    before: Option<&[Fact]>,
    causes: &BTreeMap<u32, Causes>,
) -> Vec<Objective> {
    let of = |fact: &Fact| catalog.rows[fact.seen.row as usize].objective;
    let mut now = Tally::by(facts, of);
    let mut before = before.map(|facts| Tally::by(facts, of));
    let mut rows = Tally::by(facts, |fact| fact.seen.row);
    let objective = |number: &u32| {
        let known = &catalog.objectives[*number as usize];
        let mut tally = now.remove(number).unwrap_or_default();
        let mut rows: Vec<Row> = rows
            .iter_mut()
            .map(|(row, tally)| (&catalog.rows[*row as usize], tally))
            .filter(|(row, _)| row.objective == *number)
            .map(|(row, tally)| Row {
                title: in_table(controls, &known.policy, &known.name, (&row.when, &row.within))
                    .map(|(_, target)| target.title.clone())
                    .unwrap_or_default(),
                when: row.when.clone(),
                within: row.within.clone(),
                calendar: row.calendar.clone(),
                figures: tally.figures(),
            })
            .collect();
        rows.sort_by_cached_key(|row| {
            let place = in_table(controls, &known.policy, &known.name, (&row.when, &row.within));
            (place.map_or(usize::MAX, |(place, _)| place), row.when.0.clone(), row.within.clone())
        });
        Objective {
            policy: known.policy.clone(),
            objective: known.name.clone(),
            title: title(controls, Some(&known.policy), &known.name),
            figures: tally.figures(),
            previous: before.as_mut().map(|tallies| tallies.get_mut(number).map(Tally::figures).unwrap_or_default()),
            rows,
            distribution: tally.distribution(),
            causes: causes.get(number).copied().unwrap_or_default(),
        }
    };
    numbers.iter().map(objective).collect()
}

fn breakdowns(by: &[String], values: &Values, main: &Window, previous: Option<&Window>) -> Vec<Breakdown> {
    let breakdown = |(position, attribute): (usize, &String)| {
        let figures = |window: &Window| -> BTreeMap<u32, Figures> {
            let tallies = Tally::by(&window.facts, |fact| fact.values[position]);
            tallies.into_iter().map(|(value, mut tally)| (value, tally.figures())).collect()
        };
        let (now, before) = (figures(main), previous.map(figures));
        let mut all: Vec<u32> = now.keys().chain(before.iter().flat_map(BTreeMap::keys)).copied().collect();
        all.sort_unstable();
        all.dedup();
        let of_value = |value: u32| OfValue {
            value: values.text(value).map(str::to_owned),
            figures: now.get(&value).copied().unwrap_or_default(),
            previous: before.as_ref().map(|before| before.get(&value).copied().unwrap_or_default()),
        };
        let mut values: Vec<OfValue> = all.into_iter().map(of_value).collect();
        let clocks = |figures: &Figures| figures.met + figures.breached + figures.running + figures.overdue;
        values.sort_by(|a, b| clocks(&b.figures).cmp(&clocks(&a.figures)).then_with(|| a.value.cmp(&b.value)));
        Breakdown { attribute: attribute.clone(), values }
    };
    by.iter().enumerate().map(breakdown).collect()
}

fn what_if(other: Other, (controls, catalog, main): (&Controls, &Catalog, &Window), then: &Controls) -> WhatIf {
    let name = |catalog: &Catalog, fact: &Fact| {
        catalog.objectives[catalog.rows[fact.seen.row as usize].objective as usize].name.clone()
    };
    let mut was = Tally::by(&main.facts, |fact| name(catalog, fact));
    let mut would_be = Tally::by(&other.facts, |fact| name(&other.listener.catalog, fact));
    let mut names: Vec<String> = was.keys().chain(would_be.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let both_ways = |objective: String| BothWays {
        title: Some(title(controls, None, &objective))
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| title(then, None, &objective)),
        within: promised(controls, &objective),
        within_then: promised(then, &objective),
        now: was.get_mut(&objective).map(Tally::figures),
        then: would_be.get_mut(&objective).map(Tally::figures),
        objective,
    };
    WhatIf {
        policies: versions(then),
        figures: other.tally().figures(),
        objectives: names.into_iter().map(both_ways).collect(),
        would_be_met: other.would_be_met,
        would_be_broken: other.would_be_broken,
        otherwise_decided: other.otherwise_decided,
        changes: other.changes,
    }
}

/// The emergencies that were in force for some of the period, as they stood when it was over.
fn emergencies(controls: &Controls, main: &Window) -> Vec<Emergency> {
    let last = main.end.minus(Span::from_ns(1));
    let mut known: Vec<Emergency> = controls
        .emergencies(last)
        .into_iter()
        .filter(|standing| matches!(standing.state, State::InForce | State::Lifted))
        .filter(|standing| standing.lifted_at.is_none_or(|lifted| lifted > main.stretch.from))
        .map(|Standing { state, terms, lifted_at, .. }| Emergency {
            tickets: main.told.get(&terms.emergency).copied().unwrap_or_default(),
            emergency: terms.emergency,
            kind: terms.kind,
            title: terms.title,
            when: terms.when,
            effect: terms.effect,
            from: terms.effective_from,
            to: lifted_at.filter(|_| state == State::Lifted),
            expected_end: terms.expected_end,
        })
        .collect();
    known.sort_by_key(|emergency| emergency.from);
    known
}

fn versions(controls: &Controls) -> Vec<Version> {
    let version = |compiled: &crate::policy::Compiled| Version {
        policy: compiled.policy.policy.clone(),
        version: compiled.version.clone(),
        title: compiled.policy.title.clone(),
    };
    controls.versions().map(version).collect()
}

/// The title of an objective, a remedy or a task in the latest version that has one.
fn title(controls: &Controls, policy: Option<&str>, name: &str) -> Title {
    let versions = controls.versions().map(|version| &version.policy);
    let of_policy = versions.filter(|version| policy.is_none_or(|policy| version.policy == policy));
    let titles = of_policy.filter_map(|version| {
        let objective = version.objectives.get(name).map(|objective| &objective.title);
        let remedy = || version.remedies.get(name).map(|remedy| &remedy.title);
        let task = || version.tasks().find(|(task, _)| *task == name).map(|(_, task)| &task.title);
        objective.or_else(remedy).or_else(task)
    });
    titles.filter(|title| !title.is_empty()).last().cloned().unwrap_or_default()
}

/// What an objective promises, row by row, in the latest version that has it.
fn promised(controls: &Controls, objective: &str) -> Vec<String> {
    let known = controls.versions().filter_map(|version| version.policy.objectives.get(objective)).last();
    let mut within: Vec<String> =
        known.into_iter().flat_map(|known| &known.targets).map(|target| target.within.to_string()).collect();
    within.dedup();
    within
}

/// A row and where it stands in its table, in the latest version that has it.
fn in_table<'c>(
    controls: &'c Controls,
    policy: &str,
    objective: &str,
    (when, within): (&Condition, &str),
) -> Option<(usize, &'c Target)> {
    let versions = controls.versions().filter(|version| version.policy.policy == policy);
    let places = versions.filter_map(|version| {
        let targets = &version.policy.objectives.get(objective)?.targets;
        let is_it = |target: &Target| target.when == *when && target.within.to_string() == within;
        targets.iter().enumerate().find(|(_, target)| is_it(target))
    });
    places.last()
}
