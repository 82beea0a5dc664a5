//! A JSON object written member by member, in the order given: the same input gives the same bytes.

use crate::time::Instant;

/// An object that is being written.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, is_first: true }
    }

    fn name(&mut self, name: &str) {
        if !self.is_first {
            self.out.push(b',');
        }
        self.is_first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A member with a text.
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

    /// A member with an instant.
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
        self.out.push(b'}');
    }
}

/// Appends `text` as a JSON string.
fn quote(out: &mut Vec<u8>, text: &str) {
    // Looks at every byte whatever it finds, so that the processor compares many at once.
    let is_plain = text.bytes().filter(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\').count() == 0;
    if is_plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        serde_json::to_writer(out, text).expect("a string always becomes JSON, and a vector takes it");
    }
}
