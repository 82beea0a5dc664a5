//! What an administrator asks and does: settings of topics, new topics.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, ConfigSource, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode};

use super::super::context::Context;
use super::super::{Cluster, KafkaError};
use super::plan::Step;
use super::wanted::TopicSpec;

/// How long the cluster may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long all brokers may take to learn what was done.
const SPREAD: Duration = Duration::from_secs(15);

/// How long to wait before they are asked again.
const AGAIN: Duration = Duration::from_millis(100);

/// The settings that topics have, by topic and name.
pub(super) struct Settings(BTreeMap<String, BTreeMap<String, Value>>);

struct Value {
    value: String,
    /// Whether it was set for this topic, rather than for the cluster.
    is_own: bool,
}

impl Settings {
    /// Nothing is known.
    pub(super) fn unknown() -> Self {
        Settings(BTreeMap::new())
    }

    #[cfg(test)]
    pub(super) fn known(topic: &str, settings: BTreeMap<&str, String>) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), Value { value, is_own: true }));
        Settings([(topic.to_owned(), settings.collect())].into())
    }

    /// What a topic has, if that is known.
    pub(super) fn of(&self, topic: &str, setting: &str) -> Option<&str> {
        Some(self.0.get(topic)?.get(setting)?.value.as_str())
    }
}

/// Asks for the settings of topics.
pub(super) fn settings(cluster: &Cluster, topics: &[&str]) -> Result<Settings, KafkaError> {
    if topics.is_empty() {
        return Ok(Settings::unknown());
    }
    let doing = || KafkaError::doing("ask for the settings of the topics");
    let resources: Vec<ResourceSpecifier<'_>> = topics.iter().map(|topic| ResourceSpecifier::Topic(topic)).collect();
    let admin = admin(cluster)?;
    let answers = block_on(admin.describe_configs(&resources, &options()))?.map_err(doing())?;
    let mut found = BTreeMap::new();
    // They come in the order that they were asked for.
    for (topic, answer) in topics.iter().zip(answers) {
        let entries = answer.map_err(|code| doing()(RdKafkaError::AdminOp(code)))?.entries.into_iter();
        let settings = entries.filter_map(|entry| {
            let is_own = matches!(entry.source, ConfigSource::DynamicTopic);
            Some((entry.name, Value { value: entry.value?, is_own }))
        });
        found.insert((*topic).to_owned(), settings.collect());
    }
    Ok(Settings(found))
}

/// How many bytes a topic takes at once, if that can be known.
pub(in super::super) fn longest(cluster: &Cluster, topic: &str) -> Option<usize> {
    settings(cluster, &[topic]).ok()?.of(topic, "max.message.bytes")?.parse().ok()
}

/// Carries a plan out. What it refuses is not touched.
pub fn apply(cluster: &Cluster, steps: &[Step], replicas: usize) -> Result<(), KafkaError> {
    let admin = admin(cluster)?;
    for step in steps {
        if let Step::Create(spec) = step {
            create(&admin, spec, replicas)?;
        }
    }
    let altered: BTreeSet<&str> = steps.iter().filter_map(Step::altered).map(|(topic, ..)| topic).collect();
    altered.into_iter().try_for_each(|topic| alter(cluster, &admin, topic, steps))?;
    await_all(cluster, steps)
}

/// Waits until the brokers know what was done: they learn it one after another. Whether they have is for the next plan to say.
fn await_all(cluster: &Cluster, steps: &[Step]) -> Result<(), KafkaError> {
    let started = Stopwatch::now();
    while started.elapsed() < SPREAD {
        let metadata = cluster.metadata()?;
        let is_there =
            |name: &str| metadata.topics().iter().any(|topic| topic.name() == name && !topic.partitions().is_empty());
        let altered: Vec<&str> = steps.iter().filter_map(Step::altered).map(|(topic, ..)| topic).collect();
        let settings = settings(cluster, &altered)?;
        let is_done = |step: &Step| match step {
            Step::Create(spec) => is_there(&spec.name),
            step => step.altered().is_none_or(|(topic, setting, to)| settings.of(topic, setting) == Some(to)),
        };
        if steps.iter().all(is_done) {
            break;
        }
        std::thread::sleep(AGAIN);
    }
    Ok(())
}

fn create(admin: &AdminClient<Context>, spec: &TopicSpec, replicas: usize) -> Result<(), KafkaError> {
    let count = i32::try_from(spec.partitions).unwrap_or(i32::MAX);
    let replicas = i32::try_from(replicas).unwrap_or(i32::MAX);
    let new = NewTopic::new(&spec.name, count, TopicReplication::Fixed(replicas));
    let new = spec.settings.iter().fold(new, |new, setting| new.set(setting.name, &setting.value));
    let doing = || KafkaError::doing(format!("create the topic {}", spec.name));
    for result in block_on(admin.create_topics([&new], &options()))?.map_err(doing())? {
        match result {
            // Made by somebody else meanwhile: the next plan says what it is like.
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) => return Err(doing()(RdKafkaError::AdminOp(code))),
        }
    }
    Ok(())
}

/// Changes the settings of a topic. Setting some sets all: those that it has of its own have to be said again.
fn alter(cluster: &Cluster, admin: &AdminClient<Context>, topic: &str, steps: &[Step]) -> Result<(), KafkaError> {
    let known = settings(cluster, &[topic])?;
    let own = known.0.get(topic).into_iter().flatten().filter(|(_, value)| value.is_own);
    let mut all: BTreeMap<&str, &str> = own.map(|(name, value)| (name.as_str(), value.value.as_str())).collect();
    let ours = steps.iter().filter_map(Step::altered).filter(|(of, ..)| *of == topic);
    all.extend(ours.map(|(_, setting, to)| (setting, to)));
    let alter = all
        .iter()
        .fold(AlterConfig::new(ResourceSpecifier::Topic(topic)), |alter, (name, value)| alter.set(name, value));
    let doing = || KafkaError::doing(format!("change the settings of {topic}"));
    for result in block_on(admin.alter_configs([&alter], &options()))?.map_err(doing())? {
        result.map_err(|(_, code)| doing()(RdKafkaError::AdminOp(code)))?;
    }
    Ok(())
}

fn admin(cluster: &Cluster) -> Result<AdminClient<Context>, KafkaError> {
    // librdkafka hands its question for a token to nobody here: the call would wait until it is given up.
    if cluster.context.has_tokens() {
        return Err(KafkaError::NoAdministrator);
    }
    cluster.client().create_with_context(cluster.context.clone()).map_err(KafkaError::doing("set up an administrator"))
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE))
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, KafkaError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    Ok(runtime.map_err(|error| KafkaError::Thread(error.to_string()))?.block_on(future))
}
