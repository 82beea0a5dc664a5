//! From the text of a settings file to its entries with their places, and from values to settings.

use std::path::PathBuf;

use duly_core::policy::Duration;
use duly_core::policy::source::{Mistake, Place};
use duly_core::time::Span;
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::Wrong;
use super::node::{Node, Pairs};

/// The entries of a file or of a section of it, and what was wrong with them so far.
pub(crate) struct Entries {
    /// What their keys are told after: nothing at the top, `kafka.` in a section.
    path: String,
    /// Where the section begins.
    at: Place,
    entries: Vec<(Spanned<String>, Spanned<Node>)>,
    mistakes: Vec<Mistake>,
}

impl Entries {
    /// Reads the text; keys that are not `known` are mistakes.
    pub(crate) fn read(text: &str, known: &[&str]) -> Result<Self, Vec<Mistake>> {
        let pairs = match serde_saphyr::from_str::<Option<Pairs>>(text) {
            Ok(pairs) => pairs.unwrap_or_default(),
            Err(error) => return Err(vec![not_settings(&error)]),
        };
        Ok(Entries::new(String::new(), place(Location::UNKNOWN), pairs, known))
    }

    fn new(path: String, at: Place, pairs: Pairs, known: &[&str]) -> Self {
        let mut read = Entries { path, at, entries: pairs.0, mistakes: Vec::new() };
        for (key, _) in read.entries.iter().filter(|(key, _)| !known.contains(&key.value.as_str())) {
            let what = format!("there is no setting `{}{}`", read.path, key.value);
            read.mistakes.push(Mistake { at: place(key.referenced), what, hint: Some(meant(&key.value, known)) });
        }
        read
    }

    /// Sets `setting` to what the file says of it, if it does.
    pub(crate) fn take<T>(&mut self, key: &str, setting: &mut T, read: impl FnOnce(&Value) -> Result<T, Wrong>) {
        let Some(found) = self.find(key) else { return };
        match read(&found.value.to_value()) {
            Ok(value) => *setting = value,
            Err(wrong) => self.blame(key, wrong),
        }
    }

    /// Lets `read` take what a section says, if there is one. Its mistakes are told with the others.
    pub(crate) fn section(&mut self, key: &str, known: &[&str], read: impl FnOnce(&mut Entries)) {
        let Some((at, pairs)) = self.pairs(key) else { return };
        let mut section = Entries::new(format!("{}{key}.", self.path), at, pairs, known);
        read(&mut section);
        self.mistakes.append(&mut section.mistakes);
    }

    /// Whether a key has a section, and not one value.
    pub(crate) fn is_section(&self, key: &str) -> bool {
        self.find(key).is_some_and(|value| matches!(value.value, Node::Map(_)))
    }

    /// Lets `read` take each entry of a section whose keys are free.
    pub(crate) fn each(&mut self, key: &str, mut read: impl FnMut(&str, &Value) -> Result<(), Wrong>) {
        let Some((_, pairs)) = self.pairs(key) else { return };
        for (name, value) in pairs.0 {
            if let Err((what, hint)) = read(&name.value, &value.value.to_value()) {
                let what = format!("{}{key}.{}: {what}", self.path, name.value);
                self.mistakes.push(Mistake { at: place(name.referenced), what, hint: Some(hint) });
            }
        }
    }

    /// Lets `read` take what each entry of a section says, where each is a section under a free key.
    pub(crate) fn sections(&mut self, key: &str, known: &[&str], mut read: impl FnMut(&str, &mut Entries)) {
        let Some((at, pairs)) = self.pairs(key) else { return };
        let names: Vec<String> = pairs.0.iter().map(|(name, _)| name.value.clone()).collect();
        let mut section = Entries { path: format!("{}{key}.", self.path), at, entries: pairs.0, mistakes: Vec::new() };
        for name in names {
            section.section(&name, known, |entries| read(&name, entries));
        }
        self.mistakes.append(&mut section.mistakes);
    }

