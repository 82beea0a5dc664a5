//! Retention in the store: what was closed long ago leaves a marker, and comes back by its dead letter.

use duly_core::lane::{Outcome, Settings};
use duly_core::time::Span;
use duly_engine::embedded::{Again, Options, Receipt, RunError, Running, redrive, start};
use duly_engine::sqlite::Letters;
use duly_tests::expected::parse_policy;

use crate::support::{Desk, at, stop, wait};

const POLICY: &str = "
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 4h}]}
";

const APPLIED: Again = Again::Record(Outcome::Applied);

/// A desk that keeps closed tickets for a week.
fn options(desk: &Desk) -> Options {
    let mut options = desk.options();
    options.settings.retention_closed = Some(Span::from_s(7 * 86_400));
    options
}

fn running(desk: &Desk) -> Running {
    start(options(desk)).expect("the engine starts")
}

fn event(ticket: u32, name: &str, time: &str, data: &str) -> Vec<u8> {
    let time = at(time);
    format!(
        r#"{{"specversion":"1.0","id":"{name}-{time}","source":"crm","type":"duly.ticket.{name}.v1","subject":"acme/T-{ticket}","time":"{time}","data":{data}}}"#
    )
    .into_bytes()
}

fn reasons(running: &Running, records: Vec<Vec<u8>>) -> Vec<&'static str> {
    let receipts = wait(running.handle.append(records)).expect("receipts");
    let reason = |receipt: &Receipt| match receipt {
        Receipt::Applied => "applied",
        Receipt::DeadLetter { reason, .. } => reason,
        other => panic!("{other:?}"),
    };
    receipts.iter().map(reason).collect()
}

fn is_retired(desk: &Desk) -> bool {
    let lane = desk.read_only().lane(Settings::default()).expect("a lane");
    assert_eq!(lane.len() + lane.retired(), 2);
    lane.is_retired("acme/T-1")
}

#[test]
fn a_retired_ticket_comes_back_with_all_its_events_by_a_late_one() {
    let desk = Desk { policies: vec![parse_policy(POLICY)], ..Desk::new("2026-03-02 09:30") };
    let engine = running(&desk);
    let closed = event(1, "observed", "2026-03-02 14:00", r#"{"status_class":"closed"}"#);
    let first =
        [event(1, "received", "2026-03-02 09:00", "{}"), event(2, "received", "2026-03-02 09:00", "{}"), closed];
    assert_eq!(reasons(&engine, first.to_vec()), ["applied"; 3]);
    desk.advance(&engine, "2026-03-02 14:00");
    assert!(!is_retired(&desk));
    desk.advance(&engine, "2026-03-10 00:00");
    assert!(is_retired(&desk));
    let late = [
        event(1, "responded", "2026-03-02 10:00", r#"{"contains":["answer"],"public":true}"#),
        event(1, "observed", "2026-03-02 10:00", r#"{"team":"a"}"#),
    ];
    assert_eq!(reasons(&engine, late.to_vec()), ["retired"; 2]);
    let before = desk.ledger();
    let row = stop(engine);

    desk.clock.set(at("2026-03-10 01:00"));
    let which = Letters { only_waiting: true, limit: usize::MAX, ..Letters::default() };
    let redriven = redrive(&desk.store(), Settings::default(), &which, &[], &*desk.clock).expect("it is done");
    let became: Vec<_> = redriven.iter().map(|redriven| (redriven.letter.seq, &redriven.outcome)).collect();
    assert_eq!(became, [(1, &APPLIED), (2, &APPLIED)]);
    assert!(!is_retired(&desk));
    let after = desk.ledger();
    let of = |ledger: &[String], kind: &str| {
        ledger.iter().filter(|line| line.contains(kind) && line.contains("T-1")).count()
    };
    assert_eq!((of(&before, "breached"), of(&before, "clock_met")), (1, 0));
    assert_eq!((of(&after, "breached"), of(&after, "clock_met")), (0, 1), "the promise was kept: {after:#?}");
    let now = desk.read_only().lane_row().expect("a lane");
    assert_eq!((now.applied, now.dead_letters), (row.applied, row.dead_letters), "what came in is counted as it came");

    // Its events are in the log once, so that it comes back once more.
    let engine = running(&desk);
    desk.advance(&engine, "2026-03-18 00:00");
    assert!(is_retired(&desk));
    assert_eq!(reasons(&engine, vec![event(1, "observed", "2026-03-02 11:00", r#"{"team":"b"}"#)]), ["retired"]);
    stop(engine);
    let redriven = redrive(&desk.store(), Settings::default(), &which, &[], &*desk.clock).expect("it is done");
    assert_eq!(redriven.iter().map(|redriven| &redriven.outcome).collect::<Vec<_>>(), [&APPLIED]);
    assert!(!is_retired(&desk));
    assert_eq!(desk.ledger(), after, "the team moves no clock");
}

#[test]
fn a_policy_that_would_change_what_retired_tickets_were_promised_is_refused() {
    let desk = Desk { policies: vec![parse_policy(POLICY)], ..Desk::new("2026-03-02 09:30") };
    stop(running(&desk));
    let text = POLICY.replace("4h", "2h");
    let refused = |from: &str| {
        let text = text.replace("2026-01-01T00:00:00Z", &at(from).to_string());
        match start(Options { policies: vec![parse_policy(&text)], ..options(&desk) }) {
            Err(RunError::Policies(why)) => Some(why),
            Err(error) => panic!("{error}"),
            Ok(running) => {
                stop(running);
                None
            }
        }
    };
    let why = refused("2026-01-01 00:00").expect("it reaches back further than a week");
    assert!(why.contains("desk version ") && why.contains("before 2026-02-23T09:30:00Z"), "{why}");
    assert!(why.contains("retention.closed"), "{why}");
    assert_eq!(refused("2026-02-24 00:00"), None);
}
