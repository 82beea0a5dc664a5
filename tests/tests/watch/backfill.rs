//! The history of a real service desk, loaded into a Prometheus: what it says at the end is what the review says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use duly_tests::prometheus::{Prometheus, Settings, tool};
use duly_tests::{program, real_log};
use serde_json::Value;

/// Later than all that was said of the desk.
const UNTIL: &str = "2017-02-20T00:00:00Z";
const UNTIL_S: f64 = 1_487_548_800.0;

#[test]
fn a_history_is_seen_as_if_it_had_been_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (log, text) = (place("log.ndjson"), place("history.om"));
    fs::write(&log, real_log::lines().join("\n")).expect("a log");

    let told = duly(&["replay", &log, "--openmetrics", &text, "--step", "1d", "--until", UNTIL]);
    assert!(told.1.starts_with("358 instants, 24h apart"), "{}", told.1);
    assert_families_are_whole(Path::new(&text));
    let blocks = &["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1458h", &text, &place("data")];
    let (is_done, said) = tool("promtool", blocks);
    assert!(is_done, "{said}");

    let (report, _) =
        duly(&["report", &log, "--period", "2016-01-01..2017-02-19", "--until", UNTIL, "--format", "json"]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let options = &["--folder", &folder.path().display().to_string(), "--", "--storage.tsdb.retention.time=100y"];
    let prometheus = Prometheus::with(&Settings::default().yaml(), options);
    let net = "sum by (objective, outcome) (duly_clocks_decided_total) - sum by (objective, outcome) (duly_clocks_retracted_total)";
    let found: BTreeMap<(String, String), f64> = prometheus
        .query_at(net, UNTIL_S)
        .iter()
        .map(|sample| ((sample.label("objective").to_owned(), sample.label("outcome").to_owned()), sample.value))
        .collect();
    let mut expected = BTreeMap::new();
    for objective in report["objectives"].as_array().expect("objectives") {
        for outcome in ["met", "breached"] {
            let key = (objective["objective"].as_str().expect("a name").to_owned(), outcome.to_owned());
            expected.insert(key, objective["figures"][outcome].as_f64().expect("a figure"));
        }
    }
    assert_eq!(expected.len(), 4, "{report}");
    assert_eq!(found, expected);
}

/// Each family begins once and has all its samples behind it, each series in one piece with its instants going up.
fn assert_families_are_whole(path: &Path) {
    let text = fs::read_to_string(path).expect("text");
    assert!(text.ends_with("# EOF\n"));
    let (mut families, mut family, mut seen, mut last) = (Vec::new(), "", BTreeSet::new(), ("", 0.0));
    for line in text.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            family = declared.split(' ').next().expect("a name");
            assert!(!families.contains(&family), "{family} comes twice");
            families.push(family);
        }
        if line.starts_with('#') {
            continue;
        }
        assert!(line.starts_with(family), "{line} is not of {family}");
        let mut words = line.rsplitn(3, ' ');
        let at: f64 = words.next().and_then(|at| at.parse().ok()).expect("an instant");
        let series = words.nth(1).expect("a series");
        if series.contains("le=") || series.contains("_count{") || series.contains("_sum{") {
            continue;
        }
        if series == last.0 {
            assert!(at > last.1, "{line} follows on {}", last.1);
        } else {
            assert!(seen.insert(series), "{series} comes twice");
        }
        last = (series, at);
    }
}

/// Runs the program on the desk's policy; what it printed, and what it told.
fn duly(arguments: &[&str]) -> (String, String) {
    let mut command = program::duly();
    let output = command.args(arguments).arg("--policy").arg(real_log::policy_path()).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (printed, told) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{arguments:?}: {told}");
    (printed, told)
}
