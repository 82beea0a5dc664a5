//! Stories: for every rule of docs/rules.md a short history and the ledger that must follow, written to be read.
//!
//! The model must tell them so, and the core too. 2026-03-02 is a Monday; the hours are those of [`build::business`].
//!
//! [`build::business`]: crate::build::business

mod claims;
mod clocks;
mod cycles;
mod deadlines;
mod emergencies;
mod notices;
mod remedies;
mod routing;
mod targets;
mod tickets;
mod versions;
mod voices;

use duly_core::policy::Policy;

use crate::emergency::told;
use crate::event::Event;
use crate::minute;
use crate::model::Entry;
use crate::story::Case;

/// A history and its ledger.
#[derive(Debug)]
pub struct Story {
    /// The rule that it shows, and what it says of it.
    pub title: &'static str,
    /// Policies and events.
    pub case: Case,
    ledger: &'static str,
}

impl Story {
    /// Policies in order of publication; one event a line in order of arrival, the last line being `… until`. A line with
    /// `!` before it is told of an emergency.
    fn new(
        title: &'static str,
        policies: impl IntoIterator<Item = Policy>,
        history: &'static str,
        ledger: &'static str,
    ) -> Self {
        let mut lines: Vec<&str> = lines(history).collect();
        let until = lines.pop().and_then(|line| line.strip_suffix(" until")).expect("a history ends with its `until`");
        let (emergencies, lines): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with('!'));
        let emergencies = emergencies.iter().map(|line| told(&line[1..])).collect();
        let events = lines.iter().enumerate().map(|(at, line)| Event::parse(line, &format!("e{}", at + 1))).collect();
        Story {
            title,
            case: Case { policies: policies.into_iter().collect(), emergencies, events, until: minute::at(until) },
            ledger,
        }
    }

    /// What is wrong with `told` as this story's ledger, if anything.
    pub fn mistake(&self, told: &[Entry]) -> Option<String> {
        let told: Vec<String> = told.iter().map(Entry::to_string).collect();
        let wanted: Vec<&str> = lines(self.ledger).collect();
        (told != wanted).then(|| {
            let (told, wanted) = (told.join("\n  "), wanted.join("\n  "));
            format!("{}\n\n{}\nwanted\n  {wanted}\ntold\n  {told}\n", self.title, self.case)
        })
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// All of them.
pub fn all() -> Vec<Story> {
    let mut stories = Vec::new();
    for chapter in [
        tickets::all,
        clocks::all,
        deadlines::all,
        targets::all,
        cycles::all,
        notices::all,
        versions::all,
        routing::all,
        remedies::all,
        claims::all,
        voices::all,
        emergencies::all,
    ] {
        stories.extend(chapter());
    }
    stories
}
