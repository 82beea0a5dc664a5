//! `GET /api/v1/queue?team=…&tier=…`: open tickets in the order in which they want to be worked on, of all instances (L13).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use duly_core::lane::Wanted;
use duly_core::time::Instant;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::Problem;
use super::gathered::{self, gather};
use super::limits::LISTED;
use super::origin::Origin;
use super::routes::Api;
use crate::handle::Missing;

/// The work queue.
#[derive(Debug, Serialize)]
pub(super) struct Queue {
    /// Up to when silence has been judged in all lanes.
    watermark: Option<Instant>,
    /// How many open tickets there are, of which `tickets` has the first.
    total: usize,
    tickets: Vec<Box<RawValue>>,
    /// The lanes that this covers; told to instances only.
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<Vec<i32>>,
    /// The lanes that it does not cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<Missing>,
}

const USAGE: &str = "ask for /api/v1/queue?team=field&tier=expert&limit=50; each may be left out";

pub(super) async fn queue(
    State(api): State<Arc<Api>>,
    origin: Origin,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<Queue>, Problem> {
    let (mut wanted, mut limit) = (Wanted::default(), LISTED);
    for (name, value) in gathered::pairs(query, USAGE)? {
        match name.as_str() {
            "team" => wanted.team = Some(value),
            "tier" => wanted.tier = Some(value),
            "limit" => limit = gathered::limit(&value)?,
            _ => return Err(Problem::bad_request(format!("there is no parameter `{name}`"), USAGE)),
        }
    }
    let own = api.handle.work(wanted, limit).await?;
    let mut gathered = gather(&api, &origin, own).await;
    Ok(Json(Queue {
        watermark: gathered.watermark,
        total: gathered.total,
        tickets: gathered.take_items(limit),
        lanes: origin.is_forwarded.then_some(gathered.lanes),
        incomplete: gathered.missing,
    }))
}
