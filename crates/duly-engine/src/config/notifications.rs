//! The section `notifications`: whether people are told anything, and in whose words.

use std::path::PathBuf;

use duly_core::time::Span;
use schemars::JsonSchema;
use serde_json::Value;

use super::Wrong;
use super::read::{self, Entries};
use crate::notify::Settings;

/// How people are told what follows from promises.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Notifications {
    /// A folder with templates of a company's own, such as `reminder.zh.txt`. What is not there is said in the words that
    /// are built in.
    pub templates: Option<PathBuf>,
    /// What was so longer ago than this is not told any more, such as `24h`: history that is taken in wakes nobody up.
    #[schemars(with = "String")]
    pub max_age: Span,
}

/// The keys of the section.
pub(super) const KEYS: [&str; 2] = ["templates", "max_age"];

impl Default for Notifications {
    fn default() -> Self {
        let Settings { templates, max_age } = Settings::default();
        Notifications { templates, max_age }
    }
}

impl Notifications {
    /// What notifications are made by.
    pub fn settings(&self) -> Settings {
        Settings { templates: self.templates.clone(), max_age: self.max_age }
    }

    pub(super) fn read(section: &mut Entries) -> Notifications {
        let mut notifications = Notifications::default();
        section.take("templates", &mut notifications.templates, |value| read::path(value).map(Some));
        section.take("max_age", &mut notifications.max_age, |value| read::span(value, Span::from_s(1)));
        notifications
    }

    /// Reads `on` or `off`, where the section is no more than that.
    pub(super) fn switch(value: &Value) -> Result<Option<Notifications>, Wrong> {
        let word = match value {
            Value::Bool(true) => "on".to_owned(),
            Value::Bool(false) => "off".to_owned(),
            other => read::text(other)?,
        };
        match &*word {
            "on" => Ok(Some(Notifications::default())),
            "off" => Ok(None),
            _ => Err((format!("it can not be `{word}`"), "write `on`, `off`, or its settings under it".to_owned())),
        }
    }
}
