//! Reading maps, lists and texts, with the mistakes that all of them share: unknown and missing keys, wrong types,
//! nothing where something is meant, names that can not be names.

use super::mistake::{Place, Report, did_you_mean, listed, near};
use super::tree::{Key, Node, Value};

/// A map with the keys it may have.
pub struct Fields<'n> {
    at: Place,
    what: String,
    entries: Vec<(&'n str, Place, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The map that `node` is. `what` it describes is for messages (``objective `x` ``), `at` is where a missing key is
    /// reported. A key with a slip is reported and then read as what was probably meant, so that its value is checked too.
    pub fn of(
        node: &'n Node,
        at: Place,
        what: impl Into<String>,
        known: &[&'n str],
        report: &mut Report,
    ) -> Option<Self> {
        let what = what.into();
        let written = map(node, &what, report)?;
        let mut absent = known.to_vec();
        absent.retain(|name| written.iter().all(|(key, _)| key.name != *name));
        let mut entries = Vec::with_capacity(written.len());
        for (key, value) in written {
            if known.contains(&key.name.as_str()) {
                entries.push((key.name.as_str(), key.at, value));
            } else {
                let meant = near(&key.name, absent.iter().copied());
                let hint = meant.map_or_else(
                    || format!("it takes {}", listed(known.iter().copied())),
                    |name| format!("did you mean `{name}`?"),
                );
                report.mistake(key.at, format!("unknown key `{}` in {what}", shown(&key.name))).hint(hint);
                entries.extend(meant.map(|name| (name, key.at, value)));
            }
        }
        for (name, at, _) in entries.iter().filter(|(_, _, value)| value.is_null()) {
            report.mistake(*at, format!("`{name}` in {what} has no value")).hint("give it one or leave the key out");
        }
        Some(Fields { at, what, entries })
    }

    /// The value of a key, with the key's place; `None` where it is absent, or empty, which has been reported.
    pub fn get(&self, name: &str) -> Option<(Place, &'n Node)> {
        let (_, at, value) = self.entries.iter().find(|(key, ..)| *key == name)?;
        (!value.is_null()).then_some((*at, *value))
    }

    /// Whether a key is there, be it with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, ..)| *key == name)
    }

    /// As [`Fields::get`]; an absent key is a mistake.
    pub fn required(&self, name: &str, hint: &str, report: &mut Report) -> Option<(Place, &'n Node)> {
        if !self.has(name) {
            report.mistake(self.at, format!("{} lacks `{name}`", self.what)).hint(hint);
        }
        self.get(name)
    }

    /// The word of an enumeration; the default where it is absent or unknown, which is reported.
    pub fn word<T: Copy + Default>(&self, name: &str, words: &[(&str, T)], report: &mut Report) -> T {
        let Some((_, node)) = self.get(name) else { return T::default() };
        word(node, name, words, report).unwrap_or_default()
    }
}

/// The entries of a map; anything else is a mistake.
pub fn map<'n>(node: &'n Node, what: &str, report: &mut Report) -> Option<&'n [(Key, Node)]> {
    match &node.value {
        Value::Map(entries) => Some(entries),
        _ => wrong_type(node, what, "a map", "write `key: value` pairs", report),
    }
}

/// The items of a list; anything else is a mistake. Items that are empty are mistakes and left out.
pub fn list<'n>(node: &'n Node, what: &str, hint: &str, report: &mut Report) -> Option<Vec<&'n Node>> {
    let Value::List(items) = &node.value else { return wrong_type(node, what, "a list", hint, report) };
    let (empty, items): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.is_null());
    for item in empty {
        report.mistake(item.at, format!("an entry of {what} is empty")).hint("give it a value or leave it out");
    }
    Some(items)
}

/// As [`list`]; one that has no items is a mistake too.
pub fn filled_list<'n>(node: &'n Node, what: &str, hint: &str, report: &mut Report) -> Option<Vec<&'n Node>> {
    if matches!(&node.value, Value::List(items) if items.is_empty()) {
        report.mistake(node.at, format!("{what} is empty")).hint(hint);
        return None;
    }
    list(node, what, hint, report)
}

/// Reads a list that may have at most `max` entries and must have some.
pub fn bounded<'n>(node: &'n Node, what: &str, hint: &str, max: usize, report: &mut Report) -> Option<Vec<&'n Node>> {
    let items = filled_list(node, what, hint, report)?;
    if let Some(first_too_many) = items.get(max) {
        report
            .mistake(first_too_many.at, format!("{what} has {} entries, {max} are the most", items.len()))
            .hint("keep those that somebody acts upon");
    }
    Some(items)
}

/// A text; numbers and booleans are texts too.
pub fn text<'n>(node: &'n Node, what: &str, report: &mut Report) -> Option<&'n str> {
    match &node.value {
        Value::Scalar { text, .. } if !node.is_null() => Some(text),
        _ => wrong_type(node, what, "a text", "write a single value", report),
    }
}

/// Reads a text with `FromStr`-like `read`, whose error is what is wrong and a hint.
pub fn parsed<T>(
    node: &Node,
    what: &str,
    read: impl FnOnce(&str) -> Result<T, (String, String)>,
    report: &mut Report,
) -> Option<T> {
    match read(text(node, what, report)?) {
        Ok(value) => Some(value),
        Err((what, hint)) => {
            report.mistake(node.at, what).hint(hint);
            None
        }
    }
}

/// The word of an enumeration; `None` where it is unknown, which is reported.
pub fn word<T: Copy>(node: &Node, what: &str, words: &[(&str, T)], report: &mut Report) -> Option<T> {
    let written = text(node, &format!("`{what}`"), report)?;
    let found = words.iter().find(|(word, _)| *word == written).map(|(_, value)| *value);
    if found.is_none() {
        let known = words.iter().map(|(word, _)| *word);
        let hint = did_you_mean(written, known.clone()).unwrap_or_else(|| format!("it is one of {}", listed(known)));
        report.mistake(node.at, format!("`{what}` can not be `{}`", shown(written))).hint(hint);
    }
    found
}

/// Checks a name that becomes part of the keys of SLA events: letters, digits, `_`, `-` and `.`, at most 100.
pub(super) fn name(written: &str, at: Place, what: &str, report: &mut Report) -> Option<String> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !written.is_empty() && written.chars().count() <= 100 && written.chars().all(good) {
        return Some(written.to_owned());
    }
    report
        .mistake(at, format!("`{}` can not be the name of {what}", shown(written)))
        .hint("a name has letters, digits, `_`, `-` and `.`, at most 100");
    None
}

/// The beginning of what was written, for messages.
pub fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

fn wrong_type<T>(node: &Node, what: &str, wanted: &str, hint: &str, report: &mut Report) -> Option<T> {
    if !matches!(node.value, Value::Broken) {
        report.mistake(node.at, format!("{what} takes {wanted}, not {}", node.kind())).hint(hint);
    }
    None
}
