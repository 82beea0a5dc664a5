//! A story played on a stage: scene by scene, time moving in between as it would.

use std::collections::BTreeSet;

use duly_core::explain::Explanation;
use duly_core::time::{Instant, Span};
use serde_json::{Map, Value};

use super::{Deed, Question, Scenario, why};

/// Where a story can be played.
pub trait Stage {
    /// What happens at `now`, all of it before that instant is judged.
    fn happen(&mut self, now: Instant, deeds: &[Deed]);

    /// Time passes, and `now` is judged.
    fn advance(&mut self, now: Instant);

    /// The ledger that stands: bodies of SLA events.
    fn ledger(&mut self) -> Vec<String>;

    /// What is answered to a question.
    fn answer(&mut self, question: &Question) -> String;

    /// All that people were told so far, in order; `None` where nobody is told anything.
    fn notifications(&mut self) -> Option<Vec<Value>> {
        None
    }

    /// Why the SLA events of a ticket stand.
    fn explain(&mut self, subject: &str) -> Explanation;
}

/// What came to stand in a scene, and what no longer stands.
#[derive(Debug, Default)]
pub struct Told {
    /// Bodies, in the order of their instants.
    pub added: Vec<Map<String, Value>>,
    /// Bodies, in the order of their instants.
    pub withdrawn: Vec<Map<String, Value>>,
    /// The intervals of what the story wants to know them of, by its place among what must be said.
    pub why: Vec<(usize, Vec<String>)>,
    /// The answers to what is asked, in order.
    pub answers: Vec<String>,
    /// What people were told, where they are told anything.
    pub notified: Option<Vec<Value>>,
}

/// Plays a story, and says for each scene what followed from it.
pub fn play(scenario: &Scenario, stage: &mut impl Stage) -> Vec<Told> {
    let mut standing = BTreeSet::new();
    let (mut told, mut notified) = (Vec::new(), 0);
    for (number, scene) in scenario.scenes.iter().enumerate() {
        stage.happen(scene.at, &scene.deeds);
        let answers = scene.asked.iter().map(|asked| stage.answer(&asked.question)).collect();
        if let Some(next) = scenario.scenes.get(number + 1).filter(|next| next.at > scene.at) {
            stage.advance(next.at.minus(Span::from_ns(1)));
        }
        let now: BTreeSet<String> = stage.ledger().into_iter().collect();
        let asked = scene.said.iter().enumerate().filter(|(_, said)| !said.why.is_empty());
        let why = asked.map(|(place, said)| {
            (place, why::of(said, &stage.explain(said.subject()), scenario.zone).unwrap_or_default())
        });
        let why = why.collect();
        let news = stage.notifications().map(|all| {
            let from = std::mem::replace(&mut notified, all.len());
            all[from..].to_vec()
        });
        told.push(Told {
            why,
            answers,
            notified: news,
            added: bodies(now.difference(&standing)),
            withdrawn: bodies(standing.difference(&now)),
        });
        standing = now;
    }
    told
}

fn bodies<'l>(lines: impl Iterator<Item = &'l String>) -> Vec<Map<String, Value>> {
    let mut bodies: Vec<Map<String, Value>> =
        lines.map(|line| serde_json::from_str(line).expect("a body is a JSON object")).collect();
    bodies.sort_by_key(super::said::at);
    bodies
}
