//! From a message to its parts, and from each part to the events that rules or the jq program make of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use super::draft::{self, Event};
use super::expr::as_text;
use super::jq::{Ended, Program};
use super::model::Model;
use super::path::Scope;
use super::unmapped::{Reason, Unmapped, excerpt};
use super::{BODY_BYTES_MAX, Mapped, Message, PARTS_MAX, Whose};

/// What `message` says.
pub(super) fn map(model: &Model, whose: &Whose, message: &Message<'_>) -> Mapped {
    let mut run = Run { model, whose, mapped: Mapped::default(), seen: HashMap::new() };
    match read(message.body).and_then(|body| run.parts(&body, message.headers)) {
        Ok(()) => {}
        Err(unmapped) => run.mapped.unmapped.push(unmapped),
    }
    run.mapped
}

fn read(body: &[u8]) -> Result<Value, Unmapped> {
    if body.len() > BODY_BYTES_MAX {
        let what = format!("a message of {} bytes: {BODY_BYTES_MAX} are the most", body.len());
        return Err(Unmapped::new(Reason::TooLarge, what));
    }
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|error| Unmapped::new(Reason::NotJson, format!("not JSON: {error}")))
}

/// A message that is being mapped.
struct Run<'r> {
    model: &'r Model,
    whose: &'r Whose,
    mapped: Mapped,
    /// What identifies the events so far, and where they are.
    seen: HashMap<String, usize>,
}

impl Run<'_> {
    fn parts(&mut self, body: &Value, headers: &[(&str, &[u8])]) -> Result<(), Unmapped> {
        let content = unwrap(self.model, body)?;
        let message = &*content;
        let each = &self.model.each;
        let items = match each.iter().find_map(|path| path.within(message)) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None if each.is_empty() => std::slice::from_ref(message),
            None => {
                let places: Vec<&str> = each.iter().map(|path| path.written.as_str()).collect();
                let what = format!("there is no `{}`, whose entries are mapped", places.join("` or `"));
                return Err(Unmapped::new(Reason::Missing, what));
            }
        };
        if items.len() > PARTS_MAX {
            let what = format!("a message of {} parts: {PARTS_MAX} are the most", items.len());
            return Err(Unmapped::new(Reason::TooLarge, what));
        }
        for (index, item) in items.iter().enumerate() {
            let scope = Scope {
                item,
                message,
                headers,
                index,
                tenant: &self.whose.tenant,
                zone: self.model.zone.unwrap_or(self.whose.zone),
                ticket: None,
                time: None,
            };
            let before = self.mapped.unmapped.len();
            self.part(&scope);
            if items.len() > 1 {
                for unmapped in &mut self.mapped.unmapped[before..] {
                    unmapped.detail.insert_str(0, &format!("part {}: ", index + 1));
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, scope: &Scope<'_>) {
        let model = self.model;
        if let Some((_, why)) = model.ignore.iter().find(|(when, _)| when.holds(scope)) {
            if !self.mapped.ignored.contains(why) {
                self.mapped.ignored.push(why.clone());
            }
            return;
        }
        if let Some((_, why)) = model.refuse.iter().find(|(when, _)| when.holds(scope)) {
            return self.tell(Unmapped::new(Reason::Refused, why.clone()));
        }
        let mut is_known = false;
        for rule in model.rules.iter().filter(|rule| rule.when.holds(scope)) {
            is_known = true;
            self.finish(draft::of_rule(model, self.whose, scope, rule));
        }
        if let Some(program) = &model.jq {
            is_known |= self.jq(scope, program);
        }
        if !is_known {
            self.tell(Unmapped::new(Reason::NoRule, no_rule(model, scope)));
        }
    }

    /// Lets the jq program make drafts of a part; whether it said anything.
    fn jq(&mut self, scope: &Scope<'_>, program: &Program) -> bool {
        let outcome = program.run(scope);
        for output in &outcome.drafts {
            self.finish(draft::of_json(self.model, self.whose, scope, output));
        }
        let (reason, what) = match &outcome.ended {
            Ended::Well => return !outcome.drafts.is_empty(),
            Ended::Failed(what) => (Reason::JqError, what),
            Ended::AtLimit(what) => (Reason::JqLimit, what),
        };
        self.tell(Unmapped::new(reason, format!("jq: {}", excerpt(what))));
        true
    }

    fn finish(&mut self, made: Result<Event, Vec<Unmapped>>) {
        match made {
            Ok(event) => self.push(event),
            Err(unmapped) => self.mapped.unmapped.extend(unmapped),
        }
    }

    /// Adds an event, unless it is there already.
    fn push(&mut self, event: Event) {
        let at = self.mapped.events.len();
        match self.seen.entry(event.identity) {
            Entry::Vacant(free) => {
                free.insert(at);
                self.mapped.events.push(event.json);
            }
            Entry::Occupied(taken) => {
                if self.mapped.events[*taken.get()] != event.json {
                    let what =
                        format!("two different events with the id {}: give each rule an `id` of its own", taken.key());
                    self.tell(Unmapped::new(Reason::InvalidEvent, what));
                }
            }
        }
    }

    fn tell(&mut self, unmapped: Unmapped) {
        self.mapped.unmapped.push(unmapped);
    }
}

/// The content, without an envelope that is there. What lies in it as a text of JSON is read.
fn unwrap<'b>(model: &Model, body: &'b Value) -> Result<Cow<'b, Value>, Unmapped> {
    let Some(content) = model.unwrap.iter().find_map(|path| path.within(body)) else { return Ok(Cow::Borrowed(body)) };
    match content {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).map(Cow::Owned).map_err(|error| {
                Unmapped::new(Reason::NotJson, format!("the content of the envelope is not JSON: {error}"))
            })
        }
        content => Ok(Cow::Borrowed(content)),
    }
}

/// What there is to say of a message that no rule is for: the values of the places that rules ask for.
fn no_rule(model: &Model, scope: &Scope<'_>) -> String {
    let mut told = String::new();
    let mut seen: Vec<&str> = Vec::new();
    for (path, _) in model.rules.iter().flat_map(|rule| rule.when.0.iter().flatten()) {
        if seen.len() == 3 || seen.contains(&path.written.as_str()) {
            continue;
        }
        if let Some(text) = path.find(scope).as_deref().and_then(as_text) {
            let and = if told.is_empty() { "with" } else { " and" };
            told += &format!("{and} `{}` = `{}`", path.written, excerpt(&text));
            seen.push(&path.written);
        }
    }
    if told.is_empty() {
        told = format!("such as `{}`", excerpt(&scope.item.to_string()));
    }
    format!("no rule is for a message {told}: add one, or an `ignore:` rule")
}
