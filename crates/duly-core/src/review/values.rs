//! Texts of attributes, each with a number, so that a fact about a clock stays small.

use indexmap::IndexSet;

/// The texts met with so far.
#[derive(Debug, Default)]
pub(super) struct Values(IndexSet<String, foldhash::fast::FixedState>);

impl Values {
    /// The number of what is not set.
    pub(super) const NONE: u32 = 0;

    /// The number of `text`.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let position = self.0.get_index_of(text).unwrap_or_else(|| self.0.insert_full(text.to_owned()).0);
        position as u32 + 1
    }

    /// The text of a number; `None` for what is not set.
    pub(super) fn text(&self, number: u32) -> Option<&str> {
        number.checked_sub(1).and_then(|position| self.0.get_index(position as usize)).map(String::as_str)
    }
}
