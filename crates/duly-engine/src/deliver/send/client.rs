//! The way out over HTTP: bounded in time and bytes, and it goes nowhere but where it is sent.

use std::io::Read as _;
use std::time::Duration;

use ureq::http;

use super::http::{Answer, Request};
use super::{Outcome, Trust, retry_after};
use crate::clock::{Clock as _, WallClock};

/// How much of an answer is read.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// How many bytes the headers of an answer may have.
const HEAD_BYTES_MAX: usize = 32 << 10;

/// A client.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct Client(ureq::Agent);

impl Client {
    /// One that takes at most `timeout` for a request with its answer.
    pub(in crate::deliver) fn new(trust: &Trust, timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .timeout_connect(Some(timeout.min(Duration::from_secs(10))))
            // What is meant for one host, secrets among it, is told to no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_response_header_size(HEAD_BYTES_MAX)
            .tls_config(trust.of_http())
            .user_agent(concat!("duly/", env!("CARGO_PKG_VERSION")))
            .build();
        Client(config.new_agent())
    }

    /// Sends a request. An answer of any status is one.
    pub(in crate::deliver) fn ask(&self, request: &Request) -> Result<Answer, Outcome> {
        let mut built = http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            built = built.header(name, value);
        }
        // Nothing with a line break in a header gets beyond this.
        let built = built.body(request.body.as_str());
        let built = built.map_err(|error| Outcome::refused(format!("it can not be sent: {error}")))?;
        let mut response = self.0.run(built).map_err(|error| unsent(&error))?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (wait, location) = (header("retry-after"), header("location"));
        let mut body = Vec::new();
        let read = response.body_mut().as_reader().take(ANSWER_BYTES_MAX).read_to_end(&mut body);
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after: wait.and_then(|text| retry_after::read(&text, WallClock.now().to_chrono())),
            location,
            is_whole: read.is_ok() && (body.len() as u64) < ANSWER_BYTES_MAX,
            body,
        })
    }
}

/// A request that got no answer. It may be another time, unless it is none.
fn unsent(error: &ureq::Error) -> Outcome {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Outcome::refused(format!("it can not be sent: {error}")),
        _ => Outcome::later(format!("no answer: {error}")),
    }
}

impl Answer {
    /// What an answer means by its status alone. 401 is about us, and not about the record: somebody renews a token, and it
    /// passes.
    pub(in crate::deliver) fn outcome(&self) -> Outcome {
        let said = match self.excerpt() {
            excerpt if excerpt.is_empty() => format!("HTTP {}", self.status),
            excerpt => format!("HTTP {}: {excerpt}", self.status),
        };
        match self.status {
            200..=299 => Outcome::Delivered(said),
            401 | 408 | 425 | 429 | 500..=599 => Outcome::Later { why: said, after: self.retry_after },
            300..=399 => {
                let location = self.location.as_deref().unwrap_or("somewhere else");
                Outcome::refused(format!("HTTP {}: it sends us to {location}, which is not followed", self.status))
            }
            _ => Outcome::refused(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_the_rest_is_not() {
        let answer = |status| Answer { status, retry_after: None, location: None, body: Vec::new(), is_whole: true };
        for (status, expected) in [
            (200, "delivered"),
            (204, "delivered"),
            (301, "refused"),
            (307, "refused"),
            (400, "refused"),
            (401, "later"),
            (403, "refused"),
            (404, "refused"),
            (408, "later"),
            (410, "refused"),
            (422, "refused"),
            (429, "later"),
            (500, "later"),
            (503, "later"),
        ] {
            let found = match answer(status).outcome() {
                Outcome::Delivered(_) => "delivered",
                Outcome::Later { .. } => "later",
                Outcome::Refused { .. } => "refused",
            };
            assert_eq!(found, expected, "{status}");
        }
    }
}
