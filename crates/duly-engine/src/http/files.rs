//! `GET /api/v1/cases?state=…&ticket=…` and `GET /api/v1/investigations?state=…&ticket=…`: liability cases and investigations,
//! of all instances (L19, L21).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use duly_core::clock::CaseState;
use duly_core::lane::Asked;
use duly_core::time::Instant;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::Problem;
use super::gathered::{self, gather};
use super::limits::LISTED;
use super::origin::Origin;
use super::routes::Api;
use crate::handle::{Listed, Missing, Ranked};

/// A list of cases or of investigations.
#[derive(Debug, Serialize)]
pub(super) struct Files {
    /// Up to when silence has been judged in all lanes.
    watermark: Option<Instant>,
    /// How many there are, of which the list has the first.
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<Vec<Box<RawValue>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    investigations: Option<Vec<Box<RawValue>>>,
    /// The lanes that this covers; told to instances only.
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<Vec<i32>>,
    /// The lanes that it does not cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<Missing>,
}

const CASES: &str = "ask for /api/v1/cases?state=claimed,assessed&ticket=acme/T-1&limit=50; each may be left out, states are open, \
                     claimed, assessed, settled, rejected and waived";
const INVESTIGATIONS: &str = "ask for /api/v1/investigations?state=open&ticket=acme/T-1&limit=50; each may be left out, states are open and closed";

type Asking = Result<Query<Vec<(String, String)>>, QueryRejection>;

pub(super) async fn cases(State(api): State<Arc<Api>>, origin: Origin, query: Asking) -> Result<Json<Files>, Problem> {
    let (asked, limit) = asked(query, CASES, |asked, states| {
        let known = |name: &str| CaseState::ALL.into_iter().find(|state| state.name() == name);
        asked.states = states.split(',').map(known).collect::<Option<_>>()?;
        Some(())
    })?;
    let own = api.handle.cases(asked, limit).await?;
    let (cases, files) = all(&api, &origin, own, limit).await;
    Ok(Json(Files { cases: Some(cases), ..files }))
}

pub(super) async fn investigations(
    State(api): State<Arc<Api>>,
    origin: Origin,
    query: Asking,
) -> Result<Json<Files>, Problem> {
    let (asked, limit) = asked(query, INVESTIGATIONS, |asked, state| {
        asked.is_open = Some(["closed", "open"].into_iter().position(|known| known == state)? == 1);
        Some(())
    })?;
    let own = api.handle.investigations(asked, limit).await?;
    let (investigations, files) = all(&api, &origin, own, limit).await;
    Ok(Json(Files { investigations: Some(investigations), ..files }))
}

/// What is asked for, and how many of it; `state` reads the parameter of that name.
fn asked(
    query: Asking,
    usage: &'static str,
    state: impl Fn(&mut Asked, &str) -> Option<()>,
) -> Result<(Asked, usize), Problem> {
    let (mut asked, mut limit) = (Asked::default(), LISTED);
    for (name, value) in gathered::pairs(query, usage)? {
        match name.as_str() {
            "state" => state(&mut asked, &value)
                .ok_or_else(|| Problem::bad_request(format!("state: `{value}` is no state"), usage))?,
            "ticket" => asked.ticket = Some(value),
            "limit" => limit = gathered::limit(&value)?,
            _ => return Err(Problem::bad_request(format!("there is no parameter `{name}`"), usage)),
        }
    }
    Ok((asked, limit))
}

/// The first items with those of all other instances, and what is said of the list beside them.
async fn all<T: Ranked>(api: &Arc<Api>, origin: &Origin, own: Listed<T>, limit: usize) -> (Vec<Box<RawValue>>, Files) {
    let mut gathered = gather(api, origin, own).await;
    let items = gathered.take_items(limit);
    let files = Files {
        watermark: gathered.watermark,
        total: gathered.total,
        cases: None,
        investigations: None,
        lanes: origin.is_forwarded.then_some(gathered.lanes),
        incomplete: gathered.missing,
    };
    (items, files)
}
