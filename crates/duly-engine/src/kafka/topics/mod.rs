//! The topics that Duly needs, held against those that there are: `duly topics plan|apply`, and every start.
//!
//! Nothing relies on auto-creation. What can be mended without moving anybody's data is mended by `apply`; what can not is
//! told, with what to do. What an operator may want otherwise, such as how long SLA events are kept, is set when a topic is
//! made and left alone afterwards.

mod admin;
mod plan;
mod wanted;

pub use admin::apply;
pub(super) use admin::longest;
pub use plan::{Step, brokers, check, partitions, plan};
pub use wanted::{Hold, Setting, TopicSpec, wanted};

/// How many partitions a new log gets: enough for eight threads or instances, few enough to be cheap. The number is for
/// good, because tickets would change lanes with it.
pub const PARTITIONS: usize = 8;

/// How many brokers have each record, where there are as many.
pub const REPLICAS: usize = 3;
