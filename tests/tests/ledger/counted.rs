//! What metrics count, held against a naive count over the ledger that stands, and against what they count of a ticket whose
//! events all came at once.

use std::collections::BTreeMap;

use duly_core::lane::Turn;
use duly_core::ledger::What;
use serde_json::Value;

/// Promises met and broken, by objective.
pub(crate) type Verdicts = BTreeMap<String, [i64; 2]>;

/// The same by objective and labels.
pub(crate) type Labelled = BTreeMap<(String, String), [i64; 2]>;

/// Counts what a turn publishes, as the engine does: what is taken back counts less.
pub(crate) fn count(turn: &Turn, verdicts: &mut Labelled) {
    for counted in turn.counted().chain(turn.recounted()) {
        let Some((objective, what)) = counted.what else { continue };
        let (place, by, labels) = match what {
            What::Met(labels, _) => (0, 1, labels),
            What::Reopened(labels) => (0, -1, labels),
            What::Breached(labels) => (1, 1, labels),
            _ => continue,
        };
        let under = (objective.to_owned(), format!("{labels:?}"));
        verdicts.entry(under).or_default()[place] += if counted.is_withdrawn { -by } else { by };
    }
    verdicts.retain(|_, verdicts| *verdicts != [0, 0]);
}

/// By objective alone.
pub(crate) fn in_all(labelled: &Labelled) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for ((objective, _), [met, breached]) in labelled {
        let all = verdicts.entry(objective.clone()).or_default();
        *all = [all[0] + met, all[1] + breached];
    }
    verdicts.retain(|_, verdicts| *verdicts != [0, 0]);
    verdicts
}

/// The verdicts that stand by a ledger, its bodies in the order in which they happen: a cycle is broken once and for all, and met
/// by its last word.
pub(crate) fn naive(bodies: &[String]) -> Verdicts {
    let mut cycles: BTreeMap<(String, String, u64), Option<usize>> = BTreeMap::new();
    for body in bodies {
        let body: Value = serde_json::from_str(body).expect("a body is JSON");
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        if body.get("owner").is_some() || body.get("started_at").is_none() {
            continue;
        }
        let cycle = (text("policy"), text("objective"), body["cycle"].as_u64().unwrap_or_default());
        let verdict = cycles.entry(cycle).or_default();
        *verdict = match (&*text("type"), *verdict) {
            (_, Some(1)) | ("duly.sla.breached.v1", _) => Some(1),
            ("duly.sla.clock_met.v1", _) => Some(0),
            ("duly.sla.clock_resumed.v1", _) => None,
            (_, known) => known,
        };
    }
    let mut verdicts = Verdicts::new();
    for ((_, objective, _), verdict) in cycles {
        if let Some(place) = verdict {
            verdicts.entry(objective).or_default()[place] += 1;
        }
    }
    verdicts
}
