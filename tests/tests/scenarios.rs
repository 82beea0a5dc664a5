//! The suite of the scenarios: each of `tests/scenarios/` as the core tells it, the embedded engine through its restarts,
//! and Kafka. `make bless` takes what the core tells now for what must be told.

#[path = "scenarios/embedded.rs"]
mod embedded;
#[path = "scenarios/grammar.rs"]
mod grammar;
#[path = "scenarios/kafka.rs"]
mod kafka;

use duly_tests::scenario::{self, OnCore, differences, play};

#[test]
fn the_core_tells_every_scenario() {
    let is_blessing = std::env::var_os("DULY_BLESS").is_some();
    let mut found = Vec::new();
    for scenario in scenario::all() {
        let told = play(&scenario, &mut OnCore::new(&scenario));
        if is_blessing {
            scenario.write(&scenario::bless(&scenario, &told));
        } else {
            found.extend(differences(&scenario, &told));
        }
    }
    assert!(found.is_empty(), "{} lines differ:\n{}", found.len(), found.join("\n"));
}

/// What is promised, and what is said of others that they get wrong: a scenario for each.
#[test]
fn every_row_of_the_letter_has_its_scenario() {
    let names: Vec<String> = scenario::all().into_iter().map(|scenario| scenario.name).collect();
    let rows = (1..=23).map(|row| format!("L{row:02}-"));
    for row in rows {
        assert!(names.iter().any(|name| name.starts_with(&row)), "no scenario {row}…");
    }
    for complaint in [
        "glpi-6902",
        "glpi-6902-15605",
        "glpi-24481",
        "erpnext-49414",
        "frappe-3776",
        "zammad-188",
        "glpi-23359",
        "zammad-534",
        "zammad-4353",
        "glpi-1996",
        "glpi-1996-5319",
        "dbt-zendesk-154",
        "osticket-1168",
        "jira",
        "servicenow",
        "dbt-zendesk-116",
    ] {
        let is_it = |name: &String| name.starts_with("complaint-") && name.contains(complaint);
        assert!(names.iter().any(is_it), "no scenario complaint-{complaint}…");
    }
}
