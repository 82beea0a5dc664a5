//! The settings of the engine: `duly.yaml`.
//!
//! Every setting has a default, so an empty file is a good one; a key that is not known is a mistake, because a setting
//! that silently does nothing is worse than none. All mistakes are reported at once, each with its place. What is
//! promised is deliberately not here: that is what policies say.

mod announcements;
mod kafka;
mod node;
mod notifications;
pub(crate) mod read;
pub(crate) mod recipe;
mod secret;
mod security;
mod show;
mod sinks;
mod sources;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use duly_core::policy::Duration;
use duly_core::policy::source::Mistake;
use duly_core::time::{Instant, Span};
use schemars::JsonSchema;

use read::Entries;

pub use announcements::Announcements;
pub use kafka::{Kafka, check_bootstrap, instance_name, instance_url, topic_prefix};
pub use notifications::Notifications;
pub use secret::{Secret, SecretError};
pub use security::{Mechanism, PASSWORD_VARIABLE, Protocol, Security};
pub use sinks::{Begin, Sink, Tls};
pub use sources::{Hook, Source, check_name as check_source_name, check_tenant};

/// Where the API listens unless told otherwise.
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8321);

/// What the engine is told once, at its start.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Config {
    /// The `SQLite` file of the embedded store. It is made where there is none.
    pub store: PathBuf,
    /// The policies that are in force: files as `duly validate` accepts them.
    pub policies: Vec<PathBuf>,
    /// Files of ticket events, one `CloudEvent` a line, each read once to its end; `-` is standard input.
    pub feeds: Vec<PathBuf>,
    /// Files of ticket events that are read as they grow.
    pub follow: Vec<PathBuf>,
    /// The address and port of the API and the metrics. Any address but a loopback one needs a token.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// A file with the bearer token that requests have to carry, and nothing else in it.
    pub token_file: Option<PathBuf>,
    /// How long to wait for late events before silence is judged, such as `2m`.
    #[schemars(with = "String")]
    pub lateness_grace: Span,
    /// How long what is over is kept in memory.
    pub retention: Retention,
    /// How much the log tells.
    pub log: Level,
    /// Whether people are told of reminders, breaches and escalations, and in whose words. Without it, nobody is.
    pub notifications: Option<Notifications>,
    /// Whether everybody may read what customers are told of emergencies, as a feed for a website. Without it, nobody may.
    pub announcements: Option<Announcements>,
    /// The systems that tell of tickets in words of their own, each under its name, in their order.
    #[schemars(with = "BTreeMap<String, Source>")]
    pub sources: Vec<Source>,
    /// Where SLA events and notifications go, each sink under its name, in their order.
    #[schemars(with = "BTreeMap<String, Sink>")]
    pub sinks: Vec<Sink>,
    /// The Kafka cluster whose topics hold everything. Without it, `store` does.
    pub kafka: Option<Kafka>,
}

/// How long what is over is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Retention {
    /// How long a closed ticket stays after its last event, such as `180d`, by when the log took it. Later events for it are
    /// dead letters `retired`. Without it, for ever.
    #[schemars(with = "Option<String>")]
    pub closed: Option<Span>,
}

impl Retention {
    /// Since when closed tickets are all kept at `now`: for ever where nothing says otherwise.
    pub fn kept_since(self, now: Instant) -> Instant {
        self.closed.map_or(Instant::MIN, |closed| now.minus(closed))
    }
}

/// How much the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Level {
    /// Only what went wrong.
    Error,
    /// Also what somebody should look at.
    Warn,
    /// Also what the engine is doing.
    #[default]
    Info,
    /// Also what helps to find a defect.
    Debug,
}

impl Level {
    /// The levels by their names.
    pub const ALL: [(&str, Level); 4] =
        [("error", Level::Error), ("warn", Level::Warn), ("info", Level::Info), ("debug", Level::Debug)];
}

impl Default for Config {
    fn default() -> Self {
        Config {
            store: PathBuf::from("duly.sqlite"),
            policies: Vec::new(),
            feeds: Vec::new(),
            follow: Vec::new(),
            listen: LISTEN,
            token_file: None,
            lateness_grace: Span::ZERO,
            retention: Retention::default(),
            log: Level::default(),
            notifications: None,
            announcements: None,
            sources: Vec::new(),
            sinks: Vec::new(),
            kafka: None,
        }
    }
}

/// The keys of the file, for what is not one of them.
const KEYS: [&str; 14] = [
    "store",
    "policies",
    "feeds",
    "follow",
    "listen",
    "token_file",
    "lateness_grace",
    "retention",
    "log",
    "notifications",
    "announcements",
    "sources",
    "sinks",
    "kafka",
];

