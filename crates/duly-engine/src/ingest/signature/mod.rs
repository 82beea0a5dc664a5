//! How a system proves that a message is its own: told as data, so that a system nobody thought of needs no code.
//!
//! What is signed is put together part by part and compared in constant time; the messages of a request that fails are
//! never looked at. Those that have a name are in `named.yaml`. Deliberately absent: anything that would tell a caller
//! which part of the check failed; that is for the metrics alone.

mod check;
mod digest;
mod read;
mod sealed;
mod show;

use duly_core::time::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

pub use check::{Refused, Request};
pub use read::{mistakes_in_names, names};

/// How far the time of signing may be from now, unless somebody says otherwise.
const MAX_AGE: Span = Span::from_s(300);

/// How messages are signed, if they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// Not at all, which somebody has to say.
    None,
    /// In this way.
    By(Box<Scheme>),
}

/// A way of signing.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Scheme {
    /// The header that has the signature, or the token.
    pub header: Option<String>,
    /// The parameter of the URL that has it, for systems that send no header of one's own.
    pub query: Option<String>,
    /// What it is.
    pub algorithm: Algorithm,
    /// How its bytes are written.
    pub encoding: Encoding,
    /// What stands before it, such as `sha256=`.
    pub prefix: String,
    /// What is signed, in this order: `body`, `method`, `url`, `decoded_url`, `timestamp`, `secret`, `header:NAME`, `text:…`.
    #[schemars(with = "Vec<String>")]
    pub signed: Vec<Part>,
    /// The header that says when it was signed. Only what is among the signed can be trusted.
    pub timestamp: Option<String>,
    /// How that is written.
    pub timestamp_format: TimestampFormat,
    /// How far that time may be from now, such as `5m`.
    #[schemars(with = "String")]
    pub max_age: Span,
    /// How the secret is written in its file.
    pub secret: SecretForm,
    /// The member of the body that has the message encrypted, by AES-256-CBC under the SHA-256 of the secret.
    pub sealed: Option<String>,
    /// Whether a body of `"type": "url_verification"` is answered with the `challenge` that it has.
    pub challenge: bool,
}

/// What a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Algorithm {
    /// A keyed digest.
    #[default]
    HmacSha256,
    /// A keyed digest, as older systems have it.
    HmacSha1,
    /// A digest of parts, of which the secret has to be one.
    Sha256,
    /// A digest of parts, of which the secret has to be one.
    Sha1,
    /// No signature: the secret itself.
    Token,
}

/// How bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Encoding {
    /// Digits and letters from a to f, in either case; a token as it is.
    #[default]
    Hex,
    /// By the standard alphabet.
    Base64,
}

/// How an instant is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TimestampFormat {
    /// Seconds since 1970.
    #[default]
    S,
    /// Milliseconds since 1970.
    Ms,
    /// As in `2026-03-02T10:00:00Z`.
    Rfc3339,
}

/// How a secret is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum SecretForm {
    /// The text is the secret.
    #[default]
    Text,
    /// Its bytes in Base64, perhaps behind `whsec_`.
    Base64,
}

/// A part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The body, byte for byte.
    Body,
    /// The method, in capitals.
    Method,
    /// The URL as the sender knows it, with its query.
    Url,
    /// The same as `HubSpot` signs it: with a few of its escapes decoded, and the others left.
    DecodedUrl,
    /// The time stamp, as it is written.
    Timestamp,
    /// The secret.
    Secret,
    /// The value of a header.
    Header(String),
    /// Always the same text.
    Text(String),
}

impl Default for Scheme {
    fn default() -> Self {
        Scheme {
            header: None,
            query: None,
            algorithm: Algorithm::default(),
            encoding: Encoding::default(),
            prefix: String::new(),
            signed: vec![Part::Body],
            timestamp: None,
            timestamp_format: TimestampFormat::default(),
            max_age: MAX_AGE,
            secret: SecretForm::default(),
            sealed: None,
            challenge: false,
        }
    }
}

impl Signature {
    /// The way of signing, if there is one.
    pub fn scheme(&self) -> Option<&Scheme> {
        match self {
            Signature::None => None,
            Signature::By(scheme) => Some(scheme),
        }
    }
}

impl Scheme {
    /// Whether the URL is signed, so that it has to be known as the sender has it.
    pub fn signs_url(&self) -> bool {
        self.signed.iter().any(|part| matches!(part, Part::Url | Part::DecodedUrl))
    }
}

impl JsonSchema for Signature {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Signature".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut named: Vec<&str> = names().collect();
        named.push("none");
        json_schema!({
            "description": "How messages are signed: by name, or described.",
            "anyOf": [{"enum": named}, generator.subschema_for::<Scheme>()],
        })
    }
}

#[cfg(test)]
mod tests;
