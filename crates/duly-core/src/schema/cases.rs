//! Feedback, investigations and claims (L19, L21): the ticket events that tell of them, and what the ledger says.

use serde_json::{Map, Value, json};

use super::sla::{Members, milliseconds};
use super::ticket::object;
use super::{cycle, described, name, text};
use crate::clock::{CaseState, SlaKind};
use crate::ticket::{ABOUT, DEFAULT_ITEM, Kind, NAME_LENGTH_MAX, PROBABILITY_DECIMALS, SCORE_DECIMALS};

pub(super) fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::FeedbackGiven => {
            "The customer rated or commented on the service. What the policy calls a low score opens an investigation."
        }
        Kind::ComplaintFiled => {
            "The customer complained. One about what the policy names opens an investigation, whatever the clocks say."
        }
        Kind::LossClaimed => {
            "The customer claims a loss because of a broken promise: an item of the case that the breach opened. The same item \
             claimed again replaces what was claimed before."
        }
        Kind::ClaimAssessed => "It was decided how much of a claimed item is accepted.",
        Kind::ClaimSettled => "What was accepted was paid, and the case is over.",
        Kind::ClaimRejected => "A claim was rejected as a whole, and the case is over.",
        Kind::ClaimWaived => {
            "Nothing is owed, for an emergency or something else excuses the breach, and the case is over."
        }
        Kind::FindingRecorded => "An investigation has found a cause.",
        Kind::CorrectiveActionSet => {
            "What will be done so that it does not happen again: a clock with an owner starts."
        }
        Kind::CorrectiveActionDone => "A corrective action was done.",
        Kind::InvestigationClosed => "An investigation has come to its end.",
        _ => "",
    }
}

pub(super) fn data(kind: Kind) -> Value {
    match kind {
        Kind::FeedbackGiven => {
            let mut schema = object(&json!(with(&feedback(), of_breach())), &[]);
            schema["dependentRequired"] = json!({"scale": ["score"]});
            schema
        }
        Kind::ComplaintFiled => object(&json!(with(&voice(), of_breach())), &[]),
        Kind::LossClaimed => claim(),
        Kind::ClaimAssessed => {
            let own = json!({"item": item(), "amount": amount("What is accepted of the item; 0 where nothing is."), "currency": currency()});
            object(&json!(with(&own, of_breach())), &["amount", "currency"])
        }
        Kind::ClaimSettled => {
            let own = json!({"amount": amount("What was paid; all that is owed where it is absent."), "currency": currency()});
            let mut schema = object(&json!(with(&own, of_breach())), &[]);
            schema["dependentRequired"] = json!({"amount": ["currency"]});
            schema
        }
        Kind::ClaimRejected | Kind::ClaimWaived => {
            let own = json!({
                "reason": name("Why nothing is paid."),
                "emergency": name("The id of the emergency that excuses, where one does.")
            });
            object(&json!(with(&own, of_breach())), &["reason"])
        }
        Kind::FindingRecorded => {
            let own = json!({"cause": name("What was found to be the cause.")});
            object(&json!(with(&own, of_investigation())), &["cause"])
        }
        Kind::CorrectiveActionSet | Kind::CorrectiveActionDone => {
            let own = json!({
                "action": short("A name for what is to be done."),
                "owner": short("Who has to do it; the role that the policy names where it is absent.")
            });
            object(&json!(with(&own, of_investigation())), &["action"])
        }
        _ => object(&json!(of_investigation()), &[]),
    }
}

fn feedback() -> Value {
    let mut own = voice();
    own["score"] = decimal(&format!(
        "The score, in at most {SCORE_DECIMALS} decimals; the more the better, and no more than `scale`."
    ));
    own["scale"] = decimal("The best score that there is, such as 5; what the policy says where it is absent.");
    own
}

/// What a customer's voice has in common.
fn voice() -> Value {
    json!({
        "about": {
            "enum": ABOUT,
            "description": "What it is about: a response that was late or short, a promise that was broken, or something other."
        },
        "channel": name("How it reached you: survey, rating, hotline, complaint, ….")
    })
}

fn claim() -> Value {
    let own = json!({
        "item": item(),
        "amount": amount("An extra cost, such as for hiring somebody else."),
        "expected_revenue": amount("Of a lost opportunity the revenue that could be expected."),
        "probability": decimal(&format!(
            "With what probability it could be expected, from 0 to 1, in at most {PROBABILITY_DECIMALS} decimals. The loss is the \
             product, rounded half up to the currency's smallest unit."
        )),
        "currency": currency(),
        "evidence": described(json!({}), "References to what proves it: an invoice, an offer.")
    });
    let mut schema = object(&json!(with(&own, of_breach())), &["currency"]);
    schema["oneOf"] = json!([
        {"required": ["amount"], "properties": {"expected_revenue": false, "probability": false}},
        {"required": ["expected_revenue", "probability"], "properties": {"amount": false}}
    ]);
    schema["properties"]["probability"]["maximum"] = 1.into();
    schema
}

fn item() -> Value {
    let mut schema = short("The item of the claim.");
    schema["default"] = DEFAULT_ITEM.into();
    schema
}

fn short(description: &str) -> Value {
    let mut schema = name(description);
    schema["maxLength"] = NAME_LENGTH_MAX.into();
    schema
}

fn amount(description: &str) -> Value {
    decimal(&format!("{description} In `currency`, with no more decimals than that has."))
}

pub(super) fn decimal(description: &str) -> Value {
    json!({"type": ["string", "number"], "pattern": "^[0-9]+(\\.[0-9]+)?$", "minimum": 0, "description": description})
}

fn currency() -> Value {
    json!({"type": "string", "pattern": "^[A-Z]{3}$", "description": "The currency's ISO 4217 code, such as CNY."})
}

