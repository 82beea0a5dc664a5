//! The section `kafka`: what is read, what is said of mistakes, and what is shown.

use std::path::Path;

use duly_core::policy::source::Mistake;
use duly_core::time::Span;

use super::super::{Config, Mechanism, Protocol, SecretError};
use super::Kafka;

/// The section of `text`, or its mistakes, a line each.
fn check(text: &str) -> Result<Kafka, String> {
    let lines = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let config = Config::parse(text).map_err(lines)?;
    Ok(config.kafka.expect("a section"))
}

/// The shipped settings with their example of a section in force.
fn shipped() -> String {
    let text = include_str!("../../../../../deploy/config/duly.yaml");
    let (before, example) = text.split_once("\n# kafka:\n").expect("an example");
    let example: Vec<&str> = example.lines().map(|line| line.strip_prefix("# ").unwrap_or("")).collect();
    format!("{before}\nkafka:\n{}\n", example.join("\n"))
}

const EVERYTHING: &str = "\
kafka:
  bootstrap: [kafka-1:9093, 'kafka-2:9093']
  prefix: prod.
  group: sla
  instance: duly-0
  advertise: http://10.0.0.5:8321
  workers: 4
  session_timeout: 1m
  transaction_timeout: 20s
  commit_interval: 50ms
  snapshots: snapshots
  snapshot_interval: 5m
  security:
    protocol: sasl_ssl
    mechanism: scram_sha_512
    username: duly
    password_file: password
    ca_file: /etc/ca.pem
    certificate_file: own.pem
    key_file: own.key
    key_password_file: own.password
  properties: {linger.ms: 20, compression.type: zstd}
";

#[test]
fn everything_said_is_read() {
    let kafka = check(EVERYTHING).unwrap();
    assert_eq!((kafka.bootstrap.as_str(), kafka.prefix.as_str()), ("kafka-1:9093,kafka-2:9093", "prod."));
    assert_eq!((kafka.group().as_str(), kafka.instance().as_str(), kafka.workers), ("sla", "duly-0", 4));
    assert_eq!(kafka.advertise.as_deref(), Some("http://10.0.0.5:8321"));
    assert_eq!((kafka.session_timeout, kafka.transaction_timeout), (Span::from_s(60), Span::from_s(20)));
    assert_eq!(kafka.commit_interval.ms(), 50);
    assert_eq!(
        (kafka.snapshots.as_deref(), kafka.snapshot_interval),
        (Some(Path::new("snapshots")), Span::from_s(300))
    );
    let security = &kafka.security;
    assert_eq!((security.protocol, security.mechanism), (Protocol::SaslSsl, Some(Mechanism::ScramSha512)));
    assert_eq!(security.ca_file.as_deref(), Some(Path::new("/etc/ca.pem")));
    assert_eq!(kafka.properties["linger.ms"], "20");
}

#[test]
fn little_has_to_be_said() {
    let kafka = check("kafka: {bootstrap: 'localhost:9092'}").unwrap();
    assert_eq!(kafka, Kafka::at("localhost:9092"));
    assert!(!kafka.instance().is_empty() && kafka.group() == "duly");
    // Two installations on one cluster are told apart by the prefix alone.
    assert_eq!(check("kafka: {bootstrap: 'localhost:9092', prefix: test.}").unwrap().group(), "test.duly");
    // An open transaction holds up whoever takes a lane over, so it is never longer than the session.
    let kafka = check("kafka: {bootstrap: 'localhost:9092', session_timeout: 10s}").unwrap();
    assert_eq!(kafka.transaction_timeout, Span::from_s(10));
}

