//! From what rules and jq say to events: times read, values mapped, the event written and held to the parser of ticket events.

use std::borrow::Cow;
use std::io::Write as _;

use duly_core::ticket::{Kind, parse_structured};
use duly_core::time::Instant;
use serde_json::Value;

use super::Whose;
use super::attributes::Attributes;
use super::expr::{Expr, as_text, is_empty};
use super::model::{Data, Model, Rule};
use super::path::Scope;
use super::times;
use super::unmapped::{Reason, Unmapped, digest, excerpt};

/// An event that the core accepts.
#[derive(Debug)]
pub(super) struct Event {
    /// Its id, with the source and the ticket that it is of.
    pub(super) identity: String,
    pub(super) json: Vec<u8>,
}

/// What an event is made of.
struct Draft<'d> {
    kind: Cow<'d, str>,
    ticket: &'d str,
    time: Instant,
    source: Cow<'d, str>,
    /// That of its content, where none is told.
    id: Option<String>,
    sequence: Option<String>,
    data: Attributes<'d>,
}

/// The event that a rule makes of a part of a message.
///
/// # Errors
/// All that keeps it from being one.
pub(super) fn of_rule(model: &Model, whose: &Whose, scope: &Scope<'_>, rule: &Rule) -> Result<Event, Vec<Unmapped>> {
    let mut wrong = Vec::new();
    let kind = text(rule.kind.value(scope), "type", || rule.kind.place(), &mut wrong);
    let ticket = text(rule.ticket.value(scope), "ticket", || rule.ticket.place(), &mut wrong);
    let time = time(model, scope, rule.time.value(scope), || rule.time.place(), &mut wrong);
    let (Some(kind), Some(ticket), Some(time)) = (kind, ticket, time) else { return Err(wrong) };
    let scope = &Scope { ticket: Some(&ticket), time: Some(time), ..*scope };
    let mut optional = |expr: &Option<Expr>, what: &str| {
        let expr = expr.as_ref()?;
        text(expr.value(scope), what, || expr.place(), &mut wrong).map(Cow::into_owned)
    };
    let id = optional(&rule.id, "id");
    // Where a message does not say in which order, time alone does.
    let sequence = rule.sequence.as_ref().and_then(|expr| expr.value(scope));
    let sequence = sequence.and_then(|value| as_text(&value).map(Cow::into_owned)).filter(|text| !text.is_empty());
    let mut data = Attributes::of(model, asserts(&kind));
    match &rule.data {
        Data::Members(members) => {
            for member in members.iter().filter(|member| member.when.holds(scope)) {
                let place = || member.from.place();
                data.add(
                    &member.name,
                    member.from.value(scope),
                    member.values.as_deref(),
                    member.default.as_ref(),
                    place,
                );
            }
        }
        Data::All(expr) => {
            // What is not borrowed is a text beside the message, and has no members.
            if let Some(Cow::Borrowed(value)) = expr.value(scope) {
                all(&mut data, value, &expr.place(), &mut wrong);
            }
        }
    }
    let source = source(model, whose, scope);
    Draft { kind, ticket: &ticket, time, source, id, sequence, data }.finish(whose, wrong)
}

/// The event that an output of the jq program is: `{type, ticket, time, id, sequence, data}`.
///
/// # Errors
/// All that keeps it from being one.
pub(super) fn of_json(model: &Model, whose: &Whose, scope: &Scope<'_>, output: &Value) -> Result<Event, Vec<Unmapped>> {
    const MEMBERS: [&str; 6] = ["type", "ticket", "time", "id", "sequence", "data"];
    let invalid = |what: String| Err(vec![Unmapped::new(Reason::InvalidEvent, what)]);
    let Value::Object(members) = output else {
        return invalid(format!(
            "jq gave `{}`: it gives objects with {}",
            excerpt(&output.to_string()),
            MEMBERS.join(", ")
        ));
    };
    if let Some(other) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return invalid(format!("jq gave a member `{}`: there are {}", excerpt(other), MEMBERS.join(", ")));
    }
    let mut wrong = Vec::new();
    let mut required =
        |name: &str| text(members.get(name).map(Cow::Borrowed), name, || format!("jq's `{name}`"), &mut wrong);
    let (kind, ticket) = (required("type"), required("ticket"));
    let time = time(model, scope, members.get("time").map(Cow::Borrowed), || "jq's `time`".to_owned(), &mut wrong);
    let mut optional = |name: &str| {
        let value = members.get(name).filter(|value| !value.is_null())?;
        text(Some(Cow::Borrowed(value)), name, || format!("jq's `{name}`"), &mut wrong).map(Cow::into_owned)
    };
    let (id, sequence) = (optional("id"), optional("sequence"));
    let (Some(kind), Some(ticket), Some(time)) = (kind, ticket, time) else { return Err(wrong) };
    let mut data = Attributes::of(model, asserts(&kind));
    if let Some(value) = members.get("data") {
        all(&mut data, value, "jq's `data`", &mut wrong);
    }
    let source = source(model, whose, scope);
    Draft { kind, ticket: &ticket, time, source, id, sequence, data }.finish(whose, wrong)
}

