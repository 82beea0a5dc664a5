//! Values by number: an audit repeats a few thousand of them a million times.

use indexmap::IndexSet;

/// A value that [`Symbols`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Symbol(u32);

impl Symbol {
    /// The empty value.
    pub(super) const NULL: Symbol = Symbol(0);
}

/// The values met so far, as the JSON that an event writes, each once.
#[derive(Debug)]
pub(super) struct Symbols {
    json: IndexSet<Box<str>>,
    scratch: String,
}

impl Symbols {
    pub(super) fn new() -> Self {
        Symbols { json: IndexSet::from(["null".into()]), scratch: String::new() }
    }

    /// The symbol of a text.
    pub(super) fn text(&mut self, text: &str) -> Symbol {
        self.scratch.clear();
        quote(text, &mut self.scratch);
        self.intern()
    }

    /// The symbol of a number.
    pub(super) fn number(&mut self, number: u64) -> Symbol {
        use std::fmt::Write as _;
        self.scratch.clear();
        write!(self.scratch, "{number}").expect("a string takes all that is written");
        self.intern()
    }

    /// What an event writes for `symbol`.
    pub(super) fn json(&self, symbol: Symbol) -> &str {
        &self.json[symbol.0 as usize]
    }

    fn intern(&mut self) -> Symbol {
        let place = self
            .json
            .get_index_of(self.scratch.as_str())
            .unwrap_or_else(|| self.json.insert_full(self.scratch.as_str().into()).0);
        Symbol(u32::try_from(place).expect("fewer than 2^32 different values fit into memory"))
    }
}

/// Appends `text` as a JSON string.
pub(super) fn quote(text: &str, out: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::to_string(text).expect("a string is always JSON"));
    }
}
