//! Exactly once on a real Kafka (I2): what a `read_committed` consumer gets, less retractions, is the ledger, whatever
//! happens to instances and brokers on the way.

#[path = "exactly_once/cluster.rs"]
mod cluster;

#[path = "exactly_once/brokers.rs"]
mod brokers;
#[path = "exactly_once/chaos.rs"]
mod chaos;
#[path = "exactly_once/claims.rs"]
mod claims;
#[path = "exactly_once/converge.rs"]
mod converge;
#[path = "exactly_once/debezium.rs"]
mod debezium;
#[path = "exactly_once/emergencies.rs"]
mod emergencies;
#[path = "exactly_once/fleet.rs"]
mod fleet;
#[path = "exactly_once/instances.rs"]
mod instances;
#[path = "exactly_once/kill.rs"]
mod kill;
#[path = "exactly_once/leave.rs"]
mod leave;
#[path = "exactly_once/live.rs"]
mod live;
#[path = "exactly_once/raw_topics.rs"]
mod raw_topics;
#[path = "exactly_once/snapshots.rs"]
mod snapshots;
#[path = "exactly_once/sources.rs"]
mod sources;
