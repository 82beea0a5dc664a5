//! What can go wrong with a store.

use std::io;
use std::path::PathBuf;

use duly_core::lane::RestoreError;

/// A store that can not be used, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can not be made or opened.
    #[error("cannot open the store {}", path.display())]
    Open {
        /// The store.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no such file, and it is only to be read.
    #[error("there is no store at {}: name the file that `duly serve --store` writes", .0.display())]
    Missing(PathBuf),
    /// Another process works on it.
    #[error("the store {} is in use by another process: stop that one first, or give this one a store of its own", .0.display())]
    InUse(PathBuf),
    /// A `SQLite` file of another program, or no `SQLite` file at all.
    #[error("{} is no store of duly: name another file; this one is left as it is", .0.display())]
    Foreign(PathBuf),
    /// Written by a later release.
    #[error("the store {} has format {found}, and this release reads up to {known}: use the release that wrote it, or a later one", path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// A record in it does not read back.
    #[error("the {what} in the store can not be read")]
    Damaged {
        /// Which record.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// `SQLite` failed.
    #[error("cannot {doing} in the store")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

impl Error {
    /// Names what `SQLite` was asked to do when it failed.
    pub(crate) fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
        move |source| Error::Sqlite { doing, source }
    }

    /// The last state of a ticket does not read back.
    pub(crate) fn ticket(subject: &str, source: RestoreError) -> Error {
        Error::Damaged { what: format!("state of ticket {subject}"), source: source.into() }
    }
}
