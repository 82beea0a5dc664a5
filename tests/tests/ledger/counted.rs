//! What metrics count, held against a naive count over the ledger that stands.

use std::collections::BTreeMap;

use duly_core::lane::Turn;
use duly_core::ledger::What;
use serde_json::Value;

/// Promises met and broken, by objective.
pub(crate) type Verdicts = BTreeMap<String, [i64; 2]>;

/// Counts what a turn publishes, as the engine does: what is taken back counts less.
pub(crate) fn count(turn: &Turn, verdicts: &mut Verdicts) {
    for counted in turn.counted() {
        let Some((objective, what)) = counted.what else { continue };
        let (place, by) = match what {
            What::Met(..) => (0, 1),
            What::Reopened(_) => (0, -1),
            What::Breached(_) => (1, 1),
            _ => continue,
        };
        verdicts.entry(objective.to_owned()).or_default()[place] += if counted.is_withdrawn { -by } else { by };
    }
    verdicts.retain(|_, verdicts| *verdicts != [0, 0]);
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
