//! Several instances with their APIs: any of them answers for any ticket, and what it does not know it says.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use duly_core::time::{Instant, Span};
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::http::{Server, Token};
use duly_engine::kafka::{Options, Running, partition_of, start};
use duly_engine::metrics;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cluster::{Event, Ground, shared};
use crate::converge::options;
use duly_tests::chance::eventually;
use duly_tests::expected::parse_policy;

const TOKEN: &str = "correct-horse-battery-staple";

const POLICY: &str = "\
policy: letter
effective_from: 2020-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 2h}]}
";

/// An instance with its API.
struct Instance {
    address: String,
    running: Running,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    agent: ureq::Agent,
}

impl Instance {
    /// Starts one, which tells the others that it is at `advertised`, or where it is.
    fn start(runtime: &Runtime, ground: &Ground, name: &str, advertised: Option<&str>) -> Self {
        let token = Token::load(None, Some(TOKEN)).expect("a usable token");
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = runtime.block_on(Server::bind(anywhere, token)).expect("a free port");
        let address = format!("http://{}", server.address().expect("it listens"));
        let options = Options {
            advertised: advertised.unwrap_or(&address).to_owned(),
            policies: vec![parse_policy(POLICY)],
            ..options(ground, name, Instant::MAX)
        };
        let running = start(options).expect("it starts");
        let (stop, stopped) = oneshot::channel::<()>();
        let server = runtime.spawn(server.run(running.handle.clone(), async move { drop(stopped.await) }));
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
        Instance { address, running, stop, server, agent: config.build().into() }
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.get_with(path, None)
    }

    fn get_with(&self, path: &str, header: Option<(&str, &str)>) -> (u16, Value) {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        request = request.header("authorization", format!("Bearer {TOKEN}"));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let mut response = request.call().expect("an answer");
        let text = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    fn post(&self, events: &[Value]) -> (u16, Value) {
        let request = self.agent.post(format!("{}/api/v1/events", self.address));
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let body = Value::from(events.to_vec()).to_string();
        let mut response = request.header("content-type", "application/json").send(body).expect("an answer");
        let text = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), serde_json::from_str(&text).expect("JSON"))
    }

    /// Asks it to let a lane go on.
    fn resume(&self, lane: i32) -> (u16, Value) {
        let request = self.agent.post(format!("{}/api/v1/lanes/{lane}/resume", self.address));
        let answer = request.header("authorization", format!("Bearer {TOKEN}")).send_empty();
        let mut response = answer.expect("an answer");
        let text = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), serde_json::from_str(&text).expect("JSON"))
    }

    /// The lanes that it has and that are at work.
    fn live(&self) -> BTreeSet<i64> {
        let (_, json) = self.get("/api/v1/lanes");
        let lanes = json["lanes"].as_array().cloned().unwrap_or_default();
        let live = lanes.iter().filter(|lane| lane["state"] == "live");
        live.filter_map(|lane| lane["lane"].as_i64()).collect()
    }

    /// Ends in good order, so that its lanes go to others at once.
    fn leave(self, runtime: &Runtime) {
        self.running.stop(true);
        let _ = self.stop.send(());
        runtime.block_on(self.server).expect("the server ends");
        self.running.join().expect("the engine ends");
    }
}

/// Two instances that share four lanes and know it.
fn two(runtime: &Runtime, ground: &Ground, second_at: Option<&str>) -> (Instance, Instance) {
    let first = Instance::start(runtime, ground, "one", None);
    let second = Instance::start(runtime, ground, "two", second_at);
    eventually("each has two lanes, and knows of the other's", || {
        let others =
            |instance: &Instance| instance.get("/api/v1/lanes").1["others"][0]["lanes"].as_array().map(Vec::len);
        first.live().len() == 2 && second.live().len() == 2 && others(&first) == Some(2) && others(&second) == Some(2)
    });
    (first, second)
}

/// The event `kind` of a ticket, so long ago.
fn event(ticket: &str, kind: &str, ago: Span) -> Value {
    json!({
        "specversion": "1.0", "id": format!("{ticket}/{kind}"), "source": "/crm", "type": format!("duly.ticket.{kind}.v1"),
        "subject": format!("acme/{ticket}"), "time": WallClock.now().minus(ago).to_string(), "data": {},
    })
}

fn tickets() -> Vec<String> {
    (0..12).map(|number| format!("T/{number}")).collect()
}

