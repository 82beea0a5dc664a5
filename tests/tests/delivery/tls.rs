//! The webhook sink to a receiver over HTTPS: whom it trusts, and that it sends nothing to anybody else.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use duly_tests::chance::eventually;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

use crate::mail::certificates;
use crate::support::{Desk, QUICK};

/// A receiver with a certificate, that takes all it is sent: its port, and the bodies.
fn receiver(certificate: &str, key: &str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let chain = vec![CertificateDer::from_pem_file(certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a certificate");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&bodies);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = rustls::StreamOwned::new(connection, stream);
            // One who does not trust us goes away again.
            if let Ok(body) = serve(&mut stream) {
                taken.lock().unwrap_or_else(PoisonError::into_inner).push(body);
            }
        }
    });
    (port, bodies)
}

/// Reads a request and takes it. Returns its body.
fn serve(stream: &mut (impl std::io::Read + std::io::Write)) -> std::io::Result<String> {
    let mut reader = BufReader::new(&mut *stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    stream.write_all(b"HTTP/1.1 204 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// A sink to the receiver, with the settings of whom to trust; a breach.
fn send(desk: &Desk, until: impl Fn(&Desk) -> bool) {
    let open = desk.open();
    open.receive(0..1, &json!({}));
    open.advance(desk, "2026-03-02T14:00:00Z");
    eventually("it is settled", || until(desk));
    open.close();
}

fn settings(port: u16, trust: &str) -> String {
    let url = format!("https://localhost:{port}/duly");
    format!("sinks: {{hook: {{send: webhook, of: sla, types: breached, url: '{url}', {QUICK}{trust}}}}}\n")
}

#[test]
fn a_webhook_goes_to_a_receiver_whose_certificate_is_trusted() {
    let desk = Desk::new("");
    let [_, certificate, key] = certificates(&desk);
    let (port, bodies) = receiver(&certificate, &key);
    let took = || bodies.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let desk = desk.with(settings(port, ", ca_file: ca.pem"));
    send(&desk, |_| !took().is_empty());
    let event: serde_json::Value = serde_json::from_str(&took()[0]).expect("JSON");
    assert_eq!((&event["type"], took().len()), (&json!("duly.sla.breached.v1"), 1));
    assert!(desk.letters().is_empty());
}

#[test]
fn nothing_is_sent_to_a_receiver_whose_certificate_is_not_trusted() {
    let desk = Desk::new("");
    let [_, certificate, key] = certificates(&desk);
    let (port, bodies) = receiver(&certificate, &key);
    let desk = desk.with(settings(port, ", give_up_after: 1s"));
    send(&desk, |desk| desk.letters().len() == 1);
    let (letter, _) = desk.letters().remove(0);
    assert!(letter.detail.contains("certificate"), "{letter:?}");
    assert!(bodies.lock().unwrap_or_else(PoisonError::into_inner).is_empty(), "it was sent");
}
