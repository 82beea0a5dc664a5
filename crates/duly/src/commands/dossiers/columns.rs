//! Columns of text in 80 columns, for names of any script.

use chrono_tz::Tz;
use duly_core::time::Instant;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// `text` in exactly so many columns: filled up, or cut and marked.
pub(crate) fn fitted(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return format!("{text}{}", " ".repeat(columns - text.width()));
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + c.width().unwrap_or(0) >= columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    fitted(&cut, columns)
}

/// An instant on the wall of the desk.
pub(crate) fn minute(at: Instant, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// What a task says of its deadline.
pub(crate) fn deadline(task: &duly_core::dossier::TaskFile, zone: Tz) -> String {
    let done = task.done_at.map(|at| format!("done {}", minute(at, zone)));
    let due =
        task.due_at.map(|at| format!("{} {}", if task.overdue { "OVERDUE since" } else { "due" }, minute(at, zone)));
    done.or(due).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_its_columns() {
        for (text, columns, wanted) in [
            ("abc", 5, "abc  "),
            ("abcdef", 5, "abcd…"),
            ("致歉书面", 5, "致歉…"),
            ("致歉书面", 6, "致歉… "),
            ("", 2, "  "),
        ] {
            assert_eq!(fitted(text, columns), wanted);
        }
    }
}
