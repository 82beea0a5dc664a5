//! A webhook of the settings, ready to work: how its requests are signed, and the secrets that they are signed with.

use std::path::Path;

use duly_core::policy::source::{Mistake, Place};
use duly_core::time::Span;

use super::Unusable;
use super::signature::Signature;
use crate::config::{self, Secret};

/// A webhook, and how a request to it is known to be the source's.
#[derive(Debug, Clone)]
pub struct Hook {
    /// How messages are signed.
    pub signature: Signature,
    /// The secrets, each as good as the others; none where nothing is signed.
    pub secrets: Vec<Secret>,
    /// The URL as the source has it, without a query.
    pub url: String,
    /// How far the time of signing may be from now, where that is said.
    pub max_age: Option<Span>,
    /// How many requests are taken in a minute.
    pub per_minute: u32,
}

impl Hook {
    /// Reads the secrets, and holds to each other what settings and mapping say.
    pub(super) fn load(
        source: &config::Source,
        hook: &config::Hook,
        of_mapping: Option<&Signature>,
    ) -> Result<Hook, Unusable> {
        let key = format!("sources.{}.hook", source.name);
        // What is wrong with the settings is told of them, and not of a file that they name.
        let settings = &Path::new("settings");
        let signature = hook.signature.as_ref().or(of_mapping).cloned().ok_or_else(|| {
            let what = format!("{key}: neither the settings nor the mapping say how messages are signed");
            unread(settings, what, "write `signature: token`, or another name of docs/webhooks.md, or describe it")
        })?;
        let secrets = match &hook.secret_file {
            Some(file) => Secret::lines("secret of the hook", file).map_err(|error| {
                unread(file, format!("{key}.secret_file: {error}"), "write the secret into it, or several, a line each")
            })?,
            None => Vec::new(),
        };
        let secret_file = hook.secret_file.as_deref().unwrap_or(settings);
        match signature.scheme() {
            Some(_) if secrets.is_empty() => {
                let what = format!("{key}.secret_file: it is missing, and the mapping says how messages are signed");
                return Err(unread(secret_file, what, "name the file with the secret"));
            }
            Some(scheme) => {
                for secret in &secrets {
                    scheme.check_secret(secret).map_err(|what| {
                        unread(secret_file, format!("{key}.secret_file: {what}"), "write it as the source shows it")
                    })?;
                }
                if scheme.signs_url() && hook.url.is_none() {
                    let what = format!("{key}.url: it is missing, and the source signs it");
                    return Err(unread(settings, what, "write the URL as the source has it, `https://…`"));
                }
            }
            None if !secrets.is_empty() => {
                let what = format!("{key}.secret_file: nothing is signed, so that a secret would do nothing");
                return Err(unread(secret_file, what, "say which `signature` it is for, or leave it out"));
            }
            None => {}
        }
        let url = hook.url.as_deref().unwrap_or_default();
        let url = url.split_once('?').map_or(url, |(url, _)| url).to_owned();
        Ok(Hook { signature, secrets, url, max_age: hook.max_age, per_minute: hook.per_minute })
    }
}

fn unread(path: &Path, what: String, hint: &str) -> Unusable {
    let at = Place::START;
    Unusable { path: path.to_owned(), text: None, mistakes: vec![Mistake { at, what, hint: Some(hint.to_owned()) }] }
}
