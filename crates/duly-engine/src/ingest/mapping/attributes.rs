//! The data of an event, member by member: values mapped, empty ones left out or cleared.

use std::borrow::Cow;

use duly_core::ticket::TEXTS;
use serde_json::Value;

use super::expr::{as_text, is_empty};
use super::model::Model;
use super::unmapped::{Reason, Unknown, Unmapped, excerpt};
use super::values::{Otherwise, Target, Values};

/// The data so far.
pub(super) struct Attributes<'d> {
    model: &'d Model,
    /// Whether the event says what holds from now on, so that null clears.
    asserts: bool,
    members: Vec<(&'d str, Cow<'d, Value>)>,
    unknown: Vec<Unmapped>,
}

impl<'d> Attributes<'d> {
    /// No data yet.
    pub(super) fn of(model: &'d Model, asserts: bool) -> Self {
        Attributes { model, asserts, members: Vec::with_capacity(16), unknown: Vec::new() }
    }

    /// The members, and the values that maps do not know.
    pub(super) fn finish(self) -> (Vec<(&'d str, Cow<'d, Value>)>, Vec<Unmapped>) {
        (self.members, self.unknown)
    }

    /// Adds what `value` says of the member `name`. It goes through the map `values`, where there is one of that name.
    ///
    /// What the message does not say is left out. What it says to be empty is cleared, where that can be: a ticket always has a
    /// status, and what happened once is not cleared.
    pub(super) fn add(
        &mut self,
        name: &'d str,
        value: Option<Cow<'d, Value>>,
        values: Option<&str>,
        default: Option<&'d Value>,
        place: impl Fn() -> String,
    ) {
        let value = value.filter(|value| !self.model.absent.contains(value));
        let map = values.and_then(|values| Some((values, self.model.values.get(values)?)));
        match value {
            Some(value) if !is_empty(&value) || map.is_some_and(|(_, map)| map.get("").is_some()) => match map {
                Some((map_name, map)) => self.mapped(name, value, map_name, map, &place),
                None => self.push(name, value),
            },
            _ if default.is_some() => self.members.extend(default.map(|default| (name, Cow::Borrowed(default)))),
            Some(_) if self.asserts && !matches!(name, "status" | "status_class") => {
                self.push(name, Cow::Owned(Value::Null));
            }
            _ => {}
        }
    }

    fn mapped(
        &mut self,
        name: &'d str,
        value: Cow<'d, Value>,
        map_name: &str,
        map: &'d Values,
        place: &impl Fn() -> String,
    ) {
        if let Value::Array(items) = &*value {
            let mut targets = Vec::with_capacity(items.len());
            for item in items {
                match self.target(item, map_name, map, place) {
                    Some(Found::Is(Target::Plain(target))) => targets.push(target.clone()),
                    Some(Found::Is(Target::Status { class, .. })) => targets.push(class.name().into()),
                    Some(Found::AsIs) => targets.push(item.clone()),
                    None => {}
                }
            }
            return self.push(name, Cow::Owned(Value::Array(targets)));
        }
        match self.target(&value, map_name, map, place) {
            None => {}
            Some(Found::AsIs) => {
                self.push(name, value);
                if map.gives_reason {
                    self.push("reason", Cow::Owned(Value::Null));
                }
            }
            Some(Found::Is(Target::Plain(target))) => self.push(name, Cow::Borrowed(target)),
            Some(Found::Is(Target::Status { class, reason, name: shown })) => {
                match shown {
                    Some(shown) => self.push(name, Cow::Owned(shown.as_str().into())),
                    None => self.push(name, value),
                }
                self.push("status_class", Cow::Owned(class.name().into()));
                if map.gives_reason {
                    self.push("reason", Cow::Owned(reason.as_deref().map_or(Value::Null, Value::from)));
                }
            }
        }
    }

    /// What a value amounts to. One that is not known is told.
    fn target(
        &mut self,
        value: &Value,
        map_name: &str,
        map: &'d Values,
        place: &impl Fn() -> String,
    ) -> Option<Found<'d>> {
        let text = as_text(value).unwrap_or_else(|| if value.is_null() { "".into() } else { value.to_string().into() });
        if let Some(target) = map.get(&text) {
            return Some(Found::Is(target));
        }
        match &map.otherwise {
            Otherwise::Is(target) => Some(Found::Is(target)),
            Otherwise::AsIs => Some(Found::AsIs),
            Otherwise::Unknown => {
                let (place, text) = (place(), excerpt(&text));
                let detail = format!(
                    "{place} is `{text}`, which `values: {map_name}:` does not have: add it there, or `otherwise:`"
                );
                let unknown = Unknown { map: map_name.to_owned(), value: text, place };
                self.unknown.push(Unmapped { reason: Reason::UnknownValue, detail, unknown: Some(unknown) });
                None
            }
        }
    }

    /// Adds a member. The usual attributes are texts, whatever the source makes of them.
    fn push(&mut self, name: &'d str, value: Cow<'d, Value>) {
        let value = match &*value {
            Value::Number(_) | Value::Bool(_) if TEXTS.contains(&name) => {
                Cow::Owned(Value::String(as_text(&value).unwrap_or_default().into_owned()))
            }
            _ => value,
        };
        match self.members.iter_mut().find(|(there, _)| *there == name) {
            Some((_, there)) => *there = value,
            None => self.members.push((name, value)),
        }
    }
}

/// What a map says of a value.
enum Found<'d> {
    Is(&'d Target),
    AsIs,
}
