//! What has to be there before anything is read or written, for those who have only just started a cluster: topics and a
//! policy. What is there already stays as it is.

use std::time::Duration;

use duly_core::policy::Policy;
use rdkafka::consumer::Consumer as _;

use super::control::publish_missing;
use super::history::{controls, partitions};
use super::topics::{Step, apply, plan, wanted};
use super::{Cluster, KafkaError};

/// How long the cluster may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// How many lanes there are where nobody has said.
pub const PARTITIONS: usize = 8;

/// Makes the topics that are missing, with as many lanes as the log has that is there. Returns their names.
pub fn create_missing_topics(cluster: &Cluster) -> Result<Vec<String>, KafkaError> {
    let metadata = cluster.prober()?.fetch_metadata(None, ANSWER).map_err(KafkaError::doing("ask for the topics"))?;
    let replicas = if metadata.brokers().len() >= 3 { 3 } else { 1 };
    let lanes = partitions(cluster, &cluster.topics.tickets).unwrap_or(PARTITIONS);
    let mut steps = plan(cluster, &wanted(cluster, lanes, replicas))?;
    steps.retain(|step| matches!(step, Step::Create(_)));
    apply(cluster, &steps, replicas)?;
    let name = |step| if let Step::Create(spec) = step { Some(spec.name) } else { None };
    Ok(steps.into_iter().filter_map(name).collect())
}

/// Publishes those of `policies` that are not the last of their names. Returns them.
pub fn publish_policies(cluster: &Cluster, policies: &[Policy]) -> Result<Vec<Policy>, KafkaError> {
    publish_missing(cluster, &controls(cluster)?, policies)
}
