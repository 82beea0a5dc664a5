//! What is to be done about topics, as a table of 80 columns.

use anstyle::{AnsiColor, Style};
use duly_engine::kafka::topics::{Step, TopicSpec};

/// How wide the table is.
const WIDTH: usize = 80;

/// How wide its first column is: the longest of what is done, and a space.
const INDENT: usize = 8;

/// The table.
pub(super) fn of(steps: &[Step], is_coloured: bool) -> String {
    let mut text = String::new();
    for step in steps {
        let (verb, style, topic, details) = row(step);
        let style = if is_coloured { style } else { Style::new() };
        text += &format!("{style}{verb:INDENT$}{style:#}{topic}\n");
        for line in details.iter().flat_map(|detail| wrapped(detail)) {
            text += &format!("{:INDENT$}{line}\n", "");
        }
    }
    text
}

fn row(step: &Step) -> (&'static str, Style, &str, Vec<String>) {
    let colour = |colour: AnsiColor| colour.on_default();
    match step {
        Step::Keep { topic } => ("keep", Style::new(), topic, Vec::new()),
        Step::Create(spec) => ("create", colour(AnsiColor::Green), &spec.name, described(spec)),
        Step::Alter { topic, setting, from, to } => {
            ("change", colour(AnsiColor::Yellow), topic, vec![format!("{setting}: {from} -> {to}")])
        }
        Step::Refuse { topic, why } => ("refuse", colour(AnsiColor::Red), topic, vec![why.clone()]),
        Step::Warn { topic, why } => ("note", colour(AnsiColor::Yellow), topic, vec![why.clone()]),
    }
}

fn described(spec: &TopicSpec) -> Vec<String> {
    let partitions = if spec.partitions == 1 { "partition" } else { "partitions" };
    let settings = spec.settings.iter().map(|setting| format!("{}={}", setting.name, setting.value));
    vec![format!("{} {partitions}", spec.partitions), settings.collect::<Vec<_>>().join(" ")]
}

/// The words of `text` in lines that fit beside the first column.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is one from the start");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH - INDENT {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use duly_engine::kafka::{Cluster, topics};

    use super::*;

    #[test]
    fn it_fits_a_terminal_and_has_no_colour_in_a_pipe() {
        let wanted = topics::wanted(&Cluster::plain("a:1"), 8, 3);
        let topic = || "duly.control.v1".to_owned();
        let mut steps: Vec<Step> = wanted.into_iter().map(Step::Create).collect();
        steps.push(Step::Keep { topic: topic() });
        steps.push(Step::Alter {
            topic: topic(),
            setting: "cleanup.policy",
            from: "compact".into(),
            to: "delete".into(),
        });
        steps.push(Step::Refuse { topic: topic(), why: "it has too many of them ".repeat(9) });
        let table = of(&steps, false);
        assert!(table.lines().all(|line| line.chars().count() <= WIDTH), "{table}");
        assert!(!table.contains('\x1b') && of(&steps, true).contains('\x1b'));
        assert!(table.contains(
            "\nkeep    duly.control.v1\nchange  duly.control.v1\n        cleanup.policy: compact -> delete\n"
        ));
        assert!(
            table.starts_with("create  duly.ticket.events.v1\n        8 partitions\n        cleanup.policy=delete")
        );
    }
}
