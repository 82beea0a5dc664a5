//! The jq program, as it stands in the file.

use duly_core::policy::source::Place;
use duly_core::policy::source::yaml::{Node, Report, text};

use super::super::jq::Program;

/// Compiles the program. What is wrong with it is reported at its line in the file.
pub(super) fn read(node: &Node, written: &str, report: &mut Report) -> Option<Program> {
    let code = text(node, "`jq`", report)?;
    match Program::compile(code) {
        Ok(program) => Some(program),
        Err(wrongs) => {
            for wrong in wrongs {
                let at = place(node, written, code, wrong.offset);
                report
                    .mistake(at, format!("jq: {}", wrong.what))
                    .hint("see https://jqlang.org/manual for the language");
            }
            None
        }
    }
}

/// Where an offset of the program lies in the file, if the program is a block of lines; where it begins otherwise.
fn place(node: &Node, written: &str, code: &str, offset: usize) -> Place {
    let before = &code[..offset.min(code.len())];
    let (row, column) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default().chars().count());
    let mut lines = written.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    // The block begins below the key, which is where the parser sees it, or on its own first line.
    let first = code.lines().next().unwrap_or_default();
    let is_first = |line: &str| !first.is_empty() && line.trim_end().ends_with(first.trim_end());
    let Some((begin, _)) =
        lines.clone().enumerate().skip(node.at.line - 1).take(2).find(|(_, (_, line))| is_first(line))
    else {
        return node.at;
    };
    let Some((start, line)) = lines.nth(begin + row) else { return node.at };
    let indent = line.len() - line.trim_start().len() - code_indent(code, row);
    let offset = line.char_indices().nth(indent + column).map_or(line.trim_end().len(), |(at, _)| at);
    let len = line[offset..].chars().next().map_or(0, char::len_utf8);
    Place { offset: start + offset, len, line: begin + row + 1, column: indent + column + 1 }
}

/// How far a line of the program is indented by itself.
fn code_indent(code: &str, row: usize) -> usize {
    code.lines().nth(row).map_or(0, |line| line.len() - line.trim_start().len())
}
