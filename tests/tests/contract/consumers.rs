//! The consumers of `docs/examples` on the topic of a real run: their table is what the ledger says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::run::{UNTIL, run};
use super::script;

/// Broken promises that are still owed, by a ledger.
fn open_breaches(ledger: &str) -> Vec<String> {
    let (mut breaches, mut ended) = (BTreeMap::new(), BTreeSet::new());
    for line in ledger.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let member = |name: &str| event[name].as_str().map_or_else(|| event[name].to_string(), str::to_owned);
        let clock = ["subject", "policy", "objective", "cycle"].map(member).join("\t");
        match member("type").as_str() {
            "duly.sla.breached.v1" => drop(breaches.insert(clock, member("at"))),
            "duly.sla.clock_met.v1" | "duly.sla.clock_stopped_late.v1" | "duly.sla.clock_cancelled.v1" => {
                ended.insert(clock);
            }
            _ => {}
        }
    }
    breaches.retain(|clock, _| !ended.contains(clock));
    breaches.iter().map(|(clock, at)| format!("{clock}\t{at}")).collect()
}

#[test]
fn consumers_in_python_and_java_have_the_table_that_follows_from_the_ledger() {
    let run = run();
    let ledger = run.duly(&["replay", "--until", UNTIL, "--ledger", "-"]);
    let expected = open_breaches(&ledger);
    assert!(expected.len() > 3, "{expected:?}");
    let mut retractions = 0;
    run.ground.published(|_, _, _, kind, _| retractions += usize::from(kind == "duly.sla.retracted.v1"));
    assert!(retractions > 20, "only {retractions} events were taken back");
    for language in ["python", "java"] {
        let (bootstrap, topic) = (&run.ground.cluster.bootstrap, &run.ground.cluster.topics.sla);
        let told = script(&[language, bootstrap, topic, "--once"]);
        let rows: Vec<&str> = told.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows, expected, "{language}");
        assert!(told.ends_with(&format!("# {} open breaches\n", expected.len())), "{language}: {told}");
    }
}
