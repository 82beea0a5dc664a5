//! Whether a message is its sender's.

use std::borrow::Cow;

use duly_core::time::{Instant, Span};
use subtle::ConstantTimeEq as _;

use super::digest::{base64, digest, hex, key};
use super::{Algorithm, Encoding, Part, Scheme, TimestampFormat};
use crate::config::Secret;

/// A request, as far as signatures are about it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The method, in capitals.
    pub method: &'r str,
    /// The URL as the sender knows it, without its query.
    pub url: &'r str,
    /// The query, without the `?`.
    pub query: Option<&'r str>,
    /// Names and values of its headers.
    pub headers: &'r [(&'r str, &'r [u8])],
    /// The body, as it came.
    pub body: &'r [u8],
}

/// Why a request is not taken. The sender is told nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no signature, or no time stamp, where there has to be one.
    Missing,
    /// It is another signature than the message has.
    Wrong,
    /// It was signed too long ago, or will be.
    Late,
}

impl Refused {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Refused::Missing => "unsigned",
            Refused::Wrong => "wrong_signature",
            Refused::Late => "wrong_time",
        }
    }
}

impl Scheme {
    /// What can be said before the body is there: a request without a signature is not worth reading.
    pub fn glance(&self, request: &Request<'_>) -> Result<(), Refused> {
        self.given(request)?;
        self.timestamp(request)?;
        Ok(())
    }

    /// Finds the secret that the message is signed with. All are tried, in a time that does not tell which it is.
    pub fn check<'s>(
        &self,
        secrets: &'s [Secret],
        request: &Request<'_>,
        now: Instant,
        max_age: Option<Span>,
    ) -> Result<&'s Secret, Refused> {
        let given = self.given(request)?;
        let timestamp = self.timestamp(request)?;
        let mut found = None;
        for secret in secrets {
            if self.is_signed(secret, request, timestamp, &given) {
                found = Some(secret);
            }
        }
        let secret = found.ok_or(Refused::Wrong)?;
        // Only now is the time known to be the sender's.
        match timestamp {
            Some(text) => self.check_age(text, now, max_age.unwrap_or(self.max_age)).map(|()| secret),
            None => Ok(secret),
        }
    }

    /// The signature that came: header or parameter, without what stands before it. Some send several.
    fn given(&self, request: &Request<'_>) -> Result<Vec<String>, Refused> {
        let value = match (&self.header, &self.query) {
            (Some(name), _) => header(request, name).map(Cow::Borrowed),
            (None, Some(name)) => parameter(request.query.unwrap_or_default(), name).map(Cow::Owned),
            (None, None) => None,
        };
        let value = value.ok_or(Refused::Missing)?;
        let text = std::str::from_utf8(&value).map_err(|_| Refused::Wrong)?;
        let parts: Vec<&str> = match self.algorithm {
            Algorithm::Token => vec![text],
            _ => text.split_ascii_whitespace().collect(),
        };
        let without = parts.iter().filter_map(|part| strip(part, &self.prefix));
        let given: Vec<String> = without.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if given.is_empty() { Err(Refused::Missing) } else { Ok(given) }
    }

    fn timestamp<'r>(&self, request: &Request<'r>) -> Result<Option<&'r str>, Refused> {
        let Some(name) = &self.timestamp else { return Ok(None) };
        let value = header(request, name).ok_or(Refused::Missing)?;
        std::str::from_utf8(value).map(Some).map_err(|_| Refused::Wrong)
    }

    fn is_signed(&self, secret: &Secret, request: &Request<'_>, timestamp: Option<&str>, given: &[String]) -> bool {
        let Ok(key) = key(secret, self.secret) else { return false };
        let parts: Vec<Cow<'_, [u8]>> = match self.algorithm {
            Algorithm::Token => vec![Cow::Borrowed(&*key)],
            _ => self.signed.iter().map(|part| self::part(part, &key, request, timestamp)).collect(),
        };
        let expected = digest(self.algorithm, &key, &parts);
        // No early end: how many signatures came is no secret, which of them is right may be.
        given.iter().fold(false, |is_right, given| is_right | self.is_same(&expected, given))
    }

    fn is_same(&self, expected: &[u8], given: &str) -> bool {
        match (self.encoding, self.algorithm) {
            (Encoding::Base64, _) => base64(given).is_some_and(|bytes| expected.ct_eq(&bytes).into()),
            (Encoding::Hex, Algorithm::Token) => expected.ct_eq(given.as_bytes()).into(),
            (Encoding::Hex, _) => hex(expected).as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into(),
        }
    }

    fn check_age(&self, text: &str, now: Instant, max_age: Span) -> Result<(), Refused> {
        let number = |unit_ns: i64| text.parse::<i64>().ok().and_then(|count| count.checked_mul(unit_ns));
        let signed_at = match self.timestamp_format {
            TimestampFormat::S => number(1_000_000_000).map(Instant::from_ns),
            TimestampFormat::Ms => number(1_000_000).map(Instant::from_ns),
            TimestampFormat::Rfc3339 => text.parse().ok(),
        };
        let signed_at = signed_at.ok_or(Refused::Late)?;
        if signed_at < now.minus(max_age) || signed_at > now.plus(max_age) { Err(Refused::Late) } else { Ok(()) }
    }
}

