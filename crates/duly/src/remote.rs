//! A running engine, asked over its API.

use miette::Diagnostic;
use thiserror::Error;

/// How large an answer may be, in bytes.
const BYTES_MAX: u64 = 256 << 20;

/// An engine that does not answer as it should.
#[derive(Debug, Error, Diagnostic)]
#[error("{0}")]
#[diagnostic(help("is the engine running there? `duly serve` tells its address; a token is taken from DULY_TOKEN"))]
pub(crate) struct Unanswered(pub(crate) String);

/// What an engine has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Asks the engine at `url`.
pub(crate) fn get(url: &str, path: &str) -> Result<Answer, Unanswered> {
    let mut request = agent().get(joined(url, path));
    if let Some(token) = bearer() {
        request = request.header("Authorization", token);
    }
    answer(url, request.call())
}

/// Tells the engine at `url` something, as JSON.
pub(crate) fn post(url: &str, path: &str, json: &str) -> Result<Answer, Unanswered> {
    let mut request = agent().post(joined(url, path)).header("Content-Type", "application/json");
    if let Some(token) = bearer() {
        request = request.header("Authorization", token);
    }
    answer(url, request.send(json))
}

/// A part of a path, percent-encoded.
pub(crate) fn encoded(part: &str) -> String {
    part.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all += &format!("%{byte:02X}");
        }
        all
    })
}

fn agent() -> ureq::Agent {
    ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build())
}

fn joined(url: &str, path: &str) -> String {
    format!("{}{path}", url.trim_end_matches('/'))
}

fn bearer() -> Option<String> {
    std::env::var("DULY_TOKEN").ok().map(|token| format!("Bearer {}", token.trim()))
}

fn answer(url: &str, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, Unanswered> {
    let failed = |error: ureq::Error| Unanswered(format!("{url} does not answer: {error}"));
    let mut response = response.map_err(failed)?;
    let body = response.body_mut().with_config().limit(BYTES_MAX).read_to_string().map_err(failed)?;
    Ok(Answer { status: response.status().as_u16(), body })
}
