//! SLA events: what the ledger writes, each type with its body, and retractions.

use serde_json::{Map, Value, json};

use super::envelope::{self, About};
use super::{Document, cases, cycle, described, instant, name, text};
use crate::clock::SlaKind;
use crate::control::emergency;
use crate::lane::RETRACTED;

pub(super) fn documents() -> Vec<Document> {
    SlaKind::ALL.into_iter().map(document).chain([retracted()]).collect()
}

const REST: &str = "A CloudEvent with the ticket as its key. `data` is the body, which follows from the history alone; a line of a \
                    written ledger is such a body. Consumers read events once by `id`, follow retractions, and ignore members \
                    that they do not know.";

fn document(kind: SlaKind) -> Document {
    let about = About {
        type_name: kind.type_name().to_owned(),
        title: format!(
            "{}: {}",
            if is_sla(kind) { "SLA event" } else { "Ticket report" },
            kind.name().replace('_', " ")
        ),
        description: format!("{} {REST}", meaning(kind)),
    };
    event(about, data(kind))
}

fn event(about: About, data: Value) -> Document {
    let attributes = json!({
        "subject": envelope::subject(),
        "time": envelope::time("From when on it is true, UTC."),
        "incarnation": {
            "type": "integer",
            "minimum": 1,
            "description": "How often the same was published and withdrawn before; absent the first time."
        }
    });
    let required = ["specversion", "type", "id", "source", "subject", "time", "data"];
    let schema = envelope::event(&about, &required, attributes, data);
    Document { name: about.type_name, schema }
}

const fn is_sla(kind: SlaKind) -> bool {
    !matches!(
        kind,
        SlaKind::Anomaly
            | SlaKind::Routed
            | SlaKind::EmergencyAnnounced
            | SlaKind::EmergencyUpdated
            | SlaKind::EmergencyLifted
    )
}

fn meaning(kind: SlaKind) -> &'static str {
    match kind {
        SlaKind::Anomaly => {
            "Something that the lifecycle of tickets does not know: it was applied all the same, and is told here."
        }
        SlaKind::Breached => "A promise was broken: its deadline passed, and it was not kept.",
        SlaKind::CaseAssessed
        | SlaKind::CaseClaimed
        | SlaKind::CaseOpened
        | SlaKind::CaseRejected
        | SlaKind::CaseSettled
        | SlaKind::CaseWaived
        | SlaKind::FindingRecorded
        | SlaKind::InvestigationClosed
        | SlaKind::InvestigationOpened => cases::meaning_of_sla(kind),
        SlaKind::ClockCancelled => "A clock ended without a verdict.",
        SlaKind::ClockExtended => "An emergency gives a clock more time; `due_at` is the deadline as it stands now.",
        SlaKind::ClockMet => "A promise was kept: the clock was stopped at its deadline or before.",
        SlaKind::ClockPaused => {
            "A clock stopped counting, because the condition of its pause holds or an emergency suspends it."
        }
        SlaKind::ClockResumed => "A clock counts again; `due_at` is the deadline as it stands now.",
        SlaKind::ClockRetargeted => "Another row of the table or another version of the policy came into force.",
        SlaKind::ClockStarted => "A promise is measured from here.",
        SlaKind::ClockStoppedLate => "What was promised was done after the deadline.",
        SlaKind::EmergencyAnnounced => {
            "An emergency concerns the ticket from here on: its customer has to be told of it, in the words of its message."
        }
        SlaKind::EmergencyUpdated => {
            "Something has changed in an emergency that the customer knows of, who has to be told."
        }
        SlaKind::EmergencyLifted => {
            "An emergency that the customer knows of is over, or does not concern the ticket any more."
        }
        SlaKind::Escalated => "A step of the ladder: somebody has to be told of a broken promise.",
        SlaKind::ReminderDue => "The people concerned have to be reminded that a deadline comes near.",
        SlaKind::Routed => {
            "The policy's routing table says to whom the ticket goes, or goes now: told at the receipt, and when it becomes \
             another place."
        }
    }
}

fn data(kind: SlaKind) -> Value {
    let mut members = Members::default();
    members.must("subject", envelope::subject());
    members.must("type", json!({"const": kind.type_name()}));
    if is_sla(kind) {
        members.must("policy", name("The policy's name."));
        members.must("objective", name("The objective's name in the policy."));
        members.must("cycle", cycle());
    }
    if !matches!(kind, SlaKind::Breached | SlaKind::CaseOpened | SlaKind::ClockStarted | SlaKind::InvestigationOpened) {
        members.must("part", name(part(kind)));
    }
    members.must("at", instant("From when on it is true; `time` of the event."));
    if is_sla(kind) && cases::is_of_clock(kind) {
        clock(&mut members, kind);
    } else if is_sla(kind) {
        members.must("policy_version", version());
    }
    detail(&mut members, kind);
    members.may(
        "cause",
        described(
            event_named(),
            "The ticket event that brought it about; absent where time, a policy or an emergency did.",
        ),
    );
    members.into_schema()
}