/// Which breach something is about.
pub(super) fn of_breach() -> Map<String, Value> {
    let members = json!({
        "policy": name("The policy, where several are broken alike."),
        "objective": name("The objective that was broken, by its name in the policy."),
        "cycle": cycle()
    });
    members.as_object().cloned().unwrap_or_default()
}

fn of_investigation() -> Map<String, Value> {
    let members = json!({
        "policy": name("The policy by which it was opened."),
        "investigation": {"type": "integer", "minimum": 1, "description": "Which investigation of the ticket, from 1."}
    });
    members.as_object().cloned().unwrap_or_default()
}

fn with(own: &Value, mut members: Map<String, Value>) -> Map<String, Value> {
    members.extend(own.as_object().cloned().unwrap_or_default());
    members
}

/// What an anomaly may be.
pub(super) const ANOMALIES: [&str; 17] = [
    "unknown_transition",
    "received_again",
    "no_breach",
    "no_case",
    "case_is_over",
    "other_currency",
    "too_many_items",
    "item_not_claimed",
    "more_than_claimed",
    "nothing_claimed",
    "not_assessed",
    "more_than_accepted",
    "settled_again",
    "not_excused",
    "no_investigation",
    "no_action",
    "action_set_again",
];

/// Whether an SLA event of that type tells of a clock, with its instants and its promise.
pub(super) const fn is_of_clock(kind: SlaKind) -> bool {
    !matches!(
        kind,
        SlaKind::Anomaly
            | SlaKind::CaseAssessed
            | SlaKind::CaseClaimed
            | SlaKind::CaseRejected
            | SlaKind::CaseSettled
            | SlaKind::CaseWaived
            | SlaKind::FindingRecorded
            | SlaKind::InvestigationClosed
            | SlaKind::InvestigationOpened
            | SlaKind::Routed
    )
}

pub(super) fn meaning_of_sla(kind: SlaKind) -> &'static str {
    match kind {
        SlaKind::CaseOpened => {
            "A broken promise may cost something: its liability case is open. `objective` and `cycle` are those of the breach, here \
             and in all that follows of the case. Where the breach is withdrawn, so is its case."
        }
        SlaKind::CaseClaimed => "A loss was claimed in a case, or claimed anew.",
        SlaKind::CaseAssessed => "An item claimed in a case was assessed.",
        SlaKind::CaseSettled => "What is owed in a case was paid.",
        SlaKind::CaseRejected => "A claim was rejected: nothing is paid.",
        SlaKind::CaseWaived => "Something excuses the breach: nothing is paid.",
        SlaKind::InvestigationOpened => {
            "What a customer says has to be investigated, whatever the clocks say: how they stood is told with it. `cycle` is the \
             number of the investigation."
        }
        SlaKind::FindingRecorded => "An investigation has found a cause.",
        SlaKind::InvestigationClosed => "An investigation has come to its end.",
        _ => "",
    }
}

/// The members of an SLA event about a case or an investigation.
pub(super) fn detail(members: &mut Members, kind: SlaKind) {
    match kind {
        SlaKind::CaseOpened => {
            members.must("currency", currency());
            members.may("cap", exact("The most that is paid in the case."));
            members.may(
                "emergencies",
                json!({
                    "type": "array",
                    "minItems": 1,
                    "items": name("The emergency's id."),
                    "description": "The emergencies that lay over the promise for some time before it was broken, whatever their effect: one of them may excuse. Absent where none did."
                }),
            );
        }
        SlaKind::InvestigationOpened => opened(members),
        SlaKind::FindingRecorded => members.must("found", name("The cause.")),
        SlaKind::InvestigationClosed => {}
        _ => case(members),
    }
}

fn case(members: &mut Members) {
    let states = CaseState::ALL.map(CaseState::name);
    members.must("state", json!({"enum": states, "description": "How far the case has come."}));
    members.must("currency", currency());
    members.must("claimed", exact("The sum of what is claimed."));
    members.must("accepted", exact("The sum of what is accepted so far."));
    members.may(
        "payable",
        exact("What has to be paid, once all items were assessed: what is accepted, up to the policy's cap."),
    );
    members.may("paid", exact("What was paid."));
    members.may("reason", text("Why nothing is paid."));
    members.may("emergency", text("The emergency that excuses."));
    members.must(
        "items",
        json!({
            "type": "array",
            "description": "What the sums are of.",
            "items": {
                "type": "object",
                "required": ["item", "claimed"],
                "properties": {
                    "item": name("The item."),
                    "claimed": exact("What is claimed."),
                    "accepted": exact("What of it is accepted; absent before that was decided.")
                }
            }
        }),
    );
}

fn opened(members: &mut Members) {
    members.must("by", json!({"enum": ["feedback_given", "complaint_filed"], "description": "What opened it."}));
    members.may("about", json!({"enum": ABOUT, "description": "What that was about, where it says so."}));
    members.may("score", text("The score that was given."));
    members.may("scale", text("The best score that there is."));
    members.must(
        "clocks",
        json!({
            "type": "array",
            "description": "How the clocks stood that it is about; the fifty that were started last, where there are more.",
            "items": {
                "type": "object",
                "required": ["objective", "cycle", "standing"],
                "properties": {
                    "objective": name("The objective's name."),
                    "cycle": cycle(),
                    "standing": {
                        "enum": ["running", "breached", "met", "late", "cancelled"],
                        "description": "running: not decided yet. late: stopped after its breach. breached: not stopped since."
                    },
                    "open_ms": milliseconds("The open time that it had taken; absent where that is not counted any more.")
                }
            }
        }),
    );
}

/// An amount as it is published: a string with all decimals of the currency.
fn exact(description: &str) -> Value {
    json!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$", "description": description})
}
