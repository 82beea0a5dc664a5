//! Who is told of what happens to a clock (L14).

use serde_json::{Map, Value};

use super::{Occasion, People, Recipient, Scene, Telling, own, text, titles, zone};
use crate::policy::{self, Policy};

/// Whom the policy wants told of `body`, and what.
pub(super) fn told(
    occasion: Occasion,
    body: &Map<String, Value>,
    people: &People,
    scene: &Scene<'_>,
) -> Option<Telling> {
    let (name, version) = (text(body, "policy"), text(body, "policy_version"));
    let mut versions = scene.controls.versions();
    let policy = &versions.find(|known| known.policy.policy == name && known.version == version)?.policy;
    let policy::Telling { mut to, by } = telling(occasion, policy);
    if occasion == Occasion::Escalation {
        to.insert(0, text(body, "to").to_owned());
    }
    let recipients: Vec<Recipient> = to.iter().map(|who| people.recipient(who)).collect();
    Some(Telling { recipients, channels: by, deduplication: None, facts: facts(body, policy, people) })
}

/// Whom the policy wants told, and by which ways.
fn telling(occasion: Occasion, policy: &Policy) -> policy::Telling {
    let notify = &policy.notify;
    let (said, usual) = match occasion {
        Occasion::Reminder => (&notify.reminder_due, &["owner"][..]),
        Occasion::Breach => (&notify.breached, &["owner"][..]),
        _ => (&notify.escalated, &[][..]),
    };
    said.clone().unwrap_or_else(|| policy::Telling::by_email(usual))
}

/// The SLA event's own words, with what people call things.
fn facts(body: &Map<String, Value>, policy: &Policy, people: &People) -> Map<String, Value> {
    let mut facts = own(body);
    let objective = text(body, "objective");
    let title = policy.objectives.get(objective).map(|objective| &objective.title);
    let title = title.or_else(|| policy.remedies.get(objective).map(|remedy| &remedy.title));
    facts.insert("title".to_owned(), titles(title, objective));
    facts.insert("commitment".to_owned(), titles(Some(&policy.title), &policy.policy));
    facts.insert("zone".to_owned(), zone(policy, text(body, "calendar")).into());
    people.add_to(&mut facts);
    facts
}