    /// Where the value of a key stands, or without such a key the section.
    pub(super) fn place(&self, key: &str) -> Place {
        self.find(key).map_or(self.at, |found| place(found.referenced))
    }

    /// Whether the file says something of it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Something is wrong with the value of a key, or without such a key with the section; with `""` with all of it.
    pub(crate) fn blame(&mut self, key: &str, (what, hint): Wrong) {
        let at = self.find(key).map_or(self.at, |found| place(found.referenced));
        let what = match key {
            "" => format!("{}: {what}", self.path.trim_end_matches('.')),
            key => format!("{}{key}: {what}", self.path),
        };
        self.mistakes.push(Mistake { at, what, hint: Some(hint) });
    }

    /// `settings`, if there was no mistake.
    pub(crate) fn finish<T>(mut self, settings: T) -> Result<T, Vec<Mistake>> {
        self.mistakes.sort();
        if self.mistakes.is_empty() { Ok(settings) } else { Err(self.mistakes) }
    }

    fn find(&self, key: &str) -> Option<&Spanned<Node>> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// Where a section begins, and its entries. It is none where it is not a map.
    fn pairs(&mut self, key: &str) -> Option<(Place, Pairs)> {
        let (name, value) = self.entries.iter_mut().find(|(name, _)| name.value == key)?;
        match &mut value.value {
            Node::Map(pairs) => Some((place(name.referenced), std::mem::take(pairs))),
            Node::Plain(Value::Null) => {
                self.blame(key, ("it has no value".to_owned(), LEAVE_OUT.to_owned()));
                None
            }
            Node::Plain(_) => {
                let hint = "write its settings under it, indented".to_owned();
                self.blame(key, ("one value, where a section is meant".to_owned(), hint));
                None
            }
        }
    }
}

/// A single text; numbers and booleans are texts too.
pub(crate) fn text(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::String(text) if text.trim().is_empty() => Err(("it is empty".to_owned(), LEAVE_OUT.to_owned())),
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Err(("it has no value".to_owned(), LEAVE_OUT.to_owned())),
        Value::Array(_) => Err(("a list, where one text is meant".to_owned(), "write a single value".to_owned())),
        Value::Object(_) => Err(("a map, where one text is meant".to_owned(), "write a single value".to_owned())),
    }
}

/// What to do about a key without a value.
const LEAVE_OUT: &str = "give it a value or leave the key out";

pub(crate) fn path(value: &Value) -> Result<PathBuf, Wrong> {
    text(value).map(PathBuf::from)
}

/// A list of paths; a single one may stand without the list.
pub(crate) fn paths(value: &Value) -> Result<Vec<PathBuf>, Wrong> {
    match value {
        Value::Array(values) => values.iter().map(path).collect(),
        single => path(single).map(|path| vec![path]),
    }
}

/// A length of time, at least `least`: `100ms`, `45s`, `2m`.
pub(crate) fn span(value: &Value, least: Span) -> Result<Span, Wrong> {
    let text = text(value)?;
    let hint = || format!("write `100ms`, `45s` or `2m`, at least `{least}`");
    let ms = text.strip_suffix("ms").and_then(|count| count.trim_end().parse::<u32>().ok());
    let span = match ms {
        Some(ms) => Ok(Span::from_ns(i64::from(ms) * 1_000_000)),
        None => match text.parse::<Duration>() {
            Ok(Duration::Elapsed(s)) => Ok(Span::from_s(i64::from(s))),
            Ok(_) => Err((format!("`{text}` counts on a calendar, and there is none here"), hint())),
            Err(error) => Err((error.what, hint())),
        },
    }?;
    if span < least { Err((format!("`{text}` is too short"), hint())) } else { Ok(span) }
}

/// One of the words of an enumeration.
pub(crate) fn word<T: Copy>(value: &Value, words: &[(&str, T)]) -> Result<T, Wrong> {
    let text = text(value)?;
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        (format!("it can not be `{text}`"), meant(&text, &known))
    })
}

/// What was probably meant by `word`, or what there is.
pub(crate) fn meant(word: &str, known: &[&str]) -> String {
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
