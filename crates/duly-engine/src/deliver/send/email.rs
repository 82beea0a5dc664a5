//! Mail over SMTP: one message for each person, so that nobody sees who else is told.
//!
//! The message's id follows from the notification's and the address: one that is sent again is known as the same. Texts get
//! into headers encoded, so that nothing in a ticket can add one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono_tz::Tz;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{PoolConfig, SmtpTransportBuilder};
use lettre::{Address, Message, SmtpTransport, Transport as _};
use uuid::Uuid;

use super::{Content, Outcome, Parcel, Parcels, People, Trust, people};
use crate::config::Secret;
use crate::deliver::record::Record;
use crate::deliver::text;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::deliver) enum Protection {
    /// It is not.
    None,
    /// TLS is begun within the conversation, or nothing is sent.
    StartTls,
    /// TLS from the beginning.
    Implicit,
}

/// A message, and how a person reads it.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct Mail {
    pub(in crate::deliver) message: Message,
    /// From, to, subject and text, not encoded as they are on their way.
    pub(in crate::deliver) shown: String,
}

/// A way by mail.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct Email {
    pub(in crate::deliver) host: String,
    pub(in crate::deliver) port: u16,
    pub(in crate::deliver) protection: Protection,
    /// The user, and the file with his password.
    pub(in crate::deliver) login: Option<(String, PathBuf)>,
    pub(in crate::deliver) from: Mailbox,
    pub(in crate::deliver) people: People,
    pub(in crate::deliver) trust: Trust,
    pub(in crate::deliver) timeout: Duration,
    /// The way to the server, with the password that it was opened with.
    pub(in crate::deliver) open: Arc<Mutex<Option<(Option<String>, SmtpTransport)>>>,
}

impl Email {
    /// The messages that are made of a notification.
    pub(in crate::deliver) fn parcels(&self, record: &Record, language: Option<&str>, zone: Tz) -> Parcels {
        let mut parcels = Parcels::default();
        let recipients = record.data()["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
        for recipient in recipients {
            let found = self.people.find(recipient);
            let addresses: Vec<_> =
                found.iter().filter_map(|person| Some((person, person.email.as_deref()?))).collect();
            if addresses.is_empty() {
                parcels.unknown.push(people::unknown(recipient));
            }
            for (person, address) in addresses {
                if parcels.parcels.iter().any(|parcel| parcel.to == address) {
                    continue;
                }
                let language = person.language.as_deref().or(language);
                match self.message(record, address, language.unwrap_or("zh"), zone) {
                    Ok(mail) => {
                        let content = Content::Mail(Box::new(mail));
                        parcels.parcels.push(Parcel { to: address.to_owned(), content });
                    }
                    Err(why) => parcels.unknown.push(format!("{}: {why}", people::unknown(recipient))),
                }
            }
        }
        parcels
    }

    fn message(&self, record: &Record, to: &str, language: &str, zone: Tz) -> Result<Mail, String> {
        let address: Address = to.parse().map_err(|error| format!("`{to}` is not an address: {error}"))?;
        let said = text::of(record, language, zone);
        let domain = self.from.email.domain();
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}\n{to}", record.key()).as_bytes());
        // All that is about a ticket is shown together.
        let thread = Uuid::new_v5(&Uuid::NAMESPACE_OID, record.subject().as_bytes());
        let body = if said.text.is_empty() { said.title.clone() } else { said.text };
        let on_a_line = |text: &str| text.replace(char::is_control, " ");
        let head = [("From", self.from.to_string()), ("To", to.to_owned()), ("Subject", on_a_line(&said.title))];
        let head = head.map(|(name, value)| format!("{name}: {value}\n")).concat();
        let shown = format!("{head}Message-ID: <{id}@{domain}>\n\n{body}");
        let builder: MessageBuilder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(said.title)
            .message_id(Some(format!("<{id}@{domain}>")))
            .references(format!("<{thread}@{domain}>"))
            // An answering machine does not answer, and opens no ticket (RFC 3834).
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN);
        let message = builder.body(body).map_err(|error| error.to_string())?;
        Ok(Mail { message, shown })
    }

    /// The way to the server, whose connections the threads of the sink share. The password is read anew.
    pub(in crate::deliver) fn transport(&self) -> Result<SmtpTransport, String> {
        let read = |(_, file): &(String, PathBuf)| Secret::read("password of the mail user", file);
        let password = self.login.as_ref().map(read).transpose().map_err(|error| error.to_string())?;
        let password = password.map(|password| password.reveal().to_owned());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match &*open {
            Some((known, transport)) if *known == password => Ok(transport.clone()),
            _ => {
                let transport = self.connect(password.as_deref())?;
                *open = Some((password, transport.clone()));
                Ok(transport)
            }
        }
    }

    fn connect(&self, password: Option<&str>) -> Result<SmtpTransport, String> {
        let mut builder: SmtpTransportBuilder = SmtpTransport::builder_dangerous(&self.host)
            .port(self.port)
            .timeout(Some(self.timeout))
            .pool_config(PoolConfig::new().max_size(4));
        if self.protection != Protection::None {
            let mut parameters = TlsParameters::builder(self.host.clone()).certificate_store(CertificateStore::None);
            for certificate in self.trust.of_mail() {
                parameters = parameters.add_root_certificate(certificate);
            }
            let parameters = parameters.build().map_err(|error| error.to_string())?;
            builder = builder.tls(match self.protection {
                Protection::Implicit => Tls::Wrapper(parameters),
                _ => Tls::Required(parameters),
            });
        }
        if let Some(((user, _), password)) = self.login.as_ref().zip(password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.to_owned()));
        }
        Ok(builder.build())
    }
}

