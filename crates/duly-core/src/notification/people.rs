//! The people about a ticket.

use serde::Serialize;
use serde_json::{Map, Value};

/// Who is about a ticket, as its attributes and its route say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Its agent.
    pub owner: Option<String>,
    /// Its team.
    pub team: Option<String>,
    /// Its customer.
    pub customer: Option<String>,
    /// The language that it asks for.
    pub language: Option<String>,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Recipient {
    /// Who works on the ticket. Without a name whoever gives out the work: nobody has it yet.
    Owner {
        /// The ticket's agent.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The ticket's team.
        #[serde(skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// All of a team.
    Team {
        /// The ticket's team.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Somebody by what he is to the team.
    Role {
        /// The role, as the policy names it.
        name: String,
        /// The ticket's team.
        #[serde(skip_serializing_if = "Option::is_none")]
        team: Option<String>,
    },
    /// Who was promised something.
    Customer {
        /// The ticket's customer.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl People {
    /// Whom a policy means by `who`.
    pub(super) fn recipient(&self, who: &str) -> Recipient {
        match who {
            "owner" => Recipient::Owner { name: self.owner.clone(), team: self.team.clone() },
            "team" => Recipient::Team { name: self.team.clone() },
            "customer" => Recipient::Customer { name: self.customer.clone() },
            role => Recipient::Role { name: role.to_owned(), team: self.team.clone() },
        }
    }

    /// Adds them to what words are made of.
    pub(super) fn add_to(&self, facts: &mut Map<String, Value>) {
        for (name, value) in [("owner", &self.owner), ("team", &self.team), ("customer", &self.customer)] {
            facts.insert(name.to_owned(), value.clone().into());
        }
    }
}
