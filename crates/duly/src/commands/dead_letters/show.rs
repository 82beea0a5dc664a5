//! `duly dead-letters show`: one letter, with the bytes it came with.

use std::io::Write as _;
use std::path::PathBuf;

use duly_engine::sqlite::{DeadLetter, ReadOnly};
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use crate::exit::Exit;
use crate::files;

/// Show a dead letter: where it came from, what is wrong, and its bytes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly dead-letters show --store duly.db 17
  duly dead-letters show --store duly.db 17 --raw | xxd | head")]
pub(crate) struct Args {
    /// The store; an engine may be working on it
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// The letter's number, as listed
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// Nothing but the bytes as they came
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, Error, Diagnostic)]
#[error("there is no dead letter {0}")]
#[diagnostic(help("`duly dead-letters list --all` shows their numbers"))]
struct NoSuchLetter(i64);

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let store = ReadOnly::open(&self.store).into_diagnostic()?;
        let found = store.dead_letter(self.number).into_diagnostic()?;
        let (letter, bytes) = found.ok_or(NoSuchLetter(self.number))?;
        let mut out = files::stdout();
        let written =
            if self.raw { out.write_all(&bytes) } else { out.write_all(describe(&letter, &bytes).as_bytes()) };
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}

/// How much of a record is shown, in characters.
const SHOWN_MAX: usize = 4_000;

fn describe(letter: &DeadLetter, bytes: &[u8]) -> String {
    let mut lines = vec![format!("number    {}", letter.seq), format!("refused   {}", letter.at)];
    lines.push(match (letter.line, letter.byte_offset) {
        (Some(line), Some(offset)) => format!("from      {}, line {line}, byte {offset}", letter.source),
        _ => format!("from      {}", letter.source),
    });
    lines.push(format!("reason    {}", letter.reason));
    lines.push(format!("what      {}", letter.detail));
    let kept =
        if letter.kept < letter.length { format!(", the first {} are kept", letter.kept) } else { String::new() };
    lines.push(format!("length    {} bytes{kept}", letter.length));
    if let Some((at, outcome)) = letter.redriven_at.zip(letter.redriven_as.as_ref()) {
        lines.push(format!("redriven  {at}: {outcome}"));
    }
    lines.push(String::new());
    lines.push(visible(bytes));
    lines.join("\n") + "\n"
}

/// The bytes as text that harms no terminal.
fn visible(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let escape = |c: char| if c.is_control() && c != '\t' { c.escape_default().to_string() } else { c.to_string() };
    let shown: String = text.chars().take(SHOWN_MAX).map(escape).collect();
    if text.chars().nth(SHOWN_MAX).is_some() { shown + "… (--raw has all)" } else { shown }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_shown_harms_no_terminal() {
        assert_eq!(super::visible(b"a\x1b[2J\0\tb \xe6\xad\xa4\xff"), "a\\u{1b}[2J\\u{0}\tb 此\u{fffd}");
        assert!(super::visible(&[b'x'; 5000]).ends_with("x… (--raw has all)"));
    }
}