fn part<'p>(part: &'p Part, key: &'p [u8], request: &Request<'p>, timestamp: Option<&'p str>) -> Cow<'p, [u8]> {
    Cow::Borrowed(match part {
        Part::Body => request.body,
        Part::Method => request.method.as_bytes(),
        Part::Url => return Cow::Owned(url(request).into_bytes()),
        Part::DecodedUrl => return Cow::Owned(decoded(&url(request)).into_bytes()),
        Part::Timestamp => timestamp.unwrap_or_default().as_bytes(),
        Part::Secret => key,
        Part::Header(name) => header(request, name).unwrap_or_default(),
        Part::Text(text) => text.as_bytes(),
    })
}

fn url(request: &Request<'_>) -> String {
    let query = request.query.map(|query| format!("?{query}")).unwrap_or_default();
    request.url.to_owned() + &query
}

/// A URL with those of its escapes decoded that `HubSpot`'s documents list for version 3 of its signature.
fn decoded(url: &str) -> String {
    const DECODED: [(&str, char); 12] = [
        ("3A", ':'),
        ("2F", '/'),
        ("3F", '?'),
        ("40", '@'),
        ("21", '!'),
        ("24", '$'),
        ("27", '\''),
        ("28", '('),
        ("29", ')'),
        ("2A", '*'),
        ("2C", ','),
        ("3B", ';'),
    ];
    let mut pieces = url.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    // Piece by piece, so that what was decoded is not decoded again.
    for piece in pieces {
        let found =
            DECODED.iter().find(|(code, _)| piece.get(..2).is_some_and(|escape| escape.eq_ignore_ascii_case(code)));
        match found {
            Some((_, character)) => {
                out.push(*character);
                out += &piece[2..];
            }
            None => {
                out.push('%');
                out += piece;
            }
        }
    }
    out
}

/// The first header of that name, whatever its case.
fn header<'r>(request: &Request<'r>, name: &str) -> Option<&'r [u8]> {
    request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// The text behind `prefix`; the case of letters in that does not matter.
fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The first value of a query's parameter, with `%XX` and `+` resolved.
fn parameter(query: &str, name: &str) -> Option<Vec<u8>> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| unescape(value.as_bytes()))
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let digit = |place: usize| text.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut out, mut place) = (Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = text.get(place) {
        let escaped = (byte == b'%').then(|| digit(place + 1).zip(digit(place + 2))).flatten();
        match escaped {
            Some((high, low)) => {
                out.push((high * 16 + low) as u8);
                place += 3;
            }
            None => {
                out.push(if byte == b'+' { b' ' } else { byte });
                place += 1;
            }
        }
    }
    out
}
