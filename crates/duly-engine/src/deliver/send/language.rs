//! The language of recipes: Jinja's, safe by default, with what APIs ask for to prove who somebody is.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, escape_formatter};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::recipe::in_url;
use super::webhook::hmac;
use crate::template;

/// For what is sent: in a URL values are encoded, in a body they become JSON.
pub(super) fn templates() -> Environment<'static> {
    let mut templates = template::sandbox();
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    templates.set_auto_escape_callback(|name| match name {
        "url" | "login.url" => AutoEscape::Custom("url".into()),
        "body" | "login.body" => AutoEscape::Json,
        _ => AutoEscape::None,
    });
    templates.set_formatter(|out, state, value| match state.auto_escape() {
        AutoEscape::Custom(_) if !value.is_safe() => Ok(out.write_str(&in_url(&plain(value)))?),
        AutoEscape::Custom(_) => Ok(out.write_str(&plain(value))?),
        _ => escape_formatter(out, state, value),
    });
    templates.add_filter("b64encode", |text: String| STANDARD.encode(text));
    templates.add_filter("sha256", |text: String| hex::<Sha256>(&text));
    // SHA-1 and MD5 prove little today. They are here because there are APIs that take nothing else.
    templates.add_filter("sha1", |text: String| hex::<Sha1>(&text));
    templates.add_filter("md5", |text: String| hex::<Md5>(&text));
    templates.add_function("hmac_sha256", |key: String, message: String| {
        STANDARD.encode(hmac(key.as_bytes(), message.as_bytes()))
    });
    templates
}

/// For what is said of answers, whose shape is theirs: what is not there is no mistake.
pub(super) fn conditions() -> Environment<'static> {
    let mut conditions = template::sandbox();
    conditions.set_undefined_behavior(UndefinedBehavior::Chainable);
    conditions
}

/// A digest, in lower-case hexadecimal digits.
fn hex<D: Digest>(text: &str) -> String {
    D::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A value as it is put into a URL.
fn plain(value: &Value) -> String {
    if value.is_none() || value.is_undefined() { String::new() } else { value.to_string() }
}
