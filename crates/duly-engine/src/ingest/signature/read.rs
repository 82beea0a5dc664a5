//! From what a mapping or the settings say to a way of signing.

use std::sync::LazyLock;

use duly_core::policy::source::Mistake;
use duly_core::time::Span;
use serde_json::Value;

use super::{Algorithm, Encoding, Part, Scheme, SecretForm, Signature, TimestampFormat};
use crate::config::Wrong;
use crate::config::read::{self, Entries};

/// The keys of a way of signing.
pub(crate) const KEYS: [&str; 12] = [
    "header",
    "query",
    "algorithm",
    "encoding",
    "prefix",
    "signed",
    "timestamp",
    "timestamp_format",
    "max_age",
    "secret",
    "sealed",
    "challenge",
];

pub(super) const ALGORITHMS: [(&str, Algorithm); 5] = [
    ("hmac_sha256", Algorithm::HmacSha256),
    ("hmac_sha1", Algorithm::HmacSha1),
    ("sha256", Algorithm::Sha256),
    ("sha1", Algorithm::Sha1),
    ("token", Algorithm::Token),
];
pub(super) const ENCODINGS: [(&str, Encoding); 2] = [("hex", Encoding::Hex), ("base64", Encoding::Base64)];
pub(super) const FORMATS: [(&str, TimestampFormat); 3] =
    [("s", TimestampFormat::S), ("ms", TimestampFormat::Ms), ("rfc3339", TimestampFormat::Rfc3339)];
pub(super) const FORMS: [(&str, SecretForm); 2] = [("text", SecretForm::Text), ("base64", SecretForm::Base64)];
const SWITCH: [(&str, bool); 2] = [("true", true), ("false", false)];

/// The signatures that have a name, in the order of the file.
static NAMED: LazyLock<Result<Vec<(String, Scheme)>, Vec<Mistake>>> = LazyLock::new(|| {
    let mut named = Vec::new();
    let mut entries = Entries::read(&format!("named:\n{}", indented(include_str!("named.yaml"))), &["named"])?;
    entries.sections("named", &KEYS, |name, section| named.push((name.to_owned(), Scheme::read(section))));
    entries.finish(named)
});

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

/// The names of signatures that have one.
pub fn names() -> impl Iterator<Item = &'static str> {
    named().map(|(name, _)| name)
}

/// The signatures that have a name.
pub(super) fn named() -> impl Iterator<Item = (&'static str, &'static Scheme)> {
    NAMED.iter().flatten().map(|(name, scheme)| (&**name, scheme))
}

/// What is wrong with those that are built in: nothing, as a test holds.
pub fn mistakes_in_names() -> &'static [Mistake] {
    NAMED.as_ref().map_or_else(|mistakes| &**mistakes, |_| &[])
}

impl Signature {
    /// Reads what `key` says: a name, `none`, or a section that describes it. Mistakes are told with the others of `entries`.
    pub(crate) fn read(entries: &mut Entries, key: &str) -> Option<Signature> {
        let mut signature = None;
        if entries.is_section(key) {
            entries.section(key, &KEYS, |section| signature = Some(Signature::By(Box::new(Scheme::read(section)))));
        } else {
            entries.take(key, &mut signature, |value| Signature::named(value).map(Some));
        }
        signature
    }

    /// Reads what is said of it elsewhere. The places of mistakes are in a text that nobody has seen: whoever asks knows better.
    pub fn parse(value: &Value) -> Result<Signature, Vec<Mistake>> {
        // JSON is YAML.
        let mut entries = Entries::read(&serde_json::json!({ "signature": value }).to_string(), &["signature"])?;
        let signature = Signature::read(&mut entries, "signature");
        // Where there is nothing, a mistake says why.
        entries.finish(signature.unwrap_or(Signature::None))
    }

    /// The one of that name.
    fn named(value: &Value) -> Result<Signature, Wrong> {
        let name = read::text(value)?;
        if name == "none" {
            return Ok(Signature::None);
        }
        let found = named().find(|(known, _)| *known == name);
        found.map(|(_, scheme)| Signature::By(Box::new(scheme.clone()))).ok_or_else(|| {
            let known: Vec<&str> = names().chain(["none"]).collect();
            (format!("there is no signature `{name}`"), read::meant(&name, &known))
        })
    }
}

