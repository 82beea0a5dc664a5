//! The work queue: which open tickets there are, and in which order.

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lane::{Input, Lane, Now, Settings, Wanted};
use duly_core::policy::source;
use duly_core::ticket::parse_structured;

use crate::lane::at;
use crate::stories::event;

const POLICY: &str = "\
policy: p
effective_from: 2020-01-01T00:00:00Z
calendars:
  office: {zone: UTC, week: {mon-fri: ['09:00-17:00']}}
default_calendar: office
objectives:
  contact: {start: received, stop: responded, targets: [{when: {severity: urgent}, within: 20h}]}
  answer:
    start: received
    stop: responded
    pause: {status_class: pending}
    targets: [{when: {category: inquiry}, within: 4 working_hours}]
routing:
  - {when: {severity: urgent}, tier: expert, team: field, priority: 1}
  - {when: {category: inquiry}, team: desk, priority: 2}
  - {when: {category: other}, tier: first}
";

/// A lane with these tickets, one a line: its name, and its events between `;`.
fn lane(tickets: &str, now: &str) -> Lane {
    let policy = source::parse(POLICY, &|name| Err(format!("no {name}"))).expect("a good policy").policy;
    let mut lane = Lane::new(Settings::default(), Arc::new(Controls::always([policy]).expect("it compiles")));
    let texts = tickets.lines().map(str::trim).flat_map(|line| {
        let (name, events) = line.split_once(": ").expect("a name");
        events.split("; ").enumerate().map(move |(id, line)| event(line, id).replace("T-1", name))
    });
    let texts: Vec<String> = texts.collect();
    let inputs = texts.iter().map(|text| Input {
        appended_at: None,
        revives: false,
        content: parse_structured(text.as_bytes()).into(),
    });
    lane.step(inputs, Now { wall: at(now), is_at_end: true });
    lane.committed();
    lane
}

/// The queue as `name tier/team/priority objective minutes left`.
fn told(lane: &Lane, wanted: &Wanted, now: &str, limit: usize) -> (Vec<String>, usize) {
    let (queue, total) = lane.work(wanted, at(now), limit);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let line = |waiting: duly_core::lane::Waiting| {
        let due = waiting.due.map(|due| format!("{} {}m", due.objective, due.open_left_ms / 60_000));
        let priority = or_none(waiting.priority.map(|priority| priority.to_string()));
        let name = waiting.subject.replace("acme/", "");
        format!("{name} {}/{}/{priority} {}", or_none(waiting.tier), or_none(waiting.team), or_none(due))
    };
    (queue.into_iter().map(line).collect(), total)
}

#[test]
fn urgent_ones_go_first_then_what_has_the_least_open_time_left() {
    // Friday, an hour before closing time.
    let now = "2026-03-06 16:00";
    let tickets = "late: 2026-03-06 09:00 received category=inquiry
                   today: 2026-03-06 12:30 received category=inquiry
                   monday: 2026-03-06 15:00 received category=inquiry
                   fault: 2026-03-06 15:59 received category=inquiry severity=urgent
                   night: 2026-03-06 10:00 received severity=urgent
                   asked: 2026-03-06 15:00 received category=inquiry; 2026-03-06 15:30 observed status_class=pending
                   other: 2026-03-06 10:00 received category=other team=north
                   bare: 2026-03-06 10:00 received tier=second
                   done: 2026-03-06 10:00 received category=inquiry; 2026-03-06 11:00 observed status_class=resolved
                   gone: 2026-03-06 10:00 received category=inquiry; 2026-03-06 11:00 merged
                   not-received: 2026-03-06 10:00 observed category=inquiry";
    let lane = lane(tickets, now);
    let all = [
        // The fault's answer is due on Monday, after 239 open minutes; its contact before, but after more open minutes.
        "fault expert/field/1 answer 239m",
        "night expert/field/1 contact 840m",
        "late -/desk/2 answer -180m",
        "today -/desk/2 answer 30m",
        "monday -/desk/2 answer 180m",
        "asked -/desk/2 -",
        "bare second/-/- -",
        "other first/north/- -",
    ];
    let check = |wanted: Wanted, limit: usize, expected: (&[&str], usize)| {
        let (queue, total) = told(&lane, &wanted, now, limit);
        assert_eq!((queue.iter().map(String::as_str).collect::<Vec<_>>(), total), (expected.0.to_vec(), expected.1));
    };
    let of = |team: Option<&str>, tier: Option<&str>| Wanted {
        team: team.map(str::to_owned),
        tier: tier.map(str::to_owned),
    };
    check(of(None, None), 50, (&all, 8));
    check(of(None, None), 3, (&all[..3], 8));
    check(of(Some("desk"), None), 2, (&all[2..4], 4));
    check(of(Some("north"), Some("first")), 2, (&all[7..], 1));
    check(of(Some("field"), Some("first")), 2, (&[], 0));
}

#[test]
fn what_is_not_committed_is_not_in_the_queue() {
    let mut lane = lane("a: 2026-03-06 09:00 received category=inquiry", "2026-03-06 10:00");
    let text = event("2026-03-06 10:00 observed status_class=closed", 7).replace("T-1", "a");
    let input = Input { appended_at: None, revives: false, content: parse_structured(text.as_bytes()).into() };
    lane.step([input], Now { wall: at("2026-03-06 10:00"), is_at_end: true });
    assert_eq!(told(&lane, &Wanted::default(), "2026-03-06 10:00", 9).1, 1);
    lane.committed();
    assert_eq!(told(&lane, &Wanted::default(), "2026-03-06 10:00", 9).1, 0);
}
