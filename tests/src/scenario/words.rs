//! A line of a story as words: blanks part them, but not within quotes, brackets and braces.

use serde_json::{Map, Value};

/// The words of a line; what follows `//` is a remark.
pub(super) fn split(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut from, mut depth, mut in_text, mut is_escaped) = (None, 0_i32, false, false);
    for (at, c) in line.char_indices() {
        if c.is_whitespace() && depth == 0 && !in_text {
            words.extend(from.take().map(|from| &line[from..at]));
            continue;
        }
        from.get_or_insert(at);
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => is_escaped = true,
            '"' => in_text = !in_text,
            '[' | '{' if !in_text => depth += 1,
            ']' | '}' if !in_text => depth -= 1,
            _ => {}
        }
    }
    words.extend(from.map(|from| &line[from..]));
    let remark = words.iter().position(|word| *word == "//").unwrap_or(words.len());
    words.truncate(remark);
    words
}

/// A value as it is written: JSON where it is that, else a text.
pub(super) fn value(word: &str) -> Value {
    serde_json::from_str(word).unwrap_or_else(|_| Value::String(word.to_owned()))
}

/// Reads `name=value` words.
pub(super) fn members<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Map<String, Value>, String> {
    let member = |word: &str| {
        let (name, written) = word.split_once('=').ok_or_else(|| format!("`{word}` is not name=value"))?;
        Ok((name.to_owned(), value(written)))
    };
    words.into_iter().map(member).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(split(line), expected);
    }

    #[test]
    fn blanks_part_words_but_not_values() {
        check("10:00  received a=b   // a remark", &["10:00", "received", "a=b"]);
        check(r#"a="b c" d={"e": [1, 2]} [x]"#, &[r#"a="b c""#, r#"d={"e": [1, 2]}"#, "[x]"]);
        check(r#"a="\" [""#, &[r#"a="\" [""#]);
        check("  ", &[]);
    }
}
