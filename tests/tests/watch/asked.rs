//! What rules and dashboards ask for: metrics that the engine has, and what rules record.

use std::collections::BTreeSet;

use duly_engine::metrics::{ALL, Metric, Shape};
use serde_json::Value;

use crate::shipped::{files, rules, yaml};

/// The names of a metric's series.
fn series(metric: &Metric) -> Vec<String> {
    match metric.shape {
        Shape::Histogram => ["bucket", "count", "sum"].map(|part| format!("{}_{part}", metric.name)).into(),
        Shape::Counter | Shape::Gauge => vec![metric.name.to_owned()],
    }
}

/// All expressions in a file of rules or a dashboard, the queries of its variables too.
fn expressions(within: &Value) -> Vec<&str> {
    match within {
        Value::Array(list) => list.iter().flat_map(expressions).collect(),
        Value::Object(members) => members.iter().flat_map(|(name, value)| of_member(name, value)).collect(),
        _ => Vec::new(),
    }
}

fn of_member<'v>(name: &str, value: &'v Value) -> Vec<&'v str> {
    match value {
        Value::String(text) if ["expr", "query", "definition"].contains(&name) => vec![text],
        value => expressions(value),
    }
}

/// What of ours an expression asks for. Names that rules record have colons in them; what is quoted are values of labels.
fn asked(expression: &str) -> Vec<&str> {
    let unquoted = expression.split('"').step_by(2);
    let words = unquoted.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c))));
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    words.filter(|word| is_name(word) && (word.starts_with("duly_") || word.contains(':'))).collect()
}

#[test]
fn rules_and_dashboards_ask_for_what_there_is() {
    let rules = rules();
    let recorded = rules.iter().filter_map(|rule| rule["record"].as_str().map(str::to_owned));
    let known: BTreeSet<String> = ALL.iter().flat_map(|metric| series(metric)).chain(recorded).collect();
    let folders = ["deploy/prometheus/rules", "deploy/grafana/dashboards", "deploy/grafana/provisioning/alerting"];
    for folder in folders {
        let mut seen = BTreeSet::new();
        for file in files(folder) {
            for expression in expressions(&yaml(&file)) {
                for name in asked(expression) {
                    assert!(known.contains(name), "{}: nothing is called `{name}`: {expression}", file.display());
                    seen.insert(name.to_owned());
                }
            }
        }
        assert!(seen.len() > 20, "they are read: {folder} asks for {seen:?}");
    }
}

#[test]
fn names_are_found_in_expressions() {
    let expression =
        r#"sum by (job) (duly_a_total{x="duly_b", y=~"c:d"} offset 5m) / job:e:rate5m[1h:5m] + rate(f[$__range:1m])"#;
    assert_eq!(asked(expression), ["duly_a_total", "job:e:rate5m"]);
}
