//! What has to be there before anything is read or written, for those who have only just started a cluster: topics and a
//! policy. What is there already stays as it is.

use duly_core::control::Controls;
use duly_core::policy::Policy;
use duly_core::time::Instant;

use super::control::{Published, append, publish_missing};
use super::history::controls;
use super::topics::{self, Step};
use super::{Cluster, KafkaError};
use crate::emergency::{Order, Told};
use crate::publish;

/// Makes the topics that are missing, with as many lanes as the log has that is there. Returns their names.
pub fn create_missing_topics(cluster: &Cluster) -> Result<Vec<String>, KafkaError> {
    let replicas = topics::REPLICAS.min(topics::brokers(cluster)?);
    let lanes = topics::partitions(cluster)?.unwrap_or(topics::PARTITIONS);
    let mut steps = topics::plan(cluster, &topics::wanted(cluster, lanes, replicas))?;
    steps.retain(|step| matches!(step, Step::Create(_)));
    topics::apply(cluster, &steps, replicas)?;
    let name = |step| if let Step::Create(spec) = step { Some(spec.name) } else { None };
    Ok(steps.into_iter().filter_map(name).collect())
}

/// Puts a control event in force from outside of any engine, if it goes with what is. Returns what became of it, and what is
/// in force now. `kept_since` is since when closed tickets are kept.
pub fn tell(cluster: &Cluster, order: Order, kept_since: Instant) -> Result<(Told, Controls), KafkaError> {
    let before = controls(cluster)?;
    match order.add_to(&before) {
        Ok(None) => Ok((Told::Known, before)),
        Err(errors) => Ok((Told::Refused(errors), before)),
        Ok(Some(_)) => {
            let event = order.event.clone();
            let events = [order.event];
            if let Err(why) = publish::refuse_reaching_back(&before, &events, kept_since) {
                return Ok((Told::ReachesBack(why), before));
            }
            append(cluster, &events)?;
            let after = controls(cluster)?;
            if after.events().contains(&event) {
                return Ok((Told::Taken, after));
            }
            // What somebody else told meanwhile is in its way.
            let why = after.plus(event).err().unwrap_or_default();
            Ok((Told::Refused(why), after))
        }
    }
}

/// Publishes those of `policies` that were never published.
pub fn publish_policies(cluster: &Cluster, policies: &[Policy]) -> Result<Published, KafkaError> {
    publish_missing(cluster, &controls(cluster)?, policies, Instant::MIN)
}
