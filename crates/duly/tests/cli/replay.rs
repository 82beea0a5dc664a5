//! `duly replay` and `duly explain`: what is said of tickets of which no clock started.

use crate::run;

const SHIPPED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/policies/response-time-commitment.yaml");

fn received(ticket: u32, data: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{ticket}","source":"/t","type":"duly.ticket.received.v1","subject":"acme/T-{ticket}","time":"2026-03-02T10:00:00Z","data":{data}}}"#
    )
}

#[test]
fn what_tickets_lack_for_a_clock_is_told() {
    let tickets = [
        received(1, r#"{"category":"technical_support"}"#),
        received(2, r#"{"category":"technical_support"}"#),
        received(3, r#"{"category":"bug","complexity":"general"}"#),
        received(4, r#"{"category":"inquiry","complexity":"general"}"#),
    ];
    let (code, _, told) = run(&["replay", "--policy", SHIPPED, "-"], &tickets.join("\n"));
    assert_eq!(code, 0, "{told}");
    let text = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("3 tickets started no clock: no target of response-time-commitment matches them."), "{told}");
    assert!(text.contains("Most often missing: complexity (2), severity (2)."), "{told}");
    assert!(text.contains("Of no value with a target: category=bug (1)."), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    let (_, out, told) = run(&["explain", "acme/T-1", "--policy", SHIPPED, "--log", "-"], &tickets.join("\n"));
    assert!(out.contains("1 ticket started no clock: ") && out.contains("complexity (1), severity (1)"), "{out}{told}");
    let (_, out, _) = run(&["explain", "acme/T-4", "--policy", SHIPPED, "--log", "-"], &tickets.join("\n"));
    assert!(out.contains("clock_started") && !out.contains("no clock"), "{out}");
}
