//! The engine as time passes: timers, receipts, late feeds, policies at a start.

use std::fs;
use std::sync::mpsc::channel;

use duly_core::time::{Instant, Span};
use duly_engine::embedded::{EngineError, Options, Receipt, Running, start};

use crate::support::{Desk, at, stop, wait};
use duly_tests::expected::parse_policy;

const POLICY: &str = "
policy: desk
effective_from: 2026-01-01T00:00:00Z
objectives:
  response: {start: received, stop: responded, targets: [{within: 4h}], remind_at: [50%]}
";

fn desk(now: &str) -> Desk {
    Desk { policies: vec![parse_policy(POLICY)], ..Desk::new(now) }
}

/// An event of the ticket acme/T-`ticket`, such as `received` at `2026-03-02 09:00`.
fn event(ticket: u32, name: &str, time: &str) -> Vec<u8> {
    let time = at(time);
    format!(
        r#"{{"specversion":"1.0","id":"{name}-{time}","source":"crm","type":"duly.ticket.{name}.v1","subject":"acme/T-{ticket}","time":"{time}","data":{{}}}}"#
    )
    .into_bytes()
}

fn append(running: &Running, records: &[Vec<u8>]) -> Vec<Receipt> {
    wait(running.handle.append(records.to_vec())).expect("receipts")
}

/// The short types of all that was published, in order.
fn published(desk: &Desk) -> Vec<String> {
    let db = rusqlite::Connection::open(desk.store()).expect("the store");
    let mut statement = db.prepare("SELECT type FROM sla_events ORDER BY seq").expect("a statement");
    let types = statement.query_map([], |row| row.get::<_, String>(0)).expect("types");
    let short = |name: String| name.trim_start_matches("duly.sla.").trim_end_matches(".v1").to_owned();
    types.map(|name| short(name.expect("a type"))).collect()
}

#[test]
fn timers_fire_when_their_time_has_come_and_not_before() {
    let desk = desk("2026-03-02 09:30");
    let running = desk.start();
    assert_eq!(append(&running, &[event(1, "received", "2026-03-02 09:00")]), [Receipt::Applied]);
    assert_eq!(published(&desk), ["clock_started"], "what is answered is stored");
    desk.advance(&running, "2026-03-02 10:59");
    assert_eq!(published(&desk), ["clock_started"]);
    desk.advance(&running, "2026-03-02 11:00");
    assert_eq!(published(&desk), ["clock_started", "reminder_due"]);
    let risky = wait(running.handle.at_risk(Span::from_s(2 * 3600), 10)).expect("an answer");
    assert_eq!((risky.total, risky.items[0].clock.due_at), (1, Some(at("2026-03-02 13:00"))));
    assert_eq!(wait(running.handle.at_risk(Span::from_s(3600), 10)).expect("an answer").total, 0);
    desk.advance(&running, "2026-03-02 13:00");
    assert_eq!(published(&desk), ["clock_started", "reminder_due", "breached"]);
    assert_eq!(wait(running.handle.at_risk(Span::ZERO, 10)).expect("an answer").total, 1, "broken is at risk too");
    stop(running);
}

