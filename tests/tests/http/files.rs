//! Liability cases and investigations.

use serde_json::{Value, json};

use crate::desk::{Desk, desk, event};

const POLICY: &str = "\
policy: letter
effective_from: 2026-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
feedback:
  about: late
  investigate: {within: 2d, owner: quality}
  correct: {within: 5d, owner: lead}
liability:
  currency: CNY
  assess: {within: 3d, owner: claims}
  settle: {within: 3d, owner: finance}
";

fn said(id: &str, kind: &str, ticket: &str, time: &str, data: Value) -> Value {
    let mut event = event(id, kind, ticket, time);
    event["data"] = data;
    event
}

#[test]
fn what_is_claimed_and_investigated_is_listed_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::under(POLICY, folder.path().join("duly.sqlite"), None);
    for (ticket, time) in [("T-1", "06:00"), ("T-2", "07:00"), ("T-3", "09:50")] {
        desk.event(&event("1", "received", ticket, time));
    }
    desk.event(&said("2", "loss_claimed", "T-1", "09:00", json!({"amount": 1200.50, "currency": "CNY"})));
    desk.event(&said("2", "complaint_filed", "T-3", "09:55", json!({"about": "late"})));
    desk.event(&said("3", "finding_recorded", "T-3", "09:56", json!({"cause": "夜班"})));
    desk.event(&said("4", "corrective_action_set", "T-3", "09:57", json!({"action": "train"})));
    desk.event(&said("5", "investigation_closed", "T-3", "09:58", json!({})));

    let cases = |query: &str| {
        let json = desk.get(&format!("/api/v1/cases{query}")).json();
        let cases = json["cases"].as_array().unwrap_or_else(|| panic!("{query}: {json}"));
        let found: Vec<String> = cases.iter().map(|case| format!("{} {}", case["subject"], case["state"])).collect();
        (json["total"].as_u64().expect("a number"), found.join(", ").replace('"', ""))
    };
    assert_eq!(cases(""), (2, "acme/T-2 open, acme/T-1 claimed".to_owned()));
    assert_eq!(cases("?limit=1"), (2, "acme/T-2 open".to_owned()));
    assert_eq!(cases("?state=claimed,assessed"), (1, "acme/T-1 claimed".to_owned()));
    assert_eq!(cases("?ticket=acme/T-2"), (1, "acme/T-2 open".to_owned()));

    let case = &desk.get("/api/v1/tickets/acme/T-1").json()["cases"][0];
    assert_eq!((&case["claimed"], &case["currency"]), (&json!("1200.50"), &json!("CNY")));
    assert_eq!(case["items"], json!([{"item": "loss", "claimed": "1200.50"}]));
    assert_eq!((&case["task"]["task"], &case["task"]["owner"]), (&json!("claim_assessment"), &json!("claims")));

    let json = desk.get("/api/v1/investigations?state=closed").json();
    let file = &json["investigations"][0];
    assert_eq!((&json["total"], &file["subject"], &file["number"]), (&json!(1), &json!("acme/T-3"), &json!(1)));
    assert_eq!(
        file["clocks"],
        json!([{"objective": "response", "cycle": 1, "standing": "running", "open_ms": 300_000}])
    );
    assert_eq!(file["findings"], json!([{"at": "2026-03-02T09:56:00Z", "cause": "夜班"}]));
    assert_eq!((&file["actions"][0]["task"], &file["actions"][0]["owner"]), (&json!("train"), &json!("lead")));
    assert_eq!(desk.get("/api/v1/investigations?state=open").json()["total"], 0);

    let metrics = desk.get("/metrics").text;
    for line in [
        "duly_cases{state=\"open\"} 1",
        "duly_cases{state=\"claimed\"} 1",
        "duly_cases{state=\"assessed\"} 0",
        "duly_investigations_open 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    desk.close();
}

#[test]
fn a_question_with_a_mistake_is_told_what_to_write() {
    let (_folder, desk) = desk();
    desk.get("/api/v1/cases?state=paid").fails(400, "state: `paid` is no state");
    desk.get("/api/v1/investigations?state=claimed").fails(400, "state: `claimed` is no state");
    desk.get("/api/v1/cases?tickets=acme/T-1").fails(400, "there is no parameter `tickets`");
    desk.close();
}
