//! Policies, settings and control events: the examples are read, and the resolved ones follow from the written one.

use duly_core::control::{
    CALENDAR_PUBLISHED, ControlEvent, Controls, EMERGENCY_DECLARED, EMERGENCY_LIFTED, EMERGENCY_UPDATED,
    EMERGENCY_VOIDED, POLICY_PUBLISHED,
};
use duly_core::policy::{Policy, source};
use duly_engine::config::Config;
use duly_engine::ingest::mapping::Mapping;
use serde_json::{Value, json};

use super::{bless, example, mistakes, validator};

/// The policy of the example, in the form that people write; JSON is YAML.
fn written() -> Policy {
    let parsed = source::parse(&example("policy"), &|name| Err(format!("there is no {name}")));
    parsed.unwrap_or_else(|mistakes| panic!("{mistakes:?}")).policy
}

#[test]
fn the_resolved_policy_is_that_of_the_written_one() {
    let resolved = serde_json::to_value(written()).expect("plain data");
    bless("resolved-policy", &resolved);
    let read: Policy = serde_json::from_value(resolved).expect("what is published is read");
    assert_eq!((read.version(), read), (written().version(), written()));
}

#[test]
fn the_settings_are_read() {
    let config = Config::parse(&example("config")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert_eq!(config.policies.len(), 1);
    assert_ne!(config, Config::default());
}

#[test]
fn the_mapping_is_read() {
    let mapping = Mapping::parse(&example("mapping")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert_eq!((mapping.name(), mapping.rules()), ("tracker", 6));
}

#[test]
fn control_events_are_read_as_they_are_written() {
    let policy = written();
    let (name, spec) = policy.calendars.first_key_value().expect("the example has a calendar");
    let calendar = ControlEvent::CalendarPublished { calendar: name.clone(), policy: None, spec: spec.clone() };
    let policy = ControlEvent::PolicyPublished { effective_from: Some(policy.effective_from), policy };
    for (name, event) in [(POLICY_PUBLISHED, policy), (CALENDAR_PUBLISHED, calendar)] {
        bless(name, &cloudevent(&event));
        assert_eq!(ControlEvent::from_line(example(name).as_bytes(), &[]).expect(name), event);
    }
}

/// The examples of emergencies are kept by hand, one after the other a story that can be told.
#[test]
fn emergencies_are_read_as_people_write_them() {
    let mut controls = Controls::default();
    for name in [EMERGENCY_DECLARED, EMERGENCY_UPDATED, EMERGENCY_LIFTED, EMERGENCY_VOIDED] {
        let event = ControlEvent::from_line(example(name).as_bytes(), &[]).expect(name);
        let again =
            ControlEvent::from_data(name, event.data().to_string().as_bytes(), &[]).expect("it is what we write");
        assert_eq!((again.type_name(), &again), (name, &event));
        let stored = serde_json::to_string(&event).expect("plain data");
        assert_eq!(serde_json::from_str::<ControlEvent>(&stored).expect("it is what we store"), event);
        assert_eq!(mistakes(&validator(name), &cloudevent(&event)), [""; 0], "{name}");
        controls = controls.plus(event).expect(name).expect("it says something new");
    }
    assert_eq!(controls.len(), 4);
}

fn cloudevent(event: &ControlEvent) -> Value {
    json!({
        "specversion": "1.0",
        "id": "1",
        "source": "/duly",
        "type": event.type_name(),
        "time": "2026-01-01T00:00:00Z",
        "data": event.data(),
    })
}
