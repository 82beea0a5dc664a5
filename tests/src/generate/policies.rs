//! Policies: one version or a few, each with some of the same objectives.

use std::collections::BTreeMap;

use duly_core::calendar::Spec;
use duly_core::policy::{AppliesTo, Feedback, Liability, Objective, Policy, Remedy};
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::moments::{self, Moment};
use super::{objectives, remedies, sections};
use crate::build::{WORKDAYS, business, calendar, policy, routing, with_holidays, with_makeup};
use crate::minute::to_instant;

/// The calendars of every version: office hours; the long days of another zone; nights, that close at midnight.
pub(super) const CALENDARS: [&str; 3] = ["business", "tokyo", "nights"];

/// The names of objectives.
pub(super) const NAMES: [&str; 3] = ["response", "resolution", "update"];

/// Versions in order of publication, and the objectives that they choose from.
#[derive(Debug, Clone)]
pub(super) struct PolicyGenes {
    objectives: Vec<Objective>,
    remedies: Vec<Remedy>,
    versions: Vec<VersionGene>,
}

#[derive(Debug, Clone)]
struct VersionGene {
    /// From when it is in force; from long before every history where absent.
    from: Option<Moment>,
    applies_to: AppliesTo,
    /// For each name which of the objectives, if any.
    choice: Vec<Option<usize>>,
    /// Whether its office hours have other holidays.
    has_holidays: bool,
    /// Its routing table.
    routing: Vec<&'static str>,
    /// For each name of a remedy which of them, if any.
    remedies: Vec<Option<usize>>,
    /// What it says of claims and of feedback.
    liability: Option<Liability>,
    feedback: Option<Feedback>,
}

/// The names of remedies: one sorts before the objectives, one among them.
const REMEDIES: [&str; 2] = ["apology", "sorry"];

/// Rows of routing tables, some of which lead to the same place.
const ROUTES: [&str; 6] = [
    "priority=high -> expert/field/1",
    "status_class=open,pending -> -/desk/2",
    "tags=vip -> expert/field/1",
    "priority=low -> first/-/-",
    "status_class=resolved,closed -> -/quality/-",
    " -> first/desk/9",
];

pub(super) fn genes() -> impl Strategy<Value = PolicyGenes> {
    let later = || {
        let from = prop_oneof![1 => Just(None), 9 => moments::any().prop_map(Some)];
        (from, prop::sample::select(vec![AppliesTo::OpenTickets, AppliesTo::OpenTickets, AppliesTo::NewTickets]))
    };
    let first = prop_oneof![9 => Just((None, AppliesTo::NewTickets)).boxed(), 1 => later().boxed()];
    let rest = prop_oneof![5 => Just(0..1_usize), 3 => Just(1..2), 2 => Just(2..3)];
    let rest = rest.prop_flat_map(move |count| prop::collection::vec(later().boxed(), count));
    let choices = prop::collection::vec(prop::collection::vec(prop::option::weighted(0.6, 0..4_usize), NAMES.len()), 3);
    let objectives = prop::collection::vec(objectives::any(), 4);
    let extras = [extras().boxed(), extras().boxed(), extras().boxed()];
    let remedies = prop::collection::vec(remedies::any(), 3);
    (objectives, remedies, first, rest, choices, extras).prop_map(
        |(objectives, remedies, first, rest, choices, extras)| {
            let versions = [first].into_iter().chain(rest).zip(choices).zip(extras);
            let versions = versions.map(|(((from, applies_to), choice), extras)| {
                let (has_holidays, routing, remedies, liability, feedback) = extras;
                VersionGene { from, applies_to, choice, has_holidays, routing, remedies, liability, feedback }
            });
            PolicyGenes { versions: versions.collect(), objectives, remedies }
        },
    )
}

/// What a version has beside its objectives: holidays, a routing table, remedies, claims, feedback.
type Extras = (bool, Vec<&'static str>, Vec<Option<usize>>, Option<Liability>, Option<Feedback>);

fn extras() -> impl Strategy<Value = Extras> {
    let routing = prop_oneof![2 => Just(Vec::new()).boxed(), 1 => subsequence(&ROUTES[..], 1..4).boxed()];
    let remedies = prop::collection::vec(prop::option::weighted(0.4, 0..3_usize), REMEDIES.len());
    let liability = prop::option::weighted(0.5, sections::liability().boxed());
    let feedback = prop::option::weighted(0.4, sections::feedback().boxed());
    (any::<bool>(), routing, remedies, liability.boxed(), feedback.boxed())
}

impl PolicyGenes {
    pub(super) fn express(&self) -> Vec<Policy> {
        self.versions.iter().map(|version| self.version(version)).collect()
    }

    fn version(&self, gene: &VersionGene) -> Policy {
        let mut version = routing(policy([]), &gene.routing);
        version.calendars = calendars(gene.has_holidays);
        version.applies_to = gene.applies_to;
        gene.from.iter().for_each(|from| version.effective_from = to_instant(from.at()));
        for (name, choice) in NAMES.into_iter().zip(&gene.choice) {
            let chosen = choice.and_then(|choice| self.objectives.get(choice));
            if let Some(objective) = chosen {
                version.objectives.insert(name.to_owned(), objective.clone());
            }
        }
        for (name, choice) in REMEDIES.into_iter().zip(&gene.remedies) {
            let chosen = choice.and_then(|choice| self.remedies.get(choice));
            if let Some(remedy) = chosen {
                version.remedies.insert(name.to_owned(), remedy.clone());
            }
        }
        version.liability = gene.liability.clone().map(Box::new);
        version.feedback = gene.feedback.clone().map(Box::new);
        version
    }
}

fn calendars(has_holidays: bool) -> BTreeMap<String, Spec> {
    let office = if has_holidays {
        with_makeup(with_holidays(business(), &["2026-03-04", "2026-03-05"]), "2026-03-07", "10:00-16:00")
    } else {
        with_holidays(business(), &["2026-03-11"])
    };
    let tokyo = calendar("Asia/Tokyo", &[(&WORKDAYS, "08:00-20:00")]);
    let nights = calendar("Asia/Shanghai", &[(&WORKDAYS, "00:00-06:00 20:00-24:00")]);
    CALENDARS.map(str::to_owned).into_iter().zip([office, tokyo, nights]).collect()
}
