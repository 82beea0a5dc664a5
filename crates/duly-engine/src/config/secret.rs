//! Secrets: read from files or the environment, handed on once, and shown to nobody.

use std::fmt;
use std::path::{Path, PathBuf};

/// What stands where a secret would be shown.
pub(super) const HIDDEN: &str = "***";

/// A text that no output ever holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why there is no secret. The secret itself is never part of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Its file can not be read.
    #[error("cannot read the {what} from {}: {cause}", path.display())]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// There is nothing in it, or what no secret has.
    #[error("the {what} in {place} is none: it is empty, or has line breaks or other control characters in it")]
    Unusable {
        /// What it is.
        what: &'static str,
        /// The file or the variable.
        place: String,
    },
    /// Nothing says it.
    #[error("the user has no password: name a password_file, or set {0}")]
    Missing(&'static str),
}

impl Secret {
    /// The secret in a file: all of it but line breaks at its end.
    pub fn read(what: &'static str, path: &Path) -> Result<Secret, SecretError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|cause| SecretError::Unreadable { what, path: path.to_owned(), cause })?;
        Secret::new(text.trim_end_matches(['\r', '\n'])).ok_or_else(|| {
            let place = path.display().to_string();
            SecretError::Unusable { what, place }
        })
    }

    /// The secrets in a file, a line each; empty lines are none.
    pub fn lines(what: &'static str, path: &Path) -> Result<Vec<Secret>, SecretError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|cause| SecretError::Unreadable { what, path: path.to_owned(), cause })?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let secrets: Option<Vec<Secret>> = lines.map(Secret::new).collect();
        secrets.filter(|secrets| !secrets.is_empty()).ok_or_else(|| {
            let place = path.display().to_string();
            SecretError::Unusable { what, place }
        })
    }

    /// The secret in a variable of the environment, if that is set.
    pub fn variable(what: &'static str, name: &'static str) -> Result<Option<Secret>, SecretError> {
        let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else { return Ok(None) };
        let secret = value.to_str().and_then(Secret::new);
        secret.map(Some).ok_or_else(|| SecretError::Unusable { what, place: name.to_owned() })
    }

    pub(crate) fn new(text: &str) -> Option<Secret> {
        (!text.is_empty() && !text.contains(char::is_control)).then(|| Secret(text.to_owned()))
    }

    /// The secret itself, for whom it is meant.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a file with this content.
    fn check(content: &str) -> Result<String, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let secret = Secret::read("password", file.path()).map_err(|error| error.to_string())?;
        assert_eq!((format!("{secret}"), format!("{secret:?}")), ("***".to_owned(), "***".to_owned()));
        Ok(secret.reveal().to_owned())
    }

    #[test]
    fn a_secret_is_what_stands_in_its_file() {
        for (content, secret) in [("pass", "pass"), ("pass\n", "pass"), (" pä ss \r\n\n", " pä ss ")] {
            assert_eq!(check(content).as_deref(), Ok(secret));
        }
        for content in ["", "\n", "first\nsecond\n", "tab\tbed", "nul\0"] {
            let told = check(content).unwrap_err();
            assert!(told.starts_with("the password in ") && told.contains(" is none: "), "{told}");
            assert!(content.len() < 4 || !told.contains(content), "{told}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "new\r\n\nold\n").unwrap();
        let secrets = Secret::lines("secret", file.path()).unwrap();
        assert_eq!(secrets.iter().map(Secret::reveal).collect::<Vec<_>>(), ["new", "old"]);
        std::fs::write(file.path(), "\n").unwrap();
        assert!(Secret::lines("secret", file.path()).is_err());
        let told = Secret::read("password", Path::new("no/such/file")).unwrap_err().to_string();
        assert!(told.starts_with("cannot read the password from no/such/file"), "{told}");
    }
}