#[test]
fn a_mistake_says_what_where_and_what_to_do() {
    let with = |rest: &str| format!("kafka:\n  bootstrap: a:1\n  {rest}\n");
    let security = |rest: &str| with(&format!("security: {{{rest}}}"));
    for (text, expected) in [
        ("kafka:\n".to_owned(), "kafka: it has no value (give it a value or leave the key out)"),
        ("kafka: localhost:9092\n".to_owned(), "1:8: kafka: one value, where a section is meant"),
        ("log: info\nkafka: {}\n".to_owned(), "2:1: kafka.bootstrap: it is missing (write where the brokers are"),
        ("kafka: {bootstrap: localhost}\n".to_owned(), "1:20: kafka.bootstrap: `localhost` is not the address of"),
        ("kafka: {bootstrap: 'a:1,b:0'}\n".to_owned(), "kafka.bootstrap: `b:0` is not the address of a broker"),
        ("kafka: {bootstrap: 'ssl://a:1'}\n".to_owned(), "`ssl://a:1` has a protocol, which is told under `security`"),
        (with("grup: x"), "3:3: there is no setting `kafka.grup` (did you mean `group`?)"),
        (with("instance: a b"), "3:13: kafka.instance: it can not be `a b` (names have letters"),
        (with("prefix: a/"), "kafka.prefix: it can not be `a/`"),
        (with("advertise: 10.0.0.5:8321"), "`10.0.0.5:8321` is not the URL of an instance (write where"),
        (with("advertise: http://a:1/"), "`http://a:1/` is not the URL"),
        (with("workers: 0"), "3:12: kafka.workers: it can not be `0` (write how many threads"),
        (with("session_timeout: 10"), "kafka.session_timeout: `10` has no unit (write `100ms`"),
        (with("session_timeout: 500ms"), "`500ms` is too short (write `100ms`, `45s` or `2m`, at least `1s`)"),
        (
            with("transaction_timeout: 1m"),
            "3:24: kafka.transaction_timeout: it is longer than the session_timeout, 45s",
        ),
        (with("commit_interval: 1 working_hour"), "counts on a calendar"),
        (with("properties: {linger: 5}"), "3:16: kafka.properties.linger: No such configuration property: \"linger\""),
        (with("properties: {acks: 1}"), "kafka.properties.acks: Duly depends on what it sets there (leave it out)"),
        (with("properties: {group.id: x}"), "there is a setting for it (write kafka.group)"),
        (with("properties: {linger.ms: [5]}"), "a list, where one text is meant"),
        (security("protocol: tls"), "3:24: kafka.security.protocol: it can not be `tls` (there are `plaintext`"),
        (security("protocol: sasl_ssl"), "3:3: kafka.security.mechanism: it is missing (write how"),
        (security("mechanism: plain, username: a"), "nobody says who they are with this protocol"),
        (security("username: a"), "kafka.security.username: no user is asked for"),
        (security("protocol: sasl_ssl, mechanism: plain"), "kafka.security.username: it is missing"),
        (security("protocol: sasl_ssl, mechanism: oauthbearer"), "kafka.security.token_file: it is missing"),
        (security("protocol: ssl, token_file: t"), "kafka.security.token_file: no token is asked for"),
        (security("ca_file: ca.pem"), "kafka.security.ca_file: nothing is encrypted with this protocol"),
        (
            security("protocol: ssl, certificate_file: c"),
            "kafka.security.key_file: it is missing (a certificate_file has",
        ),
        (
            security("pasword_file: x"),
            "3:14: there is no setting `kafka.security.pasword_file` (did you mean `password_file`",
        ),
    ] {
        let told = check(&text).unwrap_err();
        assert!(told.contains(expected), "{text:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn what_is_shown_is_what_is_read() {
    let nothing = |_: &str| false;
    let shipped = shipped();
    for text in ["", "kafka: {bootstrap: 'localhost:9092', instance: a, group: b}", EVERYTHING, &shipped] {
        let config = Config::parse(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        let shown = config.show(&nothing);
        assert_eq!(Config::parse(&shown), Ok(config), "{shown}");
    }
}

#[test]
fn a_secret_of_the_environment_is_said_to_be_there() {
    let text = "kafka: {bootstrap: 'a:1', security: {protocol: sasl_ssl, mechanism: plain, username: a}}";
    let config = Config::parse(text).unwrap();
    let shown = config.show(&|name| ["DULY_TOKEN", "DULY_KAFKA_PASSWORD"].contains(&name));
    assert!(shown.contains("\n# token: *** from DULY_TOKEN\n"), "{shown}");
    assert!(shown.ends_with("    # password: *** from DULY_KAFKA_PASSWORD\n"), "{shown}");
}

#[test]
fn files_are_meant_from_the_settings_directory() {
    let config = Config::parse(EVERYTHING).unwrap().relative_to(Path::new("/etc/duly"));
    let security = config.kafka.unwrap().security;
    let files = [security.password_file, security.ca_file, security.key_file];
    let expected = ["/etc/duly/password", "/etc/ca.pem", "/etc/duly/own.key"].map(|path| Some(path.into()));
    assert_eq!(files, expected);
}

#[test]
fn the_way_to_a_cluster_has_the_secrets_of_files() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config::parse(EVERYTHING).unwrap().relative_to(directory.path());
    let kafka = config.kafka.unwrap();
    let ear = || std::sync::Arc::new(|_: &str| {});
    assert!(matches!(kafka.cluster(ear()), Err(SecretError::Unreadable { .. })));
    std::fs::write(directory.path().join("password"), "open sesame\n").unwrap();
    std::fs::write(directory.path().join("own.password"), "s3cret").unwrap();
    let cluster = kafka.cluster(ear()).unwrap_or_else(|error| panic!("{error}"));
    for (name, value) in [
        ("security.protocol", "sasl_ssl"),
        ("sasl.mechanism", "SCRAM-SHA-512"),
        ("sasl.username", "duly"),
        ("sasl.password", "open sesame"),
        ("ssl.ca.location", "/etc/ca.pem"),
        ("ssl.key.password", "s3cret"),
        ("compression.type", "zstd"),
    ] {
        assert_eq!(cluster.properties[name], value, "{name}");
    }
    assert_eq!(cluster.topics.tickets, "prod.duly.ticket.events.v1");
}