/// The subjects of clocks at risk, as they are told.
fn at_risk(instance: &Instance, query: &str) -> (Vec<String>, Value) {
    let (status, json) = instance.get(&format!("/api/v1/tickets?{query}"));
    assert_eq!(status, 200, "{json}");
    let clocks = json["clocks"].as_array().unwrap_or_else(|| panic!("no clocks: {json}"));
    (clocks.iter().map(|clock| clock["subject"].as_str().unwrap_or_default().to_owned()).collect(), json)
}

#[test]
fn any_instance_answers_for_any_ticket_and_the_last_one_for_all() {
    let (runtime, ground) = (Runtime::new().expect("a runtime"), Ground::new(shared(), 4, 1));
    let (first, second) = two(&runtime, &ground, None);
    // The later the ticket's number, the sooner it is due.
    let tickets = tickets();
    let received = tickets.iter().zip(1..).map(|(ticket, number)| event(ticket, "received", Span::from_s(number * 60)));
    let (status, json) = first.post(&received.collect::<Vec<_>>());
    assert_eq!((status, &json["appended"], &json["results"][0]), (202, &json!(12), &json!({"outcome": "appended"})));

    let mut there = 0;
    for ticket in &tickets {
        let lane = partition_of(&format!("acme/{ticket}"), 4);
        let path = format!("acme/{}", ticket.replace('/', "%2F"));
        for instance in [&first, &second] {
            eventually("the ticket is known", || instance.get(&format!("/api/v1/tickets/{path}")).0 == 200);
            let (_, json) = instance.get(&format!("/api/v1/tickets/{path}"));
            assert_eq!(
                (&json["subject"], &json["clocks"][0]["state"]),
                (&json!(format!("acme/{ticket}")), &json!("running"))
            );
            let (status, json) = instance.get(&format!("/api/v1/explain/{path}"));
            assert_eq!((status, &json["sla_events"][0]["kind"]), (200, &json!("clock_started")), "{json}");
            let is_here = instance.live().contains(&i64::from(lane));
            let (status, json) = instance.get_with(&format!("/api/v1/tickets/{path}"), Some(("duly-forwarded", "1")));
            assert_eq!(status, if is_here { 200 } else { 421 }, "{json}");
            there += usize::from(!is_here);
        }
    }
    assert_eq!(there, tickets.len(), "each ticket was asked from one that does not have it");
    let (status, json) = second.get("/api/v1/tickets/acme/nobody");
    assert_eq!((status, json["error"]["what"].as_str()), (404, Some("there is no ticket `acme/nobody`")));

    let expected: Vec<String> = tickets.iter().rev().map(|ticket| format!("acme/{ticket}")).collect();
    for instance in [&first, &second] {
        let (found, json) = at_risk(instance, "at_risk=2h");
        assert_eq!((&found, &json["total"], &json["incomplete"]), (&expected, &json!(12), &Value::Null), "{json}");
        let (found, json) = at_risk(instance, "at_risk=2h&limit=3");
        assert_eq!((&found[..], &json["total"]), (&expected[..3], &json!(12)), "{json}");
        assert!(json["watermark"].is_string() && json["lanes"].is_null(), "{json}");
        let (status, json) = instance.get("/api/v1/queue?limit=3");
        let tickets = json["tickets"].as_array().into_iter().flatten();
        let queue: Vec<_> = tickets.filter_map(|ticket| ticket["subject"].as_str()).collect();
        assert_eq!(
            (status, queue, &json["total"]),
            (200, expected[..3].iter().map(String::as_str).collect(), &json!(12)),
            "{json}"
        );
        assert_eq!(instance.get("/readyz").0, 200);
        for lane in 0..4 {
            let expected = json!({ "lane": lane, "resumed": false });
            assert_eq!(instance.resume(lane), (200, expected), "it does not stand still, whosever it is");
        }
        assert_eq!(instance.resume(4).0, 404);
    }

    first.leave(&runtime);
    eventually("the second has all lanes", || {
        let (status, _) = second.get("/api/v1/tickets/acme/T%2F1");
        assert!([200, 503].contains(&status), "never is it said that there is no such ticket: {status}");
        second.live().len() == 4
    });
    for ticket in &tickets {
        let (status, json) = second.get(&format!("/api/v1/tickets/acme/{}", ticket.replace('/', "%2F")));
        assert_eq!(status, 200, "{json}");
    }
    assert_eq!(at_risk(&second, "at_risk=2h").0, expected);
    second.leave(&runtime);
}

