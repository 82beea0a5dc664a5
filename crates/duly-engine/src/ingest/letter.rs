//! A message of a source of which something could not be mapped, as it is kept with the dead letters (I7).

use super::mapping::Mapped;

/// What is in the names of headers that let whoever has them in, and that nobody needs to understand a message.
const CREDENTIALS: [&str; 6] = ["authorization", "cookie", "signature", "token", "secret", "api-key"];

/// A message that is kept, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The name of its source.
    pub source: String,
    /// Why, in a word of a small fixed set.
    pub reason: &'static str,
    /// What is wrong, where, and what to do.
    pub detail: String,
    /// Its headers, less those that let somebody in.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Letter {
    /// One for what could not be mapped of a message, which it does not have yet.
    pub fn of(source: &str, mapped: &Mapped) -> Option<Letter> {
        let (reason, detail) = mapped.complaint()?;
        Some(Letter::about(source, reason, detail))
    }

    /// One that does not have its message yet.
    pub fn about(source: &str, reason: &'static str, detail: String) -> Letter {
        Letter { source: source.to_owned(), reason, detail, headers: Vec::new(), body: Vec::new() }
    }
}

/// Whether a header may be kept, and shown to a mapping.
pub fn is_harmless(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !CREDENTIALS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_somebody_in_is_not_kept() {
        for name in ["Authorization", "cookie", "X-Hub-Signature", "x-duly-token", "X-Api-Key", "X-Hub-Signature-256"] {
            assert!(!is_harmless(name), "{name}");
        }
        for name in ["content-type", "X-Zammad-Trigger", "X-Lark-Request-Timestamp", "webhook-id", "user-agent"] {
            assert!(is_harmless(name), "{name}");
        }
    }
}
