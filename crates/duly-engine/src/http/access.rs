//! Who may ask: on loopback addresses everybody on this machine, elsewhere whoever has the token.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, StatusCode};
use subtle::ConstantTimeEq as _;

use super::answer::Problem;

/// The shortest token, in bytes.
const TOKEN_BYTES_MIN: usize = 16;

/// A bearer token. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a token can not be used. The token itself is never part of it.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Its file can not be read.
    #[error("cannot read the token file {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It is too short, or has characters that a header can not carry.
    #[error(
        "the token in {place} is none: it has at least {TOKEN_BYTES_MIN} letters, digits or signs and no spaces, \
         such as what `openssl rand -hex 32` prints"
    )]
    Unusable {
        /// The file or the variable.
        place: String,
    },
}

impl Token {
    /// The token in `file`, or where that is not given the one in `variable`, the value of `DULY_TOKEN`.
    pub fn load(file: Option<&Path>, variable: Option<&str>) -> Result<Option<Token>, TokenError> {
        if let Some(path) = file {
            let told = |cause| TokenError::Unreadable { path: path.to_owned(), cause };
            let text = std::fs::read_to_string(path).map_err(told)?;
            return Token::parse(&text, || path.display().to_string()).map(Some);
        }
        let variable = variable.filter(|text| !text.is_empty());
        variable.map(|text| Token::parse(text, || "DULY_TOKEN".to_owned())).transpose()
    }

    fn parse(text: &str, place: impl FnOnce() -> String) -> Result<Token, TokenError> {
        let text = text.trim();
        let is_usable = text.len() >= TOKEN_BYTES_MIN && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_usable { Ok(Token(text.to_owned())) } else { Err(TokenError::Unusable { place: place() }) }
    }

    /// Whether `given` is this token, in a time that does not tell how much of it is right. Its length is no secret.
    fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Whether only this machine can reach `address`.
pub(super) fn is_private(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Whether a request with these headers may pass.
pub(super) fn check(token: Option<&Token>, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = token else { return check_host(headers) };
    let given = headers.get(AUTHORIZATION).and_then(|value| bearer(value.as_bytes()));
    let refuse = |what| Problem::new(StatusCode::UNAUTHORIZED, what, "send the header `Authorization: Bearer TOKEN`");
    match given {
        Some(given) if token.is(given) => Ok(()),
        Some(_) => Err(refuse("the token is not the right one")),
        None => Err(refuse("there is no token")),
    }
}

/// The token of an `Authorization` header (RFC 6750; the scheme's case does not matter).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = header.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

/// Without a token, a web page must not reach the API through a name of its own that leads to this machine.
fn check_host(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(host) = headers.get(HOST) else { return Ok(()) };
    if host.to_str().is_ok_and(is_this_machine) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "the request is meant for another host than this machine",
        "ask for 127.0.0.1 or localhost, or start the engine with a token",
    ))
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_private() {
        for (address, expected) in [
            ("127.0.0.1:1", true),
            ("127.8.9.1:1", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            ("0.0.0.0:1", false),
            ("[::]:1", false),
            ("10.0.0.1:1", false),
            ("[::ffff:10.0.0.1]:1", false),
        ] {
            assert_eq!(is_private(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_host_is_this_machine_by_address_or_by_its_one_name() {
        for (host, expected) in [
            ("localhost", true),
            ("LocalHost:8321", true),
            ("127.0.0.1:8321", true),
            ("[::1]:8321", true),
            ("[::1]", true),
            ("evil.example:8321", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("10.0.0.1:8321", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), expected, "{host}");
        }
    }

    #[test]
    fn a_token_is_long_enough_visible_and_never_shown() {
        let token = Token::load(None, Some(" 0123456789abcdef\n")).unwrap().unwrap();
        assert!(token.is(b"0123456789abcdef") && !token.is(b"0123456789abcdeF") && !token.is(b"0123456789abcdef0"));
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(Token::load(None, Some("")).unwrap(), None);
        for text in ["short", "0123456789abcdef 0123456789", "0123456789abcdé0"] {
            let told = Token::load(None, Some(text)).unwrap_err().to_string();
            assert!(told.starts_with("the token in DULY_TOKEN is none") && !told.contains(text), "{told}");
        }
        let told = Token::load(Some(Path::new("no/such/file")), Some("0123456789abcdef")).unwrap_err().to_string();
        assert!(told.starts_with("cannot read the token file no/such/file"), "{told}");
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bearer abc "), Some(&b"abc"[..]));
        assert_eq!(bearer(b"Basic abc"), None);
        assert_eq!(bearer(b"abc"), None);
    }
}
