//! Panels on a Prometheus: asked, drawn by Grafana's own components in a browser, and looked at.

use duly_tests::prometheus::Prometheus;
use serde_json::Value;

use super::{dashboard, script};

/// The time that is shown, in seconds since 1970, and how often Prometheus asked.
pub(crate) struct Shown {
    pub(crate) from_s: i64,
    pub(crate) to_s: i64,
    pub(crate) scrape_s: i64,
}

/// Draws dashboards; every query has to be answered, and something has to be drawn of every panel. `DULY_PICTURES` names a folder
/// where the pictures are kept.
pub(crate) fn all_are_drawn(prometheus: &Prometheus, uids: &[&str], shown: &Shown) {
    let server = format!("http://127.0.0.1:{}", prometheus.port());
    let (from, to, scrape) = (shown.from_s.to_string(), shown.to_s.to_string(), shown.scrape_s.to_string());
    let mut arguments = vec!["draw", "--server", &server, "--from", &from, "--to", &to, "--scrape", &scrape];
    let pictures = std::env::var("DULY_PICTURES").ok();
    if let Some(folder) = &pictures {
        arguments.extend(["--out", folder]);
    }
    let files: Vec<String> = uids.iter().map(|uid| dashboard(uid)).collect();
    arguments.extend(files.iter().map(String::as_str));
    let (is_drawn, said) = script(&arguments);
    assert!(is_drawn, "{said}");
    let panels: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let wrong: Vec<String> = panels.iter().filter_map(what_is_wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(panels.len(), uids.iter().map(|uid| panels_of(uid)).sum::<usize>(), "{said}");
}

/// How many panels of a dashboard ask anything.
fn panels_of(uid: &str) -> usize {
    let text = std::fs::read_to_string(dashboard(uid)).expect("a dashboard");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    json["panels"].as_array().expect("panels").iter().filter(|panel| panel["targets"].is_array()).count()
}

fn what_is_wrong(panel: &Value) -> Option<String> {
    let is_asked = panel["answered"].as_array().is_some_and(|queries| queries.iter().all(|answered| answered == true));
    // Curves are on a canvas, with a legend beside it; everything else is text, and has more of it than the title.
    let lines = panel["text"].as_str().unwrap_or_default().lines().filter(|line| !line.trim().is_empty()).count();
    let has_ink = panel["kind"] != "timeseries" || panel["ink"].as_i64() > Some(500);
    let is_drawn = has_ink && lines > 1 && !panel["text"].as_str().unwrap_or_default().contains("No data");
    (!is_asked || !is_drawn).then(|| panel.to_string())
}
