//! Ticket events: what the parser in `ticket` reads, each type with its data.

use serde_json::{Map, Value, json};

use super::envelope::{self, About};
use super::{Document, cases, cycle, described, name, text};
use crate::policy::StatusClass;
use crate::ticket::{CONTAINS, Kind, TEXTS};
use crate::upcast::TICKET_PREFIX;

pub(super) fn documents() -> Vec<Document> {
    Kind::ALL.into_iter().map(document).collect()
}

fn document(kind: Kind) -> Document {
    let about = About {
        type_name: format!("{TICKET_PREFIX}{}.v1", kind.name()),
        title: format!("Ticket event: {}", kind.name().replace('_', " ")),
        description: format!("{} {REST}", meaning(kind)),
    };
    let data = data(kind);
    let has_needs = !data["required"].is_null();
    let mut required = vec!["specversion", "type", "id", "source", "subject", "time"];
    required.extend(has_needs.then_some("data"));
    let attributes = json!({
        "subject": envelope::subject(),
        "time": envelope::time("When it occurred, with an offset, in the years 1970 to 2199. When it arrives does not matter."),
        "sequence": {
            "type": ["string", "number", "null"],
            "maxLength": 512,
            "description": "Orders the events of one ticket and instant: absent first, digits as numbers, other text last."
        }
    });
    let data = if has_needs { data } else { or_null(data) };
    let schema = envelope::event(&about, &required, attributes, data);
    Document { name: about.type_name, schema }
}

/// How every ticket event is read.
const REST: &str = "A CloudEvent in structured mode; in binary mode the value is what `data` says here. The same `source` and \
                    `id` again is a duplicate. Further members of `data` are kept, and conditions of policies may ask for them.";

fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Received => "A ticket was received: it opens the ticket, and promises are counted from here.",
        Kind::Observed => {
            "What the source shows of a ticket at an instant: a snapshot, a change notice, a row of an audit. A member that is \
             absent asserts nothing, `null` clears; asserting what holds already changes nothing."
        }
        Kind::Responded => "Somebody answered, or a machine did.",
        Kind::CustomerReplied => "The customer wrote or called.",
        Kind::ProgressReported => "The customer was told how far things are.",
        Kind::MilestoneReached => "A step that promises may wait for was done.",
        Kind::Merged => "The ticket was merged into another one, which goes on in its place.",
        Kind::EscalationAcknowledged => {
            "Somebody took charge of an escalation: the later steps of its ladder do not fire."
        }
        Kind::FeedbackGiven
        | Kind::ComplaintFiled
        | Kind::LossClaimed
        | Kind::ClaimAssessed
        | Kind::ClaimSettled
        | Kind::ClaimRejected
        | Kind::ClaimWaived
        | Kind::FindingRecorded
        | Kind::CorrectiveActionSet
        | Kind::CorrectiveActionDone
        | Kind::InvestigationClosed => cases::meaning(kind),
        Kind::ApologyIssued => "An apology was made.",
        Kind::RemedyGranted => "A remedy was granted, such as a discount or an extra service.",
        Kind::EventVoided => {
            "An earlier event of this ticket never happened. It corrects the record itself, counts at every instant, and may \
             arrive before what it voids."
        }
    }
}

fn data(kind: Kind) -> Value {
    match kind {
        Kind::Received | Kind::Observed => object(&attributes(), &[]),
        Kind::Responded => object(&response(), &[]),
        Kind::MilestoneReached => {
            let milestone =
                "Which one: eligibility_verified, contacted, visit_arranged, schedule_told, or a word of your own.";
            object(&json!({"milestone": name(milestone)}), &["milestone"])
        }
        Kind::Merged => object(&json!({"into": described(json!({}), "The ticket that goes on.")}), &[]),
        Kind::EscalationAcknowledged => {
            let objective = name("The objective that was escalated, by its name in the policy.");
            let cycle = described(cycle(), "The cycle that was escalated; all of them where it is absent.");
            object(&json!({"objective": objective, "cycle": cycle}), &["objective"])
        }
        Kind::EventVoided => {
            let id = name("The `id` of the event that never happened.");
            let source = described(json!({}), "Its `source`; that of this event where it is absent.");
            object(&json!({"id": id, "source": source}), &["id"])
        }
        Kind::ApologyIssued | Kind::RemedyGranted => object(&json!(cases::of_breach()), &[]),
        Kind::CustomerReplied | Kind::ProgressReported => object(&json!({}), &[]),
        _ => cases::data(kind),
    }
}

pub(super) fn object(properties: &Value, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// Data that an event can do without.
fn or_null(mut data: Value) -> Value {
    data["type"] = json!(["object", "null"]);
    data
}

fn attributes() -> Value {
    let mut attributes = Map::new();
    for known in TEXTS {
        attributes.insert(known.into(), described(json!({"type": ["string", "null"]}), attribute(known)));
    }
    let classes = StatusClass::ALL.map(StatusClass::name);
    attributes.insert("status_class".into(), described(json!({"enum": classes}), attribute("status_class")));
    attributes.insert(
        "tags".into(),
        json!({
            "type": ["array", "string", "null"],
            "items": {"type": ["string", "number", "boolean", "null"]},
            "description": "Labels; a condition holds where one of them fits."
        }),
    );
    attributes.into()
}

fn attribute(known: &str) -> &'static str {
    match known {
        "status" => "The status in the words of the source.",
        "status_class" => "What the status amounts to: every status of every source maps to one of these.",
        "reason" => "Why it waits, where it does: customer, vendor, force_majeure, ….",
        "category" => "What the request is about: inquiry, technical_support, business_cooperation, after_sales, ….",
        "subcategory" => "The kind within the category.",
        "complexity" => "general or complex.",
        "severity" => "The grade of a fault: urgent, ….",
        "priority" => "critical, high, moderate, low.",
        "customer" => "Whose ticket it is.",
        "region" => "Where the customer is.",
        "tier" => "The support tier that works on it.",
        "team" => "The team that works on it.",
        "agent" => "Who works on it.",
        _ => "",
    }
}

fn response() -> Value {
    let contained = json!({"enum": CONTAINS});
    json!({
        "public": {"type": "boolean", "default": true, "description": "The customer saw it; a note for colleagues is not public."},
        "automatic": {"type": "boolean", "default": false, "description": "A machine sent it."},
        "contains": {
            "anyOf": [contained, {"type": "array", "minItems": 1, "items": contained}],
            "default": "unknown",
            "description": "What is in it, as far as that is known. An acknowledgement of receipt alone answers nothing."
        },
        "agent": text("Who answered.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_explained() {
        for known in TEXTS {
            assert_ne!(attribute(known), "", "{known}");
        }
    }
}
