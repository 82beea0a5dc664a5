//! What has to be there before anything is read or written, for those who have only just started a cluster: topics and a
//! policy. What is there already stays as it is.

use duly_core::policy::Policy;
use duly_core::time::Instant;

use super::control::{Published, publish_missing};
use super::history::controls;
use super::topics::{self, Step};
use super::{Cluster, KafkaError};

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

/// Publishes those of `policies` that were never published.
pub fn publish_policies(cluster: &Cluster, policies: &[Policy]) -> Result<Published, KafkaError> {
    publish_missing(cluster, &controls(cluster)?, policies, Instant::MIN)
}
