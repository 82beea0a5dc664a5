//! The rules: sound, tested one by one, and told in docs/alerts.md.

use std::collections::{BTreeMap, BTreeSet};

use duly_tests::prometheus::tool;

use crate::shipped::{alerts, files, path, read, rule_files, text, yaml};

/// Runs a tool, which has to find nothing wrong.
fn check(name: &str, arguments: &[&str]) -> String {
    let (is_good, told) = tool(name, arguments);
    assert!(is_good, "{name} {arguments:?}: {told}");
    told
}

#[test]
fn prometheus_and_alertmanager_find_nothing_wrong() {
    let rules: Vec<String> = rule_files().iter().map(|path| path.display().to_string()).collect();
    let arguments =
        ["check", "rules", "--lint=all", "--lint-fatal"].into_iter().chain(rules.iter().map(String::as_str));
    check("promtool", &arguments.collect::<Vec<_>>());
    check("promtool", &["check", "config", &path("deploy/prometheus/prometheus.yml").display().to_string()]);
    check("amtool", &["check-config", &path("deploy/alertmanager/alertmanager.yml").display().to_string()]);
}

#[test]
fn every_alert_fires_where_it_should_and_only_there() {
    let tests: Vec<String> = files("deploy/prometheus/tests").iter().map(|path| path.display().to_string()).collect();
    let arguments = ["test", "rules"].into_iter().chain(tests.iter().map(String::as_str));
    check("promtool", &arguments.collect::<Vec<_>>());
}

#[test]
fn every_alert_is_tested_both_ways() {
    let mut tested: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for file in files("deploy/prometheus/tests") {
        for case in yaml(&file)["tests"].as_array().expect("tests") {
            for expected in case["alert_rule_test"].as_array().into_iter().flatten() {
                let fires = expected["exp_alerts"].as_array().is_some_and(|alerts| !alerts.is_empty());
                tested.entry(text(expected, "alertname").to_owned()).or_default().insert(fires);
            }
        }
    }
    for alert in alerts() {
        let name = text(&alert, "alert");
        let both = tested.get(name).map_or(0, BTreeSet::len);
        assert!(both == 2 || name == "DulyWatchdog", "{name} has to be seen to fire, and not to");
    }
}

#[test]
fn every_alert_has_its_place_in_the_runbook() {
    let page = read(&path("docs/alerts.md"));
    let sections: BTreeMap<&str, &str> =
        page.split("\n### ").skip(1).filter_map(|text| text.split_once('\n')).collect();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| [")).collect();
    let alerts = alerts();
    for alert in &alerts {
        let (name, labels, annotations) = (text(alert, "alert"), &alert["labels"], &alert["annotations"]);
        let anchor = name.to_lowercase();
        assert_eq!(text(annotations, "runbook_url"), format!("https://duly.example.com/docs/alerts.md#{anchor}"));
        let section = sections.get(name).unwrap_or_else(|| panic!("docs/alerts.md does not tell of {name}"));
        for word in ["**Means**", "**Look at**", "**Do**", "**Ends**"] {
            assert!(section.contains(word), "docs/alerts.md, {name}: no {word}");
        }
        let row = format!("| [{name}](#{anchor}) | {} | {} |", text(labels, "severity"), text(labels, "area"));
        assert!(rows.iter().any(|line| line.starts_with(&row)), "the table of docs/alerts.md lacks `{row}`");
        for annotation in ["summary", "summary_zh", "description"] {
            assert!(text(annotations, annotation).len() > 10, "{name} has no {annotation}");
        }
    }
    assert_eq!(
        (sections.len(), rows.len()),
        (alerts.len(), alerts.len()),
        "docs/alerts.md tells of alerts that are none"
    );
}

#[test]
fn each_alert_finds_its_way() {
    let config = path("deploy/alertmanager/alertmanager.yml").display().to_string();
    for (labels, receiver) in [
        (&["alertname=DulyWatchdog", "severity=none", "area=engine"], "heartbeat"),
        (&["alertname=DulyUrgentFaultBreached", "severity=page", "area=promises"], "desk-on-call"),
        (&["alertname=DulyCalendarEnds", "severity=ticket", "area=promises"], "desk-by-mail"),
        (&["alertname=DulyDown", "severity=page", "area=engine"], "operators-on-call"),
        (&["alertname=DulyNotificationsFailed", "severity=ticket", "area=delivery"], "operators-by-mail"),
    ] {
        let arguments =
            [&["config", "routes", "test", "--config.file", &config, "--verify.receivers", receiver], &labels[..]];
        check("amtool", &arguments.concat());
    }
}
