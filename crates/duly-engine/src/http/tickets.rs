//! `GET /api/v1/tickets/{tenant}/{ticket}`: how a ticket stands, as committed.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use duly_core::lane::TicketView;
use duly_core::time::Instant;
use serde::Serialize;

use super::answer::Problem;
use super::instances;
use super::origin::Origin;
use super::routes::Api;

/// A ticket, and the instant at which that holds.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    watermark: Instant,
    #[serde(flatten)]
    ticket: TicketView,
}

pub(super) async fn one(
    State(api): State<Arc<Api>>,
    origin: Origin,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Problem> {
    let subject = subject(path)?;
    let found = api.handle.ticket(subject.clone()).await;
    instances::answer(&api, &origin, found, |found| {
        let (ticket, watermark) = found.ok_or_else(|| unknown(&subject))?;
        Ok(Json(Standing { watermark, ticket }).into_response())
    })
    .await
}

/// The subject that a path names. What has a `/` in it may be written `%2F` or as it is.
pub(super) fn subject(path: Result<Path<(String, String)>, PathRejection>) -> Result<String, Problem> {
    let unreadable =
        |_| Problem::bad_request("the path is not UTF-8", "write other characters as %XX of their UTF-8 bytes");
    let Path((tenant, ticket)) = path.map_err(unreadable)?;
    Ok(format!("{tenant}/{ticket}"))
}

pub(super) fn unknown(subject: &str) -> Problem {
    let what = format!("there is no ticket `{subject}`");
    Problem::new(
        StatusCode::NOT_FOUND,
        what,
        "a ticket is there once its first event is stored; names are case-sensitive",
    )
}
