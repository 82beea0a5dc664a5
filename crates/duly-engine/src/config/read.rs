//! From the text of a settings file to its entries with their places, and from values to settings.

use std::fmt;
use std::path::PathBuf;

use duly_core::policy::source::{Mistake, Place};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::Wrong;

/// The top-level entries of a file, and what was wrong with them so far.
pub(super) struct Entries {
    entries: Vec<(Spanned<String>, Spanned<Value>)>,
    mistakes: Vec<Mistake>,
}

impl Entries {
    /// Reads the text; keys that are not `known` are mistakes.
    pub(super) fn read(text: &str, known: &[&str]) -> Result<Self, Vec<Mistake>> {
        let pairs = match serde_saphyr::from_str::<Option<Pairs>>(text) {
            Ok(pairs) => pairs.unwrap_or_default(),
            Err(error) => return Err(vec![not_settings(&error)]),
        };
        let mut read = Entries { entries: pairs.0, mistakes: Vec::new() };
        for (key, _) in read.entries.iter().filter(|(key, _)| !known.contains(&key.value.as_str())) {
            let what = format!("there is no setting `{}`", key.value);
            read.mistakes.push(Mistake { at: place(key.referenced), what, hint: Some(meant(&key.value, known)) });
        }
        Ok(read)
    }

    /// Sets `setting` to what the file says of it, if it does.
    pub(super) fn take<T>(&mut self, key: &str, setting: &mut T, read: impl FnOnce(&Value) -> Result<T, Wrong>) {
        let Some((_, value)) = self.entries.iter().find(|(name, _)| name.value == key) else { return };
        match read(&value.value) {
            Ok(value) => *setting = value,
            Err((what, hint)) => {
                let what = format!("{key}: {what}");
                self.mistakes.push(Mistake { at: place(value.referenced), what, hint: Some(hint) });
            }
        }
    }

    /// `settings`, if there was no mistake.
    pub(super) fn finish<T>(mut self, settings: T) -> Result<T, Vec<Mistake>> {
        self.mistakes.sort();
        if self.mistakes.is_empty() { Ok(settings) } else { Err(self.mistakes) }
    }
}

/// A single text; numbers and booleans are texts too.
pub(super) fn text(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::String(text) if text.trim().is_empty() => Err(("it is empty".to_owned(), LEAVE_OUT.to_owned())),
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Err(("it has no value".to_owned(), LEAVE_OUT.to_owned())),
        Value::Array(_) => Err(("a list, where one text is meant".to_owned(), "write a single value".to_owned())),
        Value::Object(_) => Err(("a map, where one text is meant".to_owned(), "write a single value".to_owned())),
    }
}

const LEAVE_OUT: &str = "give it a value or leave the key out";

pub(super) fn path(value: &Value) -> Result<PathBuf, Wrong> {
    text(value).map(PathBuf::from)
}

/// A list of paths; a single one may stand without the list.
pub(super) fn paths(value: &Value) -> Result<Vec<PathBuf>, Wrong> {
    match value {
        Value::Array(values) => values.iter().map(path).collect(),
        single => path(single).map(|path| vec![path]),
    }
}

/// One of the words of an enumeration.
pub(super) fn word<T: Copy>(value: &Value, words: &[(&str, T)]) -> Result<T, Wrong> {
    let text = text(value)?;
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        (format!("it can not be `{text}`"), meant(&text, &known))
    })
}

/// What was probably meant by `word`, or what there is.
fn meant(word: &str, known: &[&str]) -> String {
    let lower = word.to_lowercase();
    let distances = known.iter().map(|known| (strsim::osa_distance(&lower, known), known));
    match distances.min() {
        Some((distance, near)) if distance <= (word.chars().count() / 3).max(1) => format!("did you mean `{near}`?"),
        _ => format!("there are {}", known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ")),
    }
}

fn not_settings(error: &serde_saphyr::Error) -> Mistake {
    let at = place(error.location().unwrap_or(Location::UNKNOWN));
    let what = error.without_snippet().to_string();
    Mistake { at, what, hint: Some("settings are `key: value` lines, such as `listen: 127.0.0.1:8321`".to_owned()) }
}

fn place(at: Location) -> Place {
    let span = at.span();
    let (offset, len) = (span.byte_offset().unwrap_or(0), span.byte_len().unwrap_or(0));
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    Place { offset: offset as usize, len: len as usize, line: number(at.line()), column: number(at.column()) }
}

/// The pairs of a map in their order, with their places.
#[derive(Default)]
struct Pairs(Vec<(Spanned<String>, Spanned<Value>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of settings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Read)
    }
}
