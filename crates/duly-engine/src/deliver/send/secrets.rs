//! Secrets in files: read anew for each attempt, so that a token that somebody else renews is known at once; and hidden in
//! all that is told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::Secret;

/// The secrets of a sink, by name.
#[derive(Debug, Clone, Default)]
pub(in crate::deliver) struct Secrets {
    files: BTreeMap<String, PathBuf>,
    is_made_up: bool,
}

/// What stands for each secret where none is read: it will do as a URL as well.
const MADE_UP: &str = "https://example.com/secret";

impl Secrets {
    /// Those in these files.
    pub(in crate::deliver) fn of(files: impl IntoIterator<Item = (String, PathBuf)>) -> Self {
        Secrets { files: files.into_iter().collect(), is_made_up: false }
    }

    /// The same, made up: to look at all else where the secrets are not.
    pub(in crate::deliver) fn made_up(self) -> Self {
        Secrets { is_made_up: true, ..self }
    }

    /// Reads all of them.
    pub(in crate::deliver) fn read(&self) -> Result<BTreeMap<String, String>, String> {
        let read = |(name, path): (&String, &PathBuf)| {
            if self.is_made_up {
                return Ok((name.clone(), MADE_UP.to_owned()));
            }
            let secret = Secret::read("secret", path).map_err(|error| error.to_string())?;
            Ok((name.clone(), secret.reveal().to_owned()))
        };
        self.files.iter().map(read).collect()
    }

    /// What hides them.
    pub(in crate::deliver) fn hider(&self) -> Hider {
        Hider::of(self.read().unwrap_or_default().values().map(String::as_str))
    }
}

/// Hides secrets in texts.
#[derive(Default)]
pub(in crate::deliver) struct Hider(Vec<String>);

impl Hider {
    /// One that knows these, and how they are written in URLs and headers.
    pub(in crate::deliver) fn of<'s>(secrets: impl Iterator<Item = &'s str>) -> Self {
        let forms = |secret: &str| [secret.to_owned(), super::recipe::in_url(secret), STANDARD.encode(secret)];
        let mut known: Vec<String> = secrets.filter(|secret| !secret.is_empty()).flat_map(forms).collect();
        // Longer ones first: one may be part of another.
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        known.dedup();
        Hider(known)
    }

    /// The text with `***` where secrets were.
    pub(in crate::deliver) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_however_they_are_written() {
        let hider = Hider::of(["https://hooks.example/T0/abc", "s3cr3t+/"].into_iter());
        assert_eq!(hider.hide("POST https://hooks.example/T0/abc?x=s3cr3t%2B%2F"), "POST ***?x=***");
        assert_eq!(hider.hide(&format!("Basic {}", STANDARD.encode("s3cr3t+/"))), "Basic ***");
    }
}
