//! A JSON object written member by member, in the order given: the same input gives the same bytes.

use std::ops::Range;

use crate::time::Instant;

/// An object that is being written.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Begins an object. Its brace comes with the first member, or as it is closed.
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        Object { out, is_empty: true }
    }

    #[expect(
        clippy::inline_always,
        reason = "names are known where it is called, and then no length has to be found out"
    )]
    #[inline(always)]
    fn name(&mut self, name: &str) {
        self.out.extend_from_slice(if self.is_empty { b"{\"" } else { b",\"" });
        self.is_empty = false;
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A member with a text.
    #[inline]
    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        quote(self.out, value);
        self
    }

    /// A member with a whole number.
    pub(crate) fn number(&mut self, name: &str, value: i64) -> &mut Self {
        self.name(name);
        serde_json::to_writer(&mut *self.out, &value).expect("a number always becomes JSON, and a vector takes it");
        self
    }

    /// A member that is true.
    pub(crate) fn yes(&mut self, name: &str) -> &mut Self {
        self.name(name);
        self.out.extend_from_slice(b"true");
        self
    }

    /// A member with a text that stands in the buffer already, at `value`.
    #[inline]
    pub(crate) fn text_at(&mut self, name: &str, value: Range<usize>) -> &mut Self {
        self.name(name);
        if is_plain(&self.out[value.clone()]) {
            self.out.push(b'"');
            self.out.extend_from_within(value);
            self.out.push(b'"');
        } else {
            let text = String::from_utf8_lossy(&self.out[value]).into_owned();
            quote(self.out, &text);
        }
        self
    }

    /// A member with an instant.
    #[inline]
    pub(crate) fn instant(&mut self, name: &str, value: Instant) -> &mut Self {
        self.name(name);
        self.out.push(b'"');
        value.write(self.out);
        self.out.push(b'"');
        self
    }

    /// A member with an object, which `fill` writes.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.name(name);
        let mut inner = Object::open(self.out);
        fill(&mut inner);
        inner.close();
        self
    }

    /// A member with a list of objects, each of which `fill` writes.
    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], fill: impl Fn(&T, &mut Object<'_>)) -> &mut Self {
        self.name(name);
        self.out.push(b'[');
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                self.out.push(b',');
            }
            let mut inner = Object::open(self.out);
            fill(item, &mut inner);
            inner.close();
        }
        self.out.push(b']');
        self
    }

    /// A member with a list of texts.
    pub(crate) fn texts<'t>(&mut self, name: &str, texts: impl Iterator<Item = &'t str>) -> &mut Self {
        self.name(name);
        self.out.push(b'[');
        for (position, text) in texts.enumerate() {
            if position > 0 {
                self.out.push(b',');
            }
            quote(self.out, text);
        }
        self.out.push(b']');
        self
    }

    /// A member with JSON that is written already.
    pub(crate) fn raw(&mut self, name: &str, json: &[u8]) -> &mut Self {
        self.name(name);
        self.out.extend_from_slice(json);
        self
    }

    /// Closes the object.
    pub(crate) fn close(self) {
        self.out.extend_from_slice(if self.is_empty { b"{}" } else { b"}" });
    }
}

/// Appends `text` as a JSON string.
fn quote(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        serde_json::to_writer(out, text).expect("a string always becomes JSON, and a vector takes it");
    }
}

/// Whether a text in JSON is as it is: no control characters, quotation marks or backslashes. Eight bytes at a time, for most texts
/// are too short for more.
fn is_plain(text: &[u8]) -> bool {
    /// A word with `byte` in all places.
    const fn all(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    /// Has the highest bit of some byte set if `word` has a byte below `limit`, which is at most 0x80.
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(all(limit)) & !word & all(0x80)
    }
    let is_plain = |word: u64| below(word, 0x20) | below(word ^ all(b'"'), 1) | below(word ^ all(b'\\'), 1) == 0;
    let (words, rest) = text.as_chunks();
    // What is left over is filled up with a plain byte.
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    words.iter().all(|word| is_plain(u64::from_ne_bytes(*word))) && is_plain(u64::from_ne_bytes(last))
}

#[cfg(test)]
mod tests {
    use super::{Object, is_plain};

    #[test]
    fn texts_that_json_escapes_are_not_plain() {
        for byte in 0..=u8::MAX {
            let is_escaped = byte < 0x20 || byte == b'"' || byte == b'\\';
            for length in 1..=17 {
                for at in 0..length {
                    let mut text = vec![b'\x7f'; length];
                    text[at] = byte;
                    assert_eq!(is_plain(&text), !is_escaped, "{byte:#x} at {at} of {length}");
                }
            }
        }
        assert!(is_plain(b""));
    }

    #[test]
    fn a_text_from_the_buffer_is_written_as_any_other() {
        for text in ["2016-03-01T10:00:00Z", "", "a \"b\"", "c:\\d", "line\nline", "超时", "超时\t#2"] {
            let (mut once, mut twice) = (Vec::new(), text.as_bytes().to_vec());
            let mut object = Object::open(&mut once);
            object.text("part", text);
            object.close();
            let mut object = Object::open(&mut twice);
            object.text_at("part", 0..text.len());
            object.close();
            assert_eq!(twice[text.len()..], once, "{text}");
        }
    }

    #[test]
    fn an_object_without_members_is_empty_braces() {
        let mut out = Vec::new();
        Object::open(&mut out).object("inner", |_| {}).list("list", &[1], |_, _| {});
        assert_eq!(out, br#"{"inner":{},"list":[{}]"#);
    }
}
