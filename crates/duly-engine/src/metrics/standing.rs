//! How tickets and clocks stand, by labels that stay few.

use std::collections::BTreeMap;

use duly_core::control::Controls;
use duly_core::lane::{self, Counts, WITHIN};
use duly_core::policy::{Compiled, Foreseen};

use super::declared;
use super::page::Page;
use crate::counters::{Counters, Labels, shown};

/// What the census of the lanes says. The same names of several lanes are summed, and so is what is shown as `other`.
pub(super) fn gauges(page: &mut Page, counters: &Counters, controls: &Controls, counts: &Counts) {
    let (_, labels) = &mut *counters.clocks();
    tickets(page, labels, counts);
    let foreseen = |is_promise: bool| {
        controls.versions().flat_map(Compiled::clocks).filter(move |clock| clock.is_promise == is_promise)
    };
    for (objective, clocks) in by_name(labels, foreseen(true), &counts.promises) {
        for (state, count) in clocks.states() {
            page.set(&declared::CLOCKS, &[&objective, state], count as f64);
        }
        for ((within, _), count) in WITHIN.iter().zip(clocks.due) {
            page.set(&declared::CLOCKS_DUE, &[&objective, within], count as f64);
        }
    }
    for (remedy, clocks) in by_name(labels, foreseen(false), &counts.owed) {
        page.set(&declared::REMEDIES_OVERDUE, &[&remedy], (clocks.overdue + clocks.paused_overdue) as f64);
    }
}

fn tickets(page: &mut Page, labels: &mut Labels, counts: &Counts) {
    let mut sums: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for tickets in &counts.tickets {
        let class = tickets.class.map_or("unknown", |class| class.name());
        let category = labels.admit("category", shown(tickets.category.as_deref()));
        *sums.entry((class, category.to_owned())).or_default() += tickets.count;
    }
    for ((class, category), count) in sums {
        page.set(&declared::TICKETS_BY_STATUS, &[class, &category], count as f64);
    }
}

/// Clocks by name; what there may be of them by the policies in force is there at zero.
fn by_name<'c>(
    labels: &mut Labels,
    foreseen: impl Iterator<Item = Foreseen<'c>>,
    all: &[lane::Clocks],
) -> BTreeMap<String, lane::Clocks> {
    let mut sums: BTreeMap<String, lane::Clocks> = BTreeMap::new();
    let mut sum = |name: &str, clocks: &lane::Clocks| {
        let name = labels.admit("objective", shown(Some(name)));
        sums.entry(name.to_owned()).or_default().add(clocks);
    };
    for clock in foreseen {
        sum(clock.name, &lane::Clocks::default());
    }
    for clocks in all {
        sum(&clocks.name, clocks);
    }
    sums
}
