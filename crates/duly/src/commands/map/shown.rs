//! What a mapping makes of messages, for people and for machines.

use std::collections::BTreeMap;
use std::path::Path;

use duly_engine::ingest::mapping::{Mapped, Unmapped};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthChar as _;

/// How many columns a line has.
const COLUMNS: usize = 80;
/// How many columns the name of a member has, where it is not longer.
const NAME: usize = 14;

/// One message: its events with their data, and what could not be mapped.
pub(super) fn text(name: &str, mapped: &Mapped) -> String {
    let mut out = format!("{name}\n");
    for event in &mapped.events {
        let event: Value = serde_json::from_slice(event).unwrap_or_default();
        let member = |name: &str| event[name].as_str().unwrap_or_default();
        let kind = member("type").trim_start_matches("duly.ticket.").trim_end_matches(".v1");
        let sequence = event["sequence"].as_str().map(|sequence| format!("  #{sequence}")).unwrap_or_default();
        out += &cut(&format!("  {kind}  {}  {}{sequence}", member("subject"), member("time")));
        out += &cut(&format!("    {:NAME$}  {}", "id", member("id")));
        for (name, value) in event["data"].as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out += &cut(&format!("    {name:NAME$}  {value}"));
        }
    }
    for unmapped in &mapped.unmapped {
        out += &wrapped(&format!("{}: {}", unmapped.reason.name(), unmapped.detail), "  NOT MAPPED  ", "    ");
    }
    for why in &mapped.ignored {
        out += &wrapped(why, "  ignored: ", "    ");
    }
    if mapped.events.is_empty() && mapped.unmapped.is_empty() && mapped.ignored.is_empty() {
        out += "  nothing: the message has no parts\n";
    }
    out + "\n"
}

/// All values that maps lack, as lines for the mapping file.
pub(super) fn unknown<'m>(unmapped: impl Iterator<Item = &'m Unmapped>) -> String {
    let mut maps: BTreeMap<&str, BTreeMap<&str, (&str, usize)>> = BTreeMap::new();
    for unknown in unmapped.filter_map(|unmapped| unmapped.unknown.as_ref()) {
        let values = maps.entry(&unknown.map).or_default();
        values.entry(&unknown.value).or_insert((&unknown.place, 0)).1 += 1;
    }
    if maps.is_empty() {
        return String::new();
    }
    let mut out = "Values that the mapping does not know. Say what they amount to:\n\nvalues:\n".to_owned();
    for (map, values) in maps {
        out += &format!("  {map}:\n");
        for (value, (place, count)) in values {
            let key = if value.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-')) && !value.is_empty()
            {
                value.to_owned()
            } else {
                format!("{value:?}")
            };
            let times = if count == 1 { String::new() } else { format!(", {count} times") };
            out += &cut(&format!("    {key}: ?    # {place}{times}"));
        }
    }
    out
}

/// Of each file a line with its name, and one for each event and each thing that was ignored or could not be mapped. The name is
/// without its folder, so that what is expected is so wherever it lies.
pub(super) fn lines(all: &[(&Path, Mapped)]) -> String {
    let mut out = String::new();
    let mut say = |line: &str| {
        out += line;
        out.push('\n');
    };
    for (path, mapped) in all {
        say(&json!({"file": path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()}).to_string());
        for event in &mapped.events {
            say(&String::from_utf8_lossy(event));
        }
        for why in &mapped.ignored {
            say(&json!({"ignored": why}).to_string());
        }
        for unmapped in &mapped.unmapped {
            say(&json!({"unmapped": unmapped.reason.name(), "detail": unmapped.detail}).to_string());
        }
    }
    out
}

/// A line of no more than all columns.
fn cut(line: &str) -> String {
    let mut width = 0;
    let mut out = String::with_capacity(line.len() + 1);
    for c in line.chars() {
        width += c.width().unwrap_or(0);
        if width > COLUMNS - 1 {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out + "\n"
}

/// A text in as many lines as it takes.
fn wrapped(text: &str, first: &str, further: &str) -> String {
    let (mut out, mut line) = (String::new(), first.to_owned());
    let width = |text: &str| text.chars().filter_map(char::width).sum::<usize>();
    for word in text.split(' ') {
        if width(&line) + width(word) > COLUMNS && line.trim() != "" {
            out += line.trim_end();
            out.push('\n');
            further.clone_into(&mut line);
        }
        line += word;
        line.push(' ');
    }
    out + line.trim_end() + "\n"
}
