//! Vectors: facts about calendars in a JSON file, read and checked. `duly calendar check` runs them.
//!
//! A file has `calendars` (id → zone, weekly hours, holidays, overrides, breaks) and `vectors`, each an operation on
//! one of them with what is expected. Its calendars have a rule of their own, which is this reader's business and not
//! the calendar's: there a holiday beats an override. A vector that can not be read fails alone; the rest still run.

mod calendars;
mod ops;
mod sla;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Calendar;
use ops::Op;

/// A file of vectors that can not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("this is no file of calendar vectors, which has `calendars` and a list of `vectors`")]
pub struct Error(#[from] serde_json::Error);

/// One vector, ready to run.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its id in the file, or its number where it has none.
    pub id: String,
    /// What it is about, in words; may be empty.
    pub title: String,
    check: Result<(Op, Arc<Calendar>), String>,
}

/// Reads a file of vectors, each with its calendar compiled.
///
/// # Errors
/// Where the text is not JSON or has another shape. A single vector that can not be read becomes a case that fails.
pub fn parse(json: &str) -> Result<Vec<Case>, Error> {
    let file: File = serde_json::from_str(json)?;
    let calendars: BTreeMap<_, _> =
        file.calendars.iter().map(|(id, raw)| (id.as_str(), calendars::compile(raw).map(Arc::new))).collect();
    Ok(file.vectors.iter().enumerate().map(|(index, raw)| case(index, raw, &calendars)).collect())
}

/// Runs one vector.
///
/// # Errors
/// What differs, in words.
pub fn run(case: &Case) -> Result<(), String> {
    let (op, calendar) = case.check.as_ref().map_err(Clone::clone)?;
    op.check(calendar)
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    calendars: BTreeMap<String, serde_json::Value>,
    vectors: Vec<serde_json::Value>,
}

fn case(index: usize, raw: &serde_json::Value, calendars: &BTreeMap<&str, Result<Arc<Calendar>, String>>) -> Case {
    let text = |key: &str| raw.get(key).and_then(serde_json::Value::as_str);
    let check = || {
        let op = Op::deserialize(raw).map_err(|error| format!("the vector can not be read: {error}"))?;
        let id = text("calendar").ok_or("the vector names no calendar")?;
        let calendar = calendars.get(id).ok_or_else(|| format!("there is no calendar `{id}` in the file"))?;
        Ok((op, calendar.clone().map_err(|mistakes| format!("calendar `{id}`: {mistakes}"))?))
    };
    Case {
        id: text("id").map_or_else(|| format!("#{}", index + 1), str::to_owned),
        title: text("case").unwrap_or_default().to_owned(),
        check: check(),
    }
}
