//! The history of a real service desk, loaded into a Prometheus: what it says at the end is what the review says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use duly_tests::prometheus::{Prometheus, Sample, Settings, tool};
use duly_tests::{program, real_log};
use serde_json::Value;

/// A Thursday in the middle, with which one of the weeks since 1970 begins, and later than all that was said of the desk.
const INSTANTS: [(&str, f64); 2] =
    [("2016-06-02T00:00:00Z", 1_464_825_600.0), ("2017-02-20T00:00:00Z", 1_487_548_800.0)];

#[test]
fn a_history_is_seen_as_if_it_had_been_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (log, text) = (place("log.ndjson"), place("history.om"));
    fs::write(&log, lines().join("\n")).expect("a log");

    let (_, told) = duly(&["replay", &log, "--openmetrics", &text, "--step", "7d", "--until", INSTANTS[1].0]);
    assert!(told.starts_with("53 instants, 168h apart, of "), "{told}");
    assert_families_are_whole(Path::new(&text));
    let blocks = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=1458h", &text, &place("data")];
    let (is_done, said) = tool("promtool", &blocks);
    assert!(is_done, "{said}");

    let options = ["--folder", &place(""), "--", "--storage.tsdb.retention.time=100y"];
    let prometheus = Prometheus::with(&Settings::default().yaml(), &options);
    for (until, at_s) in INSTANTS {
        let period = ["--period", "2016-01-01..2017-12-31", "--until", until, "--format", "json"];
        let (report, _) = duly(&[&["report", log.as_str()], &period[..]].concat());
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let expected = Figures::of_report(&report);
        assert!(expected.are_telling(until == INSTANTS[0].0), "{expected:?}");
        assert_eq!(Figures::of_metrics(&prometheus, at_s), expected, "{until}");
    }
}

/// One in five of the desk's tickets, with all that was said of each; to tell of all takes minutes where nothing is optimised.
fn lines() -> Vec<String> {
    let is_taken = |line: &String| ["0\",\"time\"", "5\",\"time\""].iter().any(|end| line.contains(end));
    real_log::lines().into_iter().filter(is_taken).collect()
}

/// How many clocks of each objective were decided which way, run, and are overdue.
#[derive(Debug, PartialEq)]
struct Figures(BTreeMap<String, f64>);

impl Figures {
    fn of_report(report: &Value) -> Self {
        let objectives = report["objectives"].as_array().expect("objectives").iter();
        let figures = objectives.flat_map(|objective| {
            let name = objective["objective"].as_str().expect("a name");
            let figure =
                |word: &str| (format!("{name} {word}"), objective["figures"][word].as_f64().expect("a figure"));
            ["met", "breached", "running", "overdue"].map(figure)
        });
        Figures(figures.collect())
    }

    fn of_metrics(prometheus: &Prometheus, at_s: f64) -> Self {
        let sum = |metric: &str| format!("sum by (objective, outcome) ({metric})");
        let net = format!("{} - {}", sum("duly_clocks_decided_total"), sum("duly_clocks_retracted_total"));
        // What is paused runs, for a review, or is overdue.
        let stand = r#"sum by (objective, outcome) (label_replace(
            label_replace(duly_clocks, "outcome", "running", "state", "running|paused"),
            "outcome", "overdue", "state", "overdue|paused_overdue"))"#;
        let samples = [&net, stand].into_iter().flat_map(|expression| prometheus.query_at(expression, at_s));
        let figure = |it: Sample| (format!("{} {}", it.label("objective"), it.label("outcome")), it.value);
        Figures(samples.map(figure).collect())
    }

    /// Whether there is something in them: two objectives that were kept and broken, and clocks that are still to be stopped or not.
    fn are_telling(&self, has_open: bool) -> bool {
        let is_open = |name: &str| name.ends_with(" running") || name.ends_with(" overdue");
        let (open, decided): (Vec<_>, Vec<_>) = self.0.iter().partition(|(name, _)| is_open(name));
        let is_some = |(_, figure): &(&String, &f64)| **figure > 0.0;
        decided.len() == 4 && decided.iter().all(is_some) && open.iter().any(is_some) == has_open
    }
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
