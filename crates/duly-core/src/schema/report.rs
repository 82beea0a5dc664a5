//! Reports: what `duly report --format json` writes.

use schemars::generate::SchemaSettings;

use super::{Document, described};
use crate::review::Report;

pub(super) fn documents() -> Vec<Document> {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Report>().to_value();
    let mut schema = described(
        schema,
        "How the promises were kept in a period: what `duly report --format json` writes. Percentages are cut to one decimal, times \
         are milliseconds of open time unless they say otherwise, and what there is not is null. docs/report.md defines every figure.",
    );
    schema["title"] = "Review of a period".into();
    vec![Document { name: "report".to_owned(), schema }]
}
