//! What is in the body of a message that is signed: itself, or the message encrypted, or a question whether anybody is there.

use std::borrow::Cow;

use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut as _, KeyIvInit as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Scheme;
use super::digest::{base64, key};
use crate::config::Secret;

/// The bytes of a block, and of what the first one is mixed with.
const BLOCK_BYTES: usize = 16;

impl Scheme {
    /// Whether the secret can be one: what is wrong with it, if not.
    pub fn check_secret(&self, secret: &Secret) -> Result<(), &'static str> {
        key(secret, self.secret).map(drop)
    }

    /// The message in a body: decrypted, where it is encrypted. `None` where it can not be.
    pub fn open<'b>(&self, secret: &Secret, body: &'b [u8]) -> Option<Cow<'b, [u8]>> {
        let Some(member) = &self.sealed else { return Some(Cow::Borrowed(body)) };
        // What is no object, or has no such member, came in the clear.
        let Ok(Value::Object(mut outer)) = serde_json::from_slice(body) else { return Some(Cow::Borrowed(body)) };
        match outer.remove(member) {
            Some(Value::String(text)) => decrypt(key(secret, self.secret).ok()?.as_ref(), &text).map(Cow::Owned),
            Some(_) => None,
            None => Some(Cow::Borrowed(body)),
        }
    }

    /// What to answer to somebody who asks whether this is where messages are to go. Nothing is known of him yet, and nothing
    /// comes of it but his own words.
    pub fn challenged(&self, message: &[u8]) -> Option<String> {
        /// The longest that is said back, in bytes.
        const ECHOED_MAX: usize = 1024;
        if !self.challenge {
            return None;
        }
        let Value::Object(asked) = serde_json::from_slice(message).ok()? else { return None };
        let challenge = asked.get("challenge")?.as_str()?;
        let is_asked = asked.get("type").and_then(Value::as_str) == Some("url_verification");
        (is_asked && challenge.len() <= ECHOED_MAX).then(|| challenge.to_owned())
    }
}

/// AES-256-CBC with PKCS#7, under the SHA-256 of the secret; the first block is what the first is mixed with.
fn decrypt(secret: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut bytes = base64(text)?;
    if bytes.len() < 2 * BLOCK_BYTES {
        return None;
    }
    let mut sealed = bytes.split_off(BLOCK_BYTES);
    let cipher = Decryptor::<Aes256>::new_from_slices(&Sha256::digest(secret), &bytes).ok()?;
    let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}
