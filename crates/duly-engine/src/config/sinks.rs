//! The section `sinks`: where SLA events and notifications go.

mod show;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono_tz::Tz;
use duly_core::time::Span;
use schemars::JsonSchema;
use serde_json::Value;

use super::read::{self, Entries};
use crate::deliver::{Of, Selection};
use values::{check_name, from, known, parallel, send, server, texts, url, zone};

/// Where records go.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sink {
    /// Its name, in metrics, dead letters and the name of its consumer group: the key of its section.
    #[schemars(skip)]
    pub name: String,
    /// How they are sent: `webhook`, `email`, `http` with a recipe of your own, or a recipe that is built in, such as `slack`.
    pub send: String,
    /// What is sent: `sla` or `notifications`.
    #[schemars(with = "String")]
    pub of: Of,
    /// Only these types, such as `breached` or `reminder`; without it, all. `retracted` means retractions of the others named.
    #[schemars(default)]
    pub types: Vec<String>,
    /// Only what is about these objectives.
    #[schemars(default)]
    pub objectives: Vec<String>,
    /// Only notifications that are meant for this way, such as `email`.
    pub channel: Option<String>,
    /// Where a new sink begins: `now`, with what is written from then on, or `start`, with all that there is.
    #[schemars(with = "Option<String>")]
    pub begin: Begin,
    /// The language of what is sent, where neither the person nor the ticket has one: `zh` or `en`.
    pub language: Option<String>,
    /// The IANA zone of instants in texts. UTC where nothing is said.
    #[schemars(with = "Option<String>")]
    pub zone: Tz,
    /// The address book, for what goes to single people.
    pub people: Option<PathBuf>,
    /// Of a webhook: where it goes.
    pub url: Option<String>,
    /// Of a webhook: a file with the secret that it is signed with.
    pub secret_file: Option<PathBuf>,
    /// Of `http`: the file with the recipe.
    pub recipe: Option<PathBuf>,
    /// What a recipe calls `values`.
    #[schemars(default)]
    pub values: BTreeMap<String, String>,
    /// What a recipe calls `secret`: a file for each name, read anew for each attempt.
    #[schemars(default)]
    pub secrets: BTreeMap<String, PathBuf>,
    /// Of mail: the server, `host:port`.
    pub server: Option<String>,
    /// Of mail: `starttls`, `implicit`, or `none`.
    #[schemars(with = "Option<String>")]
    pub tls: Tls,
    /// Of mail: the user, where the server asks for one.
    pub username: Option<String>,
    /// Of mail: the file with the user's password.
    pub password_file: Option<PathBuf>,
    /// Of mail: who it is from, such as `Duly <duly@example.com>`.
    pub from: Option<String>,
    /// The authorities whose certificates are trusted, in PEM; without it, those of the system.
    pub ca_file: Option<PathBuf>,
    /// How many records are on their way at a time.
    #[schemars(default, range(min = 1, max = 32))]
    pub parallel: usize,
    /// How long an attempt may take, such as `30s`.
    #[schemars(with = "Option<String>")]
    pub timeout: Span,
    /// After how long without success a record becomes a dead letter, such as `24h`.
    #[schemars(with = "Option<String>")]
    pub give_up_after: Span,
    /// The longest wait after the first attempt; it doubles from one to the next.
    #[schemars(with = "Option<String>")]
    pub retry_first: Span,
    /// The longest wait of all.
    #[schemars(with = "Option<String>")]
    pub retry_most: Span,
}

/// Where a new sink begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Begin {
    /// With what is written from then on.
    #[default]
    Now,
    /// With all that there is.
    Start,
}

/// How a connection for mail is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tls {
    /// Begun within the conversation.
    #[default]
    StartTls,
    /// From the beginning.
    Implicit,
    /// Not at all.
    None,
}

/// The keys of a sink.
pub(super) const KEYS: [&str; 25] = [
    "send",
    "of",
    "types",
    "objectives",
    "channel",
    "begin",
    "language",
    "zone",
    "people",
    "url",
    "secret_file",
    "recipe",
    "values",
    "secrets",
    "server",
    "tls",
    "username",
    "password_file",
    "from",
    "ca_file",
    "parallel",
    "timeout",
    "give_up_after",
    "retry_first",
    "retry_most",
];

