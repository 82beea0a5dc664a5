//! Notifications: what people are told of the demo's tickets, and in an emergency, fits the schemas.

use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::notification::Occasion;
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use duly_engine::demo::{LENGTH, SEED, fortnight, start};
use duly_engine::notify::{self, Notice, Notifier};
use serde_json::{Value, json};

use super::published::{LETTER, always, unexplained};
use super::{bless, mistakes, validator};

/// A lane, and all that people were told of what happened in it.
struct Desk {
    lane: Lane,
    notifier: Notifier,
    told: Vec<Value>,
}

impl Desk {
    fn open(controls: Controls) -> Desk {
        let notifier = Notifier::new(&notify::Settings::default()).expect("what is built in is right");
        Desk { lane: Lane::new(Settings::default(), Arc::new(controls)), notifier, told: Vec::new() }
    }

    /// An event arrives, or time passes until then.
    fn step(&mut self, wall: Instant, line: Option<&str>) {
        let input = line.map(|line| Input {
            appended_at: None,
            revives: false,
            content: parse_structured(line.as_bytes()).into(),
        });
        let turn = self.lane.step(input, Now { wall, is_at_end: true });
        self.told.extend(self.notifier.notices(&self.lane, &turn, wall).iter().map(Notice::cloudevent));
        self.lane.committed();
    }

    /// An operator tells something of an emergency.
    fn tell(&mut self, wall: Instant, kind: &str, data: &Value) {
        let kind = format!("duly.control.emergency_{kind}.v1");
        let event = ControlEvent::from_data(&kind, data.to_string().as_bytes(), &[]).expect("it is right");
        let controls = self.lane.controls().with([event]).expect("it goes with what is in force");
        self.lane.control(Arc::new(controls));
        self.step(wall, None);
    }
}

/// What is told on the demo's tickets.
fn in_the_fortnight() -> Vec<Value> {
    let mut desk = Desk::open(always(LETTER));
    for (at, line) in fortnight(SEED, start()) {
        desk.step(at, Some(&line));
    }
    desk.step(start().plus(LENGTH), None);
    desk.told
}

/// What a customer is told of an emergency from its declaration to its end, and that it was none.
fn in_an_emergency() -> Vec<Value> {
    let mut desk = Desk::open(always(LETTER));
    let at = |time: &str| format!("2026-03-02T{time}:00Z").parse::<Instant>().expect("an instant");
    let received = json!({
        "specversion": "1.0", "type": "duly.ticket.received.v1", "id": "1", "source": "/crm", "subject": "acme/T-1",
        "time": at("01:00"), "data": {"category": "inquiry", "region": "south", "customer": "globex"},
    });
    desk.step(at("01:00"), Some(&received.to_string()));
    let declared = json!({
        "emergency": "storm", "kind": "natural_disaster", "title": {"zh": "暴雨", "en": "Storm"},
        "message": {"zh": "上门服务暂停。", "en": "Visits are suspended."}, "when": {"region": "south"},
        "effect": {"extend": "4 working_hours"}, "effective_from": at("02:00"), "expected_end": at("10:00"),
    });
    desk.tell(at("02:00"), "declared", &declared);
    let updated = json!({"emergency": "storm", "effective_from": at("03:00"), "message": {"en": "It goes on."}});
    desk.tell(at("03:00"), "updated", &updated);
    desk.tell(at("04:00"), "lifted", &json!({"emergency": "storm", "effective_from": at("04:00")}));
    desk.tell(at("05:00"), "voided", &json!({"emergency": "storm"}));
    desk.told
}

/// Of how many of a type each is looked at: they are alike.
const LOOKED_AT: usize = 20;

#[test]
fn what_people_are_told_fits_and_every_type_has_an_example_of_it() {
    let told = [in_the_fortnight(), in_an_emergency()].concat();
    assert!(told.len() > 100, "{}", told.len());
    for occasion in Occasion::ALL {
        let (name, validator) = (occasion.type_name(), validator(occasion.type_name()));
        let its: Vec<&Value> = told.iter().filter(|event| event["type"] == name).collect();
        for event in its.iter().take(LOOKED_AT) {
            assert_eq!(mistakes(&validator, event), [""; 0], "{event:#}");
            assert_eq!(unexplained(name, event), [""; 0], "{event:#}");
            assert_eq!(event["data"].get("problems"), None, "{event:#}");
        }
        bless(name, its.first().unwrap_or_else(|| panic!("nothing of type {name} was told")));
    }
}
