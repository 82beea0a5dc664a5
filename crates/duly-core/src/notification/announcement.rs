//! What customers are told of an emergency (L17): that it is there, how it goes on, that it is over; and where what they were
//! told was not so, that.
//!
//! It is said of each ticket in scope. A customer with several is told once, for all of them have the same key of
//! deduplication: emergency, number of the message, customer.

use serde_json::{Map, Value};

use super::{Occasion, People, Scene, Telling, own, text, titles, zone};
use crate::control::emergency::Standing;
use crate::control::{ControlEvent, Controls};
use crate::policy::{self, Title};

/// Whom to tell of `body`, and what; of a correction the body is that of the retraction.
pub(super) fn told(
    occasion: Occasion,
    subject: &str,
    body: &Map<String, Value>,
    people: &People,
    scene: &Scene<'_>,
) -> Option<Telling> {
    let body = if occasion == Occasion::Correction { body.get("event")?.as_object()? } else { body };
    let (id, number) = (text(body, "emergency"), body.get("number").and_then(Value::as_u64)?);
    let standing = scene.emergencies.iter().find(|standing| standing.terms.emergency == id)?;
    let policy::Telling { to, by } = telling(scene.controls);
    let tenant = subject.split('/').next().unwrap_or_default();
    let customer = people.customer.as_deref().unwrap_or(subject);
    let what = if occasion == Occasion::Correction { "correction/" } else { "" };
    Some(Telling {
        recipients: to.iter().map(|who| people.recipient(who)).collect(),
        channels: by,
        deduplication: Some(format!("{tenant}/{id}/{what}{number}/{customer}")),
        facts: facts(body, standing, number, people, scene),
    })
}

/// The ways by which customers are told of emergencies.
pub fn channels_of_emergencies(controls: &Controls) -> Vec<String> {
    telling(controls).by
}

/// What the latest policy with an opinion says of whom to tell.
fn telling(controls: &Controls) -> policy::Telling {
    let said = controls.events().iter().rev().find_map(|event| match event {
        ControlEvent::PolicyPublished { policy, .. } => policy.notify.emergency.clone(),
        _ => None,
    });
    said.unwrap_or_else(policy::Telling::of_emergencies)
}

fn facts(
    body: &Map<String, Value>,
    standing: &Standing,
    number: u64,
    people: &People,
    scene: &Scene<'_>,
) -> Map<String, Value> {
    let mut facts = own(body);
    let message = standing.messages.iter().find(|message| u64::from(message.number) == number);
    facts.insert("title".to_owned(), titles(Some(&standing.terms.title), &standing.terms.emergency));
    facts.insert("message".to_owned(), said(message.map(|message| &message.message)));
    let policy = scene.controls.versions().last().map(|version| &version.policy);
    facts.insert("zone".to_owned(), policy.map_or_else(|| "UTC".to_owned(), |policy| zone(policy, "")).into());
    people.add_to(&mut facts);
    facts
}

/// What is said in each language; in one that is missing as it is said in another.
fn said(message: Option<&Title>) -> Value {
    let any = message.and_then(|message| message.values().next()).map_or("", String::as_str);
    titles(message, any)
}

/// The emergency that an SLA event is about, if it is about one: of a retraction, that of what it withdraws.
pub(crate) fn emergency_of(data: &[u8]) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(data).ok()?;
    let body = body.get("event").and_then(Value::as_object).unwrap_or(&body);
    let is_told = text(body, "type").starts_with("duly.ticket.emergency_");
    is_told.then(|| text(body, "emergency").to_owned())
}
