//! An emergency told to a running instance, and what customers are told of it: once each, over a restart.

use std::collections::BTreeMap;

use duly_core::time::{Instant, Span};
use duly_engine::emergency::{Order, Told, What};
use duly_engine::kafka::{Options, Running, notifications, start};
use duly_engine::notify::{Notifier, Settings};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use crate::cluster::{Ground, shared};
use crate::converge::options;
use crate::live::now;
use duly_tests::chance::eventually;
use duly_tests::expected::parse_policy;

const POLICY: &str = "
policy: desk
effective_from: 2020-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
";

fn serve(ground: &Ground) -> Running {
    let notifier = Some(Notifier::new(&Settings::default()).expect("templates without mistakes"));
    let policies = vec![parse_policy(POLICY)];
    start(Options { notifier, policies, ..options(ground, "one", Instant::MAX) }).expect("it starts")
}

fn tell(running: &Running, what: What, said: &Value) -> Told {
    let said: Map<String, Value> = said.as_object().cloned().expect("an object");
    let order = Order::read(what, Some("typhoon"), said, now()).expect("it is right");
    Runtime::new().expect("a runtime").block_on(running.handle.tell(order)).expect("an answer")
}

/// What was told, by type and ticket.
fn told(ground: &Ground) -> BTreeMap<(String, String), Vec<Value>> {
    let mut told: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    let text = |event: &Value, name: &str| event[name].as_str().expect(name).to_owned();
    notifications(&ground.cluster, |_, event| {
        told.entry((text(&event, "type"), text(&event, "subject"))).or_default().push(event);
        true
    })
    .expect("the topic");
    told
}

#[test]
fn an_emergency_is_told_to_a_running_instance_and_customers_hear_of_it_once() {
    let ground = Ground::new(shared(), 2, 1);
    let received = |ticket: u32| {
        let at = now().minus(Span::from_s(60));
        json!({
            "specversion": "1.0", "type": "duly.ticket.received.v1", "id": ticket.to_string(), "source": "crm",
            "subject": format!("live/{ticket}"), "time": at, "data": {"region": "south", "customer": "globex"},
        })
        .to_string()
    };
    let running = serve(&ground);
    ground.produce(&[received(1), received(2), received(3)]);
    let typhoon = json!({
        "kind": "natural_disaster", "title": {"zh": "台风", "en": "Typhoon"}, "when": {"region": "south"},
        "effect": "suspend", "message": {"zh": "上门服务暂停。"},
    });
    assert_eq!(tell(&running, What::Declare, &typhoon), Told::Taken);
    assert_eq!(tell(&running, What::Declare, &typhoon), Told::Known);
    assert!(matches!(
        tell(
            &running,
            What::Declare,
            &json!({
                "kind": "surge", "title": {"en": "Another"}, "effect": "suspend",
            })
        ),
        Told::Refused(_)
    ));
    let of = |what: &str| told(&ground).iter().filter(|((kind, _), _)| kind.contains(what)).count();
    eventually("all are told that it begins", || of("emergency_announced") == 3);
    running.stop(false);
    running.join().expect("an end in good order");

    let running = serve(&ground);
    assert_eq!(tell(&running, What::Lift, &json!({"message": {"zh": "已恢复。"}})), Told::Taken);
    eventually("all are told that it is over", || of("emergency_lifted") == 3);
    running.stop(true);
    running.join().expect("an end in good order");

    let told = told(&ground);
    assert!(told.values().all(|events| events.len() == 1), "nothing twice: {told:#?}");
    let keys: Vec<&Value> = told.values().map(|events| &events[0]["data"]["deduplication"]).collect();
    assert_eq!(keys.iter().filter(|key| ***key == "live/typhoon/1/globex").count(), 3, "one customer: {keys:?}");
    let ledger = ground.ledger();
    for kind in ["emergency_announced", "clock_paused", "emergency_lifted", "clock_resumed"] {
        assert_eq!(ledger.iter().filter(|body| body.contains(kind)).count(), 3, "{kind}: {ledger:#?}");
    }
}
