//! Words in lines of a terminal.

use std::io::{self, Write};

/// Writes words, with `space` between them, in lines of at most 80 columns.
pub(crate) fn wrapped(
    words: impl Iterator<Item = impl AsRef<str>>,
    indent: &str,
    space: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    use unicode_width::UnicodeWidthStr as _;
    let mut line = String::new();
    for word in words {
        let word = word.as_ref();
        if !line.is_empty() && indent.len() + line.width() + space.len() + word.width() > 80 {
            writeln!(out, "{indent}{line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line += space;
        }
        line += word;
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{indent}{line}") }
}
