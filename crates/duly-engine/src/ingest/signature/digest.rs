//! Digests of parts, and how bytes are written.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Algorithm, SecretForm};
use crate::config::Secret;

/// Base64, with or without the signs at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What `parts` are signed by; of a token the token.
pub(super) fn digest(algorithm: Algorithm, key: &[u8], parts: &[Cow<'_, [u8]>]) -> Vec<u8> {
    match algorithm {
        Algorithm::HmacSha256 => mac::<Hmac<Sha256>>(key, parts),
        Algorithm::HmacSha1 => mac::<Hmac<Sha1>>(key, parts),
        Algorithm::Sha256 => plain::<Sha256>(parts),
        Algorithm::Sha1 => plain::<Sha1>(parts),
        Algorithm::Token => key.to_vec(),
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[Cow<'_, [u8]>]) -> Vec<u8> {
    let mut mac = <M as Mac>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn plain<D: Digest>(parts: &[Cow<'_, [u8]>]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// The bytes of a secret, or what is wrong with it.
pub(super) fn key(secret: &Secret, form: SecretForm) -> Result<Cow<'_, [u8]>, &'static str> {
    let text = secret.reveal();
    match form {
        SecretForm::Text => Ok(Cow::Borrowed(text.as_bytes())),
        SecretForm::Base64 => {
            let bytes = base64(text.strip_prefix("whsec_").unwrap_or(text));
            bytes.map(Cow::Owned).ok_or("it is not Base64, perhaps behind `whsec_`")
        }
    }
}

pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(u32::from(digit), 16).expect("four bits are one digit")).collect()
}
