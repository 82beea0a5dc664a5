//! Mappings: other systems' messages as ticket events, told by a file that a support engineer can write.
//!
//! A [`Mapping`] is a compiled file. It is pure and stateless: the same message gives the same bytes, so that whoever maps it
//! twice has written a duplicate, and nothing has to be remembered between messages. A source that sends snapshots is no
//! exception: each becomes what was observed, and lanes know what changes nothing.
//!
//! There are two ways to say what a message means: a table of rules over JSON pointers, and [jq](jq) for what a table can not say.
//! Both give drafts, and from there on everything is one path: times are read in the formats that the file names, values go
//! through its maps, and what comes out is held to the parser of ticket events before it is handed on.
//!
//! Nothing is dropped in silence (I7). A message gives events, or is `ignore`d by a rule that says so, or is unmapped with a
//! reason; one part of it may be mapped and another not. What nobody thought of, a status that was added yesterday or a kind of
//! message that is new, is told with its value and the place in the file where it belongs.

mod attributes;
mod draft;
mod expr;
mod jq;
mod model;
mod path;
mod read;
mod run;
mod schema;
#[cfg(test)]
mod tests;
mod times;
mod unmapped;
mod values;
mod when;

use chrono_tz::Tz;
use duly_core::policy::source::Mistake;

pub use unmapped::{Reason, Unknown, Unmapped};

use self::model::Model;
use super::signature::Signature;

/// The longest body that is read, in bytes: far more than any ticket's message has.
pub const BODY_BYTES_MAX: usize = 8 << 20;
/// The most parts that one message may have.
pub const PARTS_MAX: usize = 10_000;

/// A mapping file, compiled. It is used from many threads.
#[derive(Debug)]
pub struct Mapping {
    model: Model,
}

/// Whose messages they are: what the settings say of a source.
#[derive(Debug, Clone)]
pub struct Whose {
    /// The tenant of its tickets.
    pub tenant: String,
    /// The source's name.
    pub source: String,
    /// The zone of times that name none.
    pub zone: Tz,
}

/// A message as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Message<'m> {
    /// Headers of HTTP or of Kafka, their names in any case.
    pub headers: &'m [(&'m str, &'m [u8])],
    /// JSON. An empty one is taken for `null`, as Kafka's tombstones are.
    pub body: &'m [u8],
}

/// What a message says. Where there are neither events nor what could not be mapped it says nothing about a ticket, by a rule that
/// says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Structured `CloudEvents` in JSON, each accepted by [`duly_core::ticket::parse_structured`].
    pub events: Vec<Vec<u8>>,
    /// What of it could not be mapped.
    pub unmapped: Vec<Unmapped>,
    /// Why parts of it were ignored, in the words of the rules, each once.
    pub ignored: Vec<String>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// All mistakes, in the order of the text. Where the text is not YAML at all, only where that shows first.
    pub fn parse(text: &str) -> Result<Mapping, Vec<Mistake>> {
        read::mapping(text).map(|model| Mapping { model })
    }

    /// The JSON Schema of a mapping file.
    pub fn json_schema() -> serde_json::Value {
        schema::json_schema()
    }

    /// The name that the file gives it.
    pub fn name(&self) -> &str {
        &self.model.name
    }

    /// How the system signs its webhooks, where the file says it.
    pub fn signature(&self) -> Option<&Signature> {
        self.model.signature.as_ref()
    }

    /// How many rules it has, those that ignore or refuse included.
    pub fn rules(&self) -> usize {
        self.model.rules.len()
            + self.model.ignore.len()
            + self.model.refuse.len()
            + usize::from(self.model.jq.is_some())
    }

    /// What `message` says.
    pub fn map(&self, whose: &Whose, message: &Message<'_>) -> Mapped {
        run::map(&self.model, whose, message)
    }
}