fn part(kind: SlaKind) -> &'static str {
    match kind {
        SlaKind::ReminderDue => {
            "Which reminder: the figure as the policy states it, such as 80% or 1 working_hour before."
        }
        SlaKind::EmergencyAnnounced | SlaKind::EmergencyUpdated | SlaKind::EmergencyLifted => {
            "The emergency and the instant, such as typhoon-2026-09@2026-09-14T06:00:00Z; `#2` follows where two fall on one instant."
        }
        SlaKind::Escalated => "Which step and which firing of it, such as manager#2.",
        _ => "The instant, which tells it from others of its type; `#2` follows where two fall on one instant.",
    }
}

/// The instants that it rests on, and the promise.
fn clock(members: &mut Members, kind: SlaKind) {
    if kind != SlaKind::ClockCancelled {
        members.may("due_at", instant("The deadline as it stands; absent where the clock stands still and has none."));
        members.may(
            "provisional",
            described(
                json!({"const": true}),
                "The deadline lies beyond the date up to which its calendar's holidays are known.",
            ),
        );
    }
    members.must("started_at", instant("When the cycle started."));
    members.must("within", name("What is promised, in the shortest form: 2h, 4 working_hours, 2 working_days."));
    members.must("calendar", name("The calendar that it is counted on; `24x7` is round the clock."));
    members.must("policy_version", version());
    members.may(
        "extensions",
        json!({
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["emergency", "by"],
                "properties": {"emergency": name("The emergency's id."), "by": name("How much longer: 2h, 1 working_day.")}
            },
            "description": "What emergencies have added to what is promised; absent where none has."
        }),
    );
    members.may("owner", name("Of what is no promise of its own, such as a remedy: the role that owes it."));
    let breach = |description| {
        json!({
            "type": "object",
            "required": ["objective", "cycle"],
            "properties": {"objective": name("The objective that was broken."), "cycle": cycle()},
            "description": description
        })
    };
    members.may(
        "remedy_for",
        breach(
            "Of a remedy: the breach that it is owed for. `objective` is then the remedy's name, `cycle` counts its breaches.",
        ),
    );
    members.may("case", breach("Of the assessment or settlement of a claim: the breach whose case it is."));
    members.may("action", name("Of a corrective action: its name."));
    members.may("investigation", described(cycle(), "Of a corrective action: the investigation that it is of."));
}

fn detail(members: &mut Members, kind: SlaKind) {
    match kind {
        SlaKind::ClockMet | SlaKind::ClockStoppedLate => {
            members.must("stopped_at", instant("When it was done."));
            members.must("open_ms", milliseconds("The open time that it took, pauses taken out."));
            members.must("held_ms", milliseconds("The open time inside its pauses."));
        }
        SlaKind::ClockRetargeted => {
            members.may("was_due_at", instant("The deadline before; absent where there was none."));
        }
        SlaKind::ClockCancelled => {
            members.must(
                "reason",
                json!({
                    "enum": ["until", "cancel", "closed", "cancelled", "merged", "no_target", "claimed_anew"],
                    "description": "What ended it: the policy's `until` or `cancel`, the class that the ticket entered, that no target fits any more, or that something was claimed after the assessment."
                }),
            );
        }
        SlaKind::Escalated => {
            members.must("step", name("The step's name in the ladder."));
            members.must("to", name("The role that is told."));
        }
        SlaKind::Anomaly => {
            members.must(
                "anomaly",
                json!({
                    "enum": cases::ANOMALIES,
                    "description": "What was unexpected: a change of status class that the lifecycle does not know, a second receipt, or what is said of a case, an investigation or a breach that does not fit it (docs/rules.md)."
                }),
            );
            members.may(
                "amount",
                cases::decimal("Of a claim, an assessment or a payment that came to nothing: the amount it states."),
            );
            members.may("currency", text("Its currency."));
            members.may("from", text("The status class before, of a transition."));
            members.may("to", text("The status class after, of a transition."));
        }
        SlaKind::CaseAssessed
        | SlaKind::CaseClaimed
        | SlaKind::CaseOpened
        | SlaKind::CaseRejected
        | SlaKind::CaseSettled
        | SlaKind::CaseWaived
        | SlaKind::FindingRecorded
        | SlaKind::InvestigationClosed
        | SlaKind::InvestigationOpened => cases::detail(members, kind),
        SlaKind::ClockPaused => {
            members
                .may("emergency", name("The emergency that alone holds it, by its id; absent where its pause does."));
        }
        SlaKind::ClockResumed => {
            members.may(
                "emergency",
                name("The emergency that alone held it last, by its id; absent where its pause did."),
            );
        }
        SlaKind::ClockExtended => {
            members.must("emergency", name("The emergency's id."));
            members.must("by", name("How much longer, beyond what is promised: 2h, 1 working_day."));
            members.may("was_due_at", instant("The deadline before; absent where there was none."));
        }
        SlaKind::EmergencyAnnounced | SlaKind::EmergencyUpdated | SlaKind::EmergencyLifted => {
            customer_told(members, kind);
        }
        SlaKind::Breached | SlaKind::ClockStarted | SlaKind::ReminderDue => {}
        SlaKind::Routed => {
            members.must("policy", name("The policy's name."));
            members.must("policy_version", version());
            members.may("tier", text("The tier of technicians, where the row names one."));
            members.may("team", text("The team, where the row names one."));
            members.may(
                "priority",
                json!({"type": "integer", "minimum": 1, "description": "The place in the queue, where the row names one; 1 goes first."}),
            );
        }
    }
}

