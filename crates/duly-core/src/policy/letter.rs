//! What a policy says for people alone: what its values are called, and who sends it to whom as a letter (L23).
//!
//! Nothing is measured by this. It is hashed with the rest, so that the version under a letter is that of all its words.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Title;

/// What values are called: by attribute, or by `milestone`, `remedy`, `role`, …; then by value. Under `attribute` the
/// attributes themselves.
pub type Words = BTreeMap<String, BTreeMap<String, Title>>;

/// Who promises what the policy says, to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Who promises.
    pub promisor: Title,
    /// To whom.
    pub addressee: Title,
    /// What it covers, where that is not everything that the addressee asks of the promisor.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub scope: Title,
    /// Where customers turn with requests, feedback and complaints.
    #[serde(default, skip_serializing_if = "Title::is_empty")]
    pub contact: Title,
    /// The categories in the order in which it tells them; others follow by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// How often the response times are reviewed (L18).
    pub review: Every,
    /// Who signs.
    pub signatory: Title,
    /// The date of the signature.
    pub date: NaiveDate,
}

/// How often something comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each week, from Monday on.
    Week,
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each year.
    Year,
}
