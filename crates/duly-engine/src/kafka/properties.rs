//! Which properties of librdkafka an operator may set: all but those that Duly depends on, or has settings of its own for.

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError as RdKafkaError;

/// What stands in a setting of our own, and in which.
const NAMED: [(&str, &str); 24] = [
    ("bootstrap.servers", "kafka.bootstrap"),
    ("metadata.broker.list", "kafka.bootstrap"),
    ("client.id", "kafka.advertise"),
    ("group.id", "kafka.group"),
    ("group.instance.id", "kafka.instance"),
    ("transactional.id", "kafka.instance"),
    ("session.timeout.ms", "kafka.session_timeout"),
    ("heartbeat.interval.ms", "kafka.session_timeout"),
    ("transaction.timeout.ms", "kafka.transaction_timeout"),
    ("security.protocol", "kafka.security.protocol"),
    ("sasl.mechanism", "kafka.security.mechanism"),
    ("sasl.mechanisms", "kafka.security.mechanism"),
    ("sasl.username", "kafka.security.username"),
    ("sasl.password", "kafka.security.password_file"),
    ("ssl.ca.location", "kafka.security.ca_file"),
    ("ssl.ca.pem", "kafka.security.ca_file"),
    ("ssl.certificate.location", "kafka.security.certificate_file"),
    ("ssl.certificate.pem", "kafka.security.certificate_file"),
    ("ssl.keystore.location", "kafka.security.certificate_file and key_file, which are PEM"),
    ("ssl.key.location", "kafka.security.key_file"),
    ("ssl.key.pem", "kafka.security.key_file"),
    ("ssl.key.password", "kafka.security.key_password_file"),
    ("ssl.keystore.password", "kafka.security.key_password_file"),
    ("enable.sasl.oauthbearer.unsecure.jwt", "kafka.security.token_file"),
];

/// What would make a lane read, write or commit in another way than it counts on.
const DEPENDED_ON: [&str; 29] = [
    "acks",
    "request.required.acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "client.rack",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.protocol",
    "group.protocol.type",
    "group.remote.assignor",
    "isolation.level",
    "log.queue",
    "log_level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "max.poll.interval.ms",
    "message.max.bytes",
    "message.send.max.retries",
    "message.timeout.ms",
    "retries",
    "partition.assignment.strategy",
    "partitioner",
    "plugin.library.paths",
    "test.mock.num.brokers",
];

/// Whether an operator may set a property to a value.
///
/// # Errors
///
/// What is wrong with it, and what to do.
pub(crate) fn check(name: &str, value: &str) -> Result<(), (String, String)> {
    if let Some((_, setting)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Err(("there is a setting for it".to_owned(), format!("write {setting}")));
    }
    if name.starts_with("sasl.oauthbearer.") {
        return Err(("there is a setting for it".to_owned(), "write kafka.security.token_file".to_owned()));
    }
    if DEPENDED_ON.contains(&name) {
        return Err(("Duly depends on what it sets there".to_owned(), "leave it out".to_owned()));
    }
    match ClientConfig::new().set(name, value).create_native_config() {
        Ok(_) => Ok(()),
        Err(RdKafkaError::ClientConfig(_, what, ..)) => Err((what, HINT.to_owned())),
        Err(error) => Err((error.to_string(), HINT.to_owned())),
    }
}

const HINT: &str = "librdkafka's CONFIGURATION.md has all properties with their values";

#[cfg(test)]
mod tests {
    #[test]
    fn what_librdkafka_knows_and_duly_does_not_need_may_be_set() {
        for (name, value, expected) in [
            ("linger.ms", "5", None),
            ("compression.type", "zstd", None),
            ("ssl.endpoint.identification.algorithm", "none", None),
            ("sasl.kerberos.service.name", "kafka", None),
            ("linger", "5", Some("No such configuration property: \"linger\"")),
            ("compression.type", "rar", Some("Invalid value \"rar\"")),
            ("group.id", "x", Some("there is a setting for it")),
            ("sasl.password", "x", Some("there is a setting for it")),
            ("sasl.oauthbearer.client.secret", "x", Some("there is a setting for it")),
            ("partitioner", "random", Some("Duly depends on")),
            ("isolation.level", "read_uncommitted", Some("Duly depends on")),
        ] {
            match (super::check(name, value), expected) {
                (Ok(()), None) => {}
                (Err((what, hint)), Some(expected)) => {
                    assert!(what.starts_with(expected) && !hint.is_empty(), "{name}: {what}");
                }
                (found, _) => panic!("{name}: {found:?}"),
            }
        }
    }

    #[test]
    fn every_property_that_may_not_be_set_exists() {
        for name in super::NAMED.iter().map(|(name, _)| *name).chain(super::DEPENDED_ON) {
            let set = rdkafka::ClientConfig::new().set(name, "x").create_native_config().map(|_| ());
            let told = set.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(!told.contains("No such configuration property"), "{told}");
        }
    }
}