impl Scheme {
    pub(crate) fn read(section: &mut Entries) -> Scheme {
        let mut scheme = Scheme::default();
        section.take("header", &mut scheme.header, |value| name(value).map(Some));
        section.take("query", &mut scheme.query, |value| name(value).map(Some));
        section.take("algorithm", &mut scheme.algorithm, |value| read::word(value, &ALGORITHMS));
        section.take("encoding", &mut scheme.encoding, |value| read::word(value, &ENCODINGS));
        section.take("prefix", &mut scheme.prefix, read::text);
        section.take("signed", &mut scheme.signed, parts);
        section.take("timestamp", &mut scheme.timestamp, |value| name(value).map(Some));
        section.take("timestamp_format", &mut scheme.timestamp_format, |value| read::word(value, &FORMATS));
        section.take("max_age", &mut scheme.max_age, |value| read::span(value, Span::from_s(1)));
        section.take("secret", &mut scheme.secret, |value| read::word(value, &FORMS));
        section.take("sealed", &mut scheme.sealed, |value| read::text(value).map(Some));
        section.take("challenge", &mut scheme.challenge, |value| read::word(value, &SWITCH));
        scheme.fits_together(section);
        scheme
    }

    /// What does not fit together.
    fn fits_together(&self, section: &mut Entries) {
        let (has_header, has_query) = (section.has("header"), section.has("query"));
        let mut wrong = |key: &str, what: &str, hint: &str| section.blame(key, (what.to_owned(), hint.to_owned()));
        match (has_header, has_query) {
            (false, false) => wrong("header", "it is missing", "name the header that has the signature"),
            (true, true) => wrong("query", "there is a header as well", "say one of both"),
            _ => {}
        }
        let signs = |part: &Part| self.signed.contains(part);
        let is_plain = matches!(self.algorithm, Algorithm::Sha256 | Algorithm::Sha1);
        if is_plain && !signs(&Part::Secret) {
            wrong("signed", "anybody can make such a digest", "put `secret` among what is signed, or use an hmac");
        }
        if self.algorithm != Algorithm::Token && !signs(&Part::Body) {
            wrong("signed", "the body is not signed", "put `body` among what is signed");
        }
        match &self.timestamp {
            None if signs(&Part::Timestamp) => wrong("timestamp", "it is missing", "name the header that has it"),
            Some(_) if self.algorithm == Algorithm::Token || !signs(&Part::Timestamp) => {
                wrong("timestamp", "it is not signed", "put `timestamp` among what is signed, or leave it out here");
            }
            _ => {}
        }
    }
}

/// The name of a header or a parameter.
fn name(value: &Value) -> Result<String, Wrong> {
    let text = read::text(value)?;
    if text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}&".contains(&byte)) {
        return Ok(text);
    }
    Err((format!("`{text}` can not be the name of one"), "write it as in `X-Hub-Signature`".to_owned()))
}

fn parts(value: &Value) -> Result<Vec<Part>, Wrong> {
    match value {
        Value::Array(values) => values.iter().map(part).collect(),
        single => part(single).map(|part| vec![part]),
    }
}

fn part(value: &Value) -> Result<Part, Wrong> {
    let text = read::text(value)?;
    match text.split_once(':') {
        Some(("header", header)) => return name(&header.into()).map(Part::Header),
        Some(("text", text)) => return Ok(Part::Text(text.to_owned())),
        _ => {}
    }
    Ok(match &*text {
        "body" => Part::Body,
        "method" => Part::Method,
        "url" => Part::Url,
        "decoded_url" => Part::DecodedUrl,
        "timestamp" => Part::Timestamp,
        "secret" => Part::Secret,
        _ => {
            let hint =
                "there are `body`, `method`, `url`, `decoded_url`, `timestamp`, `secret`, `header:NAME` and `text:…`";
            return Err((format!("`{text}` can not be signed"), hint.to_owned()));
        }
    })
}
