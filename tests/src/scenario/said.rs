//! What Duly says, as a story tells it: `15:30 breached first_response`, read, written and compared with bodies of SLA events.

use chrono::NaiveDate;
use chrono_tz::Tz;
use duly_core::time::Instant;
use serde_json::{Map, Value, json};

use super::{times, words};

/// Members of every body that are told in another way or not at all.
const ENVELOPE: [&str; 21] = [
    "subject",
    "type",
    "policy",
    "objective",
    "cycle",
    "part",
    "at",
    "due_at",
    "was_due_at",
    "open_ms",
    "held_ms",
    "started_at",
    "within",
    "calendar",
    "policy_version",
    "stopped_at",
    "cause",
    "kind",
    "since",
    "expected_end",
    "extensions",
];

/// One thing that Duly says.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The line of the story, from 1.
    pub line: usize,
    /// It is taken back here.
    pub is_withdrawn: bool,
    /// The intervals that it has to rest on; empty where nothing is said of them.
    pub why: Vec<String>,
    /// The members of its body that have to be so.
    members: Map<String, Value>,
}

/// What the lines of a story are read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'c> {
    /// The tenant of its tickets.
    pub(super) tenant: &'c str,
    pub(super) zone: Tz,
    /// The day of times that name none.
    pub(super) today: NaiveDate,
}

impl Said {
    /// Reads what stands behind `>`.
    pub(super) fn parse(line: usize, text: &str, context: Context<'_>) -> Result<Said, String> {
        let all = words::split(text);
        let mut words = &all[..];
        let is_withdrawn = words.first() == Some(&"withdrawn");
        words = &words[usize::from(is_withdrawn)..];
        let at = take_instant(&mut words, context)?.ok_or("a time comes first, such as `> 15:30 breached …`")?;
        let mut members = Map::new();
        let ticket = ticket(&mut words);
        members.insert("subject".into(), format!("{}/{ticket}", context.tenant).into());
        members.insert("at".into(), at.to_string().into());
        let (kind, mut words) = words.split_first().ok_or("it does not say what: `> 15:30 breached …`")?;
        members.insert("type".into(), (*kind).into());
        if let Some((first, rest)) = words.split_first()
            && !first.contains('=')
        {
            let (name, cycle) = first.split_once('/').unwrap_or((first, "1"));
            let cycle: u32 = cycle.parse().map_err(|_| format!("`{first}` has no number behind `/`"))?;
            members.insert("objective".into(), name.into());
            members.insert("cycle".into(), cycle.into());
            words = rest;
        }
        let context = Context { today: times::day(context.zone, at), ..context };
        read_details(words, context, &mut members)?;
        Ok(Said { line, is_withdrawn, why: Vec::new(), members })
    }

    /// The ticket that it is about.
    pub(super) fn subject(&self) -> &str {
        self.members["subject"].as_str().unwrap_or_default()
    }

    /// Whether this is what a body says.
    pub fn fits(&self, body: &Map<String, Value>) -> bool {
        self.members.iter().all(|(name, wanted)| match name.as_str() {
            "type" => body.get("type").and_then(Value::as_str).map(short) == wanted.as_str(),
            _ => body.get(name).is_some_and(|found| is_same(found, wanted)),
        })
    }
}

/// Texts and numbers of one spelling are the same: a story does not say which it means.
fn is_same(found: &Value, wanted: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    found == wanted || !found.is_object() && !found.is_array() && text(found) == text(wanted)
}

/// Reads part, `due`, `was`, `end`, `took`, `held`, `to` and other members.
fn read_details(mut words: &[&str], context: Context<'_>, members: &mut Map<String, Value>) -> Result<(), String> {
    let mut part: Vec<&str> = Vec::new();
    while let Some((word, rest)) = words.split_first() {
        words = rest;
        let mut next = || {
            let (next, rest) = words.split_first().ok_or_else(|| format!("nothing follows `{word}`"))?;
            words = rest;
            Ok::<&str, String>(next)
        };
        match *word {
            "due" => {
                let due = take_instant(&mut words, context)?.ok_or("no time follows `due`")?;
                members.insert("due_at".into(), due.to_string().into());
            }
            "was" => {
                let due = take_instant(&mut words, context)?.ok_or("no time follows `was`")?;
                members.insert("was_due_at".into(), due.to_string().into());
            }
            "end" => {
                let end = take_instant(&mut words, context)?.ok_or("no time follows `end`")?;
                members.insert("expected_end".into(), end.to_string().into());
            }
            "took" => drop(members.insert("open_ms".into(), times::span(next()?)?.ms().into())),
            "held" => drop(members.insert("held_ms".into(), times::span(next()?)?.ms().into())),
            "to" => drop(members.insert("to".into(), next()?.into())),
            _ if word.contains('=') => members.extend(words::members([*word])?),
            _ => part.push(word),
        }
    }
    if !part.is_empty() {
        members.insert("part".into(), part.join(" ").into());
    }
    Ok(())
}

