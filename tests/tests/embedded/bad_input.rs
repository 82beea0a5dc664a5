//! A folder of bad input: each gets its clear answer, and everything good around it is processed.

use std::fs;

use duly_engine::sqlite::Letters;

use crate::support::Desk;

/// A sound event of the ticket `ticket`.
fn good(ticket: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"1","source":"crm","type":"duly.ticket.received.v1","subject":"acme/{ticket}","time":"2026-03-02T09:00:00Z","data":{{}}}}"#
    )
}

/// Checks that `bad`, between good lines, is the one dead letter, for `reason`, and that the detail says `told`.
fn check(name: &str, bad: &[u8], reason: &str, told: &str) {
    let desk = Desk::new("2026-03-02 12:00");
    let (before, after) = (good("T-1") + "\n", "\n".to_owned() + &good("T-2"));
    fs::write(desk.path(name), [before.as_bytes(), bad, after.as_bytes()].concat()).expect("a feed");
    let row = desk.settle(&[name]);
    assert_eq!((row.applied, row.duplicates, row.dead_letters), (2, 0, 1), "{name}: everything good around it counts");
    let store = desk.read_only();
    let letters = store.dead_letters(&Letters { limit: 10, ..Letters::default() }).expect("letters");
    let letter = &letters[0];
    assert_eq!((letter.reason.as_str(), letter.line), (reason, Some(2)), "{name}: {}", letter.detail);
    assert_eq!(letter.byte_offset, Some(before.len() as u64), "{name}");
    assert!(letter.source.ends_with(name), "{name}: {}", letter.source);
    assert!(letter.detail.contains(told), "{name}: {}", letter.detail);
    let (_, bytes) = store.dead_letter(letter.seq).expect("the letter").expect("the letter");
    assert_eq!(bytes.len() as u64, letter.kept, "{name}");
    assert!(bytes == bad[..bytes.len()] && letter.length == bad.len() as u64, "{name}: the bytes are those that came");
}

#[test]
fn each_bad_line_is_a_dead_letter_and_the_others_count() {
    let with = |from: &str, to: &str| good("T-3").replace(from, to).into_bytes();
    check("not-json", b"hello there", "not_json", "not JSON");
    check("half-a-line", &good("T-3").as_bytes()[..60], "not_json", "cut off");
    check("a-list", b"[1, 2]", "not_cloudevent", "not a JSON object");
    check("not-utf8", b"{\"id\": \"\xff\"}", "not_json", "not UTF-8 at byte 8");
    check("wrong-types", &with(r#""id":"1""#, r#""id":["1"]"#), "not_cloudevent", "`id` is a list: it is a string");
    check("data-a-list", &with("{}", "[]"), "bad_data", "`data` is a list: it is an object");
    check("an-empty-list", b"[]", "not_cloudevent", "not a JSON object");
    check("no-id", &with(r#""id":"1","#, ""), "not_cloudevent", "`id` is missing");
    check("no-time", &with(r#","time":"2026-03-02T09:00:00Z""#, ""), "bad_time", "`time` is missing");
    check("year-0", &with("2026-03-02", "0000-01-01"), "bad_time", "outside the years 1970 to 2199");
    check("year-9999", &with("2026-03-02", "9999-12-31"), "bad_time", "outside the years 1970 to 2199");
    check("unknown-type", &with("ticket.received", "ticket.exploded"), "unknown_type", "exploded");
    check("unknown-version", &with(".v1", ".v7"), "unknown_version", "7");
    check("no-tenant", &with("acme/T-3", "T-3"), "bad_subject", "tenant/ticket");
    check("nul-bytes", &[0; 512], "not_json", "NUL");
    check("nul-inside", &with("crm", "c\0rm"), "not_json", "NUL");
    check("bad-data", &with("{}", r#"{"status_class":"asleep"}"#), "bad_data", "asleep");
}

#[test]
fn long_lines_are_kept_as_far_as_that_is_reasonable() {
    let long = |bytes: usize| [br#"{"id":""#, &vec![b'x'; bytes][..], b"\"}"].concat();
    check("1-MiB-and-more", &long(1 << 20), "too_large", "an event has at most 1048576");
    check("10-MB", &long(10_000_000), "too_large", "10000009 bytes");
    check("20-MiB", &long(20 << 20), "too_large", "the first 16777216 are kept here");
}

#[test]
fn half_a_line_at_the_end_is_a_line() {
    let desk = Desk::new("2026-03-02 12:00");
    fs::write(desk.path("feed"), good("T-1") + "\n" + &good("T-2")[..70]).expect("a feed");
    let row = desk.settle(&["feed"]);
    assert_eq!((row.applied, row.dead_letters), (1, 1));
    fs::write(desk.path("other"), good("T-1") + "\n" + &good("T-2")).expect("a feed");
    let row = desk.settle(&["other"]);
    assert_eq!((row.applied, row.duplicates, row.dead_letters), (2, 1, 1), "a whole one without line feed counts");
}
