//! The section `sources`: the systems that tell of tickets in words of their own, and by which way.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono_tz::Tz;
use duly_core::time::Span;
use schemars::JsonSchema;
use serde_json::Value;

use super::Wrong;
use super::read::{self, Entries};
use crate::ingest::signature::Signature;

/// The longest name of a source, in characters.
const NAME_CHARS_MAX: usize = 40;

/// The longest tenant, in bytes: a subject is no longer than 512.
const TENANT_BYTES_MAX: usize = 200;

/// A system that tells of tickets.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// Its name, in paths, metrics and dead letters: the key of its section.
    #[schemars(skip)]
    pub name: String,
    /// The file that says what its messages mean.
    pub mapping: PathBuf,
    /// Whose tickets they are: what stands before the `/` in the subject of their events.
    pub tenant: String,
    /// The IANA zone of times that are told without one. UTC where nothing is said.
    #[schemars(with = "Option<String>")]
    pub zone: Tz,
    /// Topics on Kafka that its messages are read from as they came.
    #[schemars(default)]
    pub topics: Vec<String>,
    /// Its webhook, `POST /hooks/{source}`. Without it, there is none.
    pub hook: Option<Hook>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Hook {
    /// A file with the secret that the source signs with, or is known by. With several lines each is a secret, so that it can
    /// be changed without losing a message.
    pub secret_file: Option<PathBuf>,
    /// How it signs, where the mapping does not say, or says otherwise. `none` is a word too: only this machine is let in
    /// then, or whoever has the API's token.
    pub signature: Option<Signature>,
    /// The URL as the source knows it, where it signs that too and a proxy is in front, such as
    /// `https://duly.example.com/hooks/hubspot`.
    pub url: Option<String>,
    /// How far the time that a message was signed at may be from now, such as `5m`. Without it, as its signature says.
    #[schemars(with = "Option<String>")]
    pub max_age: Option<Span>,
    /// How many requests are taken in a minute.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub per_minute: u32,
}

/// The keys of a source.
pub(super) const KEYS: [&str; 5] = ["mapping", "tenant", "zone", "topics", "hook"];

/// The keys of a hook.
const HOOK_KEYS: [&str; 5] = ["secret_file", "signature", "url", "max_age", "per_minute"];

impl Default for Hook {
    fn default() -> Self {
        Hook { secret_file: None, signature: None, url: None, max_age: None, per_minute: 1_200 }
    }
}

/// Reads all sources, in the order of their names.
pub(super) fn read(entries: &mut Entries) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    let mut topics = BTreeSet::new();
    entries.sections("sources", &KEYS, |name, section| {
        let source = Source::read(name, section);
        for topic in &source.topics {
            if !topics.insert(topic.clone()) {
                let hint = "each message is mapped once: give the topic to one source".to_owned();
                section.blame("topics", (format!("`{topic}` is read already"), hint));
            }
        }
        sources.push(source);
    });
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources
}

impl Source {
    fn read(name: &str, section: &mut Entries) -> Source {
        let mut source = Source {
            name: name.to_owned(),
            mapping: PathBuf::new(),
            tenant: String::new(),
            zone: Tz::UTC,
            topics: Vec::new(),
            hook: None,
        };
        if let Err(wrong) = check_name(name) {
            section.blame("", wrong);
        }
        section.take("mapping", &mut source.mapping, read::path);
        section.take("tenant", &mut source.tenant, tenant);
        section.take("zone", &mut source.zone, zone);
        section.take("topics", &mut source.topics, topics);
        section.section("hook", &HOOK_KEYS, |hook| source.hook = Some(Hook::read(hook)));
        for (key, hint) in [
            ("mapping", "name the file that says what its messages mean: `mapping: mappings/zendesk.yaml`"),
            ("tenant", "say whose tickets they are: `tenant: acme` makes them `acme/…`"),
        ] {
            if !section.has(key) {
                section.blame(key, ("it is missing".to_owned(), hint.to_owned()));
            }
        }
        source
    }
}

impl Hook {
    fn read(section: &mut Entries) -> Hook {
        let mut hook = Hook::default();
        section.take("secret_file", &mut hook.secret_file, |value| read::path(value).map(Some));
        hook.signature = Signature::read(section, "signature");
        section.take("url", &mut hook.url, |value| url(value).map(Some));
        section.take("max_age", &mut hook.max_age, |value| read::span(value, Span::from_s(1)).map(Some));
        section.take("per_minute", &mut hook.per_minute, per_minute);
        let is_signed = hook.signature != Some(Signature::None);
        if is_signed && !section.has("secret_file") {
            let hint = "name the file with the secret that the source signs with, or say `signature: none`".to_owned();
            section.blame("secret_file", ("it is missing".to_owned(), hint));
        }
        hook
    }
}

/// Every file that is named, to be meant from where the settings lie.
pub(super) fn paths(sources: &mut [Source]) -> impl Iterator<Item = &mut PathBuf> {
    sources.iter_mut().flat_map(|source| {
        let secret = source.hook.as_mut().and_then(|hook| hook.secret_file.as_mut());
        std::iter::once(&mut source.mapping).chain(secret)
    })
}

/// Whether a source can be called so; else what is wrong, and what to do.
pub fn check_name(name: &str) -> Result<(), Wrong> {
    let is_of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.chars().all(is_of_a_name) && (1..=NAME_CHARS_MAX).contains(&name.len()) {
        return Ok(());
    }
    let hint = format!("names have lower-case letters, digits and `-`, and at most {NAME_CHARS_MAX} of them");
    Err(("a source can not be called so".to_owned(), hint))
}

fn tenant(value: &Value) -> Result<String, Wrong> {
    let text = read::text(value)?;
    check_tenant(&text).map(|()| text)
}

/// Whether tickets can be those of this tenant; else what is wrong, and what to do.
pub fn check_tenant(text: &str) -> Result<(), Wrong> {
    let is_tenant = !text.trim().is_empty()
        && text.len() <= TENANT_BYTES_MAX
        && !text.contains(|c: char| c == '/' || c.is_control());
    if is_tenant {
        return Ok(());
    }
    let hint = "it stands before the `/` of `tenant/ticket`: write a short name without one, such as `acme`".to_owned();
    Err((format!("`{text}` is no tenant"), hint))
}

fn zone(value: &Value) -> Result<Tz, Wrong> {
    let text = read::text(value)?;
    text.parse().map_err(|_| {
        let hint = "name an IANA zone, such as `Asia/Shanghai`".to_owned();
        (format!("there is no zone `{text}`"), hint)
    })
}

fn topics(value: &Value) -> Result<Vec<String>, Wrong> {
    let texts = match value {
        Value::Array(values) => values.iter().map(read::text).collect::<Result<Vec<_>, _>>()?,
        single => vec![read::text(single)?],
    };
    for text in &texts {
        super::topic_prefix(text)?;
    }
    Ok(texts)
}

fn url(value: &Value) -> Result<String, Wrong> {
    let text = read::text(value)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_url = rest.split_once('/').is_some_and(|(host, _)| !host.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#');
    if is_url {
        return Ok(text);
    }
    let hint = "write it as the source has it: `https://duly.example.com/hooks/hubspot`".to_owned();
    Err((format!("`{text}` is not the URL of a hook"), hint))
}

fn per_minute(value: &Value) -> Result<u32, Wrong> {
    let text = read::text(value)?;
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err((format!("it can not be `{text}`"), "write how many requests a minute: 1 to 1000000".to_owned())),
    }
}

#[cfg(test)]
mod tests;
