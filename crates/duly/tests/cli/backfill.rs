//! `duly replay --openmetrics`: the metrics of a day with three tickets, instant after instant.

use std::fs;
use std::path::PathBuf;

use crate::run;

const POLICY: &str = "\
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  answer:
    start: received
    stop: responded
    targets: [{within: 1h}]
    remind_at: [50%]
";

/// The second ticket is answered in time, and told of before the first, which is not; the third is not told of by ten.
const LOG: &str = r#"
{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"3","subject":"acme/T-2","time":"2026-03-02T09:30:00Z","data":{"category":"a \"b\\"}}
{"specversion":"1.0","type":"duly.ticket.responded.v1","source":"crm","id":"4","subject":"acme/T-2","time":"2026-03-02T10:00:00Z","data":{"contains":"answer"}}
{"specversion":"1.0","type":"duly.ticket.received.v1","source":"crm","id":"1","subject":"acme/T-1","time":"2026-03-02T09:00:00Z","data":{"category":"a \"b\\"}}
{"specversion":"1.0","type":"duly.ticket.responded.v1","source":"crm","id":"2","subject":"acme/T-1","time":"2026-03-02T10:20:00.5Z","data":{"contains":"answer"}}
"#;

fn policy() -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("backfill.yaml");
    fs::write(&path, POLICY).expect("a policy");
    path.display().to_string()
}

fn replay(options: &[&str]) -> (i32, String, String) {
    let policy = policy();
    run(&[&["replay", "-", "--policy", &policy], options].concat(), LOG.trim_start())
}

/// The values of a series, with the instants at which they held in seconds after eight o'clock.
fn series(text: &str, name: &str) -> Vec<(f64, f64)> {
    const EIGHT_S: f64 = 1_772_438_400.0;
    let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let numbers = lines.map(|rest| rest.split_once(' ').expect("a value and an instant"));
    numbers
        .map(|(value, at)| (at.parse::<f64>().expect("seconds") - EIGHT_S, value.parse().expect("a value")))
        .collect()
}

#[test]
fn a_day_is_told_as_it_was() {
    let (code, text, told) = replay(&["--openmetrics", "-", "--step", "30m"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.starts_with("5 instants, 30m apart, of "), "{told}");
    let sla = |name: &str| {
        series(&text, &format!("duly_sla_events_total{{type=\"duly.sla.{name}.v1\",job=\"duly\",instance=\"replay\"}}"))
    };
    assert_eq!(sla("clock_started"), [(1800.0, 0.0), (3600.0, 1.0), (5400.0, 2.0), (7200.0, 2.0), (8400.5, 2.0)]);
    assert_eq!(sla("breached"), [(1800.0, 0.0), (3600.0, 0.0), (5400.0, 0.0), (7200.0, 1.0), (8400.5, 1.0)]);
    assert_eq!(sla("retracted").last(), Some(&(8400.5, 0.0)));
    let gauge =
        |name: &str, labels: &str| series(&text, &format!("{name}{{{labels}job=\"duly\",instance=\"replay\"}}"));
    assert_eq!(gauge("duly_tickets", ""), [(1800.0, 0.0), (3600.0, 1.0), (5400.0, 2.0), (7200.0, 2.0), (8400.5, 2.0)]);
    let new = gauge("duly_tickets_by_status", r#"status_class="new",category="a \"b\\","#);
    assert_eq!(new.last(), Some(&(8400.5, 2.0)));
    let overdue = gauge("duly_clocks", r#"objective="answer",state="overdue","#);
    assert_eq!(overdue, [(1800.0, 0.0), (3600.0, 0.0), (5400.0, 0.0), (7200.0, 1.0), (8400.5, 0.0)]);
    let due = gauge("duly_clocks_due", r#"objective="answer",within="1h","#);
    assert_eq!(due, [(1800.0, 0.0), (3600.0, 1.0), (5400.0, 2.0), (7200.0, 0.0), (8400.5, 0.0)]);
    assert!(text.contains("# TYPE duly_sla_events counter\n# HELP duly_sla_events SLA events published"), "{text}");
    assert!(text.ends_with("\n# EOF\n"), "{text}");
}

#[test]
fn what_can_not_be_told_is_a_mistake() {
    for (options, said) in [
        (&["--step", "1h"][..], "--openmetrics"),
        (&["--openmetrics", "-", "--step", "0s"], "no time at all"),
        (&["--openmetrics", "-", "--step", "1 working_hours"], "round the clock"),
        (&["--openmetrics", "-", "--published", "-"], "cannot be used with"),
    ] {
        let (code, _, told) = replay(options);
        assert!(code == 2 && told.contains(said), "{options:?}: {code}: {told}");
    }
    let (code, _, told) = replay(&["--openmetrics", "-", "--step", "1s", "--until", "2026-12-31T00:00:00Z"]);
    assert!(code == 1 && told.contains("1000000 instants that are 1s apart"), "{told}");
    let (code, _, told) = replay(&["--openmetrics", "/nowhere/at.om"]);
    assert!(code == 1 && told.contains("cannot write /nowhere/at.om"), "{told}");
}
