//! Tokens for OAUTHBEARER: read from a file that somebody else renews.
//!
//! librdkafka asks for the next one when four fifths of a token's life are over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rdkafka::client::OAuthToken;

use crate::config::Secret;

/// How long a token lives that does not say so.
const LIFE: Duration = Duration::from_secs(600);

/// Where tokens come from.
#[derive(Clone)]
pub(super) struct Tokens {
    file: Arc<PathBuf>,
}

/// What a token (RFC 7519) says of itself. It is the brokers who check it.
#[derive(serde::Deserialize)]
struct Claims {
    /// When it expires, in seconds since 1970.
    exp: Option<f64>,
    sub: Option<String>,
}

impl Tokens {
    pub(super) fn in_file(file: &Path) -> Self {
        Tokens { file: Arc::new(file.to_owned()) }
    }

    /// The token that is in the file now.
    pub(super) fn next(&self) -> Result<OAuthToken, String> {
        let token = Secret::read("token", &self.file).map_err(|error| error.to_string())?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let claims = claims(token.reveal());
        let exp = claims.as_ref().and_then(|claims| claims.exp);
        let expires_ms = exp.map_or_else(|| (now + LIFE).as_millis() as i64, |exp| (exp * 1000.0) as i64);
        if expires_ms <= now.as_millis() as i64 {
            return Err(format!("the token in {} has expired: somebody has to renew it", self.file.display()));
        }
        let principal_name = claims.and_then(|claims| claims.sub).unwrap_or_else(|| "duly".to_owned());
        Ok(OAuthToken { token: token.reveal().to_owned(), principal_name, lifetime_ms: expires_ms })
    }
}

/// The claims of a token, if it is one that has any.
fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a file with this content: who, and the end in seconds.
    fn check(content: &str) -> Result<(String, i64), String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let token = Tokens::in_file(file.path()).next()?;
        assert_eq!(token.token, content.trim_end());
        Ok((token.principal_name, token.lifetime_ms / 1000))
    }

    fn jwt(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.\n", part(r#"{"alg":"none"}"#), part(claims))
    }

    #[test]
    fn a_token_says_who_it_is_for_and_until_when() {
        assert_eq!(check(&jwt(r#"{"sub":"ann","exp":4102444800}"#)), Ok(("ann".to_owned(), 4_102_444_800)));
        let (who, until) = check("opaque\n").unwrap();
        assert!(who == "duly" && until > 1_700_000_000);
        let told = check(&jwt(r#"{"sub":"ann","exp":1000000000}"#)).unwrap_err();
        assert!(told.ends_with("has expired: somebody has to renew it"), "{told}");
        assert!(check("").unwrap_err().contains("is none"));
    }
}
