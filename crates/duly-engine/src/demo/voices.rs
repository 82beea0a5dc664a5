//! What customers say once a request was resolved: scores mostly, now and then a complaint, and an apology after it.

use std::collections::BTreeMap;

use duly_core::time::{Instant, Span};
use serde_json::json;

use super::dice::Dice;
use super::event::{Data, Event};

/// Lets the customers of resolved tickets speak.
pub(super) fn speak(events: &mut Vec<Event>, dice: &mut Dice) {
    // By ticket: its last event, and when it was resolved for the last time.
    let mut told: BTreeMap<String, (u32, Option<Instant>)> = BTreeMap::new();
    for event in events.iter() {
        let (last, resolved_at) = told.entry(event.ticket.clone()).or_default();
        *last = event.sequence.max(*last);
        if event.data.contains(&("status_class", json!("resolved"))) {
            *resolved_at = Some(event.time);
        }
    }
    for (ticket, (last, resolved_at)) in told {
        let Some(resolved_at) = resolved_at.filter(|_| dice.chance(24)) else { continue };
        let mut sequence = last;
        let mut say = |name, time, data: Data| {
            sequence += 1;
            events.push(Event { arrives_at: time, time, ticket: ticket.clone(), sequence, name, data, cut_at: None });
        };
        let spoken_at = resolved_at.plus(Span::from_s(dice.between(1, 40) * 3600));
        let score = *dice.pick(&[5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1]);
        say("feedback_given", spoken_at, vec![("score", json!(score))]);
        if score <= 2 && dice.chance(50) {
            let complained_at = spoken_at.plus(Span::from_s(dice.between(5, 50) * 60));
            say("complaint_filed", complained_at, vec![("about", json!("response_time"))]);
            if dice.chance(70) {
                say("apology_issued", complained_at.plus(Span::from_s(dice.between(2, 30) * 3600)), vec![]);
            }
        }
    }
}
