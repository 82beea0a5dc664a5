//! The section `kafka`: which cluster, and what this instance is called there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use duly_core::time::Span;
use schemars::JsonSchema;
use serde_json::Value;

use super::read::{self, Entries};
use super::security::Security;
use super::{SecretError, Wrong};
use crate::kafka::{Cluster, Context, Tell, Topics, properties};

/// How this instance works on a Kafka cluster.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Kafka {
    /// Brokers to begin with: `host:port`, comma-separated. A list does as well.
    pub bootstrap: String,
    /// What the names of all topics begin with.
    pub prefix: String,
    /// The consumer group whose members share the lanes. Without it, `duly` after the prefix.
    pub group: Option<String>,
    /// The name of this instance, which it keeps across restarts: no other instance of the group may have it. Without
    /// it, the name of the host.
    pub instance: Option<String>,
    /// The URL at which other instances reach the API of this one, such as `http://10.0.0.5:8321`.
    pub advertise: Option<String>,
    /// How many threads share the lanes of this instance.
    #[schemars(range(min = 1, max = 64))]
    pub workers: usize,
    /// After which silence of an instance its lanes go to others, such as `45s`.
    #[schemars(with = "String")]
    pub session_timeout: Span,
    /// How long a transaction may be open: at most the session time-out.
    #[schemars(with = "String")]
    pub transaction_timeout: Span,
    /// How often is committed under load, such as `100ms`; an idle instance commits at once.
    #[schemars(with = "String")]
    pub commit_interval: Span,
    /// How often progress marks of sources are written into the log, such as `5s`: so much later at most a breach is noticed.
    #[schemars(with = "String")]
    pub progress_interval: Span,
    /// A folder for snapshots of lanes, so that a restart does not read the whole changelog. Without it, none are kept.
    pub snapshots: Option<PathBuf>,
    /// How often the snapshot of a lane is taken, such as `10m`.
    #[schemars(with = "String")]
    pub snapshot_interval: Span,
    /// How the cluster knows that it is us, and we that it is the cluster.
    pub security: Security,
    /// Properties of librdkafka, for what has no setting here.
    pub properties: BTreeMap<String, String>,
}

impl Default for Kafka {
    fn default() -> Self {
        Kafka {
            bootstrap: String::new(),
            prefix: String::new(),
            group: None,
            instance: None,
            advertise: None,
            workers: 1,
            session_timeout: Span::from_s(45),
            transaction_timeout: Span::from_s(30),
            commit_interval: Span::from_ns(100_000_000),
            progress_interval: Span::from_s(5),
            snapshots: None,
            snapshot_interval: Span::from_s(600),
            security: Security::default(),
            properties: BTreeMap::new(),
        }
    }
}

/// The keys of the section.
pub(super) const KEYS: [&str; 14] = [
    "bootstrap",
    "prefix",
    "group",
    "instance",
    "advertise",
    "workers",
    "session_timeout",
    "transaction_timeout",
    "commit_interval",
    "progress_interval",
    "snapshots",
    "snapshot_interval",
    "security",
    "properties",
];

const SECOND: Span = Span::from_s(1);

impl Kafka {
    /// A cluster without security, with the usual names.
    pub fn at(bootstrap: impl Into<String>) -> Self {
        Kafka { bootstrap: bootstrap.into(), ..Kafka::default() }
    }

    /// The way to the cluster. Reads the files that hold secrets.
    pub fn cluster(&self, tell: Tell) -> Result<Cluster, SecretError> {
        let mut properties = self.properties.clone();
        properties.extend(self.security.properties()?);
        Ok(Cluster {
            bootstrap: self.bootstrap.clone(),
            topics: Topics::with_prefix(&self.prefix),
            group: self.group(),
            properties,
            context: match &self.security.token_file {
                Some(file) => Context::with_tokens(tell, file),
                None => Context::new(tell),
            },
        })
    }

    /// The group: as told, else one that no other prefix has.
    pub fn group(&self) -> String {
        self.group.clone().unwrap_or_else(|| format!("{}duly", self.prefix))
    }

    /// The name of this instance: as told, else that of the host.
    pub fn instance(&self) -> String {
        let host = || rustix::system::uname().nodename().to_string_lossy().into_owned();
        let name = self.instance.clone().unwrap_or_else(host);
        // A host may be called what Kafka takes for no name.
        name.chars().map(|c| if is_of_a_name(c) { c } else { '-' }).collect()
    }

