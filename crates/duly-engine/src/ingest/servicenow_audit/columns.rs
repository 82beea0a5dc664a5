//! Which columns are read, and where a file has them.

use csv::ByteRecord;

/// How the text of a column becomes the value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it stands.
    Text,
    /// `1 - Critical` is `critical`.
    Grade,
    /// A number, where it is one.
    Count,
}

/// An attribute that is taken from a column of its own.
#[derive(Debug)]
pub(super) struct Attribute {
    /// The column's name in the file.
    pub(super) column: &'static str,
    /// The attribute's name in an event's data.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether a file without it is none of ours; what is optional and absent asserts nothing.
    required: bool,
}

const fn attribute(column: &'static str, name: &'static str, kind: Kind, required: bool) -> Attribute {
    Attribute { column, name, kind, required }
}

/// The attributes in the order in which an event states them, after status, class and reason.
pub(super) const ATTRIBUTES: [Attribute; 13] = [
    attribute("priority", "priority", Kind::Grade, true),
    attribute("category", "category", Kind::Text, true),
    attribute("subcategory", "subcategory", Kind::Text, false),
    attribute("u_symptom", "symptom", Kind::Text, false),
    attribute("assignment_group", "team", Kind::Text, true),
    attribute("assigned_to", "agent", Kind::Text, true),
    attribute("caller_id", "customer", Kind::Text, false),
    attribute("location", "region", Kind::Text, false),
    attribute("contact_type", "channel", Kind::Text, false),
    attribute("impact", "impact", Kind::Grade, false),
    attribute("urgency", "urgency", Kind::Grade, false),
    attribute("reassignment_count", "reassignment_count", Kind::Count, false),
    attribute("reopen_count", "reopen_count", Kind::Count, false),
];

/// Places in [`ATTRIBUTES`] of what is true at the receipt already: who asked, and over which channel.
pub(super) const AT_RECEIPT: [usize; 2] = [6, 8];

/// Where a file has the columns that are read.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) number: usize,
    pub(super) state: usize,
    pub(super) sequence: usize,
    pub(super) updated_at: usize,
    pub(super) opened_at: usize,
    /// By place in [`ATTRIBUTES`]; `None` where the file has no such column.
    pub(super) attributes: [Option<usize>; ATTRIBUTES.len()],
    /// How many columns each row must have.
    pub(super) count: usize,
}

/// What is wrong with a file's first line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the first line lacks the column{} {}: it must name the columns of an incident audit, separated by commas",
    if missing.len() == 1 { "" } else { "s" },
    missing.join(", ")
)]
pub struct ColumnsError {
    /// The required columns that it does not name.
    pub missing: Vec<&'static str>,
}

impl Columns {
    /// Finds the columns in a file's first line.
    ///
    /// # Errors
    /// All required columns that are missing, at once.
    pub(super) fn find(header: &ByteRecord) -> Result<Self, ColumnsError> {
        let place = |name: &str| header.iter().position(|cell| cell.trim_ascii() == name.as_bytes());
        let mut missing = Vec::new();
        let mut require = |name| {
            place(name).unwrap_or_else(|| {
                missing.push(name);
                0
            })
        };
        let columns = Columns {
            number: require("number"),
            state: require("incident_state"),
            sequence: require("sys_mod_count"),
            updated_at: require("sys_updated_at"),
            opened_at: require("opened_at"),
            attributes: ATTRIBUTES.each_ref().map(|attribute| {
                if attribute.required { Some(require(attribute.column)) } else { place(attribute.column) }
            }),
            count: header.len(),
        };
        if missing.is_empty() { Ok(columns) } else { Err(ColumnsError { missing }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_true_at_receipt_is_the_customer_and_the_channel() {
        assert_eq!(AT_RECEIPT.map(|place| ATTRIBUTES[place].name), ["customer", "channel"]);
    }

    #[test]
    fn a_header_names_all_that_it_lacks_at_once() {
        let lacking = Columns::find(&ByteRecord::from(vec!["number", "opened_at", "priority"])).unwrap_err();
        assert_eq!(
            lacking.missing,
            ["incident_state", "sys_mod_count", "sys_updated_at", "category", "assignment_group", "assigned_to"]
        );
    }
}
