//! The engine on Kafka: the same lanes as everywhere, driven by worker threads (DESIGN §7).
//!
//! Each worker has a consumer in the group, a transactional producer on a thread of its own, and the lanes that the group
//! gives it. Moving lanes between instances is the group's; there is no membership of our own. Nothing outside of this
//! module knows librdkafka.

mod append;
mod assignment;
mod batch;
mod breaker;
mod changelog;
mod cluster;
mod committer;
mod context;
mod control;
mod counters;
mod dead_letters;
mod delivery;
mod ending;
mod envelope;
mod error;
mod feed;
mod handle;
mod history;
mod inquiry;
mod lanes;
mod live;
mod member;
mod members;
mod messages;
mod moves;
mod names;
mod next;
mod notifications;
mod outgoing;
mod partition;
mod prepare;
mod prober;
mod producing;
pub(crate) mod properties;
mod published;
mod reach;
mod reader;
mod redrive;
mod remap;
mod restore;
mod restorer;
mod silence;
mod snapshots;
mod sources;
mod start;
mod stuck;
mod tail;
mod tls;
mod token;
pub mod topics;
mod worker;
mod writer;

pub use changelog::{LaneRecord, LaneRecordError};
pub use cluster::{Cluster, Membership};
pub use context::{Context, Tell};
pub use control::Published;
pub use counters::Counters;
pub use dead_letters::{Content, DeadLetters, Letter, LetterId, NotALetterId, Redriven, Which};
pub use delivery::deliver;
pub use error::KafkaError;
pub use feed::Feed;
pub use handle::Handle;
pub use history::{Batch, Entry, TicketLog, controls};
pub use members::{Owners, is_address};
pub use names::Topics;
pub use notifications::notifications;
pub use partition::of as partition_of;
pub use prepare::{create_missing_topics, publish_policies, tell};
pub use published::{SlaEvent, Watch};
pub use reader::Period;
pub use remap::Remapped;
pub use start::{Options, Running, start};
