//! Emergencies: declared, updated, lifted and voided in any order, on one another and on what happens to the ticket.

use duly_core::control::{ControlEvent, Controls};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::moments::{self, Moment};
use crate::emergency::told;
use crate::minute::{Minute, local};
use crate::story::Case;

const NAMES: [&str; 3] = ["storm", "flood", "outage"];

const EFFECTS: [&str; 8] = [
    "suspend",
    "suspend",
    "suspend",
    "announce_only",
    "extend 2h",
    "extend 1d",
    "extend 2 working_hours",
    "extend 1 working_day",
];

const SCOPES: [&str; 8] = [
    "when",
    "when",
    "when priority=high",
    "when priority=high,low",
    "when status_class=open,new",
    "when tags=vip",
    "when reason=customer,vendor",
    "when; objectives response apology",
];

const NEWS: [&str; 5] = ["message", "no end", "end 2026-06-01 09:00", "when floor=3", "objectives resolution update"];

/// Something told in the making. What can not be told any more when its turn comes is left out.
#[derive(Debug, Clone)]
pub(super) struct TellingGene {
    name: &'static str,
    when: When,
    what: What,
}

#[derive(Debug, Clone)]
enum When {
    At(Moment),
    /// On an instant that the ledger names without emergencies, or so many minutes beside it.
    OnDue(Index, Minute),
}

#[derive(Debug, Clone)]
enum What {
    Declared(&'static str, &'static str),
    Updated(Vec<&'static str>),
    Lifted,
    Voided(Option<u32>),
}

/// Mostly nothing; otherwise several things told.
pub(super) fn genes() -> impl Strategy<Value = Vec<TellingGene>> {
    prop_oneof![1 => Just(Vec::new()).boxed(), 2 => prop::collection::vec(gene(), 1..8).boxed()]
}

fn gene() -> impl Strategy<Value = TellingGene> {
    let when = prop_oneof![
        3 => moments::any().prop_map(When::At),
        1 => (any::<Index>(), select(vec![0, 0, 30, -30])).prop_map(|(index, beside)| When::OnDue(index, beside)),
    ];
    let news = select(EFFECTS.into_iter().chain(SCOPES).chain(NEWS).collect::<Vec<_>>());
    let what = prop_oneof![
        4 => (select(&EFFECTS[..]), select(&SCOPES[..])).prop_map(|(effect, scope)| What::Declared(effect, scope)),
        3 => prop::collection::vec(news, 1..3).prop_map(What::Updated),
        3 => Just(What::Lifted),
        1 => prop::option::weighted(0.7, 2..5_u32).prop_map(What::Voided),
    ];
    let name = prop_oneof![3 => Just(NAMES[0]), 2 => Just(NAMES[1]), 1 => Just(NAMES[2])];
    (name, when, what).prop_map(|(name, when, what)| TellingGene { name, when, what })
}

/// Puts what the genes stand for into `case`, as far as it can be told.
pub(super) fn express(genes: &[TellingGene], dues: &[Minute], case: &mut Case) {
    let mut controls = Controls::default().with(case.controls()).expect("generated policies compile");
    for gene in genes {
        if let Ok(Some(more)) = controls.plus(gene.event(dues)) {
            controls = more;
            case.emergencies.extend(controls.events().last().cloned());
        }
    }
}

impl TellingGene {
    fn event(&self, dues: &[Minute]) -> ControlEvent {
        let at = local(match self.when {
            When::At(moment) => moment.at(),
            When::OnDue(index, beside) => *index.get(dues) + beside,
        });
        let name = self.name;
        told(&match &self.what {
            What::Declared(effect, scope) => format!("{at} declared {name}; {effect}; {scope}"),
            What::Updated(news) => format!("{at} updated {name}; {}", news.join("; ")),
            What::Lifted => format!("{at} lifted {name}"),
            What::Voided(None) => format!("voided {name}"),
            What::Voided(Some(number)) => format!("voided {name} {number}"),
        })
    }
}