/// Sends a message.
pub(in crate::deliver) fn send(transport: &SmtpTransport, message: &Message) -> Outcome {
    match transport.send(message) {
        Ok(response) => {
            Outcome::Delivered(format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")))
        }
        Err(error) => {
            let why = chain(&error);
            // 530 to 538 are about us, and not about the message: somebody mends a password, and it passes.
            let is_about_us = error.status().is_some_and(|code| (530..=538).contains(&u16::from(code)));
            if error.is_permanent() && !is_about_us { Outcome::refused(why) } else { Outcome::later(why) }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !told.contains(&cause_text) {
            told += &format!(": {cause_text}");
        }
        next = cause.source();
    }
    told
}

/// `Auto-Submitted: auto-generated`.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(book: &str) -> (tempfile::TempDir, Email) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("people.yaml");
        std::fs::write(&path, book).expect("a file");
        let email = Email {
            host: "localhost".to_owned(),
            port: 25,
            protection: Protection::None,
            login: None,
            from: "服务台 <duly@example.com>".parse().expect("an address"),
            people: People::load(&path).expect("a book"),
            trust: Trust::default(),
            timeout: Duration::from_secs(1),
            open: Arc::default(),
        };
        (folder, email)
    }

    fn record(title: &str, name: &str) -> Record {
        let event = serde_json::json!({
            "id": "b6d5", "subject": "acme/T-1", "type": "duly.notification.breach.v1",
            "data": {"recipients": [{"as": "owner", "name": name}], "texts": {"zh": {"title": title, "text": "正文"}}},
        });
        Record::structured(&event.to_string()).expect("JSON")
    }

    fn mail(parcels: &Parcels) -> String {
        let [Parcel { content: Content::Mail(mail), .. }] = parcels.parcels.as_slice() else { panic!("{parcels:?}") };
        String::from_utf8(mail.message.formatted()).expect("ASCII")
    }

    #[test]
    fn nothing_in_a_ticket_adds_a_header() {
        let (_folder, email) = email("people: {li.wei: {email: li.wei@example.com}}");
        let mail =
            mail(&email.parcels(&record("超时\r\nBcc: thief@evil.example\r\n\r\nHello", "li.wei"), None, Tz::UTC));
        let (head, _) = mail.split_once("\r\n\r\n").expect("a head");
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(':').next().unwrap_or(""))
            .collect();
        assert!(!names.contains(&"Bcc") && names.contains(&"Subject") && names.contains(&"Auto-Submitted"), "{head}");
        assert!(head.contains("=?utf-8?"), "{head}");
    }

    #[test]
    fn a_message_sent_again_is_known_as_the_same() {
        let (_folder, email) = email("people: {a: {email: a@example.com}, b: {email: b@example.com}}");
        let id = |name: &str| {
            let mail = mail(&email.parcels(&record("x", name), None, Tz::UTC));
            mail.lines().find(|line| line.starts_with("Message-ID")).expect("an id").to_owned()
        };
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
    }

    #[test]
    fn who_has_no_address_is_named() {
        let (_folder, email) = email("people: {a: {phone: '1'}, b: {email: 'b@exam ple'}}");
        assert_eq!(email.parcels(&record("x", "a"), None, Tz::UTC).unknown, ["owner a"]);
        let told = email.parcels(&record("x", "b"), None, Tz::UTC).unknown.join("");
        assert!(told.starts_with("owner b: `b@exam ple` is not an address"), "{told}");
    }
}
