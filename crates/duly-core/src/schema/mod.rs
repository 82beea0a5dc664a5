//! JSON Schemas (2020-12) of everything that crosses a boundary: ticket events, SLA events, control events, notifications, policies,
//! reports.
//!
//! They are what another team reads, so they say what things mean and not only what shape they have. `schemas/` has them as
//! files; a test holds those to what is made here, and holds what is made here to what the parsers read and the ledger
//! writes. Schemas of configuration live with the configuration, outside of the core.

mod cases;
mod control;
mod envelope;
mod notification;
mod policy;
mod report;
mod sla;
mod source;
mod ticket;

use serde_json::{Value, json};

/// A schema with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The type of an event, such as `duly.sla.breached.v1`, or the name of a kind of file, such as `policy`.
    pub name: String,
    /// The schema.
    pub schema: Value,
}

impl Document {
    /// What it is the schema of, in a few words.
    pub fn title(&self) -> &str {
        let title = &self.schema["title"];
        title.as_str().or_else(|| self.schema["info"]["title"].as_str()).unwrap_or_default()
    }

    /// The file's content in `schemas/`: indented, with a line feed at the end.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", self.schema)
    }
}

/// All schemas: what people write first, then what comes in, then what goes out.
pub fn all() -> Vec<Document> {
    [
        policy::documents(),
        control::documents(),
        ticket::documents(),
        source::documents(),
        sla::documents(),
        notification::documents(),
        report::documents(),
    ]
    .concat()
}

/// `schema` with what it means in words.
fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

/// A text that may not be empty.
fn name(description: &str) -> Value {
    json!({"type": "string", "minLength": 1, "description": description})
}

fn instant(description: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": description})
}

/// The number of a cycle.
fn cycle() -> Value {
    json!({"type": "integer", "minimum": 1, "description": "The cycle of the objective's clock, from 1; a restart opens the next."})
}
