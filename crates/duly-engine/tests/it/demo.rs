//! The demo's fortnight: always the same, and like life.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::time::{Instant, Span};
use duly_engine::demo::{LENGTH, SEED, fortnight, month, start, start_of_fortnight_around};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn lines() -> Vec<(Instant, String)> {
    fortnight(SEED, start())
}

/// The lines that are JSON, parsed.
fn events() -> Vec<Value> {
    lines().iter().filter_map(|(_, line)| serde_json::from_str(line).ok()).collect()
}

fn text<'a>(event: &'a Value, member: &str) -> &'a str {
    event[member].as_str().unwrap_or_else(|| panic!("{member} is no text in {event}"))
}

#[test]
fn the_same_seed_gives_the_same_bytes_for_ever() {
    let digest = |seed| {
        let mut hash = Sha256::new();
        for (at, line) in fortnight(seed, start()) {
            hash.update(format!("{at} {line}\n"));
        }
        format!("{:x}", hash.finalize())
    };
    assert_eq!(digest(SEED), "f3cb9ffa552c8a96061e195a06d949ace8f17fa4ca60790a33e677fffcb2d7c0");
    assert_ne!(digest(SEED), digest(SEED + 1));
}

#[test]
fn it_starts_on_a_sunday_that_is_worked() {
    assert_eq!(start().to_string(), "2026-09-19T16:00:00Z");
    let lines = lines();
    let first_day =
        lines.iter().filter(|(at, line)| line.contains(".received.") && at.since(start()).as_s() < 86_400.0);
    assert!(first_day.count() > 30);
}

#[test]
fn lines_arrive_in_order_and_within_the_fortnight() {
    for seed in (0..20).chain([u64::MAX]) {
        let lines = fortnight(seed, start());
        assert!(lines.is_sorted_by_key(|(at, _)| *at), "seed {seed}");
        assert!(lines.iter().all(|(at, _)| (start()..start().plus(LENGTH)).contains(at)), "seed {seed}");
        assert!(lines.iter().all(|(_, line)| !line.contains('\n')), "seed {seed}");
    }
}

#[test]
fn one_line_is_broken_and_the_others_are_events() {
    let broken = lines().iter().filter(|(_, line)| serde_json::from_str::<Value>(line).is_err()).count();
    assert_eq!(broken, 1);
    for event in events() {
        assert_eq!(text(&event, "specversion"), "1.0");
        assert_eq!(text(&event, "source"), "/demo/crm");
        assert!(text(&event, "subject").starts_with("demo/CS-"));
        assert!(text(&event, "time").parse::<Instant>().unwrap().is_sane());
        let name = text(&event, "type").strip_prefix("duly.ticket.").and_then(|rest| rest.strip_suffix(".v1")).unwrap();
        let data = event["data"].as_object().unwrap();
        let needed: &[&str] = match name {
            "received" => &["category", "customer", "region", "status", "status_class", "title"],
            "observed" | "customer_replied" | "progress_reported" => &[],
            "responded" => &["contains"],
            "milestone_reached" => &["milestone"],
            "merged" => &["into"],
            "escalation_acknowledged" => &["objective", "cycle"],
            "event_voided" => &["source", "id"],
            other => panic!("no ticket event is called {other}"),
        };
        assert!(needed.iter().all(|member| data.contains_key(*member)), "{event}");
    }
}

#[test]
fn an_event_has_an_id_of_its_own_and_one_comes_twice() {
    let events = events();
    let ids: BTreeSet<&str> = events.iter().map(|event| text(event, "id")).collect();
    assert_eq!(ids.len() + 1, events.len());
}

#[test]
fn a_ticket_is_received_before_all_else() {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for event in events() {
        let name = text(&event, "type").to_owned();
        assert_eq!(first.entry(text(&event, "subject").to_owned()).or_insert(name), "duly.ticket.received.v1");
    }
}

