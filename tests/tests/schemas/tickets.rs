//! Ticket events: the parser and the schema accept the same, and read what was ever shipped.

use duly_core::lane::{PROGRESS, Progress};
use duly_core::schema;
use duly_core::ticket::{Kind, parse_structured};
use duly_engine::demo::{SEED, fortnight, start};
use serde_json::{Value, json};

use super::{example, mistakes, validator};

#[test]
fn every_example_is_read() {
    for kind in Kind::ALL {
        let name = format!("duly.ticket.{}.v1", kind.name());
        let text = example(&name);
        let event = parse_structured(text.as_bytes()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(event.kind, kind);
    }
}

#[test]
fn every_event_of_the_demo_fits() {
    let validators: Vec<_> = Kind::ALL.map(|kind| (kind, validator(&format!("ticket.{}", kind.name())))).into();
    let lines = fortnight(SEED, start());
    let events = lines.iter().filter_map(|(_, line)| Some((line, parse_structured(line.as_bytes()).ok()?.kind)));
    let mut count = 0;
    for (line, kind) in events {
        let (_, validator) = validators.iter().find(|(known, _)| *known == kind).expect("each kind has a schema");
        let event: Value = serde_json::from_str(line).expect("what was parsed is JSON");
        assert_eq!(mistakes(validator, &event), [""; 0], "{line}");
        count += 1;
    }
    assert!(count > 1_000, "{count}");
}

/// An event of `kind` whose members are replaced by those of `with`; one that is `"-"` is left out.
fn event(kind: &str, with: &Value) -> Value {
    let mut event = json!({
        "specversion": "1.0", "type": format!("duly.ticket.{kind}.v1"), "id": "1", "source": "/crm",
        "subject": "acme/T-1", "time": "2026-03-02T09:00:00+08:00",
    });
    for (member, value) in with.as_object().expect("members") {
        if value == "-" {
            event.as_object_mut().expect("an object").remove(member);
        } else {
            event[member] = value.clone();
        }
    }
    event
}

#[test]
fn the_parser_and_the_schema_agree() {
    let mut disagreements = Vec::new();
    let mut check = |kind: &str, with: Value, is_good: bool| {
        let event = event(kind, &with);
        let parsed = parse_structured(event.to_string().as_bytes()).is_ok();
        let fits = validator(&format!("ticket.{kind}")).is_valid(&event);
        if (parsed, fits) != (is_good, is_good) {
            disagreements.push(format!("{kind} {with}: good {is_good}, parsed {parsed}, fits {fits}"));
        }
    };
    for (with, is_good) in envelopes() {
        check("customer_replied", with, is_good);
    }
    for (kind, data, is_good) in data().into_iter().chain(cases()) {
        check(kind, json!({"data": data}), is_good);
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

fn envelopes() -> Vec<(Value, bool)> {
    let long = "x".repeat(513);
    vec![
        (json!({}), true),
        (json!({"data": null}), true),
        (json!({"data": {}}), true),
        (json!({"data": []}), false),
        (json!({"data": "text"}), false),
        (json!({"specversion": "-"}), false),
        (json!({"specversion": "0.3"}), false),
        (json!({"id": "-"}), false),
        (json!({"id": ""}), false),
        (json!({"id": 7}), false),
        (json!({"id": long}), false),
        (json!({"source": "-"}), false),
        (json!({"source": ""}), false),
        (json!({"subject": "-"}), false),
        (json!({"subject": "acme"}), false),
        (json!({"subject": "/T-1"}), false),
        (json!({"subject": "acme/"}), false),
        (json!({"subject": "acme/T/1"}), true),
        (json!({"subject": "公司/工单-1"}), true),
        (json!({"subject": "acme/T\n1"}), false),
        (json!({"time": "-"}), false),
        (json!({"time": "yesterday"}), false),
        (json!({"time": "2026-03-02T09:00:00"}), false),
        (json!({"time": "2026-03-02T09:00:00.5Z"}), true),
        (json!({"sequence": "7"}), true),
        (json!({"sequence": 7}), true),
        (json!({"sequence": null}), true),
        (json!({"sequence": ["7"]}), false),
        (json!({"datacontenttype": "application/json"}), true),
        (json!({"datacontenttype": 1}), false),
        (json!({"traceparent": "00-a-b-01"}), true),
    ]
}

fn data() -> Vec<(&'static str, Value, bool)> {
    vec![
        ("received", json!({"category": "inquiry", "tags": ["a", 1, true], "seats": 12, "vip": true}), true),
        ("received", json!(null), true),
        ("observed", json!({"status_class": "pending", "reason": null, "region": "EMEA"}), true),
        ("observed", json!({"status_class": "waiting"}), false),
        ("observed", json!({"status_class": null}), false),
        ("observed", json!({"status_class": 1}), false),
        ("observed", json!({"priority": 1}), false),
        ("observed", json!({"priority": ["high"]}), false),
        ("observed", json!({"tags": null}), true),
        ("observed", json!({"tags": "vip"}), true),
        ("observed", json!({"tags": true}), false),
        ("observed", json!({"tags": [["a"]]}), false),
        ("observed", json!({"custom": {"a": [1]}}), true),
        ("responded", json!({}), true),
        ("responded", json!({"contains": "answer"}), true),
        ("responded", json!({"contains": ["answer", "work_plan"], "public": false, "automatic": true}), true),
        ("responded", json!({"contains": "thanks"}), false),
        ("responded", json!({"contains": []}), false),
        ("responded", json!({"contains": ["answer", "thanks"]}), false),
        ("responded", json!({"contains": null}), false),
        ("responded", json!({"public": "yes"}), false),
        ("responded", json!({"automatic": null}), false),
        ("milestone_reached", json!({"milestone": "contacted"}), true),
        ("milestone_reached", json!({"milestone": ""}), false),
        ("milestone_reached", json!({"milestone": 1}), false),
        ("milestone_reached", json!({}), false),
        ("milestone_reached", json!(null), false),
        ("merged", json!({}), true),
        ("merged", json!({"into": "T-2"}), true),
        ("escalation_acknowledged", json!({"objective": "resolution"}), true),
        ("escalation_acknowledged", json!({"objective": "resolution", "cycle": 2}), true),
        ("escalation_acknowledged", json!({"objective": "resolution", "cycle": 0}), false),
        ("escalation_acknowledged", json!({"objective": "resolution", "cycle": "2"}), false),
        ("escalation_acknowledged", json!({"cycle": 2}), false),
        ("event_voided", json!({"id": "1"}), true),
        ("event_voided", json!({"id": "1", "source": "/crm"}), true),
        ("event_voided", json!({"source": "/crm"}), false),
        ("complaint_filed", json!({"text": "too late"}), true),
    ]
}

/// Feedback, claims and investigations.
fn cases() -> Vec<(&'static str, Value, bool)> {
    let long = "x".repeat(101);
    vec![
        (
            "complaint_filed",
            json!({"about": "late", "channel": "hotline", "objective": "resolution", "cycle": 1}),
            true,
        ),
        ("complaint_filed", json!({"about": "the weather"}), false),
        ("complaint_filed", json!({"about": ["late"]}), false),
        ("complaint_filed", json!({"channel": 7}), false),
        ("complaint_filed", json!({"objective": ""}), false),
        ("complaint_filed", json!({"cycle": 0}), false),
        ("feedback_given", json!({}), true),
        ("feedback_given", json!({"score": 4}), true),
        ("feedback_given", json!({"score": 4.5, "scale": 5, "about": "short"}), true),
        ("feedback_given", json!({"score": "4.5", "scale": "5"}), true),
        ("feedback_given", json!({"score": -1, "scale": 5}), false),
        ("feedback_given", json!({"score": "good"}), false),
        ("feedback_given", json!({"score": null}), false),
        ("feedback_given", json!({"scale": 5}), false),
        ("loss_claimed", json!({"amount": "1200.00", "currency": "CNY"}), true),
        ("loss_claimed", json!({"amount": 1200.5, "currency": "CNY", "item": "courier", "evidence": ["a", "b"]}), true),
        ("loss_claimed", json!({"amount": "1200.00"}), false),
        ("loss_claimed", json!({"amount": "1200.00", "currency": "yuan"}), false),
        ("loss_claimed", json!({"amount": "1,200", "currency": "CNY"}), false),
        ("loss_claimed", json!({"amount": -1, "currency": "CNY"}), false),
        ("loss_claimed", json!({"currency": "CNY"}), false),
        ("loss_claimed", json!(null), false),
        ("loss_claimed", json!({"expected_revenue": "1e", "probability": "0.6", "currency": "CNY"}), false),
        ("loss_claimed", json!({"expected_revenue": "9000", "probability": "0.6", "currency": "CNY"}), true),
        ("loss_claimed", json!({"expected_revenue": "9000", "probability": 1.5, "currency": "CNY"}), false),
        ("loss_claimed", json!({"expected_revenue": "9000", "currency": "CNY"}), false),
        ("loss_claimed", json!({"amount": 1, "expected_revenue": 1, "probability": 1, "currency": "CNY"}), false),
        ("loss_claimed", json!({"amount": 1, "currency": "CNY", "item": long}), false),
        ("loss_claimed", json!({"amount": 1, "currency": "CNY", "item": ""}), false),
        ("claim_assessed", json!({"item": "courier", "amount": "0", "currency": "CNY"}), true),
        ("claim_assessed", json!({"item": "courier"}), false),
        ("claim_settled", json!({}), true),
        ("claim_settled", json!(null), true),
        ("claim_settled", json!({"amount": "10", "currency": "CNY"}), true),
        ("claim_settled", json!({"amount": "10"}), false),
        ("claim_rejected", json!({"reason": "insured"}), true),
        ("claim_rejected", json!({}), false),
        ("claim_waived", json!({"reason": "typhoon", "emergency": "typhoon-1"}), true),
        ("claim_waived", json!({"reason": "typhoon", "emergency": 1}), false),
        ("finding_recorded", json!({"cause": "night shift", "investigation": 1}), true),
        ("finding_recorded", json!({"cause": "night shift", "investigation": 0}), false),
        ("finding_recorded", json!({"investigation": 1}), false),
        ("corrective_action_set", json!({"action": "train", "owner": "lead"}), true),
        ("corrective_action_set", json!({"owner": "lead"}), false),
        ("corrective_action_set", json!({"action": long}), false),
        ("corrective_action_done", json!({"action": "train"}), true),
        ("corrective_action_done", json!({}), false),
        ("investigation_closed", json!({}), true),
        ("investigation_closed", json!({"investigation": "1"}), false),
    ]
}

#[test]
fn every_ticket_event_has_a_schema_and_every_schema_an_event() {
    let schemas = schema::all().into_iter().filter(|document| document.title().starts_with("Ticket event: "));
    assert_eq!(schemas.count(), Kind::ALL.len());
}

/// Progress marks are no ticket events, and stand in the same log.
#[test]
fn progress_marks_are_read_and_written_as_their_schema_says() {
    let name = "source.progress";
    let example: Value = serde_json::from_str(&example(PROGRESS)).expect("JSON");
    let read = |data: &Value| Progress::read(data.to_string().as_bytes());
    let mark = read(&example["data"]).expect("the example is read");
    assert_eq!(serde_json::from_slice::<Value>(&mark.data()).expect("JSON"), example["data"]);
    assert_eq!(mistakes(&validator(name), &example), [""; 0]);
    let validator = validator(name);
    for (data, is_mark) in [
        (json!({"source": "crm"}), true),
        (json!({"source": "crm", "over": ["0"], "is_over": false}), true),
        (json!({"source": "crm", "is_over": true}), true),
        (json!({"source": ""}), false),
        (json!({"reached": {}}), false),
        (json!({"source": "crm", "reached": {"0": 5}}), false),
        (json!({"source": "crm", "reach": {}}), false),
    ] {
        let event = json!({"specversion": "1.0", "id": "1", "source": "/s", "type": PROGRESS, "data": data});
        assert_eq!((read(&data).is_ok(), mistakes(&validator, &event).is_empty()), (is_mark, is_mark), "{data}");
    }
}
