//! How much of a source is taken: too much at once, too often, or without an end.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use duly_tests::chance::eventually;

use super::{created, desk};
use crate::desk::Desk;

/// Sends a head and then a body without end, and says how many bytes of it went before the answer, and what that was.
fn flood(desk: &Desk, head: &str, chunk: &[u8]) -> (usize, String) {
    let mut stream = TcpStream::connect(desk.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let mut reader = stream.try_clone().expect("the same connection");
    let answer = std::thread::spawn(move || {
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        // The connection may be reset behind the answer.
        while let Ok(length @ 1..) = reader.read(&mut part) {
            answer.extend_from_slice(&part[..length]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    });
    stream.write_all(head.as_bytes()).expect("the head is sent");
    let mut sent = 0;
    while sent < 100 << 20 && stream.write_all(chunk).is_ok() {
        sent += chunk.len();
    }
    (sent, answer.join().expect("it ends"))
}

#[test]
fn a_hundred_megabytes_are_cut_off() {
    let (_folder, desk) = desk(None);
    let head = "POST /hooks/crm HTTP/1.1\r\nhost: localhost\r\nx-pass: a-token-of-the-crm\r\n";
    let announced = format!("{head}content-length: {}\r\n\r\n", 100 << 20);
    let (sent, answer) = flood(&desk, &announced, &vec![b'x'; 64 << 10]);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(sent < 32 << 20, "{sent} bytes were taken");
    let mut chunk = String::new();
    write!(chunk, "10000\r\n{}\r\n", "x".repeat(0x10000)).expect("a text takes all");
    let (sent, answer) = flood(&desk, &format!("{head}transfer-encoding: chunked\r\n\r\n"), chunk.as_bytes());
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(sent < 32 << 20, "{sent} bytes were taken");
    // Somewhat too large: whoever sends it sees the answer.
    let large = vec![b' '; (2 << 20) + 1];
    desk.hook("crm", &[("x-pass", "a-token-of-the-crm")], &large).fails(413, "the body has more than 2 MiB");
    // Without a token nothing of it is read.
    let (sent, answer) = flood(&desk, &announced.replace("x-pass", "x-other"), &vec![b'x'; 64 << 10]);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(sent < 32 << 20, "{sent} bytes were taken");
    assert_eq!(desk.count("duly_hook_refused_total{source=\"crm\",reason=\"too_large\"}"), "3");
    assert_eq!(desk.crm(&created("T-1")).status, 200);
    desk.close();
}

#[test]
fn a_source_that_runs_wild_has_to_wait_and_others_do_not() {
    let (_folder, desk) = desk(None);
    let send = |token: &str| desk.hook("busy", &[("x-duly-token", token)], created("T-1").as_bytes());
    // What is not its own takes nothing from it.
    for _ in 0..10 {
        assert_eq!(send("wrong").status, 401);
    }
    for _ in 0..3 {
        assert_eq!(send("a-token-of-the-crm").status, 200);
    }
    let answer = send("a-token-of-the-crm");
    answer.fails(429, "more requests than the source may send");
    let wait_s: u64 = answer.retry_after.expect("it says when").parse().expect("seconds");
    assert!((1..=20).contains(&wait_s), "{wait_s}");
    assert_eq!(desk.crm(&created("T-1")).status, 200);
    desk.close();
}

/// A request that has begun, and does not end.
fn begun(desk: &Desk) -> TcpStream {
    let mut stream = TcpStream::connect(desk.address).expect("a connection");
    let head =
        "POST /hooks/crm HTTP/1.1\r\nhost: localhost\r\nx-pass: a-token-of-the-crm\r\ncontent-length: 9\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("the head is sent");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}

#[test]
fn a_source_that_begins_and_does_not_end_takes_its_own_places_alone() {
    let (_folder, desk) = desk(None);
    // What is not signed takes a place for a moment, and nothing of what the source may send.
    let unsigned = || desk.hook("crm", &[("x-pass", "wrong")], b"{}");
    // There may be more than sixteen: one that arrives while what is not signed has the last place is refused, and holds none.
    let mut held = Vec::new();
    eventually("all places are taken", || {
        held.push(begun(&desk));
        unsigned().status == 429
    });
    unsigned().fails(429, "too many requests at a time");
    let busy = desk.hook("busy", &[("x-duly-token", "a-token-of-the-crm")], created("T-1").as_bytes());
    assert_eq!(busy.status, 200, "{busy:?}");
    drop(held);
    eventually("they are free again", || unsigned().status == 401);
    desk.close();
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let (_folder, desk) = desk(None);
    let mut answer = [0; 12];
    begun(&desk).read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 408");
    desk.close();
}
