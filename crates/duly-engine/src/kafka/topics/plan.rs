//! What is to be done about the topics.

use rdkafka::metadata::{Metadata, MetadataTopic};

use super::super::{Cluster, KafkaError};
use super::admin::{Settings, settings};
use super::wanted::{TopicSpec, in_sync, wanted};
use super::{PARTITIONS, REPLICAS};

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
    /// It is not as it may be, and nobody can change that without moving tickets between lanes.
    Refuse {
        /// Its name.
        topic: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// It works, and is perhaps not meant.
    Warn {
        /// Its name.
        topic: String,
        /// What to look at.
        why: String,
    },
}

impl Step {
    /// Whether there is something to do.
    pub fn is_open(&self) -> bool {
        !matches!(self, Step::Keep { .. } | Step::Warn { .. })
    }

    /// The topic, the setting and what it becomes, where one is changed.
    pub(super) fn altered(&self) -> Option<(&str, &'static str, &str)> {
        match self {
            Step::Alter { topic, setting, to, .. } => Some((topic, setting, to)),
            _ => None,
        }
    }
}

/// How many brokers the cluster has.
pub fn brokers(cluster: &Cluster) -> Result<usize, KafkaError> {
    Ok(cluster.metadata()?.brokers().len())
}

/// How many partitions the log of ticket events has, if there is one.
pub fn partitions(cluster: &Cluster) -> Result<Option<usize>, KafkaError> {
    Ok(find(&cluster.metadata()?, &cluster.topics.tickets).map(|topic| topic.partitions().len()))
}

/// What is to be done so that the cluster has the topics wanted.
pub fn plan(cluster: &Cluster, wanted: &[TopicSpec]) -> Result<Vec<Step>, KafkaError> {
    let metadata = cluster.metadata()?;
    let known: Vec<&str> =
        wanted.iter().map(|spec| &*spec.name).filter(|name| find(&metadata, name).is_some()).collect();
    Ok(compare(&metadata, wanted, &settings(cluster, &known)?))
}

/// Checks that an engine can run on the topics that there are. Returns how many lanes there are.
///
/// # Errors
///
/// [`KafkaError::Topics`] with all that is wrong, and what to run.
pub fn check(cluster: &Cluster) -> Result<usize, KafkaError> {
    let metadata = cluster.metadata()?;
    let lanes = find(&metadata, &cluster.topics.tickets).map(|topic| topic.partitions().len());
    let wanted = wanted(cluster, lanes.unwrap_or(PARTITIONS), REPLICAS.min(metadata.brokers().len()));
    let needed: Vec<TopicSpec> = wanted.into_iter().filter(|spec| spec.is_needed).collect();
    let known: Vec<&str> =
        needed.iter().map(|spec| &*spec.name).filter(|name| find(&metadata, name).is_some()).collect();
    // Whoever may not see settings is not kept from work: the topics are there, and somebody else has made them.
    let settings = settings(cluster, &known).unwrap_or_else(|error| {
        cluster.context.tell(&format!("{error}; that they are as they have to be is taken for granted"));
        Settings::unknown()
    });
    let wrong: Vec<String> = compare(&metadata, &needed, &settings).iter().filter_map(complaint).collect();
    match lanes {
        Some(lanes) if wrong.is_empty() => Ok(lanes),
        _ => Err(KafkaError::Topics(wrong)),
    }
}

/// What is wrong before a step is taken.
fn complaint(step: &Step) -> Option<String> {
    match step {
        Step::Create(spec) => Some(format!("there is no topic {}", spec.name)),
        Step::Alter { topic, setting, from, to } => Some(format!("{topic}: {setting} is {from}, and has to be {to}")),
        Step::Refuse { topic, why } => Some(format!("{topic}: {why}")),
        Step::Keep { .. } | Step::Warn { .. } => None,
    }
}

fn find<'m>(metadata: &'m Metadata, name: &str) -> Option<&'m MetadataTopic> {
    metadata.topics().iter().find(|topic| topic.name() == name && !topic.partitions().is_empty())
}

