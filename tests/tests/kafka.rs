//! The program against a real Kafka cluster: guarded by TLS, SASL and rights, and what is said of each mistake; topics,
//! investigations, dead letters, the demo.

#[path = "kafka/certificates.rs"]
mod certificates;
#[path = "kafka/demo.rs"]
mod demo;
#[path = "kafka/fortress.rs"]
mod fortress;
#[path = "kafka/ground.rs"]
mod ground;
#[path = "kafka/hooks.rs"]
mod hooks;
#[path = "kafka/import.rs"]
mod import;
#[path = "kafka/investigate.rs"]
mod investigate;
#[path = "kafka/letters.rs"]
mod letters;
#[path = "kafka/manager.rs"]
mod manager;
#[path = "kafka/rights.rs"]
mod rights;
#[path = "kafka/security.rs"]
mod security;
#[path = "kafka/topics.rs"]
mod topics;
