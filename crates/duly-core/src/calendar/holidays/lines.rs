//! The lines of an iCalendar file (RFC 5545, section 3.1): unfolded, split into name, parameters and value.
//!
//! Only what a table of holidays needs: values stay text. A reader of its own, because a mistake has to be told with
//! its line in the file, and because this crate links nothing that asks a clock or makes up identifiers (I3).

use super::ics::{Error, Problem};

/// One property of an iCalendar file, such as `DTSTART;VALUE=DATE:20260101`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the file, from 1.
    pub(super) number: usize,
    /// Its name in capitals.
    pub(super) name: String,
    /// What stands after the colon, still escaped.
    pub(super) value: String,
}

/// All properties of `text`, in order; parameters are read over.
pub(super) fn read(text: &str) -> Result<Vec<Line>, Error> {
    unfold(text).into_iter().map(|(number, line)| split(number, &line)).collect()
}

/// Joins the lines that go on with a space or tab, each with the number of its first.
fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, line))) => line.push_str(rest),
            _ if raw.trim().is_empty() => {}
            _ => lines.push((index + 1, raw.to_owned())),
        }
    }
    lines
}

/// Splits `NAME;PARAMETERS:value`; a colon within a quoted parameter does not count.
fn split(number: usize, line: &str) -> Result<Line, Error> {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    });
    let name = |head: &str| head.split(';').next().unwrap_or_default().trim().to_uppercase();
    match colon.map(|at| (name(&line[..at]), &line[at + 1..])) {
        Some((name, value)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            Ok(Line { number, name, value: value.trim().to_owned() })
        }
        _ => Err(Error { line: number, problem: Problem::NotAProperty(line.chars().take(40).collect()) }),
    }
}
