//! The token of an API that has to be asked for one: kept by all threads of a sink until a request with it fails.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

use super::Request;

/// What stands in a request for the token until it is sent.
pub(super) const PLACE: &str = "<token>";

/// The token of a sink, if it has one. Never printed.
#[derive(Clone, Default)]
pub(super) struct Login(Arc<Mutex<Option<String>>>);

impl Login {
    /// The token; by `ask` where there is none. While one asks, the others wait: many APIs end a token when they give another.
    pub(super) fn token(&self, ask: impl FnOnce() -> Result<String, String>) -> Result<String, String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &*kept {
            return Ok(token.clone());
        }
        let token = ask()?;
        *kept = Some(token.clone());
        Ok(token)
    }

    /// A request with this token failed: the next one asks for another.
    pub(super) fn forget(&self, token: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_deref() == Some(token) {
            *kept = None;
        }
    }
}

impl Debug for Login {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}

/// The request with the token in its headers.
pub(super) fn with_token(request: &Request, token: &str) -> Request {
    let mut request = request.clone();
    for (_, value) in &mut request.headers {
        *value = value.replace(PLACE, token);
    }
    request
}