/// What the customer is told of an emergency.
fn customer_told(members: &mut Members, kind: SlaKind) {
    members.must("emergency", name("The emergency's id."));
    members.must(
        "number",
        json!({"type": "integer", "minimum": 1, "description": "The message that says it: the declaration is 1, what was told after it 2, 3 and so on."}),
    );
    members.must(
        "kind",
        json!({"enum": emergency::Kind::ALL.map(emergency::Kind::name), "description": "What kind of emergency it is."}),
    );
    members.must(
        "effect",
        json!({"enum": ["suspend", "extend", "announce_only"], "description": "What it does to the clocks: they stand still, each has more time, or nothing."}),
    );
    members.may("by", name("How much more time each clock has, where it extends them: 2h, 1 working_day."));
    members.must("since", instant("Since when it lasts."));
    members.may("expected_end", instant("When it is expected to be over; absent where that is not known."));
    if kind == SlaKind::EmergencyLifted {
        members.may(
            "out_of_scope",
            described(json!({"const": true}), "It goes on, and does not concern this ticket any more."),
        );
    }
}

fn version() -> Value {
    json!({
        "type": "string",
        "pattern": "^[0-9a-f]{16}$",
        "description": "The content hash of the policy version by which it is judged."
    })
}

fn retracted() -> Document {
    let about = About {
        type_name: RETRACTED.to_owned(),
        title: "SLA event: retracted".to_owned(),
        description: format!(
            "Something that was published no longer follows from what is known, and is withdrawn. Nothing is ever deleted. {REST}"
        ),
    };
    let mut members = Members::default();
    members.must(
        "retracts",
        json!({"type": "string", "format": "uuid", "description": "The `id` of the event that is withdrawn."}),
    );
    members.must(
        "reason",
        json!({
            "enum": ["changed", "does_not_follow"],
            "description": "changed: the same is published anew with another body. does_not_follow: it is not published again."
        }),
    );
    members.must(
        "cause",
        json!({
            "anyOf": [event_named(), {"const": "control"}],
            "description": "The late ticket event that changed it, or a control event."
        }),
    );
    members.must(
        "event",
        json!({
            "type": "object",
            "required": ["subject", "type", "at"],
            "description": "The body that is withdrawn, whole."
        }),
    );
    event(about, members.into_schema())
}

fn event_named() -> Value {
    json!({
        "type": "object",
        "required": ["source", "id"],
        "properties": {"source": text("Its `source`."), "id": text("Its `id`.")}
    })
}

pub(super) fn milliseconds(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

/// The members of a body.
#[derive(Default)]
pub(super) struct Members {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Members {
    pub(super) fn must(&mut self, name: &'static str, schema: Value) {
        self.required.push(name);
        self.may(name, schema);
    }

    pub(super) fn may(&mut self, name: &'static str, schema: Value) {
        self.properties.insert(name.to_owned(), schema);
    }

    fn into_schema(self) -> Value {
        json!({"type": "object", "required": self.required, "properties": self.properties})
    }
}