/// Keys of one way of sending alone, and which.
const OF_ONE: [(&str, &[&str]); 3] = [
    ("webhook", &["url", "secret_file"]),
    ("email", &["server", "tls", "username", "password_file", "from"]),
    ("a recipe", &["recipe", "values", "secrets"]),
];

pub(super) const OFS: [(&str, Of); 2] = [("sla", Of::Sla), ("notifications", Of::Notifications)];
pub(super) const BEGINS: [(&str, Begin); 2] = [("now", Begin::Now), ("start", Begin::Start)];
pub(super) const PROTECTIONS: [(&str, Tls); 3] =
    [("starttls", Tls::StartTls), ("implicit", Tls::Implicit), ("none", Tls::None)];

impl Default for Sink {
    fn default() -> Self {
        Sink {
            name: String::new(),
            send: String::new(),
            of: Of::default(),
            types: Vec::new(),
            objectives: Vec::new(),
            channel: None,
            begin: Begin::default(),
            language: None,
            zone: Tz::UTC,
            people: None,
            url: None,
            secret_file: None,
            recipe: None,
            values: BTreeMap::new(),
            secrets: BTreeMap::new(),
            server: None,
            tls: Tls::default(),
            username: None,
            password_file: None,
            from: None,
            ca_file: None,
            parallel: 4,
            timeout: Span::from_s(30),
            give_up_after: Span::from_s(24 * 3600),
            retry_first: Span::from_s(1),
            retry_most: Span::from_s(300),
        }
    }
}

/// Reads all sinks, in the order of their names.
pub(super) fn read(entries: &mut Entries) -> Vec<Sink> {
    let mut sinks: Vec<Sink> = Vec::new();
    entries.sections("sinks", &KEYS, |name, section| sinks.push(Sink::read(name, section)));
    sinks.sort_by(|a, b| a.name.cmp(&b.name));
    sinks
}

impl Sink {
    fn read(name: &str, section: &mut Entries) -> Sink {
        let mut sink = Sink { name: name.to_owned(), ..Sink::default() };
        if let Err(wrong) = check_name(name) {
            section.blame("", wrong);
        }
        let some_path = |value: &Value| read::path(value).map(Some);
        let some_text = |value: &Value| read::text(value).map(Some);
        section.take("send", &mut sink.send, send);
        section.take("of", &mut sink.of, |value| read::word(value, &OFS));
        section.take("types", &mut sink.types, |value| {
            texts(value)?.into_iter().map(|name| known(sink.of, name)).collect()
        });
        section.take("objectives", &mut sink.objectives, texts);
        section.take("channel", &mut sink.channel, some_text);
        section.take("begin", &mut sink.begin, |value| read::word(value, &BEGINS));
        section.take("language", &mut sink.language, |value| {
            read::word(value, &[("zh", "zh"), ("en", "en")]).map(|word| Some(word.to_owned()))
        });
        section.take("zone", &mut sink.zone, zone);
        for (key, path) in [
            ("people", &mut sink.people),
            ("secret_file", &mut sink.secret_file),
            ("recipe", &mut sink.recipe),
            ("password_file", &mut sink.password_file),
            ("ca_file", &mut sink.ca_file),
        ] {
            section.take(key, path, some_path);
        }
        section.take("username", &mut sink.username, some_text);
        section.take("url", &mut sink.url, |value| url(&read::text(value)?).map(Some));
        section.take("server", &mut sink.server, |value| server(&read::text(value)?).map(Some));
        section.take("from", &mut sink.from, |value| from(&read::text(value)?).map(Some));
        section.take("tls", &mut sink.tls, |value| read::word(value, &PROTECTIONS));
        section.each("values", |name, value| {
            sink.values.insert(name.to_owned(), read::text(value)?);
            Ok(())
        });
        section.each("secrets", |name, value| {
            sink.secrets.insert(name.to_owned(), read::path(value)?);
            Ok(())
        });
        section.take("parallel", &mut sink.parallel, parallel);
        for (key, span, least) in [
            ("timeout", &mut sink.timeout, Span::from_ns(100_000_000)),
            ("give_up_after", &mut sink.give_up_after, Span::from_ns(1_000_000)),
            ("retry_first", &mut sink.retry_first, Span::from_ns(1_000_000)),
            ("retry_most", &mut sink.retry_most, Span::from_ns(1_000_000)),
        ] {
            section.take(key, span, |value| read::span(value, least));
        }
        sink.check(section);
        sink
    }

