//! The program against a real Kafka cluster that is guarded: TLS, SASL, rights, and what is said of each mistake.

#[path = "kafka/certificates.rs"]
mod certificates;
#[path = "kafka/fortress.rs"]
mod fortress;
#[path = "kafka/rights.rs"]
mod rights;
#[path = "kafka/security.rs"]
mod security;
#[path = "kafka/topics.rs"]
mod topics;
