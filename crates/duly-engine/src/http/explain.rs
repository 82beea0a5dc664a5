//! `GET /api/v1/explain/{tenant}/{ticket}?at=INSTANT`: why the ticket's SLA events stand, for `duly explain --url`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use duly_core::time::Instant;
use serde::Deserialize;

use super::answer::Problem;
use super::instances;
use super::origin::Origin;
use super::routes::Api;
use super::tickets::{subject, unknown};

/// What may be asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// How things stood then; without it, at the watermark.
    at: Option<Instant>,
}

pub(super) async fn explain(
    State(api): State<Arc<Api>>,
    origin: Origin,
    path: Result<Path<(String, String)>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let subject = subject(path)?;
    let Query(asked) = asked.map_err(|error| {
        Problem::bad_request(error.body_text(), "write `?at=` and an instant such as 2026-03-01T10:00:00Z")
    })?;
    let found = api.handle.explain(subject.clone(), asked.at).await;
    instances::answer(&api, &origin, found, |explanation| {
        Ok(explanation.map(Json).ok_or_else(|| unknown(&subject))?.into_response())
    })
    .await
}
