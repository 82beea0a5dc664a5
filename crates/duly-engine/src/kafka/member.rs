//! A worker as a member of the group: joining, and joining again.
//!
//! A coordinator that fails in the middle of a rebalance may forget under which id it knew a static member, and then takes
//! the member for an impostor of its own name. Such a member has to come anew. Where it is fenced again and again there
//! really is another one of its name.

use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};

use super::context::GroupContext;
use super::{Cluster, KafkaError, Membership};

/// How often a member may be fenced within [`SPELL`] before it gives way.
const FENCINGS_MAX: usize = 5;

/// Over which time that is counted.
const SPELL: Duration = Duration::from_secs(300);

/// A member of the group.
pub(super) struct Member {
    pub(super) cluster: Cluster,
    pub(super) membership: Membership,
    pub(super) context: GroupContext,
    pub(super) fenced_at: Vec<Stopwatch>,
}

impl Member {
    /// Joins the group.
    pub(super) fn join(&self) -> Result<BaseConsumer<GroupContext>, KafkaError> {
        let consumer = self.cluster.member(&self.membership, self.context.clone())?;
        let topic = &self.cluster.topics.tickets;
        consumer.subscribe(&[topic]).map_err(KafkaError::doing(format!("subscribe to {topic}")))?;
        Ok(consumer)
    }

    /// Joins again after having been fenced.
    pub(super) fn join_again(&mut self) -> Result<BaseConsumer<GroupContext>, KafkaError> {
        self.fenced_at.retain(|at| at.elapsed() < SPELL);
        self.fenced_at.push(Stopwatch::now());
        let name = &self.membership.member;
        if self.fenced_at.len() > FENCINGS_MAX {
            let what = format!(
                "another process is a member of group {} under the name {name}: give every instance a name of its own \
                 (kafka: instance)",
                self.cluster.group
            );
            return Err(KafkaError::Stored(what));
        }
        self.cluster.context.tell(&format!("the group takes {name} for another member of its name; it joins again"));
        self.join()
    }
}