#[test]
fn every_kind_of_request_comes_in_and_every_kind_of_thing_happens() {
    let events = events();
    let count = |wanted: &dyn Fn(&Value) -> bool| events.iter().filter(|event| wanted(event)).count();
    let named = |name: &str| count(&|event| text(event, "type") == format!("duly.ticket.{name}.v1"));
    let saying = |member: &str, value: &str| count(&|event| event["data"][member] == value);
    let arriving_late = lines()
        .iter()
        .filter(|(at, line)| line.ends_with('}') && !line.contains(&format!("\"time\":\"{at}\"")))
        .count();

    for (what, found, expected) in [
        ("tickets", named("received"), 300..=400),
        ("inquiries", saying("category", "inquiry"), 120..=190),
        ("technical support", saying("category", "technical_support"), 70..=120),
        ("business cooperation", saying("category", "business_cooperation"), 25..=60),
        ("after sales", saying("category", "after_sales"), 40..=90),
        ("urgent faults", saying("severity", "urgent"), 10..=35),
        ("acknowledgements by a machine", count(&|event| event["data"]["automatic"] == true), 200..=300),
        ("internal notes", count(&|event| event["data"]["public"] == false), 20..=80),
        ("waiting for the customer", saying("reason", "customer"), 20..=60),
        ("force majeure", saying("reason", "force_majeure"), 1..=8),
        ("reopened", saying("status", "重新打开"), 5..=25),
        ("cancelled", saying("status_class", "cancelled"), 2..=15),
        ("merged", named("merged"), 1..=8),
        ("progress reports", named("progress_reported"), 10..=60),
        ("eligibility verified", saying("milestone", "eligibility_verified"), 10..=40),
        ("visits arranged", saying("milestone", "visit_arranged"), 5..=30),
        ("schedules told", saying("milestone", "schedule_told"), 5..=30),
        ("escalations acknowledged", named("escalation_acknowledged"), 3..=25),
        ("events voided", named("event_voided"), 1..=1),
        ("lines that arrive late: five replies and a copy", arriving_late, 6..=6),
    ] {
        assert!(expected.contains(&found), "{what}: {found} is not within {expected:?}");
    }
}

#[test]
fn every_day_has_a_fortnight_that_ends_with_it() {
    for (now, first) in [
        ("2026-10-03T15:59:59Z", "2026-09-19T16:00:00Z"),
        ("2026-10-02T16:00:00Z", "2026-09-19T16:00:00Z"),
        ("2026-10-03T16:00:00Z", "2026-09-20T16:00:00Z"),
        ("1969-12-31T23:00:00Z", "1969-12-18T16:00:00Z"),
    ] {
        assert_eq!(start_of_fortnight_around(now.parse().unwrap()), first.parse().unwrap(), "{now}");
    }
    for day in 0..400 {
        let now = start().plus(Span::from_s(day * 86_400));
        let start = start_of_fortnight_around(now);
        let lines = fortnight(SEED, start);
        // National Day takes most of one.
        assert!(lines.len() > 500, "{now}: {}", lines.len());
        assert!(lines.iter().all(|(at, _)| *at >= start && *at < start.plus(LENGTH)), "{now}");
        assert!(start <= now && now < start.plus(LENGTH), "{now}");
    }
}

#[test]
fn a_month_is_september_with_what_customers_say() {
    let lines = month(SEED);
    assert_eq!(lines, month(SEED));
    let september = "2026-09-01T00:00:00+08:00".parse().unwrap().."2026-10-01T00:00:00+08:00".parse().unwrap();
    assert!(lines.iter().all(|(at, _)| september.contains(at)));
    for kind in [
        "received",
        "feedback_given",
        "complaint_filed",
        "apology_issued",
        "finding_recorded",
        "corrective_action_set",
        "corrective_action_done",
        "investigation_closed",
        "loss_claimed",
        "claim_assessed",
        "claim_settled",
    ] {
        assert!(lines.iter().any(|(_, line)| line.contains(&format!("duly.ticket.{kind}.v1"))), "{kind}");
    }
}