    /// What does not go together, or is missing.
    fn check(&self, section: &mut Entries) {
        let missing = |section: &mut Entries, key: &str, hint: &str| {
            if !section.has(key) {
                section.blame(key, ("it is missing".to_owned(), hint.to_owned()));
            }
        };
        missing(section, "of", "say what is sent: `of: sla` or `of: notifications`");
        missing(section, "send", "say how: `send: webhook`, `email`, `http` with a recipe, or one that is built in");
        let way = match self.send.as_str() {
            "" => return,
            way @ ("webhook" | "email") => way,
            _ => "a recipe",
        };
        for (other, keys) in OF_ONE.iter().filter(|(other, _)| *other != way) {
            for key in keys.iter().filter(|key| section.has(key)).copied().collect::<Vec<_>>() {
                let what = format!("it belongs to {other}, and this sink says `send: {}`", self.send);
                section.blame(key, (what, "leave it out, or change `send`".to_owned()));
            }
        }
        match self.send.as_str() {
            "webhook" => missing(section, "url", "say where it goes: `url: https://crm.example.com/duly`"),
            "email" => {
                missing(section, "server", "name the mail server: `server: smtp.example.com:587`");
                missing(section, "from", "say who it is from: `from: Duly <duly@example.com>`");
                missing(section, "people", "name the address book: `people: people.yaml`");
                self.check_mail(section);
            }
            "http" => missing(section, "recipe", "name the file with the recipe: `recipe: sinks/sms.yaml`"),
            name if section.has("recipe") => {
                let hint = "write `send: http` for a recipe of your own, or leave `recipe` out".to_owned();
                section.blame("recipe", (format!("the recipe of `send: {name}` is built in"), hint));
            }
            _ => {}
        }
        if self.of == Of::Sla {
            let way = section.has("channel").then_some("channel").or((self.send == "email").then_some("of"));
            if let Some(key) = way {
                let what = "only notifications say by which way, and whom, people are told".to_owned();
                section.blame(key, (what, "write `of: notifications`".to_owned()));
            }
        }
        if self.retry_most < self.retry_first {
            let what = format!("it is shorter than retry_first, {}", self.retry_first);
            section.blame("retry_most", (what, "write the longest wait of all".to_owned()));
        }
    }

    fn check_mail(&self, section: &mut Entries) {
        let pair = [("password_file", &self.username.is_some()), ("username", &self.password_file.is_some())];
        for (key, is_needed) in pair {
            if *is_needed && !section.has(key) {
                section.blame(key, ("it is missing".to_owned(), "a user and a password_file go together".to_owned()));
            }
        }
        let is_here = self
            .server
            .as_deref()
            .is_some_and(|server| ["localhost:", "127.", "[::1]:"].iter().any(|begin| server.starts_with(begin)));
        if self.tls == Tls::None && self.username.is_some() && !is_here {
            let what = "the password would be sent for everybody to read".to_owned();
            section.blame("tls", (what, "write `starttls` or `implicit`".to_owned()));
        }
    }

    /// Which records it takes.
    pub fn selection(&self) -> Selection {
        let Sink { of, types, objectives, channel, .. } = self.clone();
        Selection { of, types, objectives, channel }
    }

    /// Every file that is named, to be meant from where the settings lie.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let single =
            [&mut self.people, &mut self.secret_file, &mut self.recipe, &mut self.password_file, &mut self.ca_file];
        single.into_iter().flatten().chain(self.secrets.values_mut())
    }
}
