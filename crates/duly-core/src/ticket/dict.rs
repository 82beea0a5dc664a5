//! A ticket's dictionary: each string that its events repeat is kept once.
//!
//! One per ticket, so that a record is whole in itself: it can be written to the changelog as it is, and it goes when the
//! ticket goes. References are offsets, so a look-up is an index.

use std::borrow::Cow;

use super::varint;
use super::{FieldValue, KNOWN_FIELDS};

/// Between the members of a list: the unit separator, a control character that no attribute has a use for.
const LIST_SEPARATOR: &str = "\u{1f}";

/// A field's name: a position in [`KNOWN_FIELDS`], or an offset in the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameRef(pub(crate) u32);

impl NameRef {
    /// The reference of a known name.
    pub(crate) fn known(name: &str) -> Option<NameRef> {
        KNOWN_FIELDS.iter().position(|known| *known == name).map(|at| NameRef::at(at as u32))
    }

    /// `status_class`.
    pub(crate) const STATUS_CLASS: NameRef = NameRef::at(0);
    /// `category`.
    pub(crate) const CATEGORY: NameRef = NameRef::at(3);
    /// `team`.
    pub(crate) const TEAM: NameRef = NameRef::at(11);

    /// The reference of the known name at a position.
    const fn at(position: u32) -> NameRef {
        NameRef(position << 1 | 1)
    }
}

/// A value: nothing, a text or a list of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueRef(pub(crate) u32);

impl ValueRef {
    /// Cleared by `null`.
    pub(crate) const NULL: ValueRef = ValueRef(0);

    fn of(offset: u32, is_list: bool) -> Self {
        ValueRef((offset + 1) << 1 | u32::from(is_list))
    }

    fn parts(self) -> Option<(u32, bool)> {
        (self.0 >> 1).checked_sub(1).map(|offset| (offset, self.0 & 1 == 1))
    }
}

/// The strings of one ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dict(pub(crate) Vec<u8>);

impl Dict {
    /// The string at `offset`.
    pub(crate) fn text(&self, offset: u32) -> &str {
        std::str::from_utf8(self.bytes(offset)).unwrap_or("")
    }

    /// The string at `offset`, for comparing.
    fn bytes(&self, offset: u32) -> &[u8] {
        let mut at = offset as usize;
        let len = varint::get(&self.0, &mut at).unwrap_or(0) as usize;
        self.0.get(at..at + len).unwrap_or_default()
    }

    /// The offset of `text`. Where it is new it goes into `fresh`, all of which [`Self::append`] puts behind what is here.
    pub(crate) fn intern(&self, text: &str, fresh: &mut Dict) -> u32 {
        self.find(text).unwrap_or_else(|| self.0.len() as u32 + fresh.find(text).unwrap_or_else(|| fresh.push(text)))
    }

    /// Takes in what is new, in memory that it fills.
    pub(crate) fn append(&mut self, fresh: &Dict) {
        self.0.reserve_exact(fresh.0.len());
        self.0.extend_from_slice(&fresh.0);
    }

    fn push(&mut self, text: &str) -> u32 {
        let offset = self.0.len() as u32;
        if offset == 0 {
            // What is new seldom comes alone.
            self.0.reserve(128);
        }
        varint::put(&mut self.0, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        offset
    }

    fn find(&self, text: &str) -> Option<u32> {
        let (wanted, mut at) = (text.as_bytes(), 0);
        while at < self.0.len() {
            let offset = at as u32;
            let len = varint::get(&self.0, &mut at)? as usize;
            if len == wanted.len() && &self.0[at..at + len] == wanted {
                return Some(offset);
            }
            at += len;
        }
        None
    }

    /// The reference of a field's name.
    pub(crate) fn intern_name(&self, name: &str, fresh: &mut Dict) -> NameRef {
        NameRef::known(name).unwrap_or_else(|| NameRef(self.intern(name, fresh) << 1))
    }

    /// A field's name.
    pub(crate) fn name(&self, name: NameRef) -> &str {
        if name.0 & 1 == 1 {
            KNOWN_FIELDS.get((name.0 >> 1) as usize).copied().unwrap_or("")
        } else {
            self.text(name.0 >> 1)
        }
    }

    /// Whether `reference` stands for the field `name`.
    pub(crate) fn is_name(&self, reference: NameRef, name: &str) -> bool {
        if reference.0 & 1 == 1 {
            self.name(reference) == name
        } else {
            self.bytes(reference.0 >> 1) == name.as_bytes()
        }
    }

    /// The reference of a value.
    pub(crate) fn intern_value(&self, value: &FieldValue<'_>, fresh: &mut Dict) -> ValueRef {
        match text_of(value) {
            None => ValueRef::NULL,
            Some((text, is_list)) => ValueRef::of(self.intern(&text, fresh), is_list),
        }
    }

    /// Whether `reference` stands for `value`.
    pub(crate) fn is_value(&self, reference: ValueRef, value: &FieldValue<'_>) -> bool {
        let kept = reference.parts().map(|(offset, is_list)| (self.bytes(offset), is_list));
        match value {
            // Nearly all are one text, and then that is all there is to compare.
            FieldValue::Text(text) | FieldValue::Number(text) => kept == Some((text.as_bytes(), false)),
            value => kept == text_of(value).as_ref().map(|(text, is_list)| (text.as_bytes(), *is_list)),
        }
    }

    /// The texts that a value stands for: none, one, or a list's members.
    pub(crate) fn texts(&self, value: ValueRef) -> impl Iterator<Item = &str> {
        let (text, is_list) = value.parts().map_or(("", true), |(offset, is_list)| (self.text(offset), is_list));
        let (one, many) = if is_list { (None, Some(text)) } else { (Some(text), None) };
        one.into_iter()
            .chain(many.into_iter().filter(|text| !text.is_empty()).flat_map(|text| text.split(LIST_SEPARATOR)))
    }
}

/// The text that a value is kept as, and whether it is a list; `None` for null.
fn text_of<'v>(value: &'v FieldValue<'_>) -> Option<(Cow<'v, str>, bool)> {
    Some(match value {
        FieldValue::Null => return None,
        FieldValue::Bool(value) => (Cow::Borrowed(if *value { "true" } else { "false" }), false),
        FieldValue::Number(text) | FieldValue::Text(text) => (Cow::Borrowed(&**text), false),
        FieldValue::Json(json) => (Cow::Borrowed(&**json), false),
        FieldValue::List(texts) => (Cow::Owned(texts.join(LIST_SEPARATOR)), true),
    })
}

#[cfg(test)]
mod tests {
    use super::NameRef;

    #[test]
    fn names_that_have_references_of_their_own_are_known_by_them() {
        for (name, reference) in
            [("status_class", NameRef::STATUS_CLASS), ("category", NameRef::CATEGORY), ("team", NameRef::TEAM)]
        {
            assert_eq!(NameRef::known(name), Some(reference), "{name}");
        }
    }
}
