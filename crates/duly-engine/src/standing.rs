//! The standing ledger: what was published less what was retracted (I2).

use std::collections::BTreeMap;

use serde::Deserialize;

use duly_core::lane::RETRACTED;
use duly_core::time::Instant;

/// SLA events that stand, by id, while all that was published is read in order.
#[derive(Debug, Default)]
pub struct Standing(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Retraction {
    retracts: String,
}

/// The members of a body that its place in the ledger follows from.
#[derive(Deserialize)]
struct Keyed {
    subject: String,
    at: Instant,
    #[serde(default)]
    policy: Option<String>,
    #[serde(default)]
    objective: String,
    #[serde(default)]
    cycle: u32,
    r#type: String,
    #[serde(default)]
    part: String,
}

impl Keyed {
    /// Subject, instant and the key's bytes, which sort as those of [`duly_core::ledger::Ledger::key`] do.
    fn place(self) -> (String, Instant, Vec<u8>) {
        let mut key = Vec::with_capacity(128);
        if let Some(policy) = &self.policy {
            key.extend_from_slice(policy.as_bytes());
            key.push(0);
            key.extend_from_slice(self.objective.as_bytes());
            key.push(0);
            key.extend_from_slice(&self.cycle.to_be_bytes());
        }
        key.extend_from_slice(self.r#type.as_bytes());
        key.push(0);
        key.extend_from_slice(self.part.as_bytes());
        (self.subject, self.at, key)
    }
}

impl Standing {
    /// Takes an SLA event: its id, its type and its body.
    ///
    /// # Errors
    ///
    /// Where it stands already, or retracts what does not stand: then something was published twice, or lost.
    pub fn take(&mut self, id: &str, kind: &str, body: &str) -> Result<(), String> {
        if kind == RETRACTED {
            let what: Retraction = serde_json::from_str(body).map_err(|error| error.to_string())?;
            return match self.0.remove(&what.retracts) {
                Some(_) => Ok(()),
                None => Err(format!("it retracts {}, which does not stand", what.retracts)),
            };
        }
        match self.0.insert(id.to_owned(), body.to_owned()) {
            None => Ok(()),
            Some(_) => Err(format!("id {id} stands already")),
        }
    }

    /// The bodies, in the form and order of `duly replay --ledger`: by subject, instant and key.
    pub fn lines(self) -> Result<Vec<String>, String> {
        let mut sorted = Vec::with_capacity(self.0.len());
        for (id, body) in self.0 {
            let keyed: Keyed = serde_json::from_str(&body).map_err(|error| format!("SLA event {id}: {error}"))?;
            sorted.push((keyed.place(), body));
        }
        sorted.sort();
        Ok(sorted.into_iter().map(|(_, body)| body).collect())
    }
}
