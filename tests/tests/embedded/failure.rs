//! Turns that can not be stored: nothing of them counts, whoever waits hears it, and it goes on once it can.

use std::fs;

use duly_engine::embedded::EngineError;

use crate::support::{Desk, stop, wait};
use duly_tests::chance::eventually;
use duly_tests::expected::{assert_same, expected_ledger, fortnight, policy};

/// Lets the store fail as a full disk would: in the middle of a turn, after some of its rows are written.
fn break_store(desk: &Desk) {
    let db = rusqlite::Connection::open(desk.store()).expect("the store");
    db.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON sla_events WHEN NEW.event LIKE '%breached%'
         BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    .expect("a trigger");
}

fn repair_store(desk: &Desk) {
    let db = rusqlite::Connection::open(desk.store()).expect("the store");
    db.busy_timeout(std::time::Duration::from_secs(10)).expect("a setting");
    db.execute_batch("DROP TRIGGER full").expect("a trigger less");
}

#[test]
fn an_append_that_can_not_be_stored_has_not_happened() {
    let (lines, until) = fortnight();
    let desk = Desk { until, ..Desk::new("2026-11-01 00:00") };
    let running = desk.start();
    // The first turn is behind it.
    wait(running.handle.tick()).expect("a turn");
    let before = desk.read_only().lane_row().expect("the lane");
    break_store(&desk);
    let records: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
    let error = wait(running.handle.append(records.clone())).expect_err("the disk is full");
    assert!(matches!(error, EngineError::NotStored(_)) && error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(desk.read_only().lane_row().expect("the lane"), before, "nothing of it is stored");
    let status = wait(running.handle.status()).expect("a status");
    assert!(!status.is_ready && status.tickets == 0, "{status:?}");
    repair_store(&desk);
    let receipts = wait(running.handle.append(records)).expect("receipts");
    assert_eq!(receipts.len(), lines.len());
    assert!(wait(running.handle.status()).expect("a status").is_ready);
    let row = stop(running);
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64);
    assert_same(&desk.ledger(), &expected_ledger(&lines, policy(), until), "after a failure");
}

#[test]
fn lines_of_a_feed_are_tried_again() {
    let (lines, until) = fortnight();
    let desk = Desk { until, ..Desk::new("2026-11-01 00:00") };
    stop(desk.start());
    break_store(&desk);
    fs::write(desk.path("feed"), lines.join("\n") + "\n").expect("a feed");
    let running = desk.follow("feed");
    eventually("the failure told", || !desk.told.lock().expect("a list").is_empty());
    assert!(desk.told.lock().expect("a list")[0].contains("the disk is full"), "{:?}", desk.told);
    repair_store(&desk);
    eventually("the feed read", || wait(running.handle.status()).expect("a status").is_at_end);
    let row = stop(running);
    assert_eq!(row.applied + row.duplicates + row.dead_letters, lines.len() as u64);
    assert_same(&desk.ledger(), &expected_ledger(&lines, policy(), until), "after a failure");
    assert_eq!(desk.told.lock().expect("a list").last().map(String::as_str), Some("turns can be stored again"));
}
