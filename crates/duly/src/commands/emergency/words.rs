//! What is said of an emergency, option by option.

use std::path::PathBuf;

use chrono_tz::Tz;
use duly_core::policy::Duration;
use duly_core::policy::source;
use duly_core::time::Instant;
use miette::IntoDiagnostic as _;
use serde_json::{Map, Value, json};

use crate::commands::calendar::when;
use crate::mistakes::{Faulty, Rejected};
use crate::texts;

/// The options that an emergency is declared and updated with.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub(super) struct Words {
    /// What people call it, in Chinese
    #[arg(long, value_name = "TEXT")]
    title_zh: Option<String>,
    /// What people call it, in English
    #[arg(long, value_name = "TEXT")]
    title_en: Option<String>,
    #[command(flatten)]
    message: Message,
    /// Only tickets with this; several values of one attribute are one or the other, several attributes all hold
    #[arg(long = "scope", value_name = "ATTRIBUTE=VALUE", value_parser = pair)]
    scope: Vec<(String, String)>,
    /// Only clocks of this policy; may be given several times
    #[arg(long = "of-policy", value_name = "NAME")]
    policies: Vec<String>,
    /// Only clocks of this objective; may be given several times
    #[arg(long = "objective", value_name = "NAME")]
    objectives: Vec<String>,
    /// The clocks in scope stand still
    #[arg(long, group = "effect")]
    suspend: bool,
    /// Each clock in scope has so much longer, such as '4 working_hours'
    #[arg(long, value_name = "DURATION", group = "effect", value_parser = duration)]
    extend: Option<Duration>,
    /// The clocks go on; customers are told
    #[arg(long, group = "effect")]
    announce_only: bool,
    /// When it is expected to be over
    #[arg(long, value_name = "INSTANT")]
    expected_end: Option<String>,
    /// The contingency plan: a YAML list of {role, task: {zh, en}}
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    pub(super) time: Time,
}

/// What customers are told.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub(super) struct Message {
    /// What customers are told, in Chinese
    #[arg(long = "message-zh", value_name = "TEXT")]
    zh: Option<String>,
    /// What customers are told, in English
    #[arg(long = "message-en", value_name = "TEXT")]
    en: Option<String>,
}

/// From when on, and whose clock that is.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub(super) struct Time {
    /// From when on it is so, earlier or later; without it, from now on
    #[arg(long, value_name = "INSTANT")]
    from: Option<String>,
    /// The time zone of times without an offset; without it, that of the environment (TZ), or UTC
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
}

impl Words {
    /// Adds what is said.
    pub(super) fn add_to(&self, said: &mut Map<String, Value>) -> miette::Result<()> {
        add_texts(said, "title", self.title_zh.as_deref(), self.title_en.as_deref());
        self.message.add_to(said);
        if !self.scope.is_empty() {
            let mut when: Map<String, Value> = Map::new();
            for (attribute, value) in &self.scope {
                let values = when.entry(attribute.clone()).or_insert_with(|| json!([]));
                values.as_array_mut().into_iter().for_each(|values| values.push(value.clone().into()));
            }
            said.insert("when".to_owned(), when.into());
        }
        for (name, names) in [("policies", &self.policies), ("objectives", &self.objectives)] {
            if !names.is_empty() {
                said.insert(name.to_owned(), names.clone().into());
            }
        }
        let effect = match (self.suspend, self.extend, self.announce_only) {
            (true, ..) => Some(json!("suspend")),
            (_, Some(duration), _) => Some(json!({ "extend": duration.to_string() })),
            (.., true) => Some(json!("announce_only")),
            _ => None,
        };
        said.extend(effect.map(|effect| ("effect".to_owned(), effect)));
        if let Some(text) = &self.expected_end {
            said.insert("expected_end".to_owned(), self.time.read(text)?.to_string().into());
        }
        if let Some(path) = &self.plan {
            let rejected = |faulty| Rejected(vec![faulty]);
            let text = texts::read(path).map_err(rejected)?;
            let duties = source::parse_plan(&text).map_err(|mistakes| rejected(Faulty::new(path, &text, mistakes)))?;
            said.insert("plan".to_owned(), serde_json::to_value(duties).into_diagnostic()?);
        }
        self.time.add_to(said)
    }
}

impl Message {
    pub(super) fn add_to(&self, said: &mut Map<String, Value>) {
        add_texts(said, "message", self.zh.as_deref(), self.en.as_deref());
    }
}

impl Time {
    /// Adds from when on it is so, where that is said.
    pub(super) fn add_to(&self, said: &mut Map<String, Value>) -> miette::Result<()> {
        if let Some(text) = &self.from {
            said.insert("effective_from".to_owned(), self.read(text)?.to_string().into());
        }
        Ok(())
    }

    fn read(&self, text: &str) -> miette::Result<Instant> {
        Ok(when::parse(text, zone(self.zone))?)
    }
}

/// The zone as told, else that of the environment.
pub(super) fn zone(told: Option<Tz>) -> Tz {
    let of_environment = || std::env::var("TZ").ok()?.trim_start_matches(':').parse().ok();
    told.or_else(of_environment).unwrap_or(Tz::UTC)
}

fn add_texts(said: &mut Map<String, Value>, name: &str, zh: Option<&str>, en: Option<&str>) {
    let texts: Map<String, Value> =
        [("zh", zh), ("en", en)].into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into()))).collect();
    if !texts.is_empty() {
        said.insert(name.to_owned(), texts.into());
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let (name, value) = pair.ok_or("write an attribute of tickets and a value: region=south")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse().map_err(|error: duly_core::policy::FormError| format!("{}: {}", error.what, error.hint))
}