/// Adds all members of an object, each by its own name.
fn all<'d>(data: &mut Attributes<'d>, value: &'d Value, place: &str, wrong: &mut Vec<Unmapped>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                data.add(name, Some(Cow::Borrowed(value)), Some(name), None, || format!("{place}/{name}"));
            }
        }
        _ => wrong.push(Unmapped::new(
            Reason::InvalidEvent,
            format!("{place} is no object, and the data of an event is one"),
        )),
    }
}

fn asserts(kind: &str) -> bool {
    let name = kind.strip_prefix("duly.ticket.").and_then(|rest| rest.strip_suffix(".v1")).unwrap_or(kind);
    Kind::from_name(name).is_some_and(Kind::asserts)
}

fn source<'d>(model: &'d Model, whose: &Whose, scope: &Scope<'d>) -> Cow<'d, str> {
    let told = model.source.as_ref().and_then(|source| source.value(scope));
    let told = told.and_then(|value| as_text(&value).map(Cow::into_owned)).filter(|text| !text.is_empty());
    Cow::Owned(told.unwrap_or_else(|| format!("/sources/{}", whose.source)))
}

/// A text that an event needs.
fn text<'d>(
    value: Option<Cow<'d, Value>>,
    what: &str,
    place: impl Fn() -> String,
    wrong: &mut Vec<Unmapped>,
) -> Option<Cow<'d, str>> {
    let text = match value {
        Some(Cow::Borrowed(value)) => as_text(value),
        Some(Cow::Owned(value)) => as_text(&value).map(|text| Cow::Owned(text.into_owned())),
        None => None,
    };
    let text = text.filter(|text| !text.trim().is_empty());
    if text.is_none() {
        wrong.push(Unmapped::new(Reason::Missing, format!("no `{what}`: there is no single value at {}", place())));
    }
    text
}

fn time(
    model: &Model,
    scope: &Scope<'_>,
    value: Option<Cow<'_, Value>>,
    place: impl Fn() -> String,
    wrong: &mut Vec<Unmapped>,
) -> Option<Instant> {
    let Some(value) = value.filter(|value| !is_empty(value)) else {
        wrong.push(Unmapped::new(Reason::Missing, format!("no `time`: there is no value at {}", place())));
        return None;
    };
    let time = times::read(&value, &model.times, scope.zone);
    if time.is_none() {
        let what = format!("`{}` at {} is no time in a format of `times:`", excerpt(&value.to_string()), place());
        wrong.push(Unmapped::new(Reason::BadTime, what));
    }
    time
}

impl Draft<'_> {
    /// Writes the event, and holds it to the parser.
    fn finish(self, whose: &Whose, mut wrong: Vec<Unmapped>) -> Result<Event, Vec<Unmapped>> {
        let (members, unknown) = self.data.finish();
        wrong.extend(unknown);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut rest = Vec::with_capacity(512);
        rest.extend_from_slice(b",\"source\":");
        write(&mut rest, &self.source);
        rest.extend_from_slice(b",\"type\":");
        let has_prefix = self.kind.contains('.');
        let kind = if has_prefix { self.kind } else { format!("duly.ticket.{}.v1", self.kind).into() };
        write(&mut rest, &kind);
        let subject = format!("{}/{}", whose.tenant, self.ticket.trim());
        rest.extend_from_slice(b",\"subject\":");
        write(&mut rest, &subject);
        rest.extend_from_slice(b",\"time\":\"");
        self.time.write(&mut rest);
        rest.push(b'"');
        if let Some(sequence) = &self.sequence {
            rest.extend_from_slice(b",\"sequence\":");
            write(&mut rest, sequence);
        }
        if !members.is_empty() {
            rest.extend_from_slice(b",\"data\":{");
            for (at, (name, value)) in members.iter().enumerate() {
                rest.extend_from_slice(if at == 0 { b"" } else { b"," });
                write(&mut rest, name);
                rest.push(b':');
                serde_json::to_writer(&mut rest, &**value).expect("a value of JSON can be written");
            }
            rest.push(b'}');
        }
        rest.push(b'}');
        let id = self.id.unwrap_or_else(|| format!("{}/{}", self.ticket.trim(), digest(&rest)));
        let mut json = Vec::with_capacity(rest.len() + id.len() + 40);
        json.extend_from_slice(b"{\"specversion\":\"1.0\",\"id\":");
        write(&mut json, &id);
        json.extend_from_slice(&rest);
        match parse_structured(&json) {
            Ok(_) => Ok(Event { identity: format!("`{id}` of {subject} from {}", self.source), json }),
            Err(refusal) => Err(vec![Unmapped::new(Reason::InvalidEvent, format!("no ticket event: {refusal}"))]),
        }
    }
}

/// Writes a text as JSON.
fn write(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out.by_ref(), text).expect("a text can be written");
}
