//! What of a request is passed on when another instance has the answer.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};

/// The header of a request that an instance passes on; whoever gets it answers for itself, so that nothing goes in circles.
pub(super) const FORWARDED: &str = "duly-forwarded";

/// A question as it was asked.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) method: Method,
    /// Path and query.
    pub(super) target: String,
    /// The asker's token.
    pub(super) authorization: Option<HeaderValue>,
    /// Whether another instance passed it on.
    pub(super) is_forwarded: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Origin {
            method: parts.method.clone(),
            target: target.to_owned(),
            authorization: parts.headers.get(header::AUTHORIZATION).cloned(),
            is_forwarded: parts.headers.contains_key(FORWARDED),
        })
    }
}
