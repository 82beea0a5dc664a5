//! The store of the embedded engine: one SQLite file.

mod error;

pub use error::Error;
