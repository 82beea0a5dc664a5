//! Mail to a real SMTP server: with TLS and a user, encoded right, tried again and refused.

use duly_tests::chance::eventually;
use duly_tests::mail::MailServer;
use serde_json::{Value, json};

use crate::support::{Desk, QUICK};

const PEOPLE: &str = "
people:
  li.wei: {email: li.wei@example.com, language: zh}
customers:
  globex: {email: it@globex.example, language: en}
";

/// Settings with mail, and what they need beside.
fn settings(server: &MailServer, more: &str) -> String {
    format!(
        "sinks:\n  mail: {{send: email, of: notifications, channel: email, server: 'localhost:{}', people: people.yaml, \
         from: '服务台 <duly@example.com>', {QUICK}{more}}}\n",
        server.port
    )
}

/// A breach of one ticket, of which its owner and its customer are told.
fn breach(desk: &Desk, settings: &str, customer: &str, until: impl Fn(&Desk) -> bool) {
    desk.write("people.yaml", PEOPLE);
    let desk = desk.with(settings);
    let open = desk.open();
    open.receive(0..1, &json!({"agent": "li.wei", "customer": customer}));
    open.advance(&desk, "2026-03-02T11:30:00Z");
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    eventually("the reminder is settled", || counts.ended().any(|(_, count)| count > 0));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("it is settled", || until(&desk));
    open.close();
}

/// Certificates for localhost, in files: an authority's, and a server's with its key.
pub(crate) fn certificates(desk: &Desk) -> [String; 3] {
    let (mut authority, key) = (rcgen::CertificateParams::default(), rcgen::KeyPair::generate().expect("a key"));
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&key).expect("a certificate");
    let issuer = rcgen::Issuer::new(authority, key);
    let (server_key, server) = (
        rcgen::KeyPair::generate().expect("a key"),
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name"),
    );
    let server = server.signed_by(&server_key, &issuer).expect("a certificate");
    let file = |name: &str, text: &str| desk.write(name, text).display().to_string();
    [
        file("ca.pem", &certificate.pem()),
        file("server.pem", &server.pem()),
        file("server.key", &server_key.serialize_pem()),
    ]
}

fn header<'m>(message: &'m Value, name: &str) -> &'m str {
    let content = message["content"].as_str().expect("a text");
    let line = content.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in\n{content}")).trim_end()
}

#[test]
fn each_person_gets_a_message_in_his_language_with_tls_and_a_user() {
    for protection in ["starttls", "implicit"] {
        let desk = Desk::new("");
        let [_, certificate, key] = certificates(&desk);
        let server = MailServer::start(&[
            "--tls",
            protection,
            "--cert",
            &certificate,
            "--key",
            &key,
            "--user",
            "duly=pass wört",
        ]);
        desk.write("smtp-password", "pass wört\n");
        let login = format!(", tls: {protection}, ca_file: ca.pem, username: duly, password_file: smtp-password");
        breach(&desk, &settings(&server, &login), "globex", |_| server.taken().len() == 3);
        let taken = server.taken();
        let to = |address: &str| -> Vec<&Value> {
            taken.iter().filter(|message| message["to"] == json!([address])).collect()
        };
        let (owner, customer) = (to("li.wei@example.com"), to("it@globex.example"));
        assert_eq!(
            (owner.len(), customer.len()),
            (2, 1),
            "a reminder and a breach; the customer is told of the breach"
        );
        assert_eq!(customer[0]["from"], "duly@example.com");
        assert_eq!(header(customer[0], "To"), "it@globex.example");
        assert!(header(customer[0], "Subject").contains("First answer"), "{}", header(customer[0], "Subject"));
        assert!(header(owner[0], "Subject").starts_with("=?utf-8?"), "{}", header(owner[0], "Subject"));
        assert_eq!(header(owner[0], "References"), header(customer[0], "References"));
        assert_ne!(header(owner[0], "Message-ID"), header(owner[1], "Message-ID"));
        assert_eq!(header(owner[0], "Auto-Submitted"), "auto-generated");
        assert!(desk.letters().is_empty() && !desk.told().contains("wört"), "{}", desk.told());
        // A mail program reads what was meant.
        let program = "import sys, json, email, email.policy\n\
                       m = email.message_from_string(json.load(sys.stdin), policy=email.policy.default)\n\
                       print(m['subject']); print(m['from']); print(m.get_content())";
        let mut python = std::process::Command::new("python3")
            .args(["-c", program])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("python3");
        let content = owner[1]["content"].to_string();
        std::io::Write::write_all(&mut python.stdin.take().expect("it is piped"), content.as_bytes())
            .expect("it reads");
        let read = String::from_utf8(python.wait_with_output().expect("it ends").stdout).expect("UTF-8");
        assert!(read.contains("首次回复") && read.contains("服务台 <duly@example.com>"), "{read}");
    }
}

