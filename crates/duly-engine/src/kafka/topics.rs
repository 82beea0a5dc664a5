//! The topics that Duly needs, held against those that there are: `duly topics plan|apply`.
//!
//! Nothing relies on auto-creation. What can be mended without moving anybody's data is mended by `apply`; what can not is
//! told, with what to do.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::Consumer as _;

use super::{Cluster, KafkaError};

/// How long the cluster may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a topic has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: usize,
    /// Whether it must have exactly as many as the log of ticket events.
    pub is_aligned: bool,
    /// Its settings, as Kafka names them.
    pub settings: BTreeMap<&'static str, String>,
}

/// What is to be done about a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is as it has to be.
    Keep {
        /// Its name.
        topic: String,
    },
    /// There is none.
    Create(TopicSpec),
    /// A setting differs.
    Alter {
        /// Its name.
        topic: String,
        /// The setting.
        setting: &'static str,
        /// What it is.
        from: String,
        /// What it has to be.
        to: String,
    },
    /// It has other partitions than it may have, which nobody can change without moving tickets between lanes.
    Refuse {
        /// Its name.
        topic: String,
        /// What is wrong, and what to do.
        why: String,
    },
}

/// The topics of a cluster with `partitions` lanes.
pub fn wanted(cluster: &Cluster, partitions: usize, replicas: usize) -> Vec<TopicSpec> {
    let names = &cluster.topics;
    // A write counts once a second broker has it, where there are three.
    let in_sync = if replicas >= 3 { 2 } else { 1 };
    let spec = |name: &str, partitions, is_aligned, settings: &[(&'static str, &str)]| TopicSpec {
        name: name.to_owned(),
        partitions,
        is_aligned,
        settings: [("min.insync.replicas", in_sync.to_string())]
            .into_iter()
            .chain(settings.iter().map(|(key, value)| (*key, (*value).to_owned())))
            .collect(),
    };
    const FOR_EVER: (&str, &str) = ("retention.ms", "-1");
    const NO_LIMIT: (&str, &str) = ("retention.bytes", "-1");
    const DELETE: (&str, &str) = ("cleanup.policy", "delete");
    let month = ("retention.ms", "2592000000");
    vec![
        // The log of record: when the log took an event is what retention and watermarks go by.
        spec(
            &names.tickets,
            partitions,
            true,
            &[DELETE, FOR_EVER, NO_LIMIT, ("message.timestamp.type", "LogAppendTime")],
        ),
        spec(&names.sla, partitions, false, &[DELETE, FOR_EVER, NO_LIMIT]),
        spec(&names.control, 1, true, &[DELETE, FOR_EVER, NO_LIMIT, ("message.timestamp.type", "LogAppendTime")]),
        // A ticket with a long history is one record.
        spec(
            &names.changelog,
            partitions,
            true,
            &[("cleanup.policy", "compact"), ("max.message.bytes", "67108864"), ("segment.bytes", "268435456")],
        ),
        // Larger than what is refused: the reason is added to it.
        spec(&names.dead_letters, partitions, false, &[DELETE, FOR_EVER, NO_LIMIT, ("max.message.bytes", "4194304")]),
        spec(&names.notifications, partitions, false, &[DELETE, month, NO_LIMIT]),
    ]
}

/// What is to be done so that the cluster has the topics wanted.
pub fn plan(cluster: &Cluster, wanted: &[TopicSpec]) -> Result<Vec<Step>, KafkaError> {
    let prober = cluster.prober()?;
    let metadata = prober.fetch_metadata(None, PATIENCE).map_err(KafkaError::doing("ask for the topics"))?;
    let partitions = |name: &str| {
        let found = metadata.topics().iter().find(|topic| topic.name() == name);
        found.map(|topic| topic.partitions().len()).filter(|count| *count > 0)
    };
    let known: Vec<&TopicSpec> = wanted.iter().filter(|spec| partitions(&spec.name).is_some()).collect();
    let settings = settings(cluster, &known)?;
    let mut steps = Vec::new();
    for spec in wanted {
        let Some(count) = partitions(&spec.name) else {
            steps.push(Step::Create(spec.clone()));
            continue;
        };
        if spec.is_aligned && count != spec.partitions {
            let why = format!(
                "it has {count} partitions, and {} are wanted: a ticket's partition follows from their number, so that \
                 changing it would tear histories apart. Use the number it has, or another prefix and a new log",
                spec.partitions
            );
            steps.push(Step::Refuse { topic: spec.name.clone(), why });
            continue;
        }
        let differing: Vec<Step> = spec
            .settings
            .iter()
            .filter_map(|(setting, to)| {
                let from = settings.get(&(spec.name.clone(), (*setting).to_owned())).cloned().unwrap_or_default();
                (from != *to).then(|| Step::Alter { topic: spec.name.clone(), setting, from, to: to.clone() })
            })
            .collect();
        if differing.is_empty() {
            steps.push(Step::Keep { topic: spec.name.clone() });
        }
        steps.extend(differing);
    }
    Ok(steps)
}

/// Carries a plan out. What it refuses is not touched.
pub fn apply(cluster: &Cluster, steps: &[Step], replicas: usize) -> Result<(), KafkaError> {
    let admin = admin(cluster)?;
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    let replicas = i32::try_from(replicas).unwrap_or(1);
    for step in steps {
        match step {
            Step::Keep { .. } | Step::Refuse { .. } => {}
            Step::Create(spec) => {
                let count = i32::try_from(spec.partitions).unwrap_or(i32::MAX);
                let new = NewTopic::new(&spec.name, count, TopicReplication::Fixed(replicas));
                let new = spec.settings.iter().fold(new, |new, (key, value)| new.set(key, value));
                let doing = || KafkaError::doing(format!("create the topic {}", spec.name));
                for result in block_on(admin.create_topics([&new], &options))?.map_err(doing())? {
                    // Made by somebody else meanwhile: the next plan says what it is like.
                    if let Err((_, code)) = result
                        && code != rdkafka::error::RDKafkaErrorCode::TopicAlreadyExists
                    {
                        return Err(doing()(rdkafka::error::KafkaError::AdminOp(code)));
                    }
                }
            }
            Step::Alter { topic, .. } => {
                // Setting some sets all: what is not named falls back to the cluster's default.
                let of_topic = steps.iter().filter_map(|step| match step {
                    Step::Alter { topic: other, setting, to, .. } if other == topic => Some((*setting, to.as_str())),
                    _ => None,
                });
                let kept = overridden(cluster, topic)?;
                let mut all: BTreeMap<&str, &str> = kept.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                all.extend(of_topic);
                let alter = AlterConfig::new(ResourceSpecifier::Topic(topic));
                let alter = all.iter().fold(alter, |alter, (key, value)| alter.set(key, value));
                let doing = || KafkaError::doing(format!("change the settings of {topic}"));
                for result in block_on(admin.alter_configs([&alter], &options))?.map_err(doing())? {
                    result.map_err(|(_, code)| doing()(rdkafka::error::KafkaError::AdminOp(code)))?;
                }
            }
        }
    }
    Ok(())
}

fn admin(cluster: &Cluster) -> Result<AdminClient<DefaultClientContext>, KafkaError> {
    cluster.client().create().map_err(KafkaError::doing("set up an administrator"))
}

/// The settings of topics, by topic and name.
fn settings(cluster: &Cluster, topics: &[&TopicSpec]) -> Result<BTreeMap<(String, String), String>, KafkaError> {
    let mut found = BTreeMap::new();
    for spec in topics {
        for (name, value, _) in described(cluster, &spec.name)? {
            found.insert((spec.name.clone(), name), value);
        }
    }
    Ok(found)
}

/// The settings that a topic has of its own.
fn overridden(cluster: &Cluster, topic: &str) -> Result<Vec<(String, String)>, KafkaError> {
    let all = described(cluster, topic)?;
    Ok(all.into_iter().filter(|(_, _, is_own)| *is_own).map(|(name, value, _)| (name, value)).collect())
}

fn described(cluster: &Cluster, topic: &str) -> Result<Vec<(String, String, bool)>, KafkaError> {
    use rdkafka::admin::ConfigSource;
    let admin = admin(cluster)?;
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    let doing = || KafkaError::doing(format!("ask for the settings of {topic}"));
    let resources = block_on(admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options))?.map_err(doing())?;
    let mut found = Vec::new();
    for resource in resources {
        let resource = resource.map_err(|code| doing()(rdkafka::error::KafkaError::AdminOp(code)))?;
        found.extend(resource.entries.into_iter().filter_map(|entry| {
            let is_own = matches!(entry.source, ConfigSource::DynamicTopic);
            Some((entry.name, entry.value?, is_own))
        }));
    }
    Ok(found)
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, KafkaError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    Ok(runtime.map_err(|error| KafkaError::Thread(error.to_string()))?.block_on(future))
}