fn compare(metadata: &Metadata, wanted: &[TopicSpec], settings: &Settings) -> Vec<Step> {
    let steps = wanted.iter().flat_map(|spec| match find(metadata, &spec.name) {
        None => vec![Step::Create(spec.clone())],
        Some(topic) => {
            let partitions = topic.partitions();
            let replicas = partitions.iter().map(|partition| partition.replicas().len()).min().unwrap_or(0);
            compare_one(spec, partitions.len(), replicas, settings)
        }
    });
    steps.collect()
}

/// What is to be done about a topic that there is.
fn compare_one(spec: &TopicSpec, partitions: usize, replicas: usize, settings: &Settings) -> Vec<Step> {
    let topic = || spec.name.clone();
    if spec.is_aligned && partitions != spec.partitions {
        let why = format!(
            "it has {partitions} partitions, and {} are wanted: a ticket's partition follows from their number, so that \
             changing it would tear histories apart. Use the number it has, or another prefix and a new log",
            spec.partitions
        );
        return vec![Step::Refuse { topic: topic(), why }];
    }
    let mut steps = Vec::new();
    for setting in &spec.settings {
        let mut setting = setting.clone();
        if setting.name == "min.insync.replicas" {
            // More than there are copies would stop all writing.
            setting.value = in_sync(replicas).to_string();
        }
        if let Some(from) = settings.of(&spec.name, setting.name).filter(|from| !setting.accepts(from)) {
            let (from, to) = (from.to_owned(), setting.value);
            steps.push(Step::Alter { topic: topic(), setting: setting.name, from, to });
        }
    }
    if steps.is_empty() {
        steps.push(Step::Keep { topic: topic() });
    }
    if replicas < 2 && spec.settings.iter().any(|setting| setting.name == "min.insync.replicas" && setting.value != "1")
    {
        let why = "one broker alone has each record, and takes it with it when it is lost: kafka-reassign-partitions gives \
                   a topic more replicas";
        steps.push(Step::Warn { topic: topic(), why: why.to_owned() });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps for the topic of that name, where it has such partitions, copies and settings.
    fn check(name: &str, partitions: usize, replicas: usize, settings: &[(&str, &str)]) -> Vec<String> {
        let wanted = wanted(&Cluster::plain("a:1"), 8, 3);
        let spec = wanted.iter().find(|spec| spec.name == name).expect("a topic");
        let told = spec.settings.iter().map(|setting| (setting.name, setting.value.clone()));
        let mut all: std::collections::BTreeMap<&str, String> = told.collect();
        all.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let known = Settings::known(name, all);
        compare_one(spec, partitions, replicas, &known).iter().map(shown).collect()
    }

    fn shown(step: &Step) -> String {
        match step {
            Step::Keep { .. } => "keep".to_owned(),
            Step::Warn { .. } => "warn".to_owned(),
            step => complaint(step).expect("it is open"),
        }
    }

    #[test]
    fn what_differs_is_mended_or_refused() {
        const LOG: &str = "duly.ticket.events.v1";
        assert_eq!(check(LOG, 8, 3, &[]), ["keep"]);
        assert_eq!(check(LOG, 8, 3, &[("retention.ms", "86400000")]), ["keep"]);
        assert_eq!(
            check(LOG, 8, 3, &[("cleanup.policy", "compact"), ("min.insync.replicas", "1")]),
            [
                format!("{LOG}: cleanup.policy is compact, and has to be delete"),
                format!("{LOG}: min.insync.replicas is 1, and has to be 2")
            ]
        );
        assert!(check(LOG, 6, 3, &[])[0].starts_with(&format!("{LOG}: it has 6 partitions, and 8 are wanted")));
        // SLA events need not lie in as many partitions as tickets.
        assert_eq!(check("duly.sla.events.v1", 6, 3, &[]), ["keep"]);
    }

    #[test]
    fn a_topic_with_one_copy_is_still_written_to() {
        assert_eq!(check("duly.sla.events.v1", 8, 1, &[("min.insync.replicas", "1")]), ["keep", "warn"]);
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        let wanted = wanted(&Cluster::plain("a:1"), 8, 3);
        let steps = compare_one(&wanted[0], 8, 3, &Settings::unknown());
        assert_eq!(steps.iter().map(shown).collect::<Vec<_>>(), ["keep"]);
    }
}
