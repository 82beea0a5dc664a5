//! How far back control events reach.

use duly_core::control::{ControlEvent, Controls};
use duly_core::policy::Policy;
use duly_core::time::Instant;

use crate::stories::policy;

const WITHIN_4H: &str = "response:\n  start: received\n  stop: responded\n  targets: [{within: 4 working_hours}]";

fn published(policy: Policy, from: &str) -> ControlEvent {
    ControlEvent::PolicyPublished { policy, effective_from: Some(instant(from)) }
}

fn instant(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// The policy with a change of its one calendar that is not `24x7`.
fn changed(change: impl FnOnce(&mut duly_core::calendar::Spec)) -> Policy {
    let mut policy = policy(WITHIN_4H);
    change(policy.calendars.values_mut().next().expect("it has a calendar"));
    policy
}

#[test]
fn a_control_event_reaches_back_to_the_first_thing_that_it_changes() {
    let from = "2026-01-01T00:00:00Z";
    let controls = Controls::default().with([published(policy(WITHIN_4H), from)]).expect("it compiles");
    let check = |what: &str, event: ControlEvent, expected: Instant| {
        assert_eq!(controls.reach(&event), expected, "{what}");
    };
    let date = |text: &str| text.parse().expect("a date");
    check("another beginning", published(policy(WITHIN_4H), "2026-05-01T00:00:00Z"), instant("2026-05-01T00:00:00Z"));
    check("nothing new", published(policy(WITHIN_4H), from), Instant::MAX);
    check("another promise", published(policy(&WITHIN_4H.replace('4', "2")), from), instant(from));
    let holiday = changed(|spec| drop(spec.holidays.insert(date("2027-02-08"), "x".to_owned())));
    let known = changed(|spec| spec.known_until = Some(date("2026-12-31")));
    let spec = holiday.calendars.iter().next().map(|(name, spec)| (name.clone(), spec.clone())).expect("it has one");
    check("a date of next year", published(holiday, from), instant("2027-02-07T00:00:00Z"));
    check(
        "a date before it began",
        published(changed(|spec| drop(spec.open.insert(date("2025-01-01"), Vec::new()))), from),
        instant(from),
    );
    check("how far it is known", published(known, from), instant("2026-12-30T00:00:00Z"));
    check("another week", published(changed(|spec| spec.week.clear()), from), instant(from));
    let calendar = |policy: Option<&str>| ControlEvent::CalendarPublished {
        calendar: spec.0.clone(),
        policy: policy.map(str::to_owned),
        spec: spec.1.clone(),
    };
    check("the calendar alone", calendar(None), instant("2027-02-07T00:00:00Z"));
    check("a calendar of another policy", calendar(Some("another")), Instant::MAX);
}

#[test]
fn what_is_told_of_an_emergency_reaches_back_to_from_when_it_counts() {
    let event = |name: &str, data: &str| {
        ControlEvent::from_data(&format!("duly.control.emergency_{name}.v1"), data.as_bytes(), &[]).expect(data)
    };
    let declared = event(
        "declared",
        r#"{"emergency": "storm", "kind": "other", "title": {"en": "Storm"}, "effect": "suspend", "effective_from": "2026-03-02T09:00:00Z"}"#,
    );
    let lifted = event("lifted", r#"{"emergency": "storm", "effective_from": "2026-03-02T12:00:00Z"}"#);
    let controls = Controls::default().with([declared.clone(), lifted.clone()]).expect("they are right");
    for (event, from) in [
        (declared, "2026-03-02T09:00:00Z"),
        (lifted, "2026-03-02T12:00:00Z"),
        (event("voided", r#"{"emergency": "storm"}"#), "2026-03-02T09:00:00Z"),
        (event("voided", r#"{"emergency": "storm", "number": 2}"#), "2026-03-02T12:00:00Z"),
    ] {
        assert_eq!(controls.reach(&event), instant(from), "{event:?}");
    }
}
