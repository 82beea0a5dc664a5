//! Changes of a table in a real `PostgreSQL`, by a real Debezium, as the shipped mapping reads them.

use std::sync::Arc;

use duly_core::time::Instant;
use duly_engine::kafka::{Options, start};
use duly_tests::chance::eventually;
use duly_tests::debezium::Debezium;
use duly_tests::expected::parse_policy;
use duly_tests::raw::Raw;

use crate::cluster::{Ground, shared};
use crate::converge::options;

const TABLE: &str = "CREATE TABLE tickets (id bigint PRIMARY KEY, status int NOT NULL, priority int NOT NULL, category text, \
                     customer_id text, team text, assignee text, tags text[], notes text, created_at timestamptz NOT NULL, \
                     updated_at timestamp NOT NULL)";

/// Values of a row: its number, status, priority, and when it was changed, of tickets that came at eight.
fn insert(rows: &[(u32, u32, u32)]) -> String {
    let row = |(id, status, priority): &(u32, u32, u32)| {
        format!(
            "({id}, {status}, {priority}, 'incident', 'globex', 'field', NULL, '{{vip}}', repeat('n', 9000), '2026-03-02 \
             16:00:00+08', '2026-03-02 08:00:00')"
        )
    };
    format!("INSERT INTO tickets VALUES {}", rows.iter().map(row).collect::<Vec<_>>().join(", "))
}

#[test]
fn the_rows_of_a_table_are_tickets() {
    let ground = Ground::new(shared(), 4, 1);
    let prefix = format!("{}crm", ground.prefix);
    let mut database = Debezium::start(&ground.cluster.bootstrap, &prefix, TABLE);
    // All that can happen to rows: one is there and solved in time, one is solved late, one is deleted, one is changed twice within a
    // transaction, and one only touched.
    database.sql(&insert(&[(1, 1, 2), (2, 1, 2), (3, 1, 2), (4, 1, 2), (5, 1, 2)]));
    let solve =
        |id: u32, at: &str| format!("UPDATE tickets SET status = 5, updated_at = '2026-03-02 {at}' WHERE id = {id}");
    database.sql(&solve(1, "09:00:00"));
    database.sql(&solve(2, "13:00:00.25"));
    database.sql("DELETE FROM tickets WHERE id = 3");
    database.sql(&format!(
        "BEGIN; UPDATE tickets SET status = 3, updated_at = '2026-03-02 09:00:00' WHERE id = 4; {}; COMMIT",
        solve(4, "10:00:00")
    ));
    database.sql("UPDATE tickets SET assignee = 'li.wei' WHERE id = 5");

    let raw = Raw::known(&ground, &format!("{prefix}.public.tickets"), "debezium");
    let policy = "policy: desk\neffective_from: 2020-01-01T00:00:00Z\nobjectives:\n  resolution: {start: received, stop: \
                  resolved, pause: {status_class: [pending]}, targets: [{when: {priority: high}, within: 4h}]}\n";
    let until: Instant = "2100-01-01T00:00:00Z".parse().expect("an instant");
    let sources = vec![Arc::new(raw.source())];
    let running = start(Options { policies: vec![parse_policy(policy)], sources, ..options(&ground, "one", until) });
    let running = running.expect("it starts");
    let entry = |kind: &str, ticket: u32, at: &str| {
        let (kind, subject) = (format!("\"duly.sla.{kind}.v1\""), format!("\"desk/{ticket}\""));
        let at = format!("\"at\":\"2026-03-02T{at}Z\"");
        move |line: &String| line.contains(&kind) && line.contains(&subject) && line.contains(&at)
    };
    let expected = [
        ("clock_met", 1, "09:00:00"),
        ("breached", 2, "12:00:00"),
        ("clock_stopped_late", 2, "13:00:00.25"),
        ("breached", 3, "12:00:00"),
        ("clock_paused", 4, "09:00:00"),
        ("clock_met", 4, "10:00:00"),
        ("breached", 5, "12:00:00"),
    ];
    let stands = || {
        let ledger = ground.ledger_now();
        let missing: Vec<_> =
            expected.iter().filter(|(kind, ticket, at)| !ledger.iter().any(entry(kind, *ticket, at))).collect();
        (missing.is_empty(), format!("{missing:?} of\n{}", ledger.join("\n")))
    };
    let mut told = String::new();
    eventually("the ledger has all of it", || {
        assert!(!running.has_ended(), "it has ended");
        let (is_there, what) = stands();
        if told != what {
            // Shown where it never has.
            eprintln!("{what}");
            told = what;
        }
        is_there
    });
    let ledger = ground.ledger_now();
    assert_eq!(ledger.iter().filter(|line| line.contains("anomaly")).count(), 0, "{ledger:#?}");
    let cancelled = |line: &&String| line.contains("clock_cancelled") && line.contains("\"desk/3\"");
    assert_eq!(ledger.iter().filter(cancelled).count(), 1, "a row that is deleted is a ticket that is over");
    let letters = duly_engine::kafka::DeadLetters::open(&ground.cluster).expect("dead letters");
    let letters = letters.list(&duly_engine::kafka::Which { limit: 10, ..Default::default() }).expect("a list");
    assert!(letters.is_empty(), "{letters:?}");
    running.stop(true);
    running.join().expect("an end in good order");
}
