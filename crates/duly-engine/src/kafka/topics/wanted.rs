//! What the topics have to be like.

use super::super::Cluster;

/// What a topic has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: usize,
    /// Whether it must have exactly as many.
    pub is_aligned: bool,
    /// Whether an engine does not start without it.
    pub is_needed: bool,
    /// Its settings.
    pub settings: Vec<Setting>,
}

/// A setting of a topic, as Kafka names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it is when the topic is made.
    pub value: String,
    /// What it may be later.
    pub hold: Hold,
}

/// What an operator may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Nothing: Duly would go wrong.
    Exactly,
    /// Upwards only.
    AtLeast,
    /// Anything.
    AtFirst,
}

impl Setting {
    /// Whether `value` will do.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self.hold {
            Hold::AtFirst => true,
            Hold::Exactly => value == self.value,
            Hold::AtLeast => match (value.parse::<i64>(), self.value.parse::<i64>()) {
                (Ok(value), Ok(least)) => value >= least,
                _ => value == self.value,
            },
        }
    }
}

/// How many brokers must have a record before it counts: a second one, where there are three.
pub(super) fn in_sync(replicas: usize) -> usize {
    if replicas >= 3 { 2 } else { 1 }
}

const MONTH_MS: &str = "2592000000";
/// A ticket with a long history is one record of the changelog.
const CHANGELOG_RECORD_BYTES: &str = "67108864";
/// A dead letter is what was refused, whatever its length, and why.
const DEAD_LETTER_BYTES: &str = CHANGELOG_RECORD_BYTES;

/// The topics of a cluster with `partitions` lanes, when they are made with `replicas` copies.
pub fn wanted(cluster: &Cluster, partitions: usize, replicas: usize) -> Vec<TopicSpec> {
    let names = &cluster.topics;
    let log = |name: &str, partitions| TopicSpec {
        name: name.to_owned(),
        partitions,
        is_aligned: false,
        is_needed: true,
        settings: vec![
            setting("cleanup.policy", "delete", Hold::Exactly),
            setting("min.insync.replicas", &in_sync(replicas).to_string(), Hold::AtLeast),
            setting("retention.ms", "-1", Hold::AtFirst),
            setting("retention.bytes", "-1", Hold::AtFirst),
        ],
    };
    vec![
        // The log of record: when the log took an event is what retention and watermarks go by.
        log(&names.tickets, partitions).aligned().with("message.timestamp.type", "LogAppendTime", Hold::Exactly),
        log(&names.sla, partitions),
        // What was in force at any time has to be known for ever.
        log(&names.control, 1)
            .aligned()
            .with("message.timestamp.type", "LogAppendTime", Hold::Exactly)
            .with("retention.ms", "-1", Hold::Exactly)
            .with("retention.bytes", "-1", Hold::Exactly),
        log(&names.changelog, partitions)
            .aligned()
            .with("cleanup.policy", "compact", Hold::Exactly)
            .with("max.message.bytes", CHANGELOG_RECORD_BYTES, Hold::AtLeast)
            .with("segment.bytes", "268435456", Hold::AtFirst),
        log(&names.dead_letters, partitions).with("max.message.bytes", DEAD_LETTER_BYTES, Hold::AtLeast),
        TopicSpec { is_needed: false, ..log(&names.notifications, partitions) }.with(
            "retention.ms",
            MONTH_MS,
            Hold::AtFirst,
        ),
    ]
}

fn setting(name: &'static str, value: &str, hold: Hold) -> Setting {
    Setting { name, value: value.to_owned(), hold }
}

impl TopicSpec {
    fn aligned(self) -> Self {
        TopicSpec { is_aligned: true, ..self }
    }

    /// With a setting, in the place of one of that name.
    fn with(mut self, name: &'static str, value: &str, hold: Hold) -> Self {
        let setting = setting(name, value, hold);
        match self.settings.iter_mut().find(|known| known.name == name) {
            Some(known) => *known = setting,
            None => self.settings.push(setting),
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_may_change_what_nothing_hangs_on() {
        for (hold, ours, theirs, is_accepted) in [
            (Hold::Exactly, "delete", "delete", true),
            (Hold::Exactly, "delete", "compact", false),
            (Hold::AtLeast, "2", "3", true),
            (Hold::AtLeast, "2", "1", false),
            (Hold::AtLeast, "2", "", false),
            (Hold::AtFirst, "-1", "604800000", true),
        ] {
            assert_eq!(setting("x", ours, hold).accepts(theirs), is_accepted, "{hold:?} {ours} {theirs}");
        }
    }

    #[test]
    fn settings_are_said_once_and_the_log_is_never_compacted() {
        let topics = wanted(&Cluster::plain("a:1"), 8, 3);
        for topic in &topics {
            let mut names: Vec<&str> = topic.settings.iter().map(|setting| setting.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), topic.settings.len(), "{}", topic.name);
        }
        let of = |name: &str| topics.iter().find(|topic| topic.name == name).expect("a topic");
        let policy = |name| of(name).settings.iter().find(|setting| setting.name == "cleanup.policy").cloned();
        assert_eq!(policy("duly.ticket.events.v1"), Some(setting("cleanup.policy", "delete", Hold::Exactly)));
        assert_eq!(policy("duly.engine.changelog.v1"), Some(setting("cleanup.policy", "compact", Hold::Exactly)));
        assert_eq!(of("duly.control.v1").partitions, 1);
    }
}
