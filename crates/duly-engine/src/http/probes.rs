//! For machines that watch: `/healthz`, `/readyz`, `/metrics`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::access;
use super::answer::Problem;
use super::routes::Api;
use crate::handle::known;
use crate::metrics;

/// Alive: the process answers, and so did the engine within the time in which one that lives does. It says nothing else of the
/// engine, and therefore needs no token.
pub(super) async fn health(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    match &api.beside.pulse {
        Some(pulse) if pulse.is_lost() => {
            let what = format!("the engine has not answered for {} s", pulse.silence().as_secs());
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what, "start it again: what is committed stays"))
        }
        _ => Ok(Json(serde_json::json!({ "alive": true })).into_response()),
    }
}

/// Ready: the state of all lanes is restored, and the last turn could be stored. A backlog does not make it unready: what is asked is
/// answered as of the watermark, and what is sent is taken in. Probes have no token: they are told that, and nothing else.
pub(super) async fn ready(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, Problem> {
    let status = api.handle.status().await;
    if access::check(api.token.as_ref(), &headers).is_err() {
        return match status {
            Ok(status) if status.is_ready => Ok(Json(serde_json::json!({ "ready": true })).into_response()),
            _ => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "it is not ready", "with the token it is told why")),
        };
    }
    let status = status?;
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