#[test]
fn a_server_that_puts_us_off_gets_it_later_and_a_refusal_is_a_dead_letter() {
    let server = MailServer::start(&["--defer", "4", "--refuse", "it@globex.example"]);
    let desk = Desk::new("");
    breach(&desk, &settings(&server, ", tls: none"), "globex", |desk| {
        server.taken().len() == 2 && desk.letters().len() == 1
    });
    let (letter, event) = desk.letters().remove(0);
    assert_eq!((letter.source.as_str(), letter.reason.as_str()), ("sinks/mail", "undeliverable"));
    assert!(
        letter.detail.starts_with("it@globex.example: ") && letter.detail.contains("no such user here"),
        "{letter:?}"
    );
    assert_eq!(event["type"], "duly.notification.breach.v1");
    assert!(desk.told().contains("come back later"), "{}", desk.told());
}

#[test]
fn who_has_no_address_is_told_of_and_the_others_get_theirs() {
    let server = MailServer::start(&[]);
    let desk = Desk::new("");
    breach(&desk, &settings(&server, ", tls: none"), "initech", |desk| desk.letters().len() == 1);
    assert_eq!(server.taken().len(), 2, "the owner has got both");
    let (letter, _) = desk.letters().remove(0);
    assert_eq!(letter.reason, "no_address");
    assert_eq!(letter.detail, "nobody has told an address of customer initech (tried once)");
}

#[test]
fn a_reminder_whose_deadline_has_passed_is_not_sent() {
    let server = MailServer::start(&[]);
    let desk = Desk::new("");
    desk.write("people.yaml", PEOPLE);
    let desk = desk.with(settings(&server, ", tls: none"));
    let open = desk.open();
    open.receive(0..1, &json!({"agent": "li.wei"}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    let of = |outcome: &str| counts.ended().find(|(known, _)| *known == outcome).map_or(0, |(_, count)| count);
    eventually("both are settled", || counts.ended().map(|(_, count)| count).sum::<u64>() == 2);
    assert_eq!((of("outdated"), of("undeliverable"), server.taken().len()), (1, 0, 1), "the breach alone is told");
    open.close();
}

#[test]
fn a_wrong_password_is_no_reason_to_lose_a_message() {
    let desk = Desk::new("");
    let [_, certificate, key] = certificates(&desk);
    let server =
        MailServer::start(&["--tls", "starttls", "--cert", &certificate, "--key", &key, "--user", "duly=right"]);
    desk.write("people.yaml", PEOPLE);
    desk.write("smtp-password", "wrong");
    let login = ", types: breach, tls: starttls, ca_file: ca.pem, username: duly, password_file: smtp-password";
    let desk = desk.with(settings(&server, login));
    let open = desk.open();
    open.receive(0..1, &json!({"agent": "li.wei", "customer": "globex"}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("it is told", || desk.told().contains("sink mail: not delivered"));
    desk.write("smtp-password", "right");
    eventually("it is mended", || server.taken().len() == 2);
    open.close();
    assert!(desk.letters().is_empty());
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_gets_nothing() {
    let desk = Desk::new("");
    let [_, certificate, key] = certificates(&desk);
    let server = MailServer::start(&["--tls", "starttls", "--cert", &certificate, "--key", &key]);
    let plain = MailServer::start(&[]);
    for (server, expected) in [(&server, "certificate"), (&plain, "STARTTLS")] {
        let desk = Desk::new("");
        breach(&desk, &settings(server, ", give_up_after: 100ms"), "globex", |desk| desk.letters().len() == 2);
        let (letter, _) = desk.letters().remove(0);
        assert!(letter.detail.contains(expected), "{letter:?}");
        assert!(server.taken().is_empty());
    }
}
