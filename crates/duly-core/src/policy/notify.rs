//! What a policy says of telling people: whom, and by which ways (L14).

use serde::{Deserialize, Serialize};

/// Who is told of what happens to the clocks of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Of reminders; unless said otherwise the owner, by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder_due: Option<Telling>,
    /// Of breaches; unless said otherwise the owner, by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached: Option<Telling>,
    /// Of the steps of a ladder, beside the role that a step names; unless said otherwise nobody else, by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Telling>,
    /// Of emergencies; unless said otherwise the customer, by `sms`, `email` and on the `website`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<Telling>,
}

/// Whom, and by which ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// `owner`, `team`, `customer`, or any other word for a role; empty: nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// The ways: `email`, `sms`, or what a company has.
    pub by: Vec<String>,
}

impl Telling {
    /// Whom to tell of emergencies, and by which ways, unless a policy says otherwise (L17).
    pub fn of_emergencies() -> Telling {
        let by = ["sms", "email", "website"];
        Telling { to: vec!["customer".to_owned()], by: by.iter().map(|&way| way.to_owned()).collect() }
    }

    /// `to`, by e-mail.
    pub(crate) fn by_email(to: &[&str]) -> Telling {
        Telling { to: to.iter().map(|&who| who.to_owned()).collect(), by: vec!["email".to_owned()] }
    }
}

impl Notify {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Notify::default()
    }
}
