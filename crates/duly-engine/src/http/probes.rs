//! For machines that watch: `/healthz`, `/readyz`, `/metrics`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::answer::Problem;
use super::routes::Api;
use crate::handle::known;
use crate::metrics;

/// Alive: the process answers. It says nothing of the engine, and therefore needs no token.
pub(super) async fn health() -> Response {
    Json(serde_json::json!({ "alive": true })).into_response()
}

/// Ready: the state of all lanes is restored, and the last turn could be stored. A backlog does not make it unready: what is asked is
/// answered as of the watermark, and what is sent is taken in.
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    let status = api.handle.status().await?;
    if !status.is_ready {
        let what = status.failure.unwrap_or_else(|| "the state is not restored yet".to_owned());
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what, "the engine goes on by itself when it can"));
    }
    let answer = serde_json::json!({
        "ready": true,
        "watermark": known(status.watermark),
        "is_at_end": status.is_at_end,
        "tickets": status.tickets,
    });
    Ok(Json(answer).into_response())
}

pub(super) async fn metrics(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    let engine = metrics::Reading::of(&api.handle).await?;
    let sources = metrics::Sources { all: &api.sources, refused: api.hooks.refused() };
    let text = metrics::render(&engine, &sources, &api.beside.sinks, &api.requests);
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