#[test]
fn lanes_of_an_instance_that_can_not_be_asked_are_told() {
    let (runtime, ground) = (Runtime::new().expect("a runtime"), Ground::new(shared(), 4, 1));
    // Nobody listens there.
    let (first, second) = two(&runtime, &ground, Some("http://127.0.0.1:1"));
    let (_, json) = at_risk(&first, "at_risk=4h");
    let missing = &json["incomplete"];
    assert_eq!((missing.as_array().map(Vec::len), &missing[0]["instance"]), (Some(1), &json!("http://127.0.0.1:1")));
    let lanes: BTreeSet<i64> = missing[0]["lanes"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    assert_eq!(lanes, second.live());

    let theirs = |ticket: &&String| second.live().contains(&i64::from(partition_of(&format!("acme/{ticket}"), 4)));
    let ticket = tickets().iter().find(theirs).expect("they have some").replace('/', "%2F");
    let (status, json) = first.get(&format!("/api/v1/tickets/acme/{ticket}"));
    let what = json["error"]["what"].as_str().unwrap_or_default();
    assert!(
        status == 503 && what.contains("is moving") && what.contains("http://127.0.0.1:1 can not be asked"),
        "{json}"
    );
    first.leave(&runtime);
    second.leave(&runtime);
}

#[test]
fn what_is_no_ticket_event_does_not_get_into_the_log() {
    let (runtime, ground) = (Runtime::new().expect("a runtime"), Ground::new(shared(), 1, 1));
    let instance = Instance::start(&runtime, &ground, "one", None);
    let good = event("T", "received", Span::from_s(60));
    let (status, json) = instance.post(&[good.clone(), json!({}), json!(7)]);
    let expected = json!([{"outcome": "appended"}, "not_cloudevent", "not_cloudevent"]);
    let shown = json["results"].as_array().into_iter().flatten();
    let shown: Vec<Value> = shown.map(|result| result.get("reason").unwrap_or(result).clone()).collect();
    assert_eq!((status, &json["appended"], Value::from(shown)), (207, &json!(1), expected), "{json}");
    let (status, json) = instance.post(&[json!({"specversion": "1.0"})]);
    let hint = json["error"]["hint"].as_str().unwrap_or_default();
    assert!(status == 422 && json.get("appended").is_none() && hint.contains("are not kept"), "{json}");
    let mut found = Vec::new();
    ground.read(&ground.cluster.topics.tickets, 1, |event| {
        if let Event::Record(message) = event {
            use rdkafka::message::Message as _;
            found.push((message.key().map(<[u8]>::to_vec), message.payload().map(<[u8]>::to_vec)));
        }
        matches!(event, Event::End(_))
    });
    assert_eq!(found, [(Some(b"acme/T".to_vec()), Some(good.to_string().into_bytes()))], "as it was given");
    instance.leave(&runtime);
}

#[test]
fn every_metric_of_an_engine_on_kafka_is_shown() {
    let (runtime, ground) = (Runtime::new().expect("a runtime"), Ground::new(shared(), 2, 1));
    let instance = Instance::start(&runtime, &ground, "one", None);
    eventually("it has its lanes", || instance.live().len() == 2);
    // Due in three seconds: noticed while we look on, which is a timer's doing.
    instance.post(&[event("T", "received", Span::from_s(2 * 3600 - 3))]);
    let page = || instance.get("/metrics").1.as_str().expect("text").to_owned();
    eventually("the breach is committed", || page().contains("{type=\"duly.sla.breached.v1\"} 1\n"));
    let page = page();
    for metric in metrics::ALL.iter().filter(|metric| metric.name != "duly_calendar_horizon_days") {
        let is_shown = page.contains(&format!("# HELP {} {}\n", metric.name, metric.help));
        // There are none of these here.
        let is_absent = ["feed", "sink", "source", "step", "remedy"].iter().any(|label| metric.labels.contains(label));
        assert_eq!(is_shown, !is_absent, "{}", metric.name);
    }
    for expected in [
        "duly_ready 1",
        "duly_at_end 1",
        "duly_tickets 1",
        "duly_lane_state{lane=\"0\",state=\"live\"} 1",
        "duly_lane_state{lane=\"1\",state=\"restoring\"} 0",
        "duly_lane_lag_records{lane=\"1\"} 0",
        "duly_batch_records_count 1",
        "duly_restore_duration_seconds_count 2",
        "duly_rebalances_total{what=\"given\"} 1",
        "duly_transactions_failed_total{outcome=\"doubtful\"} 0",
        "duly_control_events 1",
        "duly_timer_lateness_seconds_count 1",
    ] {
        assert!(page.contains(&format!("\n{expected}\n")), "{expected} is not in\n{page}");
    }
    instance.leave(&runtime);
}
