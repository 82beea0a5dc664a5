//! Emergencies for people, within 80 columns.

use std::io::Write as _;

use chrono_tz::Tz;
use duly_core::control::emergency::{Effect, Standing, State};
use duly_core::policy::Title;
use duly_core::time::Instant;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::commands::calendar::when;
use crate::exit::Exit;
use crate::files;
use crate::language::Language;

/// How wide the table is.
const WIDTH: usize = 80;

/// How wide its first column is.
const INDENT: usize = 10;

/// Says what became of what was told.
pub(super) fn told((is_news, standing): &(bool, Standing)) -> miette::Result<Exit> {
    let state = standing.state.name().replace('_', " ");
    let known = if *is_news { "" } else { "; that was told before" };
    let mut out = files::stdout();
    writeln!(out, "{}: {state}{known}", standing.terms.emergency).map_err(files::Error::stdout)?;
    out.flush().map_err(files::Error::stdout)?;
    Ok(Exit::Done)
}

/// The table as of `at`, its times in `zone`.
pub(super) fn of(all: &[Standing], at: Instant, zone: Tz) -> String {
    let mut all: Vec<&Standing> = all.iter().collect();
    let place = |state: State| {
        [State::InForce, State::Ahead, State::Lifted, State::Voided].iter().position(|known| *known == state)
    };
    all.sort_by_key(|standing| place(standing.state));
    let page = Page { at, zone, language: Language::of_environment() };
    all.iter().map(|standing| page.row(standing)).collect::<Vec<_>>().join("\n")
}

struct Page {
    at: Instant,
    zone: Tz,
    language: Language,
}

impl Page {
    fn row(&self, standing: &Standing) -> String {
        let terms = &standing.terms;
        let title = self.say(&terms.title);
        let mut lines = vec![format!("{} {}  {}", state(standing.state), terms.emergency, title)];
        let mut line = |name: &str, value: String| lines.extend(wrapped(name, &value));
        line("kind", format!("{}, {}", terms.kind.name().replace('_', " "), effect(terms.effect)));
        line("time", self.time(standing));
        line("scope", scope(standing));
        for duty in &terms.plan {
            line("plan", format!("{}: {}", duty.role, self.say(&duty.task)));
        }
        for message in &standing.messages {
            let voided = if message.is_voided { ", voided" } else { "" };
            let head = format!("{} {}{voided} {}", message.number, message.what, self.shown(message.effective_from));
            let said = self.say(&message.message);
            line("told", if said.is_empty() { head } else { format!("{head}: {said}") });
        }
        lines.join("\n") + "\n"
    }

    /// Since when, for how long, and how long still.
    fn time(&self, standing: &Standing) -> String {
        let from = standing.terms.effective_from;
        let mut said = format!("from {}", self.shown(from));
        match (standing.lifted_at, standing.terms.expected_end) {
            (Some(lifted), _) => said += &format!(" to {}, {}", self.shown(lifted), lasted(from, lifted)),
            (None, expected) => {
                if standing.state == State::InForce {
                    said += &format!(", for {} so far", lasted(from, self.at));
                }
                if let Some(expected) = expected {
                    let passed = if expected <= self.at { ", which has passed" } else { "" };
                    said += &format!("; expected to end {}{passed}", self.shown(expected));
                }
            }
        }
        said
    }

    fn shown(&self, at: Instant) -> String {
        when::shown(at, self.zone)
    }

    /// A text in the language of the environment, or in another one that it has.
    fn say<'t>(&self, title: &'t Title) -> &'t str {
        title.get(self.language.key()).or_else(|| title.values().next()).map_or("", String::as_str)
    }
}

fn state(state: State) -> String {
    format!("{:width$}", state.name().replace('_', " "), width = INDENT - 1)
}

fn effect(effect: Effect) -> String {
    match effect {
        Effect::Suspend => "clocks stand still".to_owned(),
        Effect::Extend(by) => format!("clocks have {by} longer"),
        Effect::AnnounceOnly => "clocks go on".to_owned(),
    }
}

fn scope(standing: &Standing) -> String {
    let terms = &standing.terms;
    let attributes = terms.when.0.iter().map(|(name, values)| format!("{name}={}", values.join("|")));
    let names = |what: &str, names: &[String]| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
    let mut parts: Vec<String> = attributes.collect();
    parts.extend(names("policy", &terms.policies));
    parts.extend(names("objective", &terms.objectives));
    if parts.is_empty() { "all tickets".to_owned() } else { parts.join(", ") }
}

/// `2 d 3 h`, `5 h 10 min`: the two largest units.
fn lasted(from: Instant, to: Instant) -> String {
    let minutes = to.since(from).ms() / 60_000;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// A value beside its name, in lines that fit; Chinese text has no blanks to break at.
fn wrapped(name: &str, value: &str) -> Vec<String> {
    let room = WIDTH - INDENT;
    let mut lines = vec![String::new()];
    for word in value.split_whitespace() {
        let line = lines.last_mut().expect("there is one from the start");
        if !line.is_empty() && line.width() + 1 + word.width() <= room {
            line.push(' ');
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for c in word.chars() {
            let line = lines.last_mut().expect("there is one from the start");
            if line.width() + c.width().unwrap_or(0) > room {
                lines.push(c.to_string());
            } else {
                line.push(c);
            }
        }
    }
    let named = lines.iter().enumerate().map(|(at, line)| format!("{:INDENT$}{line}", if at == 0 { name } else { "" }));
    named.collect()
}
