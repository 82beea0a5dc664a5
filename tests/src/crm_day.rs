//! A day of a CRM, as its webhooks tell it: tickets that are opened, answered, waited for, solved and opened again.

use duly_core::time::{Instant, Span};
use serde_json::{Value, json};

use crate::chance::Dice;

/// A message, and when it was sent.
type Sent = (Instant, String);

/// The messages of `tickets` tickets that come in within ten hours from `begin` on, in the order in which they were sent: events as
/// Zendesk sends them, five to nine a ticket.
pub fn zendesk(tickets: u64, begin: Instant, dice: &mut Dice) -> Vec<String> {
    let mut sent: Vec<Sent> = (0..tickets).flat_map(|number| ticket(number + 1, begin, dice)).collect();
    sent.sort();
    sent.into_iter().map(|(_, message)| message).collect()
}

/// As a network gives them: some again, some out of order.
pub fn shaken(messages: &[String], dice: &mut Dice) -> Vec<String> {
    let mut shaken = Vec::with_capacity(messages.len() * 11 / 10);
    for message in messages {
        let place = shaken.len() - dice.below(20).min(shaken.len() as u64) as usize;
        shaken.insert(place, message.clone());
        if dice.below(10) == 0 {
            shaken.push(message.clone());
        }
    }
    shaken
}

fn ticket(number: u64, begin: Instant, dice: &mut Dice) -> Vec<Sent> {
    let minutes = |minutes: u64| Span::from_s(minutes as i64 * 60);
    let created_at = begin.plus(minutes(dice.below(600)));
    let priority = ["LOW", "NORMAL", "HIGH", "URGENT"][dice.below(4) as usize];
    let mut at = created_at;
    let mut messages = Vec::new();
    let mut send = |name: &str, after: u64, detail: Value, event: Value| {
        at = at.plus(minutes(after));
        let of = messages.len();
        let mut event = event;
        event["meta"] = json!({"sequence": {"id": format!("{number}-{of}"), "position": 1, "total": 1}});
        let mut ticket = json!({"id": number.to_string(), "created_at": created_at.to_string(), "priority": priority});
        ticket.as_object_mut().expect("an object").extend(detail.as_object().expect("an object").clone());
        let message = json!({
            "account_id": 1, "id": format!("{number}-{of}"), "subject": format!("zen:ticket:{number}"), "time": at.to_string(),
            "type": format!("zen:event-type:ticket.{name}"), "zendesk_event_version": "2022-11-06", "detail": ticket, "event": event,
        });
        messages.push((at, message.to_string()));
    };
    let kind = ["question", "incident", "problem", "task"][dice.below(4) as usize];
    send("created", 0, json!({"status": "NEW", "type": kind, "group_id": "7", "requester_id": "42"}), json!({}));
    let comment = |is_staff: bool, id: u64| json!({"comment": {"id": number * 100 + id, "is_public": true, "author": {"id": 5, "name": "agent", "is_staff": is_staff}}});
    send(
        "agent_assignment_changed",
        dice.below(20),
        json!({"status": "OPEN"}),
        json!({"previous": null, "current": "5"}),
    );
    send("comment_added", dice.below(300), json!({"status": "OPEN"}), comment(true, 1));
    if dice.below(2) == 0 {
        send("status_changed", 0, json!({"status": "PENDING"}), json!({"previous": "OPEN", "current": "PENDING"}));
        send("comment_added", dice.below(120), json!({"status": "OPEN"}), comment(false, 2));
        send("status_changed", 0, json!({"status": "OPEN"}), json!({"previous": "PENDING", "current": "OPEN"}));
    }
    if dice.below(4) == 0 {
        send(
            "priority_changed",
            dice.below(60),
            json!({"priority": "URGENT"}),
            json!({"previous": priority, "current": "URGENT"}),
        );
    }
    send(
        "status_changed",
        dice.below(600),
        json!({"status": "SOLVED"}),
        json!({"previous": "OPEN", "current": "SOLVED"}),
    );
    if dice.below(8) == 0 {
        send(
            "status_changed",
            dice.below(60),
            json!({"status": "OPEN"}),
            json!({"previous": "SOLVED", "current": "OPEN"}),
        );
    }
    messages
}
