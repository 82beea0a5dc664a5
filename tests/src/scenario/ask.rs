//! What somebody asks in a story, and the answer: the work queue, a review, the letter.

use std::path::Path;
use std::process::Command;

use chrono_tz::Tz;
use duly_core::lane::{Waiting, Wanted};

use super::{Scenario, times};
use crate::{expected, program};

/// A question, and what must be answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The line of the story, from 1.
    pub line: usize,
    /// What is asked.
    pub question: Question,
    /// Lines of the answer with their own in the story, in order: each is part of a line that is answered.
    pub answer: Vec<(usize, String)>,
}

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// `queue team=field tier=expert`: the open tickets, all of them in their order.
    Queue(Wanted),
    /// `report 2026-03 …`: a review in English, with the options of `duly report`.
    Report(Vec<String>),
    /// `letter zh`: the shipped policy as a letter.
    Letter(String),
}

impl Question {
    /// Reads what stands behind `?`.
    pub(super) fn parse(words: &[&str]) -> Result<Question, String> {
        match words {
            ["queue", rest @ ..] => {
                let mut wanted = Wanted::default();
                for word in rest {
                    match word.split_once('=') {
                        Some(("team", team)) => wanted.team = Some(team.to_owned()),
                        Some(("tier", tier)) => wanted.tier = Some(tier.to_owned()),
                        _ => return Err(format!("`{word}` is neither team=… nor tier=…")),
                    }
                }
                Ok(Question::Queue(wanted))
            }
            ["report", rest @ ..] if !rest.is_empty() => {
                Ok(Question::Report(rest.iter().map(|word| (*word).to_owned()).collect()))
            }
            ["letter", language] => Ok(Question::Letter((*language).to_owned())),
            _ => Err("it is asked for `queue`, `report PERIOD` or `letter LANGUAGE`".to_owned()),
        }
    }
}

/// The answer to `queue`, a line a ticket.
pub fn queue(items: &[Waiting], scenario: &str, zone: Tz) -> String {
    let of_story = |waiting: &&Waiting| waiting.subject.starts_with(&format!("{scenario}/"));
    items.iter().filter(of_story).map(|waiting| line(waiting, zone)).collect()
}

fn line(waiting: &Waiting, zone: Tz) -> String {
    let ticket = waiting.subject.split_once('/').map_or(waiting.subject.as_str(), |(_, ticket)| ticket);
    let mut line = ticket.to_owned();
    if let Some(priority) = waiting.priority {
        line += &format!(" priority={priority}");
    }
    for (name, value) in [("team", &waiting.team), ("tier", &waiting.tier)] {
        line += &value.as_ref().map(|value| format!(" {name}={value}")).unwrap_or_default();
    }
    if let Some(due) = &waiting.due {
        let left = times::written_ms(due.open_left_ms.abs());
        let left = if due.open_left_ms < 0 { format!("over {left}") } else { format!("left {left}") };
        let day = times::day(zone, due.due_at);
        line += &format!(" {} due {day} {} {left}", due.objective, times::written(zone, due.due_at, day));
    }
    line + "\n"
}

/// The answer of the program.
///
/// # Panics
///
/// Where it does not end well.
pub fn told(arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command: Command = program::duly();
    let output = command.args(arguments).current_dir(root).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The answer to `letter`.
pub fn letter(language: &str) -> String {
    let policy = expected::policy_path().display().to_string();
    told(&["letter", "--policy", &policy, "--lang", language])
}

/// What differs between the answer and what must be in it.
pub(super) fn differences(scenario: &Scenario, asked: &Asked, answer: &str) -> Vec<String> {
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = answer.lines().map(squeezed).collect();
    let place = |line: usize| format!("{}:{line}", scenario.path.display());
    let mut rest = lines.iter();
    for (number, wanted) in &asked.answer {
        let wanted = squeezed(wanted);
        if !rest.any(|line| line.contains(&wanted)) {
            return vec![format!("{}: not answered: {wanted}\n{}", place(*number), lines.join("\n"))];
        }
    }
    let is_whole = matches!(asked.question, Question::Queue(_));
    if is_whole && lines.len() != asked.answer.len() {
        return vec![format!("{}: the queue is\n{}", place(asked.line), lines.join("\n"))];
    }
    Vec::new()
}
