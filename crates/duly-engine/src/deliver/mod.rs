//! SLA events and notifications on their way to people and other systems: a **sink** takes the records that it is set up for
//! and sends each until it is accepted, or becomes a dead letter.
//!
//! What is promised: each record at least once, and again only where it is not known whether it arrived, with the same
//! idempotency key; those of a ticket in their order; nothing is lost, and one sink that is down holds up no other, for each
//! has a reader, threads and a mark of its own. A ticket whose record is refused for now holds up no other ticket. There is
//! no async here: sending is waiting, and a handful of threads do that well.

mod backoff;
mod counters;
mod courier;
mod desk;
mod from_settings;
mod on_store;
mod progress;
mod record;
mod select;
mod send;
mod sink;
mod text;

pub use counters::{Counters, SinkCounts};
pub(crate) use courier::{Courier, Letter, Letters};
pub use from_settings::{check_people, check_recipe, check_sinks, sinks};
pub use on_store::{Delivering, start_on_store};
pub(crate) use progress::{Mark, Progress};
pub(crate) use record::Place;
pub use record::{Origin, Record};
pub use select::{Of, Selection};
pub use send::{BUILT_IN, Outcome, Parcel, Reason, Shown};
pub use sink::{Limits, Mistaken, Sink, sample, samples};

/// Hears lines that an operator should know.
pub type Tell = std::sync::Arc<dyn Fn(&str) + Send + Sync>;

/// How long what is on its way may take once the engine is asked to end.
pub(crate) const DRAIN: std::time::Duration = std::time::Duration::from_secs(10);
