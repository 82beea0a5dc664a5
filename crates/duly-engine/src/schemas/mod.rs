//! All JSON Schemas of Duly: those of the core, and that of the settings; and the contract of all topics that is made of them.

mod asyncapi;

use duly_core::schema::{self, Document};

use crate::config::Config;
use crate::ingest::mapping::Mapping;
pub use asyncapi::{NAME as CONTRACT, document as contract};

/// All schemas, in the order in which `duly schema` lists them.
pub fn all() -> Vec<Document> {
    let config = Document { name: "config".to_owned(), schema: Config::json_schema() };
    let mapping = Document { name: "mapping".to_owned(), schema: Mapping::json_schema() };
    [config, mapping].into_iter().chain(schema::all()).collect()
}

/// The schema of that name; the type of an event may be told without `duly.` and `.v1`.
pub fn find(name: &str) -> Option<Document> {
    let is_short = |known: &str| known.strip_prefix("duly.").and_then(|rest| rest.strip_suffix(".v1")) == Some(name);
    all().into_iter().find(|document| document.name == name || is_short(&document.name))
}
