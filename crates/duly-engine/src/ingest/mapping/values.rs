//! Maps of values: a CRM's words and numbers, as Duly's.

use std::collections::HashMap;

use duly_core::policy::StatusClass;
use serde_json::Value;

/// What the values of one attribute amount to. Keys are told apart whatever their case.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) known: HashMap<String, Target>,
    pub(super) otherwise: Otherwise,
    /// Whether one of its targets gives a reason, so that the others say that there is none.
    pub(super) gives_reason: bool,
}

/// What a value amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// A value of the attribute.
    Plain(Value),
    /// The class of a status, why the ticket waits in it, and a name for it, where the value is only a number.
    Status { class: StatusClass, reason: Option<String>, name: Option<String> },
}

/// What holds for a value that the map does not have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Otherwise {
    /// The message is unmapped, and the value told.
    #[default]
    Unknown,
    /// It is taken as it is.
    AsIs,
    /// It amounts to this.
    Is(Target),
}

impl Values {
    /// The target of a text; `None` where it is unknown.
    pub(super) fn get(&self, text: &str) -> Option<&Target> {
        // Most are written as the file has them: lower case first costs an allocation only where that fails.
        self.known.get(text).or_else(|| self.known.get(&text.to_lowercase()))
    }
}
