//! Other instances, asked over their API.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::origin::{FORWARDED, Origin};

/// How long another instance may take to answer.
const ANSWER: Duration = Duration::from_secs(8);

/// How long it may take to take a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// The largest answer that is passed on, in bytes.
const BYTES_MAX: u64 = 64 << 20;

/// The way to other instances.
#[derive(Debug, Clone)]
pub(super) struct Peers(ureq::Agent);

/// What another instance has answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Default for Peers {
    fn default() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // Instances reach each other as they are announced; what the environment says of proxies is meant for others.
            .proxy(None)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER));
        Peers(config.build().into())
    }
}

impl Peers {
    /// Asks the instance at `address` what was asked here, or says why there is no answer.
    pub(super) async fn ask(&self, address: &str, origin: &Origin) -> Result<Answer, String> {
        let mut request = Request::builder().method(origin.method.clone()).uri(format!("{address}{}", origin.target));
        request = request.header(FORWARDED, "1");
        if let Some(authorization) = &origin.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let (agent, request) = (self.0.clone(), request.body(()).map_err(|error| error.to_string())?);
        let asked = tokio::task::spawn_blocking(move || {
            let mut response = agent.run(request)?;
            let body = response.body_mut().with_config().limit(BYTES_MAX).read_to_vec()?;
            Ok(Answer { status: response.status(), headers: std::mem::take(response.headers_mut()), body })
        });
        let answer = asked.await.map_err(io::Error::other).map_err(ureq::Error::from);
        answer.flatten().map_err(|error| error.to_string())
    }
}

/// Passed on as it came.
impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for name in [header::CONTENT_TYPE, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
            if let Some(value) = self.headers.get(&name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }
}