/// Takes a time, and the day before it where there is one.
pub(super) fn take_instant(words: &mut &[&str], context: Context<'_>) -> Result<Option<Instant>, String> {
    let (today, rest) = match words {
        [day, rest @ ..] if let Some(day) = times::date(day) => (day, rest),
        _ => (context.today, *words),
    };
    match rest {
        [time, rest @ ..] if times::is_time(time) => {
            *words = rest;
            times::instant(context.zone, today, time).map(Some)
        }
        _ => Ok(None),
    }
}

/// Takes the name of a ticket, such as `T-2`; `T-1` where none is there.
pub(super) fn ticket<'w>(words: &mut &[&'w str]) -> &'w str {
    match words {
        [word, rest @ ..] if word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('-') => {
            *words = rest;
            word
        }
        _ => "T-1",
    }
}

fn short(type_name: &str) -> &str {
    let name =
        type_name.strip_prefix("duly.").and_then(|name| name.split_once('.')).map_or(type_name, |(_, name)| name);
    name.strip_suffix(".v1").unwrap_or(name)
}

/// When a body is true from.
pub(super) fn at(body: &Map<String, Value>) -> Instant {
    body["at"].as_str().expect("a body has its instant").parse().expect("a body has its instant")
}

/// Writes a body as [`Said::parse`] reads it.
pub(super) fn written(body: &Map<String, Value>, context: Context<'_>) -> String {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let at = at(body);
    let mut line = times::written(context.zone, at, context.today);
    let ticket = text("subject").and_then(|subject| subject.split_once('/')).map_or("", |(_, ticket)| ticket);
    if ticket != "T-1" {
        line += &format!(" {ticket}");
    }
    let kind = short(text("type").unwrap_or_default());
    line += &format!(" {kind}");
    if let Some(objective) = text("objective") {
        line += &format!(" {objective}");
        if body["cycle"] != json!(1) {
            line += &format!("/{}", body["cycle"]);
        }
    }
    let is_instant = |part: &str| part.parse::<Instant>().is_ok() || part.contains('@') || part.contains("Z#");
    if let Some(part) = text("part").filter(|part| !is_instant(part)) {
        line += &format!(" {part}");
    }
    if let Some(due) = text("due_at").filter(|_| {
        matches!(
            kind,
            "clock_started"
                | "clock_resumed"
                | "clock_retargeted"
                | "clock_extended"
                | "clock_met"
                | "clock_stopped_late"
        )
    }) {
        let due = due.parse().expect("an instant");
        line += &format!(" due {}", times::written(context.zone, due, times::day(context.zone, at)));
    }
    if let Some(was) = text("was_due_at") {
        let was = was.parse().expect("an instant");
        line += &format!(" was {}", times::written(context.zone, was, times::day(context.zone, at)));
    }
    for (name, word) in [("open_ms", "took"), ("held_ms", "held")] {
        if let Some(ms) = body.get(name).and_then(Value::as_i64).filter(|ms| *ms > 0 || name == "open_ms") {
            line += &format!(" {word} {}", times::written_ms(ms));
        }
    }
    if kind == "escalated" {
        line += &format!(" to {}", text("to").unwrap_or_default());
    }
    let is_told = |name: &str| ENVELOPE.contains(&name) || kind == "escalated" && matches!(name, "step" | "to");
    for (name, value) in body.iter().filter(|(name, _)| !is_told(name)) {
        line += &match value {
            Value::String(text) if words::value(text) == *value && !text.contains([' ', '"', '[', '{']) => {
                format!(" {name}={text}")
            }
            _ => format!(" {name}={value}"),
        };
    }
    if let Some(end) = text("expected_end") {
        let end = end.parse().expect("an instant");
        line += &format!(" end {}", times::written(context.zone, end, times::day(context.zone, at)));
    }
    line
}
