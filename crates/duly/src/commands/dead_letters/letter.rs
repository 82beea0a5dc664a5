//! A dead letter as it is shown, whether a store has it or a topic.

use std::str::FromStr;

use duly_core::time::Instant;
use duly_engine::kafka::{self, Content, LetterId};
use duly_engine::sqlite::DeadLetter;
use miette::Diagnostic;
use thiserror::Error;

/// What is shown of a letter.
pub(super) struct Letter {
    id: String,
    at: Instant,
    /// Where it came from, in a word: `events.ndjson:12`, `http`, `duly.ticket.events.v1:3:42`.
    place: String,
    /// The same in a sentence.
    origin: String,
    reason: String,
    detail: String,
    /// Its length, in words.
    length: String,
    /// When it was redriven, and what became of it.
    redriven: Option<(Instant, String)>,
    /// What came with it beside its bytes: names and values.
    attributes: Vec<(String, String)>,
}

impl Letter {
    /// What stands in columns: number, place and reason.
    pub(super) fn columns(&self) -> [&str; 3] {
        [&self.id, &self.place, &self.reason]
    }

    /// What stands behind them.
    pub(super) fn detail(&self) -> String {
        let redriven = self.redriven.as_ref().map(|(_, outcome)| format!(" (redriven: {outcome})"));
        self.detail.clone() + &redriven.unwrap_or_default()
    }

    /// All that is known of a letter, and the bytes that it came with.
    pub(super) fn describe(&self, bytes: &[u8]) -> String {
        let mut lines = vec![
            format!("number    {}", self.id),
            format!("refused   {}", self.at),
            format!("from      {}", self.origin),
            format!("reason    {}", self.reason),
            format!("what      {}", self.detail),
            format!("length    {}", self.length),
        ];
        if let Some((at, outcome)) = &self.redriven {
            lines.push(format!("redriven  {at}: {outcome}"));
        }
        for (name, value) in &self.attributes {
            lines.push(format!("{name:<9} {}", visible(value.as_bytes())));
        }
        lines.push(String::new());
        lines.push(visible(bytes));
        lines.join("\n") + "\n"
    }

    /// The letter with what came with it.
    pub(super) fn with(mut self, content: &Content) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let key = content.key.iter().map(|key| ("key".to_owned(), text(key)));
        let headers = headers(content.headers.iter().map(|(name, value)| (&**name, text(value))));
        self.attributes = key.chain(headers).collect();
        self
    }
}

impl From<&DeadLetter> for Letter {
    fn from(letter: &DeadLetter) -> Self {
        let DeadLetter { seq, at, source, line, byte_offset, length, kept, reason, detail, .. } = letter;
        let kept = if kept < length { format!(", the first {kept} are kept") } else { String::new() };
        Letter {
            id: seq.to_string(),
            at: *at,
            place: line.map_or_else(|| source.clone(), |line| format!("{source}:{line}")),
            origin: match (line, byte_offset) {
                (Some(line), Some(offset)) => format!("{source}, line {line}, byte {offset}"),
                _ if letter.is_message() => format!("source {source}"),
                _ => source.clone(),
            },
            reason: reason.clone(),
            detail: detail.clone(),
            length: format!("{length} bytes{kept}"),
            redriven: letter.redriven_at.zip(letter.redriven_as.clone()),
            attributes: headers(letter.headers.iter().flatten().map(|(name, value)| (&**name, value.clone()))),
        }
    }
}

impl From<&kafka::Letter> for Letter {
    fn from(letter: &kafka::Letter) -> Self {
        let kafka::Letter { id, at, source, topic, partition, offset, appended_at, length, reason, detail, redriven } =
            letter;
        let redriven = redriven.as_ref().map(|redriven| {
            let again = redriven.letter.map(|letter| format!(", as {letter}"));
            (redriven.at, redriven.outcome.clone() + &again.unwrap_or_default())
        });
        let message = source.as_ref().map(|source| format!("source {source}"));
        let (place, origin) = match message {
            Some(message) if topic.is_empty() => (source.clone().unwrap_or_default(), message),
            message => (
                format!("{topic}:{partition}:{offset}"),
                format!(
                    "{}{topic}, partition {partition}, offset {offset}, appended {appended_at}",
                    message.map(|message| message + ", ").unwrap_or_default()
                ),
            ),
        };
        Letter {
            id: id.to_string(),
            at: *at,
            place,
            origin,
            reason: reason.clone(),
            detail: detail.clone(),
            length: format!("{length} bytes"),
            redriven,
            attributes: Vec::new(),
        }
    }
}

/// Headers as they are shown.
fn headers<'h>(headers: impl Iterator<Item = (&'h str, String)>) -> Vec<(String, String)> {
    headers.map(|(name, value)| ("header".to_owned(), format!("{name}: {value}"))).collect()
}

/// How much of a record is shown, in characters.
const SHOWN_MAX: usize = 4_000;

/// The bytes as text that harms no terminal.
fn visible(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let escape = |c: char| if c.is_control() && c != '\t' { c.escape_default().to_string() } else { c.to_string() };
    let shown: String = text.chars().take(SHOWN_MAX).map(escape).collect();
    if text.chars().nth(SHOWN_MAX).is_some() { shown + "… (--raw has all)" } else { shown }
}

/// A text that names no letter there.
#[derive(Debug, Error, Diagnostic)]
#[error("`{0}` is not the number of a dead letter")]
#[diagnostic(help("`duly dead-letters list --all` shows their numbers: 17 in a store, 3:42 on Kafka"))]
pub(super) struct NoNumber(String);

/// The numbers of letters in a store.
pub(super) fn number(text: &str) -> Result<i64, NoNumber> {
    text.parse().map_err(|_| NoNumber(text.to_owned()))
}

/// The numbers of letters on Kafka.
pub(super) fn letter_id(text: &str) -> Result<LetterId, NoNumber> {
    LetterId::from_str(text).map_err(|_| NoNumber(text.to_owned()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_shown_harms_no_terminal() {
        assert_eq!(super::visible(b"a\x1b[2J\0\tb \xe6\xad\xa4\xff"), "a\\u{1b}[2J\\u{0}\tb 此\u{fffd}");
        assert!(super::visible(&[b'x'; 5000]).ends_with("x… (--raw has all)"));
    }
}
