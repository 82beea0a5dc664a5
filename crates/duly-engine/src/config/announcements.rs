//! The section `announcements`: whether everybody may read what customers are told of emergencies.

use schemars::JsonSchema;
use serde_json::Value;

use super::Wrong;
use super::read::{self, Entries};

/// A feed for a website.
#[derive(Debug, Clone, PartialEq, Eq, Default, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Announcements {
    /// Who announces it, such as the company's name.
    pub author: Option<String>,
}

/// The keys of the section.
pub(super) const KEYS: [&str; 1] = ["author"];

impl Announcements {
    pub(super) fn read(section: &mut Entries) -> Announcements {
        let mut announcements = Announcements::default();
        section.take("author", &mut announcements.author, |value| read::text(value).map(Some));
        announcements
    }

    /// Reads `public` or `off`, where the section is no more than that.
    pub(super) fn switch(value: &Value) -> Result<Option<Announcements>, Wrong> {
        let word = if *value == Value::Bool(false) { "off".to_owned() } else { read::text(value)? };
        match &*word {
            "public" => Ok(Some(Announcements::default())),
            "off" => Ok(None),
            _ => Err((format!("it can not be `{word}`"), "write `public`, `off`, or its settings under it".to_owned())),
        }
    }
}
