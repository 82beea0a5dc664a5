//! Metrics of promises: what is shown of them, and that labels stay few.

use serde_json::{Value, json};

use crate::desk::{Desk, desk, event};

const POLICY: &str = "\
policy: letter
effective_from: 2026-01-01T00:00:00Z
routing:
  - {when: {category: technical_support}, team: field, priority: 1}
objectives:
  response:
    start: received
    stop: responded
    targets: [{within: 2h}]
    remind_at: [50%]
    ladder: [{step: lead, at: breach, to: lead}, {step: manager, after: 30m, to: manager}]
  resolution: {start: received, stop: resolved, targets: [{within: 8h}]}
";

fn given(id: &str, kind: &str, ticket: &str, time: &str, data: Value) -> Value {
    let mut event = event(id, kind, ticket, time);
    event["data"] = data;
    event
}

fn under_policy(policy: &str) -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::under(policy, folder.path().join("duly.sqlite"), None);
    (folder, desk)
}

/// Holds the page against lines that it has to have.
#[track_caller]
fn check(desk: &Desk, expected: &[&str]) {
    let page = desk.get("/metrics").text;
    for line in expected {
        assert!(page.lines().any(|known| known == *line), "{line} is not in\n{page}");
    }
}

#[test]
fn verdicts_are_counted_under_what_held_on_the_ticket_then() {
    let (_folder, desk) = under_policy(POLICY);
    check(
        &desk,
        &[
            "duly_reminders_total{objective=\"response\"} 0",
            "duly_escalations_total{objective=\"response\",step=\"manager\",is_last=\"true\"} 0",
            "duly_response_open_seconds_count{objective=\"resolution\"} 0",
            "duly_metric_label_overflow_total{label=\"category\"} 0",
        ],
    );
    let technical = json!({"category": "technical_support", "team": "desk"});
    desk.event(&given("1", "received", "T-1", "07:00", technical.clone()));
    desk.event(&given("1", "received", "T-2", "08:30", json!({"team": "desk"})));
    let in_field = "category=\"technical_support\",team=\"field\",priority=\"1\"";
    let at_desk = "category=\"none\",team=\"desk\",priority=\"none\"";
    let decided = |labels: &str, outcome: &str, count: u32| {
        format!("duly_clocks_decided_total{{objective=\"response\",{labels},outcome=\"{outcome}\"}} {count}")
    };
    let retracted =
        |labels: &str, outcome: &str, count: u32| decided(labels, outcome, count).replace("decided", "retracted");
    check(
        &desk,
        &[
            &decided(in_field, "breached", 1),
            &decided(in_field, "met", 0),
            &retracted(in_field, "breached", 0),
            &decided(at_desk, "met", 0),
            "duly_reminders_total{objective=\"response\"} 2",
            "duly_escalations_total{objective=\"response\",step=\"lead\",is_last=\"false\"} 1",
            "duly_escalations_total{objective=\"response\",step=\"manager\",is_last=\"true\"} 1",
        ],
    );
    // An answer that was given in time, and told late.
    desk.event(&event("2", "responded", "T-1", "08:59"));
    desk.event(&event("2", "responded", "T-2", "09:30"));
    check(
        &desk,
        &[
            &decided(in_field, "breached", 1),
            &retracted(in_field, "breached", 1),
            &decided(in_field, "met", 1),
            &decided(at_desk, "met", 1),
            "duly_response_open_seconds_bucket{objective=\"response\",le=\"3600\"} 1",
            "duly_response_open_seconds_bucket{objective=\"response\",le=\"7200\"} 2",
            "duly_response_open_seconds_sum{objective=\"response\"} 10740",
        ],
    );
    desk.close();
}

#[test]
fn a_verdict_moves_to_the_category_that_a_late_event_tells_of() {
    let (_folder, desk) = under_policy(POLICY);
    desk.event(&given("1", "received", "T-1", "08:30", json!({"category": "web"})));
    desk.event(&event("2", "responded", "T-1", "09:30"));
    let met = |what: &str, category: &str| {
        let labels = format!("category=\"{category}\",team=\"none\",priority=\"none\",outcome=\"met\"");
        format!("duly_clocks_{what}_total{{objective=\"response\",{labels}}} 1")
    };
    // The reminder of 09:30: the answer arrived after it.
    let retracted = "duly_sla_events_total{type=\"duly.sla.retracted.v1\"} 1";
    check(&desk, &[&met("decided", "web"), retracted]);
    desk.event(&given("3", "observed", "T-1", "08:40", json!({"category": "mail"})));
    check(
        &desk,
        &[
            &met("decided", "web"),
            &met("retracted", "web"),
            &met("decided", "mail"),
            // It was answered once, and nothing is published.
            "duly_response_open_seconds_count{objective=\"response\"} 1",
            retracted,
        ],
    );
    desk.close();
}

