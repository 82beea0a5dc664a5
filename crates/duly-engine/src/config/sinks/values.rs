//! Values of a sink's settings, each held to what it may be.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use serde_json::Value;

use super::super::Wrong;
use super::super::read;
use crate::deliver::{BUILT_IN, Of, Selection};

/// The longest name of a sink, in characters.
const NAME_CHARS_MAX: usize = 40;

pub(super) fn check_name(name: &str) -> Result<(), Wrong> {
    let is_of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.chars().all(is_of_a_name) && (1..=NAME_CHARS_MAX).contains(&name.len()) {
        return Ok(());
    }
    let hint = format!("names have lower-case letters, digits and `-`, and at most {NAME_CHARS_MAX} of them");
    Err(("a sink can not be called so".to_owned(), hint))
}

pub(super) fn send(value: &Value) -> Result<String, Wrong> {
    let names = ["webhook", "email", "http"].into_iter().chain(BUILT_IN.iter().map(|(name, _)| *name));
    let words: Vec<(&str, &str)> = names.map(|name| (name, name)).collect();
    read::word(value, &words).map(str::to_owned)
}

pub(super) fn known(of: Of, name: String) -> Result<String, Wrong> {
    let names: BTreeSet<&str> = Selection::known_types(of).into_iter().collect();
    let words: Vec<(&str, ())> = names.into_iter().map(|name| (name, ())).collect();
    read::word(&Value::from(name.clone()), &words).map(|()| name)
}

pub(super) fn texts(value: &Value) -> Result<Vec<String>, Wrong> {
    match value {
        Value::Array(values) => values.iter().map(read::text).collect(),
        single => read::text(single).map(|text| vec![text]),
    }
}

pub(super) fn zone(value: &Value) -> Result<Tz, Wrong> {
    let text = read::text(value)?;
    text.parse()
        .map_err(|_| (format!("there is no zone `{text}`"), "name an IANA zone, such as `Asia/Shanghai`".to_owned()))
}

pub(super) fn url(text: &str) -> Result<String, Wrong> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Ok(text.to_owned())
        }
        _ => Err((format!("`{text}` is not a URL"), "write it in full: `https://crm.example.com/duly`".to_owned())),
    }
}

pub(super) fn server(text: &str) -> Result<String, Wrong> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(text.to_owned()),
        _ => Err((format!("`{text}` is not the address of a mail server"), "write `smtp.example.com:587`".to_owned())),
    }
}

pub(super) fn from(text: &str) -> Result<String, Wrong> {
    match text.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            Err((format!("`{text}` is not an address: {error}"), "write `Duly <duly@example.com>`".to_owned()))
        }
    }
}

pub(super) fn parallel(value: &Value) -> Result<usize, Wrong> {
    let text = read::text(value)?;
    match text.parse() {
        Ok(count @ 1..=32) => Ok(count),
        _ => Err((
            format!("it can not be `{text}`"),
            "write how many records are on their way at a time: 1 to 32".to_owned(),
        )),
    }
}
