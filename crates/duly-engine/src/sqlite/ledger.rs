//! The standing ledger: what was published less what was retracted (I2).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use duly_core::lane::RETRACTED;
use duly_core::time::Instant;

use super::{Error, ReadOnly};

/// A published event, as far as the ledger asks.
#[derive(Deserialize)]
struct Published<'a> {
    id: String,
    r#type: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

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

/// The standing SLA events of the store, in the form and order of `duly replay --ledger`: body by body, by subject, instant
/// and key.
pub fn standing_ledger(store: &ReadOnly) -> Result<Vec<String>, Error> {
    let doing = Error::doing("read SLA events");
    let mut statement = store.connection.prepare("SELECT seq, event FROM sla_events ORDER BY seq").map_err(&doing)?;
    let mut rows = statement.query([]).map_err(&doing)?;
    let mut standing: BTreeMap<String, String> = BTreeMap::new();
    while let Some(row) = rows.next().map_err(&doing)? {
        let (seq, text): (i64, String) = row.get(0).and_then(|seq| Ok((seq, row.get(1)?))).map_err(&doing)?;
        apply(&mut standing, &text)
            .map_err(|source| Error::Damaged { what: format!("SLA event {seq}"), source: source.into() })?;
    }
    let mut sorted = Vec::with_capacity(standing.len());
    for (id, body) in standing {
        let keyed: Keyed = serde_json::from_str(&body)
            .map_err(|source| Error::Damaged { what: format!("SLA event {id}"), source: source.into() })?;
        sorted.push((keyed.place(), body));
    }
    sorted.sort();
    Ok(sorted.into_iter().map(|(_, body)| body).collect())
}

fn apply(standing: &mut BTreeMap<String, String>, text: &str) -> Result<(), String> {
    let event: Published<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if event.r#type == RETRACTED {
        let what: Retraction = serde_json::from_str(event.data.get()).map_err(|error| error.to_string())?;
        return match standing.remove(&what.retracts) {
            Some(_) => Ok(()),
            None => Err(format!("it retracts {}, which does not stand", what.retracts)),
        };
    }
    match standing.insert(event.id.clone(), event.data.get().to_owned()) {
        None => Ok(()),
        Some(_) => Err(format!("id {} stands already", event.id)),
    }
}