    pub(super) fn read(section: &mut Entries) -> Kafka {
        let mut kafka = Kafka::default();
        section.take("bootstrap", &mut kafka.bootstrap, bootstrap);
        section.take("prefix", &mut kafka.prefix, |value| text(value, topic_prefix));
        section.take("group", &mut kafka.group, |value| read::text(value).map(Some));
        section.take("instance", &mut kafka.instance, |value| text(value, name).map(Some));
        section.take("advertise", &mut kafka.advertise, |value| text(value, instance_url).map(Some));
        section.take("workers", &mut kafka.workers, workers);
        section.take("session_timeout", &mut kafka.session_timeout, |value| read::span(value, SECOND));
        kafka.transaction_timeout = kafka.transaction_timeout.min(kafka.session_timeout);
        section.take("transaction_timeout", &mut kafka.transaction_timeout, |value| read::span(value, SECOND));
        section
            .take("commit_interval", &mut kafka.commit_interval, |value| read::span(value, Span::from_ns(1_000_000)));
        section.take("progress_interval", &mut kafka.progress_interval, |value| {
            read::span(value, Span::from_ns(10_000_000))
        });
        section.take("snapshots", &mut kafka.snapshots, |value| read::path(value).map(Some));
        section.take("snapshot_interval", &mut kafka.snapshot_interval, |value| read::span(value, SECOND));
        section.section("security", &super::security::KEYS, |entries| kafka.security = Security::read(entries));
        section.each("properties", |name, value| {
            let value = read::text(value)?;
            properties::check(name, &value)?;
            kafka.properties.insert(name.to_owned(), value);
            Ok(())
        });
        if !section.has("bootstrap") {
            section.blame("bootstrap", ("it is missing".to_owned(), BOOTSTRAP.to_owned()));
        }
        if kafka.transaction_timeout > kafka.session_timeout {
            let what = format!("it is longer than the session_timeout, {}", kafka.session_timeout);
            let hint = "a lane that moves waits until open transactions are settled: write at most the session_timeout";
            section.blame("transaction_timeout", (what, hint.to_owned()));
        }
        kafka
    }

    /// The files that are named, to be meant from where the settings lie.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.security.paths().chain(&mut self.snapshots)
    }
}

const BOOTSTRAP: &str = "write where the brokers are: `kafka-1:9092,kafka-2:9092`";

/// Whether `text` can be where brokers are.
///
/// # Errors
///
/// What is wrong with it, and what to do.
pub fn check_bootstrap(text: &str) -> Result<String, Wrong> {
    for address in text.split(',').map(str::trim) {
        let wrong = |what: &str| Err((format!("`{address}` {what}"), BOOTSTRAP.to_owned()));
        if address.contains("://") {
            return wrong("has a protocol, which is told under `security`");
        }
        let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && is_port(port) && !host.contains(char::is_whitespace) => {}
            _ => return wrong("is not the address of a broker"),
        }
    }
    Ok(text.split(',').map(str::trim).collect::<Vec<_>>().join(","))
}

fn bootstrap(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::Array(values) => {
            let addresses = values.iter().map(read::text).collect::<Result<Vec<_>, _>>()?;
            check_bootstrap(&addresses.join(","))
        }
        single => check_bootstrap(&read::text(single)?),
    }
}

fn text(value: &Value, check: impl FnOnce(&str) -> Result<(), Wrong>) -> Result<String, Wrong> {
    let text = read::text(value)?;
    check(&text).map(|()| text)
}

/// What Kafka takes in names.
fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-".contains(c)
}

fn name(text: &str) -> Result<(), Wrong> {
    if text.chars().all(is_of_a_name) && text.len() <= 200 {
        return Ok(());
    }
    let hint = "names have letters, digits, `.`, `_` and `-`, and at most 200 of them".to_owned();
    Err((format!("it can not be `{text}`"), hint))
}

/// Whether names of topics can begin with `text`.
///
/// # Errors
///
/// What is wrong with it, and what to do.
pub fn topic_prefix(text: &str) -> Result<(), Wrong> {
    name(text)
}

/// Whether an instance can be called `text`.
///
/// # Errors
///
/// What is wrong with it, and what to do.
pub fn instance_name(text: &str) -> Result<(), Wrong> {
    name(text)
}

/// Whether instances can be reached at `text`.
///
/// # Errors
///
/// What is wrong with it, and what to do.
pub fn instance_url(text: &str) -> Result<(), Wrong> {
    if crate::kafka::is_address(text) {
        return Ok(());
    }
    let hint = "write where other instances reach this one: `http://10.0.0.5:8321`".to_owned();
    Err((format!("`{text}` is not the URL of an instance"), hint))
}

fn workers(value: &Value) -> Result<usize, Wrong> {
    let text = read::text(value)?;
    match text.parse() {
        Ok(workers @ 1..=64) => Ok(workers),
        _ => Err((format!("it can not be `{text}`"), "write how many threads are to work: 1 to 64".to_owned())),
    }
}

#[cfg(test)]
mod tests;
