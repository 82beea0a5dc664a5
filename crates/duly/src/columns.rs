//! Tables of Markdown with their columns one under the other, so that a terminal shows them as tables too.

use unicode_width::UnicodeWidthStr as _;

/// The text with all its tables aligned.
pub(crate) fn aligned(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut table: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.starts_with('|') {
            table.push(line);
            continue;
        }
        align(&std::mem::take(&mut table), &mut out);
        out.push_str(line);
        out.push('\n');
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    // No more than one empty line between two things.
    while let Some(at) = out.find("\n\n\n") {
        out.remove(at);
    }
    out
}

fn align(table: &[&str], out: &mut String) {
    let rows: Vec<Vec<&str>> = table.iter().map(|line| cells(line)).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).map(|width| width.max(3)).collect();
    let is_rule = |cell: &str| cell.len() > 2 && cell.chars().all(|c| c == '-' || c == ':');
    let is_right: Vec<bool> = (0..count)
        .map(|column| rows.iter().any(|row| row.get(column).is_some_and(|cell| is_rule(cell) && cell.ends_with(':'))))
        .collect();
    for row in rows {
        out.push('|');
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).copied().unwrap_or_default();
            let missing = width - cell.width();
            out.push(' ');
            match (is_rule(cell), is_right[column]) {
                (true, right) => {
                    out.push_str(&"-".repeat(width - usize::from(right)));
                    out.push_str(if right { ":" } else { "" });
                }
                (false, true) => {
                    out.push_str(&" ".repeat(missing));
                    out.push_str(cell);
                }
                (false, false) => {
                    out.push_str(cell);
                    out.push_str(&" ".repeat(missing));
                }
            }
            out.push_str(" |");
        }
        out.push('\n');
    }
}

/// The cells of a row; a bar behind a backslash belongs to its cell.
fn cells(line: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut from = 1;
    let mut is_escaped = false;
    for (at, character) in line.char_indices().skip(1) {
        match character {
            '|' if !is_escaped => {
                cells.push(line[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn columns_stand_one_under_the_other() {
        let text = "# T\n\n| a | 次数 |\n| --- | ---: |\n| x \\| y | 1 |\n| 首次 | 12,345 |\n\n\n\nend\n";
        assert_eq!(
            aligned(text),
            "# T\n\n| a      |   次数 |\n| ------ | -----: |\n| x \\| y |      1 |\n| 首次   | 12,345 |\n\nend\n"
        );
    }
}
