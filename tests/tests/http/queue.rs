//! The work queue.

use serde_json::{Value, json};

use crate::desk::{Desk, desk, event};

const POLICY: &str = "\
policy: letter
effective_from: 2026-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
routing:
  - {when: {severity: urgent}, tier: expert, team: 现场, priority: 1}
  - {team: desk, priority: 2}
";

fn received(ticket: &str, time: &str, data: Value) -> Value {
    let mut event = event("1", "received", ticket, time);
    event["data"] = data;
    event
}

#[test]
fn tickets_wait_in_the_order_in_which_they_want_to_be_worked_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::under(POLICY, folder.path().join("duly.sqlite"), None);
    desk.event(&received("first", "08:30", json!({})));
    desk.event(&received("second", "09:30", json!({})));
    desk.event(&received("urgent", "09:50", json!({"severity": "urgent"})));
    let check = |query: &str, total: u64, expected: &[&str]| {
        let json = desk.get(&format!("/api/v1/queue{query}")).json();
        let tickets = json["tickets"].as_array().unwrap_or_else(|| panic!("{query}: {json}"));
        let found: Vec<_> = tickets.iter().filter_map(|ticket| ticket["subject"].as_str()).collect();
        assert_eq!((json["total"].as_u64(), &found[..]), (Some(total), expected), "{query}");
    };
    check("", 3, &["acme/urgent", "acme/first", "acme/second"]);
    check("?limit=2", 3, &["acme/urgent", "acme/first"]);
    check("?team=desk", 2, &["acme/first", "acme/second"]);
    check("?team=%E7%8E%B0%E5%9C%BA&tier=expert", 1, &["acme/urgent"]);
    check("?tier=nobody", 0, &[]);
    let json = desk.get("/api/v1/queue?limit=1").json();
    assert_eq!(
        json["tickets"][0],
        json!({
            "subject": "acme/urgent", "priority": 1, "tier": "expert", "team": "现场", "status_class": "new",
            "policy": "letter", "objective": "response", "cycle": 1, "due_at": "2026-03-02T11:50:00Z",
            "open_left_ms": 6_600_000,
        })
    );
    desk.event(&event("2", "responded", "first", "09:59"));
    check("?team=desk", 2, &["acme/second", "acme/first"]);
    desk.close();
}

#[test]
fn a_question_with_a_mistake_is_told_what_to_write() {
    let (_folder, desk) = desk();
    desk.get("/api/v1/queue?limit=0").fails(400, "limit: `0` is no limit");
    desk.get("/api/v1/queue?teem=desk").fails(400, "there is no parameter `teem`");
    desk.close();
}