#[test]
fn every_record_has_its_receipt() {
    let desk = desk("2026-03-02 12:00");
    let running = desk.start();
    let received = event(1, "received", "2026-03-02 09:00");
    let changed = String::from_utf8(received.clone()).expect("JSON").replace("{}", r#"{"team":"a"}"#).into_bytes();
    let large = vec![b' '; 2 << 20];
    let receipts = append(&running, &[received.clone(), received, changed, b"{".to_vec(), large]);
    let reasons: Vec<&str> = receipts
        .iter()
        .map(|receipt| match receipt {
            Receipt::Applied => "applied",
            Receipt::Duplicate => "duplicate",
            Receipt::DeadLetter { reason, .. } => reason,
            other => panic!("that is said on Kafka only: {other:?}"),
        })
        .collect();
    assert_eq!(reasons, ["applied", "duplicate", "conflict", "not_json", "too_large"]);
    let row = stop(running);
    assert_eq!((row.applied, row.duplicates, row.dead_letters), (1, 1, 3));
}

#[test]
fn a_restart_after_downtime_judges_by_timestamps() {
    let desk = desk("2026-03-02 09:30");
    let running = desk.start();
    append(&running, &[event(1, "received", "2026-03-02 09:00"), event(2, "received", "2026-03-02 09:10")]);
    stop(running);
    fs::write(desk.path("feed"), [event(1, "responded", "2026-03-02 12:00"), b"\n".to_vec()].concat()).expect("a feed");
    let desk = Desk { clock: Desk::new("2026-03-03 00:00").clock, ..desk };
    desk.settle(&["feed"]);
    let mut types = published(&desk);
    types.sort();
    let expected = ["breached", "clock_met", "clock_started", "clock_started", "reminder_due", "reminder_due"];
    assert_eq!(types, expected, "the answer of the backlog counts, the silence of the other ticket too");
}

#[test]
fn while_a_feed_is_behind_the_api_proves_nothing_about_it() {
    let desk = desk("2026-03-02 20:00");
    // Nothing comes through until a writer opens it: a feed that has not been read yet.
    let fifo = desk.path("feed");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
    assert!(made.success(), "mkfifo works");
    let feeds = vec![duly_engine::embedded::Feed { path: fifo.clone(), follow: false }];
    let running = start(Options { feeds, ..desk.options() }).expect("it starts");
    let early = [event(1, "received", "2026-03-02 09:00"), event(2, "received", "2026-03-02 18:00")];
    assert_eq!(append(&running, &early), [Receipt::Applied, Receipt::Applied]);
    let status = wait(running.handle.status()).expect("a status");
    assert!(!status.is_at_end && status.watermark == Instant::MIN, "{status:?}");
    fs::write(&fifo, [event(1, "responded", "2026-03-02 10:00"), b"\n".to_vec()].concat()).expect("the feed");
    duly_tests::chance::eventually("the feed read", || wait(running.handle.status()).expect("a status").is_at_end);
    stop(running);
    assert!(!published(&desk).contains(&"breached".to_owned()), "{:?}", published(&desk));
}

#[test]
fn a_policy_is_published_once_and_a_changed_one_reaches_open_tickets() {
    let desk = desk("2026-03-02 09:30");
    let running = desk.start();
    assert!(running.greeting.iter().any(|line| line.starts_with("published: desk version ")), "{:?}", running.greeting);
    append(&running, &[event(1, "received", "2026-03-02 09:00")]);
    stop(running);
    let running = desk.start();
    assert!(!running.greeting.iter().any(|line| line.starts_with("published")), "{:?}", running.greeting);
    stop(running);
    let tighter = POLICY.replace("within: 4h", "within: 1h").replace("2026-01-01", "2026-03-01");
    let desk = Desk { policies: vec![parse_policy(&tighter)], ..desk };
    let running = desk.start();
    desk.advance(&running, "2026-03-02 10:30");
    let (view, watermark) = wait(running.handle.ticket("acme/T-1".to_owned())).expect("an answer").expect("the ticket");
    assert_eq!((view.clocks[0].due_at, watermark), (Some(at("2026-03-02 10:00")), at("2026-03-02 10:30")));
    assert_eq!(wait(running.handle.controls()).expect("an answer").len(), 2);
    stop(running);
}

#[test]
fn a_full_queue_is_busy_and_loses_nothing() {
    let desk = desk("2026-03-02 09:30");
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let on_commit = Box::new(move |_: &duly_core::lane::Turn| {
        // Once nobody holds it up any more it just goes on.
        let _ = begun.send(());
        let _ = may_go_on.recv();
    });
    let running = start(Options { on_commit: Some(on_commit), ..desk.options() }).expect("it starts");
    has_begun.recv().expect("the first turn");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let mut waiting = Vec::new();
    let mut busy = 0;
    for ticket in 0..1_100 {
        let handle = running.handle.clone();
        let mut append =
            Box::pin(async move { handle.append(vec![event(ticket, "received", "2026-03-02 09:00")]).await });
        // Polled once, it is in the queue or turned away.
        let polled = runtime.block_on(async {
            std::future::poll_fn(|context| std::task::Poll::Ready(append.as_mut().poll(context))).await
        });
        match polled {
            std::task::Poll::Pending => waiting.push(append),
            std::task::Poll::Ready(Err(EngineError::Busy)) => busy += 1,
            std::task::Poll::Ready(other) => panic!("neither waiting nor busy: {other:?}"),
        }
    }
    assert!(busy > 0 && !waiting.is_empty(), "{busy} busy, {} waiting", waiting.len());
    drop(go_on);
    let accepted = waiting.len() as u64;
    for append in waiting {
        assert_eq!(runtime.block_on(append).expect("a receipt"), [Receipt::Applied]);
    }
    assert_eq!(stop(running).applied, accepted);
    let Err(EngineError::Stopped) = wait(desk_handle_after_end(&desk)) else { panic!("it has ended") };
}

/// What a handle says whose engine has ended.
async fn desk_handle_after_end(desk: &Desk) -> Result<Vec<Receipt>, EngineError> {
    let running = desk.start();
    let handle = running.handle.clone();
    stop(running);
    handle.append(vec![event(1, "received", "2026-03-02 09:00")]).await
}
