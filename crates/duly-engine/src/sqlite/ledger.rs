//! The standing ledger of a store.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Error, ReadOnly};
use crate::standing::Standing;

/// A published event, as far as the ledger asks.
#[derive(Deserialize)]
struct Published<'a> {
    id: String,
    r#type: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The standing SLA events of the store, in the form and order of `duly replay --ledger`: body by body, by subject, instant
/// and key.
pub fn standing_ledger(store: &ReadOnly) -> Result<Vec<String>, Error> {
    let doing = Error::doing("read SLA events");
    let damaged = |what: String, why: String| Error::Damaged { what, source: why.into() };
    let mut statement = store.connection.prepare("SELECT seq, event FROM sla_events ORDER BY seq").map_err(&doing)?;
    let mut rows = statement.query([]).map_err(&doing)?;
    let mut standing = Standing::default();
    while let Some(row) = rows.next().map_err(&doing)? {
        let (seq, text): (i64, String) = row.get(0).and_then(|seq| Ok((seq, row.get(1)?))).map_err(&doing)?;
        let event: Result<Published<'_>, _> = serde_json::from_str(&text);
        event
            .map_err(|error| error.to_string())
            .and_then(|event| standing.take(&event.id, &event.r#type, event.data.get()))
            .map_err(|why| damaged(format!("SLA event {seq}"), why))?;
    }
    standing.lines().map_err(|why| damaged("SLA events".to_owned(), why))
}
