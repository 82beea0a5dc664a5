//! Notifications: what people are told, for whoever delivers it.

use serde_json::{Value, json};

use super::envelope::{self, About};
use super::{Document, described, instant, name, text};
use crate::notification::Occasion;

pub(super) fn documents() -> Vec<Document> {
    Occasion::ALL.into_iter().map(document).collect()
}

const REST: &str = "Written in the same transaction as the SLA event that it follows from, so exactly once, with the ticket as its key. \
                    Deliver by `id` once; ignore members that you do not know.";

fn document(occasion: Occasion) -> Document {
    let meaning = match occasion {
        Occasion::Reminder => "A deadline comes near.",
        Occasion::Breach => "A promise was broken.",
        Occasion::Escalation => "A step of the ladder after a broken promise.",
        Occasion::EmergencyAnnounced => "An emergency concerns the customer from now on.",
        Occasion::EmergencyUpdated => "How an emergency goes on.",
        Occasion::EmergencyLifted => "An emergency is over for the customer.",
        Occasion::Correction => "What the customer was told of an emergency was not so.",
    };
    let about = About {
        type_name: occasion.type_name().to_owned(),
        title: format!("Notification: {}", occasion.name().replace('_', " ")),
        description: format!("{meaning} {REST}"),
    };
    let attributes = json!({
        "subject": envelope::subject(),
        "time": envelope::time("Since when it is so, UTC: that of the SLA event."),
    });
    let required = ["specversion", "type", "id", "source", "subject", "time", "data"];
    Document { schema: envelope::event(&about, &required, attributes, data()), name: about.type_name }
}

fn data() -> Value {
    let said = json!({
        "type": "object",
        "required": ["title", "text"],
        "properties": {
            "title": text("One line: the subject of a mail, or all of a short message."),
            "text": text("The whole message.")
        }
    });
    json!({
        "type": "object",
        "required": ["subject", "at", "sla_event", "recipients", "channels", "facts", "texts"],
        "properties": {
            "subject": envelope::subject(),
            "at": instant("Since when it is so."),
            "sla_event": described(json!({"type": "string", "format": "uuid"}), "The `id` of the SLA event that it follows from."),
            "recipients": {
                "type": "array",
                "minItems": 1,
                "description": "Who is told. Where nobody is named the ticket does not say: whoever gives out the work.",
                "items": {
                    "type": "object",
                    "required": ["as"],
                    "properties": {
                        "as": {"enum": ["owner", "team", "role", "customer"], "description": "What he is to the ticket."},
                        "name": text("The ticket's agent, team or customer, or the role as the policy names it."),
                        "team": text("The ticket's team, to find who has the role in it.")
                    }
                }
            },
            "channels": {"type": "array", "items": name("A way: email, sms, or what the company has."), "description": "By which ways."},
            "language": text("The language that the ticket asks for by its attribute `language`, where it does."),
            "deduplication": text("Of several with the same one the first is enough: a customer with fifty tickets in an emergency is told once."),
            "facts": {"type": "object", "description": "What the texts are made of: the SLA event's own members, titles by language, the time zone, who owns the ticket."},
            "texts": {
                "type": "object",
                "description": "What is said, by language.",
                "properties": {"zh": said, "en": said}
            },
            "problems": {"type": "array", "items": {"type": "string"}, "description": "Why a language is missing: its template can not say this."}
        }
    })
}
