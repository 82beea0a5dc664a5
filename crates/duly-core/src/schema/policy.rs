//! Policies: the form that people write, and the resolved form that is published and hashed.

use schemars::generate::SchemaSettings;

use super::{Document, described};
use crate::policy::{Policy, source};

pub(super) fn documents() -> Vec<Document> {
    let resolved = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Policy>().to_value();
    let mut resolved = described(
        resolved,
        "A version of a policy with its calendars and holidays resolved: what a published policy carries, and what its content \
         hash is taken over. `duly validate` tells the hash; people write the form that `duly schema policy` describes.",
    );
    resolved["title"] = "Policy, resolved".into();
    vec![
        Document { name: "policy".to_owned(), schema: source::json_schema() },
        Document { name: "resolved-policy".to_owned(), schema: resolved },
    ]
}