#[test]
fn a_ticket_that_is_reopened_has_not_met_its_promise_yet() {
    let (_folder, desk) = under_policy(POLICY);
    desk.event(&event("1", "received", "T-1", "03:00"));
    desk.event(&given("2", "observed", "T-1", "04:00", json!({"status_class": "resolved"})));
    desk.event(&given("3", "observed", "T-1", "05:00", json!({"status_class": "open"})));
    let line = |metric: &str, outcome: &str, count: u32| {
        format!(
            "duly_clocks_{metric}_total{{objective=\"resolution\",category=\"none\",team=\"none\",priority=\"none\",\
             outcome=\"{outcome}\"}} {count}"
        )
    };
    check(&desk, &[&line("decided", "met", 1), &line("retracted", "met", 1)]);
    desk.event(&given("4", "observed", "T-1", "06:00", json!({"status_class": "resolved"})));
    check(&desk, &[&line("decided", "met", 2), &line("retracted", "met", 1), &line("decided", "breached", 0)]);
    desk.close();
}

#[test]
fn tickets_and_clocks_are_counted_as_they_stand() {
    let (_folder, desk) =
        under_policy(&format!("{POLICY}remedies:\n  apology: {{stop: apology_issued, within: 10m, owner: lead}}\n"));
    check(
        &desk,
        &[
            "duly_tickets_by_status{status_class=\"open\",category=\"none\"} 0",
            "duly_clocks{objective=\"response\",state=\"running\"} 0",
            "duly_clocks_due{objective=\"resolution\",within=\"1d\"} 0",
            "duly_remedies_overdue{remedy=\"apology\"} 0",
        ],
    );
    for (ticket, time) in [("T-1", "07:00"), ("T-2", "08:10"), ("T-3", "08:50")] {
        desk.event(&given("1", "received", ticket, time, json!({"category": "inquiry"})));
    }
    desk.event(&given("2", "observed", "T-3", "09:00", json!({"status_class": "open", "category": "repair"})));
    desk.event(&event("3", "responded", "T-3", "09:10"));
    let standing = [
        "duly_tickets_by_status{status_class=\"new\",category=\"inquiry\"} 2",
        "duly_tickets_by_status{status_class=\"open\",category=\"inquiry\"} 0",
        "duly_tickets_by_status{status_class=\"open\",category=\"repair\"} 1",
        "duly_clocks{objective=\"response\",state=\"running\"} 1",
        "duly_clocks{objective=\"response\",state=\"overdue\"} 1",
        "duly_clocks_due{objective=\"response\",within=\"15m\"} 1",
        "duly_clocks_due{objective=\"response\",within=\"1d\"} 1",
        "duly_clocks{objective=\"resolution\",state=\"running\"} 3",
        "duly_clocks_due{objective=\"resolution\",within=\"4h\"} 0",
        "duly_clocks_due{objective=\"resolution\",within=\"1d\"} 3",
        "duly_remedies_overdue{remedy=\"apology\"} 1",
    ];
    check(&desk, &standing);
    desk.advance("2026-03-02T10:30:00Z");
    check(
        &desk,
        &["duly_clocks{objective=\"response\",state=\"overdue\"} 2", "duly_remedies_overdue{remedy=\"apology\"} 2"],
    );
    desk.event(&event("3", "apology_issued", "T-1", "10:20"));
    check(&desk, &["duly_remedies_overdue{remedy=\"apology\"} 1"]);
    desk.close();
}

#[test]
fn labels_stay_few_whatever_is_said() {
    let (_folder, desk) = desk();
    let long = "x".repeat(101);
    let said = ["a\u{0}b", "line\nbreak", &long, "\"quoted\\", "", "other", "none"];
    let many = (0..200).map(|number| format!("category {number}"));
    let categories: Vec<String> = said.iter().map(|&text| text.to_owned()).chain(many).collect();
    let count = categories.len();
    for (number, category) in categories.iter().enumerate() {
        desk.event(&given("1", "received", &format!("T-{number}"), "07:00", json!({"category": category})));
    }
    let page = desk.get("/metrics").text;
    let breached: Vec<(&str, usize)> = page
        .lines()
        .filter(|line| line.starts_with("duly_clocks_decided_total") && line.contains("\"breached\""))
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(labels, count)| (labels, count.parse().expect("a number")))
        .collect();
    assert_eq!(breached.len(), 52, "50 values, none and other\n{page}");
    assert_eq!(breached.iter().map(|(_, count)| count).sum::<usize>(), count);
    let of = |category: &str| {
        let is_it = |(labels, _): &&(&str, usize)| labels.contains(&format!("category=\"{category}\""));
        breached.iter().find(is_it).map_or(0, |(_, count)| *count)
    };
    assert_eq!((of("\\\"quoted\\\\"), of("none"), of("category 48")), (1, 2, 1));
    // One was called so; three are unfit, and 151 came too late.
    assert_eq!(of("other"), 1 + 3 + 151);
    assert!(page.contains("duly_metric_label_overflow_total{label=\"category\"} 154\n"), "{page}");
    let tickets = page.lines().filter(|line| line.starts_with("duly_tickets_by_status{status_class=\"new\""));
    let tickets: Vec<usize> = tickets.filter_map(|line| line.rsplit_once(' ')?.1.parse().ok()).collect();
    assert_eq!((tickets.len() <= 52, tickets.iter().sum::<usize>()), (true, count), "{page}");
    desk.close();
}
