//! Answers: JSON, and what is said when something can not be done.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::limits::RETRY_AFTER_S;
use crate::handle::EngineError;

/// Why a request is not answered as asked: what is wrong, and what to do.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) what: String,
    pub(super) hint: String,
}

/// The `error` member of an answer.
#[derive(Debug, Serialize)]
pub(super) struct Told<'a> {
    pub(super) what: &'a str,
    pub(super) hint: &'a str,
}

impl Problem {
    pub(super) fn new(status: StatusCode, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem { status, what: what.into(), hint: hint.into() }
    }

    /// The request itself is wrong.
    pub(super) fn bad_request(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, what, hint)
    }

    /// There is more work than can be queued.
    pub(super) fn busy() -> Self {
        Problem::from(EngineError::Busy)
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let again = "ask again in a moment; GET /api/v1/lanes says how lanes stand";
        let mut status = StatusCode::SERVICE_UNAVAILABLE;
        let hint = match error {
            EngineError::Busy => "nothing of the request was stored: send it again, it is safe to repeat",
            EngineError::Stopped => {
                "nothing is known of the request: send it again when the engine runs, it is safe to repeat"
            }
            EngineError::NotStored(_) => {
                "nothing of the request was stored: look at the disk of the store, then send it again"
            }
            EngineError::NotAppended(_) => {
                "some of the request may be in the log: send all of it again, it is safe to repeat"
            }
            EngineError::NotTold(_) => "it may be in force: tell it again, it is safe to repeat",
            EngineError::Elsewhere { .. } => {
                // For the instance that has passed the question on.
                status = StatusCode::MISDIRECTED_REQUEST;
                again
            }
            EngineError::Late
            | EngineError::Restoring { .. }
            | EngineError::StandsStill { .. }
            | EngineError::NoOwners(_) => again,
        };
        Problem::new(status, error.to_string(), hint)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = Told { what: &self.what, hint: &self.hint };
        let mut response = (self.status, Json(serde_json::json!({ "error": told }))).into_response();
        let headers = response.headers_mut();
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"duly\""));
            }
            _ => {}
        }
        response
    }
}
