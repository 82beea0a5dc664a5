//! What an operator tells of an emergency, in the words of the control log (L16, L17).

use serde::{Deserialize, Serialize};

use super::written;
use crate::policy::{Condition, Duration, Title};
use crate::time::Instant;

/// An emergency begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Its id, by which it is updated and lifted, such as `typhoon-2026-10`. It is never used again.
    pub emergency: String,
    /// What kind of emergency it is.
    pub kind: Kind,
    /// What people call it, by language (`en`, `zh`).
    pub title: Title,
    /// What customers are told of the situation, by language.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub message: Title,
    /// The tickets in its scope; all where it asks for nothing.
    #[serde(default, skip_serializing_if = "Condition::is_empty", deserialize_with = "written::scope")]
    #[schemars(schema_with = "written::scope_schema")]
    pub when: Condition,
    /// The policies whose clocks it is about; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// The objectives and remedies whose clocks it is about; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// What it does to the clocks in scope.
    pub effect: Effect,
    /// When it begins. It may be told later, which corrects the record, or ahead.
    pub effective_from: Instant,
    /// When it is expected to be over. It lasts until it is lifted all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_end: Option<Instant>,
    /// The contingency plan: who does what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<Duty>,
}

/// What has changed, from an instant on. What is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The emergency's id.
    pub emergency: String,
    /// From when on it is so.
    pub effective_from: Instant,
    /// What people call it, by language (`en`, `zh`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// What customers are told of the progress, by language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Title>,
    /// The tickets in its scope; all where it asks for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "written::some_scope")]
    #[schemars(schema_with = "written::scope_schema")]
    pub when: Option<Condition>,
    /// The policies whose clocks it is about; empty: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<String>>,
    /// The objectives and remedies whose clocks it is about; empty: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objectives: Option<Vec<String>>,
    /// What it does to the clocks in scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// When it is expected to be over; `null` where that is not known any more.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "written::given")]
    #[schemars(with = "Option<Instant>")]
    pub expected_end: Option<Option<Instant>>,
    /// The contingency plan: who does what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Vec<Duty>>,
}

/// An emergency is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// The emergency's id.
    pub emergency: String,
    /// When it is over.
    pub effective_from: Instant,
    /// What customers are told of it, by language.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub message: Title,
}

/// It was never so: a correction of the record, which counts always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The emergency's id.
    pub emergency: String,
    /// Which update or lift was never so, by its number: the declaration is 1, what was told after it 2, 3 and so on.
    /// Absent: the emergency as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2))]
    pub number: Option<u32>,
}

/// What kind of emergency it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the definition")]
pub enum Kind {
    ForceMajeure,
    NaturalDisaster,
    NetworkFailure,
    SystemFailure,
    /// A surge of business.
    Surge,
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [
        Kind::ForceMajeure,
        Kind::NaturalDisaster,
        Kind::NetworkFailure,
        Kind::SystemFailure,
        Kind::Surge,
        Kind::Other,
    ];

    /// The written name.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::ForceMajeure => "force_majeure",
            Kind::NaturalDisaster => "natural_disaster",
            Kind::NetworkFailure => "network_failure",
            Kind::SystemFailure => "system_failure",
            Kind::Surge => "surge",
            Kind::Other => "other",
        }
    }
}

/// What an emergency does to the clocks in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They stand still while it lasts.
    Suspend,
    /// Each has that much longer, once.
    Extend(
        #[serde(with = "written::duration")]
        #[schemars(schema_with = "written::duration_schema")]
        Duration,
    ),
    /// Nothing: customers are told.
    AnnounceOnly,
}

impl Effect {
    /// The written name, without the duration.
    pub const fn name(self) -> &'static str {
        match self {
            Effect::Suspend => "suspend",
            Effect::Extend(_) => "extend",
            Effect::AnnounceOnly => "announce_only",
        }
    }
}

/// A line of a contingency plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Who.
    pub role: String,
    /// Does what, by language (`en`, `zh`).
    pub task: Title,
}

impl Declaration {
    /// What is so once an update has come into force.
    #[must_use]
    pub(super) fn updated(&self, update: &Update) -> Declaration {
        let Update { title, message, when, policies, objectives, effect, expected_end, plan, .. } = update.clone();
        Declaration {
            title: title.unwrap_or_else(|| self.title.clone()),
            message: message.unwrap_or_else(|| self.message.clone()),
            when: when.unwrap_or_else(|| self.when.clone()),
            policies: policies.unwrap_or_else(|| self.policies.clone()),
            objectives: objectives.unwrap_or_else(|| self.objectives.clone()),
            effect: effect.unwrap_or(self.effect),
            expected_end: expected_end.unwrap_or(self.expected_end),
            plan: plan.unwrap_or_else(|| self.plan.clone()),
            ..self.clone()
        }
    }
}

impl Update {
    /// Whether it says anything.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_told()
            && self.when.is_none()
            && self.policies.is_none()
            && self.objectives.is_none()
            && self.plan.is_none()
    }

    /// Whether it says anything that customers are told.
    pub(super) fn is_told(&self) -> bool {
        self.title.is_some() || self.message.is_some() || self.effect.is_some() || self.expected_end.is_some()
    }
}
