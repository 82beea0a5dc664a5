//! A webhook of our own form: the record as it is, a `CloudEvent` in JSON, signed as Standard Webhooks has it.
//!
//! `webhook-signature` is `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. With a secret that begins with
//! `whsec_` the key is what follows, in base64; else the secret itself.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::{Content, Parcel, Parcels, Request, Secrets};
use crate::deliver::record::Record;

/// The name of the secret among those of the sink.
pub(in crate::deliver) const SECRET: &str = "secret";

/// A webhook.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct Webhook {
    pub(in crate::deliver) url: String,
}

impl Webhook {
    /// What is sent of a record at `now`, in seconds since 1970.
    pub(in crate::deliver) fn parcels(&self, record: &Record, secrets: &Secrets, now: i64) -> Result<Parcels, String> {
        let (id, body) = (record.id().to_owned(), record.event.to_string());
        let secrets = secrets.read()?;
        let mut headers = vec![
            ("Content-Type".to_owned(), "application/cloudevents+json".to_owned()),
            ("Idempotency-Key".to_owned(), id.clone()),
            ("webhook-id".to_owned(), id.clone()),
            ("webhook-timestamp".to_owned(), now.to_string()),
        ];
        if let Some(secret) = secrets.get(SECRET) {
            headers.push(("webhook-signature".to_owned(), format!("v1,{}", sign(secret, &id, now, &body)?)));
        }
        let request = Request { method: "POST".to_owned(), url: self.url.clone(), headers, body };
        let parcel = Parcel { to: String::new(), content: Content::Request(request) };
        Ok(Parcels { parcels: vec![parcel], unknown: Vec::new() })
    }
}

fn sign(secret: &str, id: &str, now: i64, body: &str) -> Result<String, String> {
    let key = match secret.strip_prefix("whsec_") {
        Some(encoded) => STANDARD.decode(encoded).map_err(|_| "what follows `whsec_` is not base64".to_owned())?,
        None => secret.as_bytes().to_vec(),
    };
    Ok(STANDARD.encode(hmac(&key, format!("{id}.{now}.{body}").as_bytes())))
}

/// HMAC-SHA256.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Where files of a webhook's secrets are.
pub(in crate::deliver) fn secrets(file: Option<&PathBuf>) -> Secrets {
    Secrets::of(file.map(|path| (SECRET.to_owned(), path.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's libraries.
    #[test]
    fn it_is_signed_as_others_check_it() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let found = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(found.as_deref(), Ok("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert!(sign("whsec_***", "1", 1, "{}").is_err());
    }
}
