//! Who may ask, and what is answered to those who ask for nothing that is there.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use duly_engine::http::{ListenError, Server, Token};

use crate::desk::{Desk, desk, event};

const TOKEN: &str = "correct-horse-battery-staple";

#[test]
fn with_a_token_only_probes_are_answered_without_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::open(folder.path().join("duly.sqlite"), Some(TOKEN));
    assert_eq!(desk.get("/healthz").status, 200);
    // Whether it is ready, and nothing else.
    assert_eq!(desk.get("/readyz").text, r#"{"ready":true}"#);
    assert!(desk.get_as("/readyz", &format!("Bearer {TOKEN}")).json()["tickets"].is_number());
    for path in ["/metrics", "/api/v1/tickets?at_risk=4h", "/api/v1/tickets/acme/T-1", "/nowhere"] {
        desk.get(path).fails(401, "there is no token");
        desk.get_as(path, "Bearer correct-horse-battery-stapl").fails(401, "the token is not the right one");
        desk.get_as(path, &format!("Basic {TOKEN}")).fails(401, "there is no token");
        let status = desk.get_as(path, &format!("Bearer {TOKEN}")).status;
        assert!(status == 200 || status == 404, "{path}: {status}");
    }
    desk.event(&event("1", "received", "T-1", "09:00")).fails(401, "there is no token");
    desk.close();
}

#[test]
fn an_address_that_others_reach_needs_a_token() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let address: SocketAddr = address.parse().expect("an address");
        let refused = runtime.block_on(Server::bind(address, None)).expect_err("no token, no server");
        assert!(matches!(refused, ListenError::Exposed { .. }), "{refused}");
        let token = Token::load(None, Some(TOKEN)).expect("a usable token");
        assert!(Server::check(address, token.as_ref()).is_ok());
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let (_folder, desk) = desk();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let taken = runtime.block_on(Server::bind(desk.address, None)).expect_err("it is taken");
    assert_eq!(taken.to_string(), format!("{} is taken: something else listens there", desk.address));
    desk.close();
}

#[test]
fn a_page_of_another_host_does_not_reach_the_desk() {
    let (_folder, desk) = desk();
    for (host, status) in [("evil.example", 403), ("localhost:8321", 404), ("127.0.0.1", 404)] {
        let request = desk.agent().get(desk.url("/api/v1/tickets/acme/T-1")).header("host", host);
        let answer = crate::desk::answer(request.call());
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
    desk.close();
}

#[test]
fn unknown_paths_and_wrong_methods_are_told_in_json() {
    let (_folder, desk) = desk();
    desk.get("/api/v2/tickets").fails(404, "there is nothing at /api/v2/tickets");
    desk.get("/").fails(404, "there is nothing at /");
    desk.get("/api/v1/events").fails(405, "/api/v1/events does not take GET");
    for path in ["/metrics", "/healthz", "/api/v1/tickets"] {
        let answer = crate::desk::answer(desk.agent().delete(desk.url(path)).call());
        answer.fails(405, &format!("{path} does not take DELETE"));
    }
    desk.close();
}

#[test]
fn a_server_that_stops_finishes_what_has_begun() {
    let (_folder, desk) = desk();
    let mut stream = TcpStream::connect(desk.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    let body = event("1", "received", "T-1", "09:00").to_string();
    let head = format!(
        "POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         expect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    // The server asks for the body: from here on the request has begun.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("100 Continue");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let sender = std::thread::spawn(move || {
        stream.write_all(body.as_bytes()).expect("the body is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer, and the end of the connection");
        answer
    });
    desk.close();
    let answer = sender.join().expect("the sender ends");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"applied\":1"), "{answer}");
}
