//! Emergencies over the API: declared, updated, lifted, voided, listed; told again; and what does not go.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, answer, desk, event};

impl Desk {
    fn tell(&self, path: &str, said: &Value) -> Answer {
        let request = self.agent().post(self.url(path)).header("content-type", "application/json");
        answer(request.send(said.to_string()))
    }
}

fn typhoon() -> Value {
    json!({
        "emergency": "typhoon", "kind": "natural_disaster", "title": {"zh": "台风", "en": "Typhoon"},
        "when": {"region": ["south", "east"]}, "effect": "suspend", "expected_end": "2026-03-03T10:00:00Z",
        "plan": [{"role": "field_lead", "task": {"en": "call those who wait"}}],
    })
}

fn due(desk: &Desk) -> Value {
    desk.get("/api/v1/tickets/acme/T-1").json()["clocks"][0]["state"].clone()
}

#[test]
fn an_emergency_from_its_declaration_to_its_end() {
    let (_folder, desk) = desk();
    let mut received = event("1", "received", "T-1", "10:00");
    received["data"] = json!({"region": "south"});
    assert_eq!(desk.event(&received).status, 200);
    let declared = desk.tell("/api/v1/emergencies", &typhoon());
    assert_eq!(declared.status, 201, "{declared:?}");
    let told = declared.json();
    assert_eq!((&told["outcome"], &told["emergency"]["state"]), (&json!("taken"), &json!("in_force")));
    assert_eq!(told["emergency"]["effective_from"], "2026-03-02T10:00:00Z", "it counts from when it was told");
    assert_eq!(told["warnings"], Value::Null, "tickets have regions");
    desk.advance("2026-03-02T10:30:00Z");
    assert_eq!(due(&desk), "paused");
    // Whoever got no answer tells it again.
    let again = desk.tell("/api/v1/emergencies", &typhoon());
    assert_eq!((again.status, &again.json()["outcome"]), (200, &json!("known")));

    let news = json!({"message": {"en": "Roads are open again."}, "when": {"region": "east"}});
    let updated = desk.tell("/api/v1/emergencies/typhoon/update", &news);
    assert_eq!(updated.json()["emergency"]["messages"][1]["what"], "updated", "{updated:?}");
    desk.advance("2026-03-02T10:31:00Z");
    assert_eq!(due(&desk), "running", "it has left the scope");
    let lifted = desk.tell("/api/v1/emergencies/typhoon/lift", &json!({"effective_from": "2026-03-02T11:00:00Z"}));
    assert_eq!(lifted.json()["emergency"]["lifted_at"], "2026-03-02T11:00:00Z", "{lifted:?}");

    let states = |query: &str| {
        let all = desk.get(&format!("/api/v1/emergencies{query}")).json();
        all["emergencies"].as_array().expect("a list").iter().map(|one| one["state"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(states("?at=2026-03-02T09:59:00Z"), ["ahead"]);
    assert_eq!(states("?at=2026-03-02T10:59:00Z"), ["in_force"]);
    assert_eq!(states("?at=2026-03-02T11:00:00Z"), ["lifted"]);
    let voided = desk.tell("/api/v1/emergencies/typhoon/void", &json!({}));
    assert_eq!((voided.status, &voided.json()["emergency"]["state"]), (200, &json!("voided")), "{voided:?}");
    desk.advance("2026-03-02T12:00:00Z");
    assert_eq!(due(&desk), "breached", "it was never so: two hours have passed");
    desk.close();
}

#[test]
fn a_scope_that_is_perhaps_misspelt_is_taken_and_warned_of() {
    let (_folder, desk) = desk();
    let mut said = typhoon();
    said["when"] = json!({"regoin": "south"});
    let declared = desk.tell("/api/v1/emergencies", &said);
    let warnings = declared.json()["warnings"].clone();
    let warning = warnings[0].as_str().unwrap_or_default();
    assert!(declared.status == 201 && warning.contains("`regoin`"), "{declared:?}");
    desk.close();
}

#[test]
fn what_does_not_go_is_refused_with_what_to_do() {
    let (_folder, desk) = desk();
    let declare = "/api/v1/emergencies";
    let with = |name: &str, value: Value| {
        let mut said = typhoon();
        said[name] = value;
        said
    };
    desk.tell("/api/v1/emergencies/typhoon/lift", &json!({})).fails(404, "there is none of that id");
    desk.tell(declare, &with("effect", json!("stop"))).fails(422, "stop");
    desk.tell(declare, &with("kind", json!("typhoon"))).fails(422, "typhoon");
    desk.tell(declare, &with("expected_end", json!("2026-03-01T00:00:00Z"))).fails(422, "not after");
    desk.tell(declare, &with("objectives", json!(["respons"]))).fails(422, "there is no objective `respons`");
    desk.tell(declare, &with("scope", json!({}))).fails(422, "unknown field `scope`");
    desk.tell(declare, &json!([])).fails(400, "can not be read");
    assert_eq!(desk.tell(declare, &typhoon()).status, 201);
    desk.tell(declare, &with("effect", json!("announce_only"))).fails(409, "it was declared already");
    desk.tell("/api/v1/emergencies/typhon/lift", &json!({})).fails(404, "there is none of that id");
    desk.tell("/api/v1/emergencies/typhoon/lift", &json!({"effective_from": "2026-03-01T00:00:00Z"}))
        .fails(422, "it begins at");
    desk.tell("/api/v1/emergencies/typhoon/update", &json!({})).fails(422, "says nothing");
    desk.tell("/api/v1/emergencies/typhoon/update", &json!({"emergency": "other"})).fails(422, "names the emergency");
    desk.tell("/api/v1/emergencies/typhoon/stop", &json!({})).fails(404, "has no `stop`");
    let request = desk.agent().post(desk.url(declare)).header("content-type", "text/plain");
    answer(request.send(typhoon().to_string())).fails(415, "is JSON");
    let long = with("message", json!({"en": "x".repeat(600 << 10)}));
    desk.tell(declare, &long).fails(413, "more than there is to say");
    desk.get("/api/v1/emergencies?at=yesterday").fails(400, "at");
    desk.close();
}

#[test]
fn what_was_told_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("duly.sqlite");
    let desk = Desk::open(&path, None);
    assert_eq!(desk.tell("/api/v1/emergencies", &typhoon()).status, 201);
    desk.close();
    let desk = Desk::open(&path, None);
    assert_eq!(desk.get("/api/v1/emergencies").json()["emergencies"][0]["state"], "in_force");
    assert_eq!(
        desk.tell("/api/v1/emergencies/typhoon/lift", &json!({"effective_from": "2026-03-02T10:30:00Z"})).status,
        200
    );
    desk.close();
}
