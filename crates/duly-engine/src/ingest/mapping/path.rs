//! Places in a message: JSON pointers, and what lies beside its content.

use std::borrow::Cow;

use chrono_tz::Tz;
use duly_core::time::Instant;
use serde_json::Value;

use super::unmapped::digest;

/// What there is to look at while a part of a message is mapped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'m> {
    /// The part that is being mapped; the whole content where there is only one.
    pub(super) item: &'m Value,
    /// The content of the message, its envelope taken off.
    pub(super) message: &'m Value,
    pub(super) headers: &'m [(&'m str, &'m [u8])],
    /// Which part it is, from 0.
    pub(super) index: usize,
    pub(super) tenant: &'m str,
    /// The zone of times that name none.
    pub(super) zone: Tz,
    /// The ticket, once it is known.
    pub(super) ticket: Option<&'m str>,
    /// The time, once it is known.
    pub(super) time: Option<Instant>,
}

/// Where a value is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As it is written.
    pub(super) written: String,
    root: Root,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Root {
    /// The part of the message.
    Item,
    /// The whole content.
    Message,
    /// A header, by its name in lower case.
    Header(String),
    Index,
    Tenant,
    Ticket,
    Time,
    /// A digest of the part: the same content has the same.
    Hash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    key: String,
    /// The key as the place in a list.
    place: Option<usize>,
}

impl Path {
    /// Reads `/a/b`, `$item`, `$message/a`, `$header/name`, `$index`, `$tenant`, `$ticket`, `$time` or `$hash`.
    ///
    /// # Errors
    /// What is wrong, and a hint.
    pub(super) fn parse(written: &str) -> Result<Path, (String, String)> {
        let (root, rest) = match written.split_once('/') {
            Some((root, rest)) => (root, Some(rest)),
            None => (written, None),
        };
        let plain = |root: Root| match rest {
            None => Ok((root, None)),
            Some(_) => Err((format!("`{written}` goes into what is a single text"), ROOTS.to_owned())),
        };
        let (root, rest) = match root {
            "" | "$item" => (Root::Item, rest),
            "$message" => (Root::Message, rest),
            "$header" => match rest {
                Some(name) if !name.is_empty() && !name.contains('/') => (Root::Header(name.to_lowercase()), None),
                _ => return Err((format!("`{written}` names no header"), "write `$header/x-name`".to_owned())),
            },
            "$index" => plain(Root::Index)?,
            "$tenant" => plain(Root::Tenant)?,
            "$ticket" => plain(Root::Ticket)?,
            "$time" => plain(Root::Time)?,
            "$hash" => plain(Root::Hash)?,
            _ => return Err((format!("`{written}` is no place in a message"), ROOTS.to_owned())),
        };
        let steps = rest.into_iter().flat_map(|rest| rest.split('/')).map(Step::parse).collect();
        Ok(Path { written: written.to_owned(), root, steps })
    }

    /// The value there; none where there is nothing.
    pub(super) fn find<'m>(&self, scope: &Scope<'m>) -> Option<Cow<'m, Value>> {
        let text = |text: &str| Some(Cow::Owned(Value::String(text.to_owned())));
        match &self.root {
            Root::Item => self.walk(scope.item).map(Cow::Borrowed),
            Root::Message => self.walk(scope.message).map(Cow::Borrowed),
            Root::Header(name) => {
                let (_, value) = scope.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name))?;
                Some(Cow::Owned(Value::String(String::from_utf8_lossy(value).into_owned())))
            }
            Root::Index => Some(Cow::Owned(scope.index.into())),
            Root::Tenant => text(scope.tenant),
            Root::Ticket => scope.ticket.and_then(text),
            Root::Time => scope.time.and_then(|time| text(&time.to_string())),
            Root::Hash => text(&digest(scope.item.to_string().as_bytes())),
        }
    }

    /// The value there, of a path within the message alone.
    pub(super) fn within<'m>(&self, message: &'m Value) -> Option<&'m Value> {
        self.walk(message)
    }

    /// Whether it leads into the message, and not to what lies beside it.
    pub(super) fn is_within(&self) -> bool {
        matches!(self.root, Root::Item | Root::Message)
    }

    fn walk<'m>(&self, from: &'m Value) -> Option<&'m Value> {
        self.steps.iter().try_fold(from, |value, step| match value {
            Value::Object(members) => members.get(&step.key),
            Value::Array(items) => items.get(step.place?),
            _ => None,
        })
    }
}

impl Step {
    fn parse(written: &str) -> Step {
        let key = written.replace("~1", "/").replace("~0", "~");
        let place = key.parse().ok().filter(|_| key.bytes().all(|byte| byte.is_ascii_digit()));
        Step { key, place }
    }
}

/// What a path may begin with.
const ROOTS: &str = "a place is a JSON pointer such as `/ticket/id`, or begins with `$item`, `$message`, `$header/NAME`, \
                     `$index`, `$tenant`, `$ticket`, `$time` or `$hash`";