impl Config {
    /// Reads the text of a `duly.yaml`.
    ///
    /// # Errors
    ///
    /// All mistakes, in the order of the text; where the text is not YAML at all, only where that shows first.
    pub fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
        let mut config = Config::default();
        let mut entries = Entries::read(text, &KEYS)?;
        entries.take("store", &mut config.store, read::path);
        entries.take("policies", &mut config.policies, read::paths);
        entries.take("feeds", &mut config.feeds, read::paths);
        entries.take("follow", &mut config.follow, read::paths);
        entries.take("listen", &mut config.listen, listen);
        entries.take("token_file", &mut config.token_file, |value| read::path(value).map(Some));
        entries.take("lateness_grace", &mut config.lateness_grace, grace);
        entries.section("retention", &["closed"], |section| {
            section.take("closed", &mut config.retention.closed, |value| closed(value).map(Some));
        });
        entries.take("log", &mut config.log, |value| read::word(value, &Level::ALL));
        if entries.is_section("notifications") {
            let read = |section: &mut Entries| config.notifications = Some(Notifications::read(section));
            entries.section("notifications", &notifications::KEYS, read);
        } else {
            entries.take("notifications", &mut config.notifications, Notifications::switch);
        }
        if entries.is_section("announcements") {
            let read = |section: &mut Entries| config.announcements = Some(Announcements::read(section));
            entries.section("announcements", &announcements::KEYS, read);
        } else {
            entries.take("announcements", &mut config.announcements, Announcements::switch);
        }
        config.sources = sources::read(&mut entries);
        config.sinks = sinks::read(&mut entries);
        entries.section("kafka", &kafka::KEYS, |section| config.kafka = Some(Kafka::read(section)));
        entries.finish(config)
    }

    /// The same, with relative paths meant from `directory`: that of the file it was read from.
    #[must_use]
    pub fn relative_to(mut self, directory: &Path) -> Self {
        let feeds = self.feeds.iter_mut().filter(|path| **path != Path::new("-"));
        let of_kafka = self.kafka.iter_mut().flat_map(Kafka::paths);
        let templates = self.notifications.iter_mut().flat_map(|notifications| &mut notifications.templates);
        let of_sources = sources::paths(&mut self.sources);
        let of_sinks = self.sinks.iter_mut().flat_map(Sink::paths);
        let lists = self.policies.iter_mut().chain(&mut self.follow).chain(feeds);
        for path in lists
            .chain(&mut self.token_file)
            .chain([&mut self.store])
            .chain(of_kafka)
            .chain(templates)
            .chain(of_sources)
            .chain(of_sinks)
        {
            *path = directory.join(&*path);
        }
        self
    }

    /// The JSON Schema of the file.
    pub fn json_schema() -> serde_json::Value {
        let mut schema = schemars::schema_for!(Config);
        schema.insert("title".to_owned(), "The settings of Duly's engine (duly.yaml)".into());
        // People who are told with what is built in need no more than a word.
        if let Some(ways) =
            schema.pointer_mut("/properties/notifications/anyOf").and_then(serde_json::Value::as_array_mut)
        {
            ways.insert(0, serde_json::json!({"enum": ["on", "off", true, false]}));
        }
        if let Some(ways) =
            schema.pointer_mut("/properties/announcements/anyOf").and_then(serde_json::Value::as_array_mut)
        {
            ways.insert(0, serde_json::json!({"enum": ["public", "off", false]}));
        }
        // A section that says nothing of the cluster says nothing.
        if let Some(kafka) = schema.pointer_mut("/$defs/Kafka").and_then(serde_json::Value::as_object_mut) {
            kafka.insert("required".to_owned(), serde_json::json!(["bootstrap"]));
        }
        schema.to_value()
    }
}

/// What is wrong with a value, and what to do about it.
pub type Wrong = (String, String);

fn listen(value: &serde_json::Value) -> Result<SocketAddr, Wrong> {
    const HINT: &str =
        "write an address and a port: `127.0.0.1:8321`, `[::1]:8321`, or `0.0.0.0:8321` with a token_file";
    let text = read::text(value).map_err(|(what, _)| (what, HINT.to_owned()))?;
    text.parse().map_err(|_| (format!("`{text}` is not an address to listen on"), HINT.to_owned()))
}

fn grace(value: &serde_json::Value) -> Result<Span, Wrong> {
    elapsed(value, "write `30s`, `2m` or `1h`; without it nothing is waited for")
}

fn closed(value: &serde_json::Value) -> Result<Span, Wrong> {
    elapsed(value, "write `90d` or `365d`; without it closed tickets stay for ever")
}

/// A length of time round the clock.
fn elapsed(value: &serde_json::Value, hint: &str) -> Result<Span, Wrong> {
    let text = read::text(value)?;
    match text.parse::<Duration>() {
        Ok(Duration::Elapsed(s)) => Ok(Span::from_s(i64::from(s))),
        Ok(_) => Err((format!("`{text}` counts on a calendar, and there is none here"), hint.to_owned())),
        Err(error) => Err((error.what, hint.to_owned())),
    }
}

#[cfg(test)]
mod tests;
