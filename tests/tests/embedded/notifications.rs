//! What people are told: with the SLA events that it follows from, once, and not of what was long ago.

use std::fs;

use duly_engine::embedded::{Options, Running, start};
use duly_engine::notify::{Notifier, Settings};
use duly_tests::expected::parse_policy;
use serde_json::{Value, json};

use crate::support::{Desk, at, stop, wait};

const POLICY: &str = "
policy: desk
effective_from: 2026-01-01T00:00:00Z
title: {zh: 服务承诺, en: Our promise}
objectives:
  response:
    title: {zh: 首次回复, en: First answer}
    start: received
    stop: responded
    targets: [{within: 4h}]
    remind_at: [50%]
    ladder: [{step: lead, at: breach, to: team_lead}]
notify: {breached: {to: [owner, customer], by: [email, sms]}}
";

fn desk(now: &str) -> Desk {
    Desk { policies: vec![parse_policy(POLICY)], ..Desk::new(now) }
}

fn serve(desk: &Desk, settings: &Settings) -> Running {
    let notifier = Some(Notifier::new(settings).expect("templates without mistakes"));
    start(Options { notifier, ..desk.options() }).expect("the engine starts")
}

fn receive(running: &Running, time: &str, data: &Value) {
    let event = json!({
        "specversion": "1.0", "id": format!("{time}"), "source": "crm", "type": "duly.ticket.received.v1",
        "subject": "acme/T-1", "time": at(time), "data": data,
    });
    wait(running.handle.append(vec![event.to_string().into_bytes()])).expect("receipts");
}

fn told(desk: &Desk) -> Vec<Value> {
    let stored = desk.read_only().notifications(0, 100).expect("a store in order");
    stored.into_iter().map(|notice| serde_json::from_str(&notice.event).expect("JSON")).collect()
}

fn abouts(desk: &Desk) -> Vec<String> {
    let short = |event: &Value| event["type"].as_str().expect("a type").split('.').nth(2).expect("a name").to_owned();
    told(desk).iter().map(short).collect()
}

#[test]
fn people_are_told_once_with_what_it_follows_from() {
    let desk = desk("2026-03-02 09:00");
    let running = serve(&desk, &Settings::default());
    receive(&running, "2026-03-02 09:00", &json!({"agent": "li.wei", "team": "field", "customer": "globex"}));
    assert_eq!(abouts(&desk), [""; 0]);
    desk.advance(&running, "2026-03-02 11:00");
    assert_eq!(abouts(&desk), ["reminder"]);
    stop(running);
    // What was told is told by nobody again.
    let running = serve(&desk, &Settings::default());
    desk.advance(&running, "2026-03-02 12:00");
    assert_eq!(abouts(&desk), ["reminder"]);
    desk.advance(&running, "2026-03-02 13:00");
    assert_eq!(abouts(&desk), ["reminder", "breach", "escalation"]);
    let counted: Vec<_> = running.handle.counters().notifications().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counted, [("breach", 1), ("escalation", 1)]);
    stop(running);

    let [reminder, breach, escalation] = <[Value; 3]>::try_from(told(&desk)).expect("three");
    let owner = json!({"as": "owner", "name": "li.wei", "team": "field"});
    assert_eq!(reminder["data"]["recipients"], json!([owner]));
    assert_eq!(reminder["data"]["channels"], json!(["email"]));
    assert_eq!(
        reminder["data"]["texts"]["en"]["title"],
        "Reminder: First answer of ticket T-1 is due 2026-03-02 13:00"
    );
    assert_eq!(reminder["data"]["texts"]["zh"]["title"], "提醒：工单 T-1 的「首次回复」将于 2026-03-02 13:00 到期");
    assert_eq!(breach["data"]["recipients"], json!([owner, {"as": "customer", "name": "globex"}]));
    assert_eq!(breach["data"]["channels"], json!(["email", "sms"]));
    assert_eq!(escalation["data"]["recipients"], json!([{"as": "role", "name": "team_lead", "team": "field"}]));
    // Each names the SLA event that it was written with.
    let db = rusqlite::Connection::open(desk.store()).expect("the store");
    for (notice, kind) in [(reminder, "reminder_due"), (breach, "breached"), (escalation, "escalated")] {
        let id: String = db
            .query_row("SELECT id FROM sla_events WHERE type = ?1", [format!("duly.sla.{kind}.v1")], |row| row.get(0))
            .expect("an SLA event");
        assert_eq!(notice["data"]["sla_event"], id.as_str());
        assert_ne!(notice["id"], id.as_str());
    }
}

#[test]
fn history_that_is_taken_in_wakes_nobody_up() {
    let desk = desk("2026-03-04 09:00");
    let running = serve(&desk, &Settings::default());
    receive(&running, "2026-03-02 09:00", &json!({}));
    desk.advance(&running, "2026-03-04 09:01");
    assert_eq!(abouts(&desk), [""; 0], "it was overdue two days ago");
    stop(running);
    let desk = self::desk("2026-03-03 12:00");
    let running = serve(&desk, &Settings::default());
    receive(&running, "2026-03-02 09:00", &json!({}));
    desk.advance(&running, "2026-03-03 12:01");
    assert_eq!(abouts(&desk), ["breach", "escalation"], "the reminder was due more than a day ago");
    let breach = &told(&desk)[0];
    assert_eq!(breach["data"]["recipients"][0], json!({"as": "owner"}), "nobody has it yet");
    stop(running);
}

#[test]
fn nobody_is_told_unless_somebody_said_so() {
    let desk = desk("2026-03-02 09:00");
    let running = desk.start();
    receive(&running, "2026-03-02 09:00", &json!({}));
    desk.advance(&running, "2026-03-02 13:00");
    assert_eq!(abouts(&desk), [""; 0]);
    stop(running);
}

#[test]
fn a_company_says_it_in_its_own_words() {
    let desk = desk("2026-03-02 09:00");
    let folder = desk.path("words");
    fs::create_dir(&folder).expect("a folder");
    let words = "{{ ticket }}: {{ title }}\n{{ customer or 'somebody' }} waits until {{ due }} ({{ objective }}).\n";
    fs::write(folder.join("reminder.en.txt"), words).expect("a template");
    let running = serve(&desk, &Settings { templates: Some(folder), ..Settings::default() });
    receive(&running, "2026-03-02 09:00", &json!({"customer": "A\nB", "language": "en"}));
    desk.advance(&running, "2026-03-02 11:00");
    let reminder = &told(&desk)[0]["data"];
    assert_eq!(
        reminder["texts"]["en"],
        json!({"title": "T-1: First answer", "text": "A B waits until 2026-03-02 13:00 (response)."}),
        "what customers write stays on its line"
    );
    assert_eq!(reminder["language"], "en");
    assert!(reminder["texts"]["zh"]["title"].as_str().is_some_and(|title| title.starts_with("提醒")), "{reminder}");
    stop(running);
}
