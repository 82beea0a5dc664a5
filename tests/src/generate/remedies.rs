//! Remedies: clocks of the tables of objectives, that a breach starts.

use duly_core::policy::{Objective, Remedy, Title};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::objectives;
use super::policies::NAMES;
use crate::build::trigger;

const STOPS: [&str; 5] = [
    "apology_issued",
    "apology_issued",
    "remedy_granted remedy=discount",
    "apology_issued | remedy_granted",
    "customer_replied",
];

/// Any remedy.
pub(super) fn any() -> impl Strategy<Value = Remedy> {
    (objectives::any(), select(&STOPS[..]), subsequence(&NAMES[..], 0..=NAMES.len())).prop_map(
        |(objective, stop, after)| {
            let Objective { pause, mut targets, remind_at, ladder, .. } = objective;
            Remedy {
                title: Title::new(),
                after: after.into_iter().map(str::to_owned).collect(),
                owner: "manager".to_owned(),
                stop: trigger(stop),
                pause,
                target: targets.swap_remove(0),
                remind_at,
                ladder,
            }
        },
    )
}
