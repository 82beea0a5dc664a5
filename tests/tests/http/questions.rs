//! What can be asked: tickets, clocks at risk, the basis of explanations, probes, metrics.

use std::collections::BTreeMap;

use duly_engine::metrics;
use duly_tests::chance::eventually;
use serde_json::json;

use crate::desk::{NOW, desk, event};

#[test]
fn a_ticket_is_told_with_its_clocks_and_till_when_that_holds() {
    let (_folder, desk) = desk();
    desk.event(&event("1", "received", "工单/1 a%", "09:00"));
    for path in ["%E5%B7%A5%E5%8D%95%2F1%20a%25", "%E5%B7%A5%E5%8D%95/1%20a%25"] {
        let answer = desk.get(&format!("/api/v1/tickets/acme/{path}"));
        let json = answer.json();
        assert_eq!((answer.status, &json["subject"]), (200, &json!("acme/工单/1 a%")), "{json}");
        assert_eq!((&json["watermark"], &json["is_received"]), (&json!(NOW), &json!(true)));
        assert_eq!(json["clocks"][0]["due_at"], json!("2026-03-02T11:00:00Z"));
        assert_eq!(json["clocks"][0]["state"], json!("running"));
    }
    desk.get("/api/v1/tickets/acme/T-2").fails(404, "there is no ticket `acme/T-2`");
    desk.get("/api/v1/tickets/acme/%FF").fails(400, "the path is not UTF-8");
    desk.close();
}

#[test]
fn clocks_at_risk_are_told_soonest_first() {
    let (_folder, desk) = desk();
    for (ticket, received) in [("late", "07:00"), ("soon", "08:30"), ("later", "09:50")] {
        desk.event(&event("1", "received", ticket, received));
    }
    let check = |query: &str, total: u64, expected: &[(&str, &str)]| {
        let json = desk.get(&format!("/api/v1/tickets?{query}")).json();
        let clocks = json["clocks"].as_array().unwrap_or_else(|| panic!("{query}: {json}"));
        let found: Vec<_> = clocks
            .iter()
            .map(|clock| (clock["subject"].as_str().unwrap_or_default(), clock["state"].as_str().unwrap_or_default()))
            .collect();
        assert_eq!((json["total"].as_u64(), &found[..]), (Some(total), expected), "{query}");
    };
    check("at_risk=30m", 2, &[("acme/late", "breached"), ("acme/soon", "running")]);
    check("at_risk=4h&limit=1", 3, &[("acme/late", "breached")]);
    check(
        "limit=50&at_risk=1h50m",
        3,
        &[("acme/late", "breached"), ("acme/soon", "running"), ("acme/later", "running")],
    );
    desk.advance("2026-03-02T10:30:00Z");
    check("at_risk=1m", 2, &[("acme/late", "breached"), ("acme/soon", "breached")]);
    desk.close();
}

#[test]
fn a_question_with_a_mistake_is_told_what_to_write() {
    let (_folder, desk) = desk();
    for (query, what) in [
        ("", "`at_risk` is missing"),
        ("?at_risk=soon", "at_risk: `soon` is not a duration"),
        ("?at_risk=4", "at_risk: `4` has no unit"),
        ("?at_risk=2%20working_hours", "counts on a calendar"),
        ("?at_risk=4h&limit=0", "limit: `0` is no limit"),
        ("?at_risk=4h&limit=many", "limit: `many` is no limit"),
        ("?at_risk=4h&sort=due", "there is no parameter `sort`"),
    ] {
        desk.get(&format!("/api/v1/tickets{query}")).fails(400, what);
    }
    desk.close();
}

#[test]
fn an_explanation_tells_how_things_stood_at_any_instant() {
    let (_folder, desk) = desk();
    desk.event(&event("1", "received", "T-1", "07:00"));
    for (at, expected) in
        [("", &["clock_started", "breached"][..]), ("?at=2026-03-02T08:00:00Z", &["clock_started"][..])]
    {
        let answer = desk.get(&format!("/api/v1/explain/acme/T-1{at}"));
        let kinds: Vec<_> = answer.json()["sla_events"]
            .as_array()
            .unwrap_or_else(|| panic!("no SLA events: {answer:?}"))
            .iter()
            .map(|event| event["kind"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(kinds, expected, "{answer:?}");
    }
    desk.get("/api/v1/explain/acme/T-1?at=yesterday").fails(400, "yesterday");
    desk.get("/api/v1/explain/acme/T-2").fails(404, "there is no ticket");
    desk.close();
}

#[test]
fn the_one_lane_is_told() {
    let (_folder, desk) = desk();
    desk.event(&event("1", "received", "T-1", "09:00"));
    let json = desk.get("/api/v1/lanes").json();
    // One where the event was there when the engine made its first turn, two where it came after that.
    let turn = &json["lanes"][0]["turn"];
    assert!([json!(1), json!(2)].contains(turn), "{json}");
    let lane = json!({"lane": 0, "state": "live", "watermark": NOW, "is_at_end": true, "tickets": 1, "turn": turn});
    assert_eq!(json, json!({"lanes": [lane], "others": []}));
    desk.close();
}

#[test]
fn probes_tell_alive_and_ready() {
    let (_folder, desk) = desk();
    assert_eq!(desk.get("/healthz").json(), json!({"alive": true}));
    let ready = desk.get("/readyz");
    assert_eq!((ready.status, &ready.json()["ready"]), (200, &json!(true)));
    desk.handle.stop();
    let mut gone = None;
    // The engine finishes what is queued, this question perhaps, and is gone then.
    eventually("the engine is gone", || {
        gone = Some(desk.get("/readyz")).filter(|answer| answer.status != 200);
        gone.is_some()
    });
    let gone = gone.expect("it was waited for");
    gone.fails(503, "the engine has stopped");
    assert_eq!(gone.retry_after.as_deref(), Some("1"));
    assert_eq!(desk.get("/healthz").status, 200);
    desk.close();
}

#[test]
fn every_metric_is_shown_as_it_is_declared() {
    let (_folder, desk) = desk();
    desk.event(&event("1", "received", "T-1", "09:00"));
    desk.get("/metrics");
    let text = desk.get("/metrics").text;
    let lines = |prefix: &str| -> BTreeMap<String, String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(prefix)?.split_once(' '));
        lines.map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect()
    };
    let (help, types) = (lines("# HELP "), lines("# TYPE "));
    let is_absent = |metric: &metrics::Metric| {
        ["feed", "sink", "source", "step", "remedy"].iter().any(|label| metric.labels.contains(label))
            || metrics::ON_KAFKA.iter().any(|other| other.name == metric.name)
    };
    for metric in metrics::ALL {
        let is_shown = !is_absent(metric);
        assert_eq!(help.get(metric.name).map(String::as_str), is_shown.then_some(metric.help), "{}", metric.name);
        assert_eq!(types.get(metric.name).map(String::as_str), is_shown.then_some(metric.shape.name()));
    }
    assert_eq!(help.len(), metrics::ALL.iter().filter(|metric| !is_absent(metric)).count());
    for expected in [
        "duly_watermark_timestamp_seconds 1772445600",
        "duly_watermark_lag_seconds 0",
        "duly_calendar_horizon_days{policy=\"letter\",calendar=\"desk\"}",
        "duly_http_requests_total{route=\"/api/v1/events\",code=\"200\"} 1",
        "duly_commit_duration_seconds_bucket{le=\"+Inf\"}",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    desk.close();
}
