//! A worker as a member of the group: joining, and joining again.
//!
//! A coordinator that fails in the middle of a rebalance may forget under which id it knew a static member, and then takes
//! the member for an impostor of its own name. Such a member has to come anew. Where it is fenced again and again there
//! really is another one of its name.

use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::groups::GroupInfo;

use super::cluster::ASK_BRIEFLY;
use super::context::GroupContext;
use super::{Cluster, KafkaError, Membership};

/// How often a member may be fenced within [`SPELL`] before it gives way.
const FENCINGS_MAX: usize = 5;

/// How long leaving may take.
const LEAVING: Duration = Duration::from_secs(10);

/// How long is waited for the group's word before it is asked whether it still knows the member.
const POLL: Duration = Duration::from_millis(50);

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

    /// Leaves the group, so that its lanes go to others at once. A member that keeps its name says nothing when it merely ends:
    /// it has to give its lanes up, which takes polls, and is out when the group does not know it any more.
    pub(super) fn leave(&self, consumer: &BaseConsumer<GroupContext>) {
        let begun = Stopwatch::now();
        consumer.unsubscribe();
        while begun.elapsed() < LEAVING && self.is_known(consumer) {
            let _ = consumer.poll(POLL);
        }
    }

    /// Whether the group knows this instance, or can not say.
    fn is_known(&self, consumer: &BaseConsumer<GroupContext>) -> bool {
        if consumer.assignment().is_ok_and(|assigned| assigned.count() > 0) {
            return true;
        }
        consumer.fetch_group_list(Some(&self.cluster.group), ASK_BRIEFLY).is_ok_and(|listed| {
            let members = listed.groups().iter().flat_map(GroupInfo::members);
            members.into_iter().any(|member| member.client_id() == self.membership.client_id)
        })
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
