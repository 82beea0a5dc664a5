//! Emergencies as people ask for them: each with its state at an instant, and all that was told of it.

use serde::{Deserialize, Serialize};

use super::{Declaration, Emergency, Later, Register};
use crate::policy::Title;
use crate::time::Instant;

/// An emergency as it stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Standing {
    /// Where it has come to.
    pub state: State,
    /// What is so: as it was declared, with the updates that are in force. `expected_end` may have passed.
    #[serde(flatten)]
    pub terms: Declaration,
    /// When it was lifted, or is going to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Instant>,
    /// The number of what customers were told last; absent before it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// All that was told of it, in order of publication; the first is the declaration.
    pub messages: Vec<Message>,
}

/// Where an emergency has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is declared, and begins later.
    Ahead,
    /// It lasts.
    InForce,
    /// It is over.
    Lifted,
    /// It was voided: it has never been.
    Voided,
}

impl State {
    /// The written name.
    pub const fn name(self) -> &'static str {
        match self {
            State::Ahead => "ahead",
            State::InForce => "in_force",
            State::Lifted => "lifted",
            State::Voided => "voided",
        }
    }
}

/// Something that was told of an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Message {
    /// Its number within the emergency; the declaration is 1.
    pub number: u32,
    /// What it is: `declared`, `updated` or `lifted`.
    pub what: String,
    /// From when on it counts.
    pub effective_from: Instant,
    /// What it says to customers of the situation, by language.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub message: Title,
    /// It was voided: it was never so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_voided: bool,
}

impl Register {
    /// All emergencies as they stand at `at`, in the order in which they were declared.
    pub(in crate::control) fn standing(&self, at: Instant) -> Vec<Standing> {
        self.emergencies.iter().map(|emergency| emergency.at(at)).collect()
    }
}

impl Emergency {
    fn at(&self, at: Instant) -> Standing {
        let lifted_at = self.lift().map(|(_, lift)| lift.effective_from);
        let begun: Vec<_> = self.phases.iter().filter(|phase| phase.from <= at).collect();
        let state = match begun.last() {
            _ if self.is_voided => State::Voided,
            None => State::Ahead,
            Some(last) if at < last.to => State::InForce,
            Some(_) => State::Lifted,
        };
        let (terms, number) = match begun.last() {
            Some(last) => (last.terms.clone(), last.lift.filter(|_| state == State::Lifted).or(Some(last.number))),
            None => (self.declaration.clone(), None),
        };
        Standing { state, terms, lifted_at, number, messages: self.messages() }
    }

    fn messages(&self) -> Vec<Message> {
        let declared = Message {
            number: 1,
            what: "declared".to_owned(),
            effective_from: self.declaration.effective_from,
            message: self.declaration.message.clone(),
            is_voided: self.is_voided,
        };
        let later = (2..).zip(&self.later).map(|(number, telling)| {
            let (what, effective_from, message) = match &telling.what {
                Later::Update(update) => ("updated", update.effective_from, update.message.clone().unwrap_or_default()),
                Later::Lift(lift) => ("lifted", lift.effective_from, lift.message.clone()),
            };
            let is_voided = self.is_voided || telling.is_voided;
            Message { number, what: what.to_owned(), effective_from, message, is_voided }
        });
        std::iter::once(declared).chain(later).collect()
    }
}
